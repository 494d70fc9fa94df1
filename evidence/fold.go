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
// outcome ...), so it grows with the estate and not with the log.
type Folder struct {
	handshakes map[string]*Handshake
	traffic    map[string]*Traffic
	servers    map[string]*Server
	others     map[string]Record // clients, settings, products, coverage: a set
}

// Add folds one record in. The folder owns the record from here on.
func (f *Folder) Add(r Record) error {
	if f.handshakes == nil {
		f.handshakes = map[string]*Handshake{}
		f.traffic = map[string]*Traffic{}
		f.servers = map[string]*Server{}
		f.others = map[string]Record{}
	}
	switch r := r.(type) {
	case *Stream:
	case *Handshake:
		f.addHandshake(r)
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

// Merge folds all of g in.
func (f *Folder) Merge(g *Folder) error {
	for _, r := range g.Records() {
		if err := f.Add(r); err != nil {
			return err
		}
	}
	return nil
}

// Records are the folded records in one fixed order: by kind, then by their
// JSON.
func (f *Folder) Records() []Record {
	var out []Record
	for _, k := range slices.Sorted(maps.Keys(f.servers)) {
		out = append(out, f.servers[k])
	}
	for _, k := range slices.Sorted(maps.Keys(f.handshakes)) {
		out = append(out, f.handshakes[k])
	}
	for _, k := range slices.Sorted(maps.Keys(f.traffic)) {
		out = append(out, f.traffic[k])
	}
	for _, k := range slices.Sorted(maps.Keys(f.others)) {
		out = append(out, f.others[k])
	}
	return out
}

// Len is how many folded records there are.
func (f *Folder) Len() int {
	return len(f.handshakes) + len(f.traffic) + len(f.servers) + len(f.others)
}

func (f *Folder) addHandshake(h *Handshake) {
	h.Client.Port = 0 // a client's port tells nothing and would never fold
	if h.Count == 0 {
		h.Count = 1
	}
	fillDays(h)
	key := handshakeKey(h)
	have := f.handshakes[key]
	if have == nil {
		h.Refs = mergeRefs(h.Refs, nil)
		f.handshakes[key] = h
		return
	}
	have.Count += h.Count
	have.First, have.Last = earliest(have.First, h.First), latest(have.Last, h.Last)
	have.Status = addCounts(have.Status, h.Status)
	have.Days = addCounts(have.Days, h.Days)
	have.Refs = mergeRefs(have.Refs, h.Refs)
}

// fillDays gives a single observation its day, so that a record of one
// connection folds like one that was folded before.
func fillDays(h *Handshake) {
	if h.Days != nil || h.First.IsZero() {
		return
	}
	day := h.First.UTC().Format(time.DateOnly)
	if h.Last.IsZero() || h.Last.UTC().Format(time.DateOnly) == day {
		h.Days = map[string]int{day: h.Count}
	}
}

// handshakeKey is what two handshakes share when they are the same thing.
func handshakeKey(h *Handshake) string {
	var b strings.Builder
	field := func(s string) { b.WriteString(s); b.WriteByte(0) }
	party := func(p *Party) {
		for _, s := range [...]string{p.Name, p.IP, strconv.Itoa(int(p.Port)), p.UserAgent, p.Identity, p.JA3, p.JA4} {
			field(s)
		}
	}
	number := func(n int) { field(strconv.Itoa(n)) }
	party(&h.Server)
	party(&h.Client)
	field(h.Protocol)
	number(int(h.Negotiated))
	number(int(h.OfferedMax))
	for _, v := range h.Offered {
		number(int(v))
	}
	field("")
	for _, s := range [...]string{h.Suite, h.Group, h.ALPN, string(h.Outcome), h.Source} {
		field(s)
	}
	if h.Alert != nil {
		field(h.Alert.From)
		field(h.Alert.Name)
	}
	number(int(h.Downgrade))
	field(strconv.FormatBool(h.Fallback))
	return b.String()
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

func addCounts(a, b map[string]int) map[string]int {
	if a == nil && len(b) > 0 {
		a = make(map[string]int, len(b))
	}
	for k, n := range b {
		a[k] += n
	}
	return a
}

// mergeRefs keeps the first MaxRefs places of both lists.
func mergeRefs(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.SortFunc(all, CompareRefs)
	all = slices.Compact(all)
	return all[:min(len(all), MaxRefs)]
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
