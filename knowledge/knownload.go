package knowledge

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// knownDir holds one known client a file.
const knownDir = "hellos"

// knownClients reads them; the list is in the order of the files' names.
func (l *loader) knownClients(fsys fs.FS) error {
	files, err := fs.Glob(fsys, knownDir+"/*.yaml")
	if err != nil {
		return err
	}
	list := reflect.ValueOf(&l.base.KnownClients).Elem()
	for _, f := range files {
		text, err := fs.ReadFile(fsys, f)
		if err != nil {
			return err
		}
		s := strict{path.Join("data", f)}
		n, err := s.document(text)
		if err != nil {
			return err
		}
		if err := l.record(s, n, list); err != nil {
			return err
		}
		k := l.base.KnownClients[len(l.base.KnownClients)-1]
		if want := knownPrefix + strings.TrimSuffix(path.Base(f), ".yaml"); k.ID != want {
			return s.errorf(n, "id %s in this file: want %s", k.ID, want)
		}
	}
	return nil
}

// knownPrefix begins the id of every known client; the name of its file
// follows.
const knownPrefix = "known."

// document reads a file that is one mapping.
func (s strict) document(text []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", s.file, err)
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:1: want a mapping of keys", s.file)
	}
	return doc.Content[0], nil
}

// ParseKnownClient reads one data file of a known client, as watch --record
// writes it; name stands in errors. What it lacks is taken from the Client
// record that it names, if b has that.
func (b *Base) ParseKnownClient(name string, text []byte) (*KnownClient, error) {
	s := strict{name}
	n, err := s.document(text)
	if err != nil {
		return nil, err
	}
	k := &KnownClient{}
	if err := s.fill(n, reflect.ValueOf(k).Elem()); err != nil {
		return nil, err
	}
	if k.ID == "" {
		return nil, s.errorf(n, "record without id")
	}
	if err := k.check(); err != nil {
		return nil, s.errorf(n, "%s: %v", k.ID, err)
	}
	if c, ok := b.Client(k.Client); ok {
		k.inherit(c)
	}
	if err := k.checkVersions(); err != nil {
		return nil, s.errorf(n, "%s: %v", k.ID, err)
	}
	return k, nil
}

// knownClient completes a known client from the record it belongs to.
func (l *loader) knownClient(k *KnownClient) error {
	c, ok := l.base.ids[k.Client].(*Client)
	if !ok {
		return l.errorf(k.ID, "client %q is no client", k.Client)
	}
	if k.Version == "" && len(k.Hello) > 0 {
		return l.errorf(k.ID, "was recorded: in which version?")
	}
	k.inherit(c)
	if err := k.checkVersions(); err != nil {
		return l.errorf(k.ID, "%v (max and default_max may be those of %s)", err, c.ID)
	}
	return nil
}

// describeRest adds what is known of the clients that nobody has recorded:
// the highest version they offer, and no lists. A client whose versions
// something else decides is not one of them.
func (b *Base) describeRest() {
	described := map[string]bool{}
	for _, k := range b.KnownClients {
		if k.Setting == "" {
			described[k.Client] = true
		}
	}
	for _, c := range b.Clients {
		if described[c.ID] || c.DefaultMax == 0 {
			continue
		}
		k := &KnownClient{Meta: c.Meta, Name: c.Name, Client: c.ID}
		switch {
		case c.Range == "" || strings.Contains(c.Name, c.Range):
		case strings.ContainsAny(c.Name, "0123456789"):
			k.Name += " (" + c.Range + ")"
		default:
			k.Version = c.Range
		}
		k.inherit(c)
		b.KnownClients = append(b.KnownClients, k)
	}
}

// inherit takes from c what k does not say.
func (k *KnownClient) inherit(c *Client) {
	k.Max = cmp.Or(k.Max, c.Max)
	k.DefaultMax = cmp.Or(k.DefaultMax, c.DefaultMax)
	if h := k.Hello.Parse(); h != nil && k.Setting == "" {
		k.DefaultMax = cmp.Or(k.DefaultMax, h.MaxVersion())
	}
	if k.Setting == "" {
		k.Fix = cmp.Or(k.Fix, c.Fix)
	}
	if len(k.Hello) == 0 {
		k.Min = cmp.Or(k.Min, c.Min)
	}
}
