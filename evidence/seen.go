package evidence

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// seen is a handshake on its way into or out of a Table: its numbers by name
// are lists in the order of the names, its places are taken apart.
type seen struct {
	Handshake // without Status, Days and Refs
	tally
}

// tally is the part of a handshake that folding adds up.
type tally struct {
	count       int
	first, last time.Time
	status      []named
	days        []named
	refs        []place
}

// named is a number by name.
type named struct {
	name string
	n    int
}

// place is "file:line". One that has no line, or spells it otherwise than as
// a plain number, is whole in file.
type place struct {
	file string
	line int // -1: none
}

func placeOf(ref string) place {
	i := strings.LastIndexByte(ref, ':')
	if line := ref[i+1:]; i >= 0 && len(line) > 0 && len(line) < 16 && (line[0] != '0' || len(line) == 1) {
		n := 0
		for _, c := range []byte(line) {
			if c < '0' || c > '9' {
				return place{ref, -1}
			}
			n = n*10 + int(c-'0')
		}
		return place{ref[:i], n}
	}
	return place{ref, -1}
}

func (p place) String() string {
	if p.line < 0 {
		return p.file
	}
	return p.file + ":" + strconv.Itoa(p.line)
}

// comparePlaces is CompareRefs.
func comparePlaces(a, b place) int {
	if a.line >= 0 && b.line >= 0 {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
	}
	return CompareRefs(a.String(), b.String())
}

// mergePlaces keeps the first MaxRefs of both lists.
func mergePlaces(a, b []place) []place {
	all := slices.Concat(a, b)
	if len(all) > 1 {
		slices.SortFunc(all, comparePlaces)
		all = slices.Compact(all)
	}
	return all[:min(len(all), MaxRefs)]
}

// seenOf takes a record apart. The lists are its own.
func seenOf(h *Handshake) seen {
	s := seen{Handshake: *h}
	s.tally = tally{count: h.Count, first: plain(h.First), last: plain(h.Last), status: namedOf(h.Status), days: namedOf(h.Days)}
	for _, r := range h.Refs {
		s.refs = append(s.refs, placeOf(r))
	}
	s.Handshake.Status, s.Handshake.Days, s.Handshake.Refs = nil, nil, nil
	return s
}

// plain is a time in UTC. One that RFC 3339 cannot write is not known.
func plain(t time.Time) time.Time {
	t = t.UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return time.Time{}
	}
	return t
}

func namedOf(m map[string]int) []named {
	if len(m) == 0 {
		return nil
	}
	out := make([]named, 0, len(m))
	for k, n := range m {
		out = append(out, named{k, n})
	}
	slices.SortFunc(out, byName)
	return out
}

func byName(a, b named) int { return strings.Compare(a.name, b.name) }

// handshake puts the record together again.
func (s *seen) handshake() *Handshake {
	h := s.Handshake
	h.Count, h.First, h.Last = s.count, s.first, s.last
	h.Status, h.Days = mapOf(s.status), mapOf(s.days)
	for _, p := range s.refs {
		h.Refs = append(h.Refs, p.String())
	}
	return &h
}

func mapOf(list []named) map[string]int {
	if len(list) == 0 {
		return nil
	}
	m := make(map[string]int, len(list))
	for _, x := range list {
		m[x.name] = x.n
	}
	return m
}

// prepare makes of a record what folds with others: one connection counts one
// and is of its day.
func (s *seen) prepare() {
	s.Client.Port = 0 // a client's port tells nothing and would never fold
	if s.count == 0 {
		s.count = 1
	}
	if len(s.refs) > 1 {
		s.refs = mergePlaces(s.refs, nil)
	}
	if len(s.days) > 0 || s.first.IsZero() {
		return
	}
	day := s.first.Format(time.DateOnly)
	if s.last.IsZero() || s.last.Format(time.DateOnly) == day {
		s.days = []named{{day, s.count}}
	}
}

// add folds another tally of the same thing in.
func (t *tally) add(u *tally) {
	t.count += u.count
	t.first, t.last = earliest(t.first, u.first), latest(t.last, u.last)
	t.status = addNamed(t.status, u.status)
	t.days = addNamed(t.days, u.days)
	t.refs = mergePlaces(t.refs, u.refs)
}

// addNamed adds the numbers of two lists that are in the order of the names.
func addNamed(a, b []named) []named {
	if len(b) == 0 {
		return a
	}
	out := make([]named, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := byName(a[0], b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out = append(out, named{a[0].name, a[0].n + b[0].n})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}
