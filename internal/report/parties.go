package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tlsready/tlsready/assess"
)

// Bounds of the sections of single parties.
const (
	mostParties    = 150
	mostPartyPairs = 25
)

// party is a client or a server with all it was seen to do.
type party struct {
	ID, Name       string
	Class, Symbol  string // of its worst pair
	Numbers        []tile
	Software       []string
	Owners         []string
	Fix            []string
	Pairs          []partyPair
	Left           int
	worst          kind
	count, pairsOf int
}

// partyPair is one of its pairs.
type partyPair struct {
	Class, Symbol, Outcome, Other, Link string
	assess.Verdict
}

// partyList is all clients or all servers.
type partyList struct {
	ID, Title, Intro, OtherTitle string
	Server                       bool
	List                         []party
	N, Left                      int
}

// newParties lists one side of all pairs, those in trouble first.
func newParties(v *view, l partyList, prefix string, links map[string]string) partyList {
	at := map[string]int{}
	var all []party
	for k := range kinds {
		for _, x := range v.verdicts[k] {
			name, other := v.client(x), v.server(x)
			if l.Server {
				name, other = other, name
			}
			if name == v.anyClient() || name == v.anyServer() {
				continue
			}
			i, ok := at[name]
			if !ok {
				i = len(all)
				at[name] = i
				all = append(all, party{Name: name, worst: k, Class: k.class(), Symbol: symbols[k]})
			}
			all[i].add(v, k, x, other, links)
		}
	}
	slices.SortStableFunc(all, func(a, b party) int {
		return cmp.Or(cmp.Compare(a.worst, b.worst), cmp.Compare(b.count, a.count), cmp.Compare(a.Name, b.Name))
	})
	l.N = len(all)
	l.List = firstOf(all, mostParties)
	l.Left = len(all) - len(l.List)
	for i := range l.List {
		l.List[i].ID = fmt.Sprintf("%s%d", prefix, i+1)
		l.List[i].Left = l.List[i].pairsOf - len(l.List[i].Pairs)
	}
	return l
}

func (p *party) add(v *view, k kind, x assess.Verdict, other string, links map[string]string) {
	p.pairsOf++
	if k == kindBreaks {
		p.count++
	}
	p.tally(v, k)
	if x.Software != "" && !slices.Contains(p.Software, x.Software) && len(p.Software) < 3 {
		p.Software = append(p.Software, x.Software)
	}
	if len(p.Pairs) == mostPartyPairs {
		return
	}
	if who := ownerOf(x); who != "" && !slices.Contains(p.Owners, who) {
		p.Owners = append(p.Owners, who)
	}
	pp := partyPair{Class: k.class(), Symbol: symbols[k], Outcome: v.outcome(k), Other: other, Verdict: x}
	if k <= kindUnknown {
		pp.Link = links[verdictKey(x)]
	}
	p.Pairs = append(p.Pairs, pp)
}

// tally counts a pair under its kind.
func (p *party) tally(v *view, k kind) {
	for i := range p.Numbers {
		if p.Numbers[i].Class == k.class() && p.Numbers[i].Link == "" {
			p.Numbers[i].N++
			p.Numbers[i].Label = v.howMany(k, p.Numbers[i].N)
			return
		}
	}
	p.Numbers = append(p.Numbers, tile{Class: k.class(), Symbol: symbols[k], Label: v.howMany(k, 1), N: 1})
}

func ownerOf(v assess.Verdict) string {
	if v.Owner != "" && v.Contact != "" {
		return v.Owner + " (" + v.Contact + ")"
	}
	return v.Owner + v.Contact
}
