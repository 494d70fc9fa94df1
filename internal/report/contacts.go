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
	Settings       int // configured values that break, on all their hosts
	Parties        []string
	First          string // the first thing to do
	Link           string // to what it is about
	groups         []contactGroup
	settings       []settingGroup
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
	for _, g := range v.breakingSettings() {
		c := of(g.Owner, g.Contact)
		c.settings = append(c.settings, g)
		c.Settings += g.Count
		if c.First == "" {
			c.First, c.Link = cmp.Or(append(g.Fix.Strings(), g.Why.String())...), "#settings"
		}
	}
	for i := range out {
		out[i].Parties = out[i].parties()
	}
	slices.SortStableFunc(out, func(a, b contact) int {
		return cmp.Or(cmpTrueFirst(b.Unknown(), a.Unknown()), cmp.Compare(b.Breaks, a.Breaks), cmp.Compare(b.Risk, a.Risk), cmp.Compare(b.Settings, a.Settings), cmp.Compare(a.Owner, b.Owner))
	})
	return out
}

// byOwner divides a trouble among those who answer for its members.
func byOwner(g group) []group {
	at := map[[2]string]int{}
	var out []group
	i := 0
	for o := range g.v.outlines(g.Members) {
		p := g.Members[i]
		i++
		key := [2]string{o.Owner, o.Contact}
		n, ok := at[key]
		if !ok {
			n = len(out)
			at[key] = n
			out = append(out, group{v: g.v, ID: g.ID, Lead: g.v.whole(p)})
		}
		out[n].Members = append(out[n].Members, p)
		out[n].times += o.Count
	}
	return out
}

// breakingSettings are the values that break, each divided among those who
// answer for its hosts.
func (v *view) breakingSettings() []settingGroup {
	at := map[[2]string]int{}
	var parts [][]assess.SettingVerdict
	for _, s := range v.r.Settings {
		if s.Verdict != settingBreaks {
			continue
		}
		s = v.clean.setting(s)
		key := [2]string{s.Owner, s.Contact}
		i, ok := at[key]
		if !ok {
			i = len(parts)
			at[key] = i
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], s)
	}
	var out []settingGroup
	for _, p := range parts {
		out = append(out, groupSettings(v.words, p)...)
	}
	return out
}

func firstStep(v assess.Verdict) string {
	return cmp.Or(append(v.Fix.Strings(), v.Next.String(), v.Why.String())...)
}

// parties are the sides at fault of what is theirs, each once.
func (c contact) parties() []string {
	var sides [][]string
	for _, g := range c.groups {
		if atServer(g.Lead.LimitedBy, g.Lead.Client) {
			sides = append(sides, g.servers())
		} else {
			sides = append(sides, g.clients())
		}
	}
	for _, g := range c.settings {
		sides = append(sides, g.Hosts)
	}
	seen := map[string]bool{}
	var out []string
	for _, s := range slices.Concat(sides...) {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// atServer reports whether it is the server that must change.
func atServer(side assess.Side, client string) bool {
	return side == assess.ServerSide || client == assess.Anyone
}
