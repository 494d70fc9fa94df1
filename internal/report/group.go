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
	v       *view
	ID      string
	Lead    assess.Verdict // speaks for all; the first of Members
	Members []seat
	times   int // they were seen
}

// groupBy puts verdicts that are one trouble together. id numbers the groups
// of a whole report.
func groupBy(v *view, in []seat, id *int) []group {
	at := map[string]int{}
	var out []group
	for _, p := range in {
		x := v.whole(p)
		key := groupKey(x)
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, group{v: v, Lead: x})
		}
		out[i].Members = append(out[i].Members, p)
		out[i].times += x.Count
	}
	slices.SortStableFunc(out, func(a, b group) int {
		return cmp.Or(
			cmpTrueFirst(a.Lead.OnlyEverWeak, b.Lead.OnlyEverWeak),
			cmp.Compare(b.times, a.times),
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
func (g group) each(of func(assess.Outline) string) []string {
	seen := map[string]bool{}
	var out []string
	for o := range g.v.outlines(g.Members) {
		if s := of(o); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

func (g group) clients() []string {
	return g.each(func(o assess.Outline) string { return g.v.clientName(o.Client) })
}

func (g group) servers() []string {
	return g.each(func(o assess.Outline) string { return g.v.serverName(o.Server, o.Protocol) })
}

func (g group) software() []string {
	return g.each(func(o assess.Outline) string { return o.Software })
}

func (g group) owners() []string {
	return g.each(func(o assess.Outline) string { return ownerOf(o.Owner, o.Contact) })
}

func (g group) because() []string {
	return g.gather(g.Members, func(v assess.Verdict) []string { return v.Because })
}

func (g group) contradict() []string {
	return g.gather(g.disputed(), func(v assess.Verdict) []string { return v.Contradicts })
}

// disputed are the members about which sources disagree.
func (g group) disputed() []seat { return g.v.disputed(g.Members) }

func (v *view) disputed(in []seat) []seat {
	var out []seat
	for _, p := range in {
		if v.r.Verdicts.Disputed(int(p)) {
			out = append(out, p)
		}
	}
	return out
}

func (g group) gather(members []seat, of func(assess.Verdict) []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range members {
		for _, s := range of(g.v.whole(p)) {
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

// span is when the members were seen first and last.
func (g group) span() (first, last time.Time) {
	for o := range g.v.outlines(g.Members) {
		from, to := o.Seen()
		if !from.IsZero() && (first.IsZero() || from.Before(first)) {
			first = from
		}
		if to.After(last) {
			last = to
		}
	}
	return first, last
}

// weakOnly says who of the group was never seen strong.
func (g group) weakOnly() string {
	n := 0
	for v := range g.v.outlines(g.Members) {
		if v.OnlyEverWeak {
			n++
		}
	}
	switch {
	case n == 0:
		return ""
	case n == len(g.Members):
		return g.v.T("only ever seen weak")
	}
	return g.v.T("%s of %s only ever seen weak", number(n), number(len(g.Members)))
}

// versions says what was offered and what came of it.
func (g group) versions() string {
	var offered, negotiated []tlswire.Version
	for v := range g.v.outlines(g.Members) {
		offered, negotiated = append(offered, v.Offered), append(negotiated, v.Negotiated)
	}
	var parts []string
	if s := g.v.span(offered); s != "" {
		parts = append(parts, g.v.T("offers up to %s", s))
	}
	if s := g.v.span(negotiated); s != "" {
		parts = append(parts, g.v.T("negotiated %s", s))
	}
	return strings.Join(parts, g.v.T(", "))
}

// seen says how often and when last.
func (g group) seen() string {
	var parts []string
	if n := g.times; n > 0 {
		parts = append(parts, g.v.N(n, "time", "times"))
	}
	if _, t := g.span(); !t.IsZero() {
		parts = append(parts, g.v.T("last %s", day(t)))
	}
	return strings.Join(parts, g.v.T(", "))
}

// causeCount is one line of the overview: how much breaks for one reason.
type causeCount struct {
	Fault          string
	Side           string
	Clients, Pairs int
}

// byCause counts what breaks by reason, the most clients first.
func (v *view) byCause(in []seat) []causeCount {
	at := map[string]int{}
	var out []causeCount
	var clients []map[string]bool
	for o := range v.outlines(in) {
		f := v.faultOf(o.Cause, o.LimitedBy, o.Verdict, v.need)
		i, ok := at[f]
		if !ok {
			i = len(out)
			at[f] = i
			out = append(out, causeCount{Fault: f, Side: v.side(o.LimitedBy)})
			clients = append(clients, map[string]bool{})
		}
		if o.Client != assess.Anyone {
			clients[i][o.Client] = true
		}
		out[i].Pairs++
	}
	for i := range out {
		out[i].Clients = len(clients[i])
	}
	slices.SortStableFunc(out, func(a, b causeCount) int {
		return cmp.Or(cmp.Compare(b.Clients, a.Clients), cmp.Compare(b.Pairs, a.Pairs), cmp.Compare(a.Fault, b.Fault))
	})
	return out
}
