package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/tlswire"
)

// group is pairs with one trouble: one party at fault, or one kind of
// software, with the same reason and the same fix.
type group struct {
	w       words
	ID      string
	Lead    assess.Verdict // speaks for all; the first of Members
	Members []assess.Verdict
}

// groupBy puts verdicts that are one trouble together. id numbers the groups
// of a whole report.
func groupBy(w words, in []assess.Verdict, id *int) []group {
	at := map[string]int{}
	var out []group
	for _, v := range in {
		key := groupKey(v)
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, group{w: w, Lead: v})
		}
		out[i].Members = append(out[i].Members, v)
	}
	slices.SortStableFunc(out, func(a, b group) int {
		return cmp.Or(
			cmpTrueFirst(a.Lead.OnlyEverWeak, b.Lead.OnlyEverWeak),
			cmp.Compare(b.count(), a.count()),
			cmp.Compare(len(b.Members), len(a.Members)),
		)
	})
	for i := range out {
		*id++
		out[i].ID = fmt.Sprintf("g%d", *id)
	}
	return out
}

// groupKey tells troubles apart. A client at fault stands with others of the
// same software; one whose software is not known stands alone, since its fix
// is its own. Otherwise the server is what they have in common.
func groupKey(v assess.Verdict) string {
	party := "server\x00" + v.Server + "\x00" + v.Protocol
	if v.LimitedBy == assess.ClientSide {
		party = "software\x00" + v.Software
		if v.Software == "" {
			party = "client\x00" + v.Client
		}
		party += fmt.Sprint(v.OnlyEverWeak)
	}
	if v.Verdict == assess.Unknown {
		party += v.Next.String() // one command may settle many
	}
	return strings.Join([]string{
		party, string(v.LimitedBy), string(v.Cause), string(v.Confidence), v.BreaksOn, v.Layer,
		v.Why.String(), strings.Join(v.Fix.Strings(), "\x00"),
	}, "\x00")
}

// each gathers a property of the members, each value once, in their order.
func (g group) each(of func(assess.Verdict) string) []string {
	seen := map[string]bool{}
	var out []string
	for _, v := range g.Members {
		if s := of(v); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

func (g group) clients() []string { return g.each(g.w.client) }
func (g group) servers() []string { return g.each(g.w.server) }
func (g group) software() []string {
	return g.each(func(v assess.Verdict) string { return v.Software })
}

func (g group) owners() []string {
	return g.each(func(v assess.Verdict) string {
		if v.Owner != "" && v.Contact != "" {
			return v.Owner + " (" + v.Contact + ")"
		}
		return v.Owner + v.Contact
	})
}

func (g group) because() []string {
	return g.gather(func(v assess.Verdict) []string { return v.Because })
}

func (g group) contradict() []string {
	return g.gather(func(v assess.Verdict) []string { return v.Contradicts })
}

func (g group) gather(of func(assess.Verdict) []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range g.Members {
		for _, s := range of(v) {
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

func (g group) count() int {
	n := 0
	for _, v := range g.Members {
		n += v.Count
	}
	return n
}

func (g group) first() time.Time {
	var t time.Time
	for _, v := range g.Members {
		if !v.First.IsZero() && (t.IsZero() || v.First.Before(t)) {
			t = v.First
		}
	}
	return t
}

func (g group) last() time.Time {
	var t time.Time
	for _, v := range g.Members {
		if v.Last.After(t) {
			t = v.Last
		}
	}
	return t
}

// weakOnly says who of the group was never seen strong.
func (g group) weakOnly() string {
	n := 0
	for _, v := range g.Members {
		if v.OnlyEverWeak {
			n++
		}
	}
	switch {
	case n == 0:
		return ""
	case n == len(g.Members):
		return g.w.T("only ever seen weak")
	}
	return g.w.T("%s of %s only ever seen weak", number(n), number(len(g.Members)))
}

// versions says what was offered and what came of it.
func (g group) versions() string {
	var offered, negotiated []tlswire.Version
	for _, v := range g.Members {
		offered, negotiated = append(offered, v.Offered), append(negotiated, v.Negotiated)
	}
	var parts []string
	if s := g.w.span(offered); s != "" {
		parts = append(parts, g.w.T("offers up to %s", s))
	}
	if s := g.w.span(negotiated); s != "" {
		parts = append(parts, g.w.T("negotiated %s", s))
	}
	return strings.Join(parts, g.w.T(", "))
}

// seen says how often and when last.
func (g group) seen() string {
	var parts []string
	if n := g.count(); n > 0 {
		parts = append(parts, g.w.N(n, "time", "times"))
	}
	if t := g.last(); !t.IsZero() {
		parts = append(parts, g.w.T("last %s", day(t)))
	}
	return strings.Join(parts, g.w.T(", "))
}

// causeCount is one line of the overview: how much breaks for one reason.
type causeCount struct {
	Fault          string
	Side           string
	Clients, Pairs int
}

// byCause counts what breaks by reason, the most clients first.
func byCause(w words, in []assess.Verdict, need string) []causeCount {
	at := map[string]int{}
	var out []causeCount
	var lists [][]assess.Verdict
	for _, v := range in {
		f := w.fault(v, need)
		i, ok := at[f]
		if !ok {
			i = len(out)
			at[f] = i
			out = append(out, causeCount{Fault: f, Side: w.side(v.LimitedBy)})
			lists = append(lists, nil)
		}
		lists[i] = append(lists[i], v)
	}
	for i := range out {
		out[i].Clients, _ = parties(lists[i])
		out[i].Pairs = len(lists[i])
	}
	slices.SortStableFunc(out, func(a, b causeCount) int {
		return cmp.Or(cmp.Compare(b.Clients, a.Clients), cmp.Compare(b.Pairs, a.Pairs), cmp.Compare(a.Fault, b.Fault))
	})
	return out
}
