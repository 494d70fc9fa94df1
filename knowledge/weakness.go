package knowledge

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Weakness is one that follows from what a server's handshakes show. Nothing
// is exploited to find it, and what is not known is no weakness.
type Weakness struct {
	Meta
	Name string `yaml:"name"`
	Text string `yaml:"text"` // one sentence: what is so, and what comes of it
	When []Sign `yaml:"when"` // any of them
}

// Sign is a condition over a server record. All that is given must hold.
type Sign struct {
	Accepts []tlswire.Version `yaml:"accepts"` // one of these is accepted
	// Suites are parts of names; a suite with one of them is accepted, in one
	// of the versions of Accepts if those are given.
	Suites       []string          `yaml:"suites"`
	DHBelow      int               `yaml:"dh_below"`     // a DH group of fewer bits was seen
	Certificates []string          `yaml:"certificates"` // hashes, one of which some certificate is signed over
	Facts        map[string]string `yaml:"facts"`        // fields of evidence.Facts and their values
}

func (w *Weakness) check() error {
	switch {
	case w.Name == "" || w.Text == "":
		return fmt.Errorf("want a name and a text")
	case len(w.When) == 0:
		return fmt.Errorf("want a sign by which it is known")
	}
	for _, s := range w.When {
		if reflect.ValueOf(s).IsZero() {
			return fmt.Errorf("a sign without a condition fits every server")
		}
		for name := range s.Facts {
			if !isFact(name) {
				return fmt.Errorf("%q is no field of the facts of a server", name)
			}
		}
	}
	return nil
}

// isFact reports whether a record of facts has such a field.
func isFact(name string) bool {
	t := reflect.TypeFor[evidence.Facts]()
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			return true
		}
	}
	return false
}

// weaknessDir holds one weakness a file.
const weaknessDir = "weaknesses"

// weaknesses reads them; the list is in the order of the files' names.
func (l *loader) weaknesses(fsys fs.FS) error {
	files, err := fs.Glob(fsys, weaknessDir+"/*.yaml")
	if err != nil {
		return err
	}
	list := reflect.ValueOf(&l.base.Weaknesses).Elem()
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
		w := l.base.Weaknesses[len(l.base.Weaknesses)-1]
		if want := strings.TrimSuffix(path.Base(f), ".yaml"); w.ID != want {
			return s.errorf(n, "id %s in this file: want %s", w.ID, want)
		}
	}
	return nil
}

// Weaknesses are all weaknesses, for those who need nothing else of a Base:
// they are read in a moment.
func Weaknesses() ([]*Weakness, error) {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, err
	}
	l := &loader{base: &Base{ids: map[string]record{}}, at: map[string]place{}, sources: map[string]string{}}
	if err := l.weaknesses(data); err != nil {
		return nil, err
	}
	return l.base.Weaknesses, nil
}

// WeaknessesOf are the ids of those that a scanned server shows, in the order
// of the list.
func WeaknessesOf(s *evidence.Server, all []*Weakness) []string {
	x := examined{Server: s, facts: map[string]any{}}
	if s.Facts != nil {
		if b, err := json.Marshal(s.Facts); err == nil {
			_ = json.Unmarshal(b, &x.facts) // it was written a moment ago
		}
	}
	var ids []string
	for _, w := range all {
		if slices.ContainsFunc(w.When, x.shows) {
			ids = append(ids, w.ID)
		}
	}
	return ids
}

// examined is a server that is held against signs.
type examined struct {
	*evidence.Server
	facts map[string]any
}

func (x *examined) shows(s Sign) bool {
	return x.accepts(s) && x.groups(s) && x.signed(s) && x.says(s)
}

func (x *examined) accepts(s Sign) bool {
	if len(s.Accepts)+len(s.Suites) == 0 {
		return true
	}
	for v, state := range x.Versions {
		if state == nil || state.State != evidence.Accepted || len(s.Accepts) > 0 && !slices.Contains(s.Accepts, v) {
			continue
		}
		if len(s.Suites) == 0 || slices.ContainsFunc(state.Suites, func(suite string) bool {
			return slices.ContainsFunc(s.Suites, func(part string) bool { return strings.Contains(suite, part) })
		}) {
			return true
		}
	}
	return false
}

func (x *examined) groups(s Sign) bool {
	if s.DHBelow == 0 {
		return true
	}
	sizes := []int{x.DHBits}
	if x.Facts != nil {
		sizes = append(sizes, x.Facts.DHSizes...)
	}
	return slices.ContainsFunc(sizes, func(bits int) bool { return bits > 0 && bits < s.DHBelow })
}

// signed looks at certificates that somebody signed: the signature of a root
// proves nothing (RFC 8446, 4.4.2.4).
func (x *examined) signed(s Sign) bool {
	weak := func(c evidence.Certificate) bool {
		return c.Subject != c.Issuer && slices.ContainsFunc(s.Certificates, func(hash string) bool {
			return strings.Contains(c.SignatureAlgorithm, hash)
		})
	}
	return len(s.Certificates) == 0 || slices.ContainsFunc(x.Certificates, func(c evidence.Certificate) bool {
		return weak(c) || slices.ContainsFunc(c.Chain, weak)
	})
}

func (x *examined) says(s Sign) bool {
	for name, want := range s.Facts {
		if have, there := x.facts[name]; !there || fmt.Sprint(have) != want {
			return false
		}
	}
	return true
}
