package assess

import (
	"cmp"
	"encoding/json"
	"iter"
	"runtime"
	"sync"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Verdicts are the verdicts of a report, in their order. There may be a
// million, so of a pair only what lists sort and count by is kept, 16 bytes:
// the verdict itself is made, the same each time, when it is asked for.
//
// They are safe for many readers.
type Verdicts struct {
	whole  []Verdict // about one party alone, or given by somebody
	of     *bench    // makes those of pairs; nil: all are whole
	marks  []mark    // of pairs, by their places
	shapes []*Shape
	order  []uint32 // by place: a pair, or behind these one of whole; nil: as they stand
}

// Listed are verdicts that are at hand.
func Listed(whole ...Verdict) Verdicts { return Verdicts{whole: whole} }

// mark is what is kept of a pair's verdict.
type mark struct {
	count int
	shape uint32
}

// Shape is all that very many verdicts have in common.
type Shape struct {
	Protocol, Layer, Software string
	Verdict                   Outcome
	Cause                     Cause
	LimitedBy                 Side
	SetApart, BreaksOn        string
	Owner, Contact            string
	OnlyEverWeak              bool
	Contradicts               bool // sources disagree
	Waived                    *Waiver
	Offered, Negotiated       tlswire.Version
}

// shapeKey is a shape by its values.
type shapeKey struct {
	Shape  // but for Waived
	waiver Waiver
	waived bool
}

func shapeOf(v *Verdict) Shape {
	return Shape{
		Protocol: v.Protocol, Layer: v.Layer, Software: v.Software, Verdict: v.Verdict, Cause: v.Cause, LimitedBy: v.LimitedBy,
		SetApart: v.SetApart, BreaksOn: v.BreaksOn, Owner: v.Owner, Contact: v.Contact, OnlyEverWeak: v.OnlyEverWeak,
		Contradicts: len(v.Contradicts) > 0, Waived: v.Waived, Offered: v.Offered, Negotiated: v.Negotiated,
	}
}

func (s Shape) key() shapeKey {
	k := shapeKey{Shape: s}
	if k.Waived = nil; s.Waived != nil {
		k.waiver, k.waived = *s.Waived, true
	}
	return k
}

// Outline is a verdict but for its words: what lists sort and count by.
type Outline struct {
	Client, Server, Agent string
	Count                 int
	*Shape                // not to be changed: others have it, too

	list  *Verdicts
	place int
	whole *Verdict // of none in a list
}

// Whole is the verdict itself.
func (o *Outline) Whole() Verdict {
	if o.whole != nil {
		return *o.whole
	}
	return o.list.At(o.place)
}

// Parties are the client and the server as they were seen.
func (o *Outline) Parties() (client, server *evidence.Party) {
	if o.whole != nil {
		return &o.whole.ClientParty, &o.whole.ServerParty
	}
	pair, _ := o.list.at(o.place)
	return o.list.of.pairs.parties(pair)
}

// Seen is when the pair was seen first and last; zero is not known.
func (o *Outline) Seen() (first, last time.Time) {
	if o.whole != nil {
		return o.whole.First, o.whole.Last
	}
	pair, _ := o.list.at(o.place)
	ps := o.list.of.pairs
	for _, m := range ps.members[ps.starts[pair]:ps.starts[pair+1]] {
		h := ps.seen.Row(int(m.row))
		first, last = earlier(first, h.First), later(last, h.Last)
	}
	return first, last
}

// Len is how many verdicts there are.
func (vs *Verdicts) Len() int { return len(vs.marks) + len(vs.whole) }

// at says which pair, or else (-1) which of the whole verdicts, stands at a
// place.
func (vs *Verdicts) at(place int) (pair int, whole *Verdict) {
	i := place
	if vs.order != nil {
		i = int(vs.order[place])
	}
	if i < len(vs.marks) {
		return i, nil
	}
	return -1, &vs.whole[i-len(vs.marks)]
}

// At is the verdict at a place.
func (vs *Verdicts) At(place int) Verdict {
	pair, whole := vs.at(place)
	if whole != nil {
		return *whole
	}
	return vs.of.verdict(pair)
}

// All are the verdicts by their places.
func (vs *Verdicts) All() iter.Seq2[int, Verdict] {
	return func(yield func(int, Verdict) bool) {
		for i := range vs.Len() {
			if !yield(i, vs.At(i)) {
				return
			}
		}
	}
}

// Outlines are the outlines of all verdicts by their places.
func (vs *Verdicts) Outlines() iter.Seq2[int, Outline] {
	return func(yield func(int, Outline) bool) {
		for i := range vs.Len() {
			if !yield(i, vs.Outline(i)) {
				return
			}
		}
	}
}

// Outline is the outline of the verdict at a place.
func (vs *Verdicts) Outline(place int) Outline {
	pair, whole := vs.at(place)
	o := Outline{list: vs, place: place}
	if whole != nil {
		o.outline(whole)
		return o
	}
	ps := vs.of.pairs
	m := ps.is(pair)
	o.Client, o.Server, o.Agent = ps.clients[m.client], ps.servers[m.server], ps.agents[m.agent]
	o.Count = vs.marks[pair].count
	o.Shape = vs.shapes[vs.marks[pair].shape]
	return o
}

// Outline is what lists sort and count the verdict by.
func (v *Verdict) Outline() (o Outline) {
	o.outline(v)
	return o
}

func (o *Outline) outline(v *Verdict) {
	o.Client, o.Server, o.Agent, o.Count = v.Client, v.Server, v.ClientParty.UserAgent, v.Count
	o.whole = v
	s := shapeOf(v)
	o.Shape = &s
}

// Shapes are those of all pairs, each once. The verdicts about one party alone
// have shapes of their own.
func (vs *Verdicts) Shapes() []*Shape { return vs.shapes }

// Shape is that of the verdict at a place.
func (vs *Verdicts) Shape(place int) *Shape {
	pair, whole := vs.at(place)
	if whole != nil {
		s := shapeOf(whole)
		return &s
	}
	return vs.shapes[vs.marks[pair].shape]
}

// Compare is the order in which lists show the verdicts of two places: first
// who was only ever seen weak, then who is seen most, then by their names.
func (vs *Verdicts) Compare(x, y int) int {
	a, _ := vs.at(x)
	b, _ := vs.at(y)
	if a >= 0 && b >= 0 {
		m, n := vs.marks[a], vs.marks[b]
		s, t := vs.shapes[m.shape], vs.shapes[n.shape]
		switch {
		case s.OnlyEverWeak != t.OnlyEverWeak:
			return trueFirst(s.OnlyEverWeak)
		case m.count != n.count:
			return cmp.Compare(n.count, m.count)
		case s.Protocol == t.Protocol:
			return cmp.Compare(a, b) // pairs stand in the order of their names
		}
	}
	o, p := vs.Outline(x), vs.Outline(y)
	switch {
	case o.OnlyEverWeak != p.OnlyEverWeak:
		return trueFirst(o.OnlyEverWeak)
	case o.Count != p.Count:
		return cmp.Compare(p.Count, o.Count)
	}
	return cmp.Or(cmp.Compare(o.Client, p.Client), cmp.Compare(o.Server, p.Server), cmp.Compare(o.Protocol, p.Protocol))
}

func trueFirst(first bool) int {
	if first {
		return -1
	}
	return 1
}

// Disputed reports whether sources disagree about what the verdict at a place
// relies on.
func (vs *Verdicts) Disputed(place int) bool {
	pair, whole := vs.at(place)
	if whole != nil {
		return len(whole.Contradicts) > 0
	}
	return vs.shapes[vs.marks[pair].shape].Contradicts
}

// FirstDate is the first day on which one of them breaks; "" without any.
func (vs *Verdicts) FirstDate() string {
	first := ""
	note := func(day string) {
		if day != "" && (first == "" || day < first) {
			first = day
		}
	}
	for i := range vs.shapes {
		note(vs.shapes[i].BreaksOn)
	}
	for i := range vs.whole {
		note(vs.whole[i].BreaksOn)
	}
	return first
}

// apart reports whether a pair is set apart.
func (vs *Verdicts) apart(pair int) bool { return vs.shapes[vs.marks[pair].shape].SetApart != "" }

// MarshalJSON gives the verdicts as a list.
func (vs Verdicts) MarshalJSON() ([]byte, error) {
	list := make([]Verdict, 0, vs.Len())
	for _, v := range vs.All() {
		list = append(list, v)
	}
	return json.Marshal(list)
}

// bench makes the verdicts of pairs.
type bench struct {
	judge *judge
	pairs *pairs
	opt   Options
}

func (b *bench) verdict(pair int) Verdict {
	v := b.judge.judgeInTime(b.pairs.at(pair))
	b.judge.applyPeople(&v, b.opt)
	return v
}

// judgeAll judges every pair with all cores and keeps their marks.
func (b *bench) judgeAll() Verdicts {
	vs := Verdicts{of: b, marks: make([]mark, b.pairs.len())}
	var mu sync.Mutex
	known := map[shapeKey]uint32{}
	number := func(k shapeKey, s Shape) uint32 {
		mu.Lock()
		defer mu.Unlock()
		i, ok := known[k]
		if !ok {
			i = uint32(len(vs.shapes))
			known[k] = i
			vs.shapes = append(vs.shapes, &s)
		}
		return i
	}
	inParts(b.pairs.len(), func(from, to int) {
		mine := map[shapeKey]uint32{}
		for i := from; i < to; i++ {
			v := b.verdict(i)
			s := shapeOf(&v)
			k := s.key()
			n, ok := mine[k]
			if !ok {
				n = number(k, s)
				mine[k] = n
			}
			vs.marks[i] = mark{v.Count, n}
		}
	})
	return vs
}

// part is how many things a core takes at a time.
const part = 1 << 14

// inParts has all cores do something for the numbers below n, in parts.
func inParts(n int, do func(from, to int)) {
	if n <= part {
		do(0, n)
		return
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for from := range next {
				do(from, min(from+part, n))
			}
		})
	}
	for from := 0; from < n; from += part {
		next <- from
	}
	close(next)
	wg.Wait()
}
