package assess

import (
	"maps"
	"slices"

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
	weak, strong map[string]int
	clients      int
}

// daysOf counts the days of all pairs; those set apart are left out, since
// nobody has to wait for a scanner. Pairs stand in the order of their clients,
// so that one client's days are all that must be kept to count it once.
func (j *judge) daysOf(pairs []*pair, verdicts []Verdict) []Day {
	days := map[string]*dayCounts{}
	client, weak := "", map[string]bool{}
	next := func() {
		for d := range weak {
			days[d].clients++
		}
		clear(weak)
	}
	for i, p := range pairs {
		if verdicts[i].SetApart != "" {
			continue
		}
		if p.client != client {
			next()
			client = p.client
		}
		for _, h := range p.handshakes {
			j.addDays(days, weak, h)
		}
	}
	next()
	out := make([]Day, 0, len(days))
	for _, d := range slices.Sorted(maps.Keys(days)) {
		c := days[d]
		out = append(out, Day{Day: d, Weak: largest(c.weak), Strong: largest(c.strong), WeakClients: c.clients})
	}
	return out
}

func (j *judge) addDays(days map[string]*dayCounts, weakDays map[string]bool, h *evidence.Handshake) {
	weak := h.Negotiated.Below(j.policy.Floor)
	if !weak && !h.Negotiated.AtLeast(j.policy.Floor) {
		return
	}
	for d, n := range h.Days {
		c := days[d]
		if c == nil {
			c = &dayCounts{weak: map[string]int{}, strong: map[string]int{}}
			days[d] = c
		}
		if weak {
			c.weak[h.Source] += n
			weakDays[d] = true
		} else {
			c.strong[h.Source] += n
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
