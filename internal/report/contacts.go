package report

import (
	"cmp"
	"slices"

	"github.com/tlsready/tlsready/assess"
)

// contact is somebody who answers for something in trouble, and what for.
type contact struct {
	Owner, Contact string
	Breaks, Risk   int // pairs
	Settings       int // values that break
	Parties        []string
	First          string // the first thing to do
	Link           string // to what it is about
	groups         []contactGroup
}

// contactGroup is one trouble, and the part of it that is theirs.
type contactGroup struct {
	kind kind
	group
}

// Unknown reports whether nobody is named.
func (c contact) Unknown() bool { return c.Owner+c.Contact == "" }

// contacts are all who must be told, those with the most that breaks first;
// what nobody answers for comes last.
func (v *view) contacts() []contact {
	at := map[[2]string]int{}
	var out []contact
	of := func(owner, address string) *contact {
		key := [2]string{owner, address}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, contact{Owner: owner, Contact: address})
		}
		return &out[i]
	}
	for _, k := range []kind{kindBreaks, kindRisk} {
		for _, g := range v.groups[k] {
			for _, part := range byOwner(g) {
				c := of(part.Lead.Owner, part.Lead.Contact)
				c.groups = append(c.groups, contactGroup{k, part})
				if k == kindBreaks {
					c.Breaks += len(part.Members)
				} else {
					c.Risk += len(part.Members)
				}
				if c.First == "" {
					c.First, c.Link = firstStep(part.Lead), "#"+part.ID
				}
			}
		}
	}
	for i := range out {
		out[i].Parties = out[i].parties()
	}
	slices.SortStableFunc(out, func(a, b contact) int {
		return cmp.Or(cmpTrueFirst(b.Unknown(), a.Unknown()), cmp.Compare(b.Breaks, a.Breaks), cmp.Compare(b.Risk, a.Risk), cmp.Compare(a.Owner, b.Owner))
	})
	return out
}

// byOwner divides a trouble among those who answer for its members.
func byOwner(g group) []group {
	at := map[[2]string]int{}
	var out []group
	for _, m := range g.Members {
		key := [2]string{m.Owner, m.Contact}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, group{w: g.w, ID: g.ID, Lead: m})
		}
		out[i].Members = append(out[i].Members, m)
	}
	return out
}

func firstStep(v assess.Verdict) string {
	for _, s := range append(v.Fix.Strings(), v.Next.String(), v.Why.String()) {
		if s != "" {
			return s
		}
	}
	return ""
}

// parties are the sides at fault of what is theirs, each once.
func (c contact) parties() []string {
	seen := map[string]bool{}
	var out []string
	for _, g := range c.groups {
		side := g.clients()
		if atServer(g.Lead) {
			side = g.servers()
		}
		for _, s := range side {
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

// atServer reports whether it is the server that must change.
func atServer(v assess.Verdict) bool {
	return v.LimitedBy == assess.ServerSide || v.Client == assess.Anyone
}
