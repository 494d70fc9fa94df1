package evidence

import "iter"

// Set is folded evidence: what assessment judges. Handshakes, of which there
// may be millions, lie in a table.
type Set struct {
	Handshakes *Table
	Others     []Record // servers first
}

// SetOf makes a set of records that are folded already. Their order stays.
func SetOf(records []Record) *Set {
	s := &Set{Handshakes: &Table{}}
	for _, r := range records {
		if h, ok := r.(*Handshake); ok {
			s.Handshakes.Add(h)
		} else {
			s.Others = append(s.Others, r)
		}
	}
	return s
}

// Len is how many records there are.
func (s *Set) Len() int { return s.Handshakes.Len() + len(s.Others) }

// All are the records: servers, handshakes, then the others.
func (s *Set) All() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		rest := s.Others
		for len(rest) > 0 && rest[0].Kind() == KindServer {
			if !yield(rest[0]) {
				return
			}
			rest = rest[1:]
		}
		for i := range s.Handshakes.Len() {
			if !yield(s.Handshakes.Handshake(i)) {
				return
			}
		}
		for _, r := range rest {
			if !yield(r) {
				return
			}
		}
	}
}

// Records are All in one list, each handshake taken out of its table.
func (s *Set) Records() []Record {
	out := make([]Record, 0, s.Len())
	for r := range s.All() {
		out = append(out, r)
	}
	return out
}
