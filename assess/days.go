package assess

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// Day is what was seen on one day (UTC): connections or requests below and at
// the floor, and how many clients were below it.
type Day struct {
	Day          string // 2026-03-02
	Weak, Strong int
	WeakClients  int
}

// dayCounts are the numbers of a day by source. A capture and a log of the
// same connections show them twice, so of several sources the larger stands.
type dayCounts struct {
	seen         bool
	weak, strong map[string]int
	clients      int
	client       uint32 // the latest that was counted, plus one
}

// daysOf counts the days of all pairs; those set apart are left out, since
// nobody has to wait for a scanner. Pairs stand in the order of their clients,
// so that the latest client of a day is all that must be kept to count each
// once.
func (j *judge) daysOf(ps *pairs, apart func(i int) bool) []Day {
	days := make([]dayCounts, ps.seen.Names())
	for i := range ps.len() {
		if apart(i) {
			continue
		}
		for _, m := range ps.members[ps.starts[i]:ps.starts[i+1]] {
			h := ps.seen.Row(int(m.row))
			j.addDays(days, m.client, &h)
		}
	}
	var out []Day
	for number, c := range days {
		if c.seen {
			out = append(out, Day{Day: ps.seen.Name(uint32(number)), Weak: largest(c.weak), Strong: largest(c.strong), WeakClients: c.clients})
		}
	}
	slices.SortFunc(out, func(a, b Day) int { return strings.Compare(a.Day, b.Day) })
	return out
}

func (j *judge) addDays(days []dayCounts, client uint32, h *evidence.Row) {
	weak := h.Negotiated.Below(j.policy.Floor)
	if !weak && !h.Negotiated.AtLeast(j.policy.Floor) {
		return
	}
	for d, n := range h.Days() {
		c := &days[d]
		if !c.seen {
			*c = dayCounts{seen: true, weak: map[string]int{}, strong: map[string]int{}}
		}
		if !weak {
			c.strong[h.Source] += n
			continue
		}
		c.weak[h.Source] += n
		if c.client != client+1 {
			c.client = client + 1
			c.clients++
		}
	}
}

func largest(of map[string]int) int {
	n := 0
	for _, v := range of {
		n = max(n, v)
	}
	return n
}
