package evidence

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxRefs is how many places a folded record names.
const MaxRefs = 3

// A Folder folds records of the same thing into one. What comes out does not
// depend on the order in which records went in, nor on which of several
// folders took which of them. The zero value is ready.
//
// Memory: one record per distinct key (client, server, version, suite,
// outcome ...), so it grows with the estate and not with the log. Handshakes
// lie in a Table.
type Folder struct {
	handshakes Table
	traffic    map[string]*Traffic
	servers    map[string]*Server
	others     map[string]Record // clients, settings, products, coverage: a set
}

// Add folds one record in. The folder owns the record from here on.
func (f *Folder) Add(r Record) error {
	if f.others == nil {
		f.traffic = map[string]*Traffic{}
		f.servers = map[string]*Server{}
		f.others = map[string]Record{}
	}
	switch r := r.(type) {
	case *Stream:
	case *Handshake:
		s := seenOf(r)
		f.handshakes.fold(&s)
	case *Traffic:
		f.addTraffic(r)
	case *Server:
		f.addServer(r)
	default:
		line, err := Marshal(r)
		if err != nil {
			return err
		}
		f.others[string(line)] = r
	}
	return nil
}

// AddBatch folds all records of a batch in.
func (f *Folder) AddBatch(b *Batch) error {
	for i := range b.seen {
		f.handshakes.fold(&b.seen[i])
	}
	for _, r := range b.Others {
		if err := f.Add(r); err != nil {
			return err
		}
	}
	return nil
}

// Merge folds all of g in.
func (f *Folder) Merge(g *Folder) error {
	for r := range g.Set().All() {
		if err := f.Add(r); err != nil {
			return err
		}
	}
	return nil
}

// Records are the folded records in one fixed order: by kind, then by what
// they are about.
func (f *Folder) Records() []Record { return f.Set().Records() }

// Set is all that was folded so far, in the same order.
func (f *Folder) Set() *Set {
	s := &Set{Handshakes: f.handshakes.sorted()}
	for _, k := range slices.Sorted(maps.Keys(f.servers)) {
		s.Others = append(s.Others, f.servers[k])
	}
	for _, k := range slices.Sorted(maps.Keys(f.traffic)) {
		s.Others = append(s.Others, f.traffic[k])
	}
	for _, k := range slices.Sorted(maps.Keys(f.others)) {
		s.Others = append(s.Others, f.others[k])
	}
	return s
}

// Len is how many folded records there are.
func (f *Folder) Len() int {
	return f.handshakes.Len() + len(f.traffic) + len(f.servers) + len(f.others)
}

func (f *Folder) addTraffic(t *Traffic) {
	key := strings.Join([]string{
		t.Server.Name, t.Server.IP, strconv.Itoa(int(t.Server.Port)),
		t.Day, t.Negotiated.String(), t.Protocol, t.Source,
	}, "\x00")
	if have := f.traffic[key]; have != nil {
		have.Count += t.Count
		return
	}
	f.traffic[key] = t
}

// addServer keeps the later of two scans of one endpoint; of two that ended
// at the same moment, the one whose JSON sorts last, so that order is nothing.
func (f *Folder) addServer(s *Server) {
	key := strings.Join([]string{
		s.Target, s.Host, s.IP, strconv.Itoa(int(s.Port)), s.SNI, s.Layer, string(s.Basis),
	}, "\x00")
	have := f.servers[key]
	if have == nil || laterServer(s, have) {
		f.servers[key] = s
	}
}

func laterServer(a, b *Server) bool {
	if !a.Last.Equal(b.Last) {
		return a.Last.After(b.Last)
	}
	ja, _ := Marshal(a)
	jb, _ := Marshal(b)
	return bytes.Compare(ja, jb) > 0
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// CompareRefs orders "file:line" places by file and then by number.
func CompareRefs(a, b string) int {
	fa, na := splitRef(a)
	fb, nb := splitRef(b)
	return cmp.Or(cmp.Compare(fa, fb), cmp.Compare(na, nb), cmp.Compare(a, b))
}

func splitRef(s string) (file string, line int) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil {
		return s, 0
	}
	return s[:i], n
}
