package assess

import (
	"cmp"
	"slices"
	"strings"
)

// weightOf orders verdicts: what breaks first, and of that what was never
// seen strong, then by how much traffic there is.
func weightOf(s *Shape, day string) int {
	w := 0
	switch {
	case s.SetApart != "":
		w = 8
	case s.Verdict == Breaks && !s.Waived.holds(day):
		w = 0
	case s.Verdict == Breaks:
		w = 2
	case s.Verdict == AtRisk:
		w = 4
	case s.Verdict == Unknown:
		w = 6
	default:
		w = 10
	}
	if !s.OnlyEverWeak {
		w++
	}
	return w
}

// sort brings the verdicts into their order. Pairs stand in that of their
// parties already, so that only those with others need their names.
func (vs *Verdicts) sort(day string) {
	type place struct {
		at     uint32
		weight int32
		count  int
	}
	places := make([]place, vs.Len())
	weights := make([]int32, len(vs.shapes))
	for i, s := range vs.shapes {
		weights[i] = int32(weightOf(s, day))
	}
	pairs := len(vs.marks)
	for i, m := range vs.marks {
		places[i] = place{uint32(i), weights[m.shape], m.count}
	}
	for i := range vs.whole {
		o := vs.Outline(pairs + i)
		places[pairs+i] = place{uint32(pairs + i), int32(weightOf(o.Shape, day)), o.Count}
	}
	slices.SortFunc(places, func(a, b place) int {
		switch {
		case a.weight != b.weight:
			return cmp.Compare(a.weight, b.weight)
		case a.count != b.count:
			return cmp.Compare(b.count, a.count)
		case int(a.at) < pairs && int(b.at) < pairs:
			return cmp.Compare(a.at, b.at)
		}
		return cmp.Or(vs.compare(int(a.at), int(b.at)), cmp.Compare(a.at, b.at))
	})
	order := make([]uint32, len(places))
	for i, p := range places {
		order[i] = p.at
	}
	vs.order = order
}

// compare is the order of verdicts as they stand, one of which at least is
// about one party alone.
func (vs *Verdicts) compare(x, y int) int {
	a, b := vs.Outline(x), vs.Outline(y)
	if c := cmp.Or(strings.Compare(a.Client, b.Client), strings.Compare(a.Server, b.Server)); c != 0 {
		return c
	}
	v, w := a.Whole(), b.Whole()
	return cmp.Or(strings.Compare(v.Layer, w.Layer), strings.Compare(a.Agent, b.Agent), strings.Compare(v.Why.String(), w.Why.String()))
}
