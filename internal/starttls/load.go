package starttls

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed data/*.yaml
var data embed.FS

// load reads all data files strictly. An error names file and line.
func load(files fs.FS) (*table, error) {
	names, err := fs.Glob(files, "data/*.yaml")
	if err != nil {
		return nil, err
	}
	t := &table{named: map[string]*Protocol{}, schemes: map[string]Scheme{}, ports: map[uint16]Scheme{}, of: map[string]*Protocol{}}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		p, err := parse(name, text)
		if err != nil {
			return nil, err
		}
		if err := t.add(p); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return t, nil
}

func (t *table) add(p *Protocol) error {
	p.all = t
	t.protocols = append(t.protocols, p)
	t.named[p.Name] = p
	for _, s := range p.Schemes {
		if _, dup := t.schemes[s.Name]; dup {
			return fmt.Errorf("scheme %s: %s has it already", s.Name, t.of[s.Name].Name)
		}
		t.schemes[s.Name], t.of[s.Name] = s, p
		t.names = append(t.names, s.Name)
		for _, port := range s.ports {
			if other, dup := t.ports[port]; dup {
				return fmt.Errorf("scheme %s: port %d is that of %s; one of them needs usual: false", s.Name, port, other.Name)
			}
			t.ports[port] = s
		}
	}
	return nil
}

// parse reads one data file.
func parse(name string, text []byte) (*Protocol, error) {
	p := &Protocol{Name: strings.TrimSuffix(path.Base(name), ".yaml")}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(p); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p.Record = cmp.Or(p.Record, p.Name)
	p.Patience = max(p.Patience, 1)
	for i := range p.Schemes {
		s := &p.Schemes[i]
		if s.Record == "" && s.AtOnce {
			s.Record = s.Name
		}
		s.Record = cmp.Or(s.Record, p.Record)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	if p.Code != "" {
		p.talk = inGo[p.Code]
	}
	return p, nil
}

// check says what is wrong as "LINE: what".
func (p *Protocol) check() error {
	asked := slices.ContainsFunc(p.Schemes, func(s Scheme) bool { return !s.AtOnce })
	switch {
	case p.Source == "":
		return fmt.Errorf("1: no source: say where the protocol is written down")
	case len(p.Schemes) == 0:
		return fmt.Errorf("1: no schemes: without one nobody can ask for %s", p.Name)
	case p.Code != "" && inGo[p.Code] == nil:
		return fmt.Errorf("1: code %q: no such function", p.Code)
	case p.Code != "" && len(p.Steps) > 0:
		return fmt.Errorf("%d: steps beside code %q: a dialog is one of the two", p.Steps[0].line, p.Code)
	case asked && p.Code == "" && len(p.Steps) == 0:
		return fmt.Errorf("1: neither steps nor code, and a scheme without at_once")
	case !asked && (p.Code != "" || len(p.Steps) > 0):
		return fmt.Errorf("1: a dialog, and no scheme that uses it")
	}
	for i, s := range p.Steps {
		switch {
		case !s.Expect.given():
			return fmt.Errorf("%d: step %d expects nothing", s.line, i+1)
		case i > 0 && s.Send == "":
			return fmt.Errorf("%d: step %d sends nothing; only a greeting comes unasked", s.line, i+1)
		case strings.ContainsAny(strings.NewReplacer("{host}", "", "{client}", "").Replace(s.Send), "{}"):
			return fmt.Errorf("%d: step %d sends %q: known are {host} and {client}", s.line, i+1, s.Send)
		case s.Send != "" && !s.XML.given() && !strings.HasSuffix(s.Send, "\r\n"):
			return fmt.Errorf("%d: step %d sends %q, which does not end in \\r\\n", s.line, i+1, s.Send)
		}
	}
	return nil
}

// pattern is a regular expression of a data file.
type pattern struct{ re *regexp.Regexp }

func (p pattern) given() bool { return p.re != nil }

func (p pattern) matches(b []byte) bool { return p.re != nil && p.re.Match(b) }

// UnmarshalYAML compiles the expression.
func (p *pattern) UnmarshalYAML(n *yaml.Node) (err error) {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: want a regular expression", n.Line)
	}
	if p.re, err = regexp.Compile(n.Value); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	return nil
}

// UnmarshalYAML reads a step and keeps its line.
func (s *Step) UnmarshalYAML(n *yaml.Node) error {
	if err := known(n, "send", "expect", "offers", "more", "xml"); err != nil {
		return err
	}
	type plain Step
	s.line = n.Line
	return n.Decode((*plain)(s))
}

var schemeName = regexp.MustCompile(`^[a-z][a-z0-9+.-]*$`)

// UnmarshalYAML reads a scheme.
func (s *Scheme) UnmarshalYAML(n *yaml.Node) error {
	if err := known(n, "name", "port", "at_once", "alpn", "protocol", "usual", "also"); err != nil {
		return err
	}
	raw := struct {
		Name     string   `yaml:"name"`
		Port     uint16   `yaml:"port"`
		AtOnce   bool     `yaml:"at_once"`
		ALPN     []string `yaml:"alpn"`
		Protocol string   `yaml:"protocol"`
		Usual    *bool    `yaml:"usual"`
		Also     []uint16 `yaml:"also"`
	}{}
	if err := n.Decode(&raw); err != nil {
		return err
	}
	switch {
	case !schemeName.MatchString(raw.Name):
		return fmt.Errorf("line %d: %q cannot be the scheme of a URL (RFC 3986 section 3.1)", n.Line, raw.Name)
	case raw.Port == 0:
		return fmt.Errorf("line %d: scheme %s has no port", n.Line, raw.Name)
	}
	*s = Scheme{Name: raw.Name, Port: raw.Port, AtOnce: raw.AtOnce, ALPN: raw.ALPN, Record: raw.Protocol, ports: raw.Also}
	if raw.Usual == nil || *raw.Usual {
		s.ports = append(s.ports, s.Port)
	}
	return nil
}

// known refuses keys that nothing reads: a decoder does not look into types
// that decode themselves.
func known(n *yaml.Node, keys ...string) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: want a mapping with the keys %s", n.Line, strings.Join(keys, ", "))
	}
	for i := 0; i < len(n.Content); i += 2 {
		if k := n.Content[i]; !slices.Contains(keys, k.Value) {
			return fmt.Errorf("line %d: key %q is not known; known are %s", k.Line, k.Value, strings.Join(keys, ", "))
		}
	}
	return nil
}
