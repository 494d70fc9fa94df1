package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/negotiate"
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
	Meets          string // of a server: what known clients come to with it
	Lost           []string
	Simulated      bool // some pair says what it comes to by hello and scan
	Pairs          []partyPair
	Left           int
	server         evidence.Party
	worst          kind
	count, pairsOf int
}

// partyPair is one of its pairs.
type partyPair struct {
	Class, Symbol, Outcome, Other, Link string
	Then                                string // what they come to once the policy is in force
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
				all = append(all, party{Name: name, worst: k, Class: k.class(), Symbol: symbols[k], server: x.ServerParty})
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
		if l.Server {
			l.List[i].meet(v)
		}
		l.List[i].simulate(v)
	}
	return l
}

// meet says what the known clients come to with a server.
func (p *party) meet(v *view) {
	m, ok := v.r.Simulation.Server(p.server)
	if !ok {
		return
	}
	p.Meets = v.T("Of %s known clients, %s agree with it today, and %s once the policy is in force.", number(m.Known), number(m.Today), number(m.Then))
	for _, l := range m.Lost {
		p.Lost = append(p.Lost, fmt.Sprintf("%s (%s)", l.Program, number(l.Clients)))
	}
}

// simulate says of each pair shown what it comes to once the policy is in
// force.
func (p *party) simulate(v *view) {
	for i := range p.Pairs {
		x := &p.Pairs[i]
		r, ok := v.r.Simulation.Pair(&x.Verdict)
		switch {
		case !ok:
			continue
		case r.Outcome == negotiate.Agrees:
			x.Then = symbols[kindOK] + " " + r.Version.String()
		default:
			x.Then = symbols[kindBreaks] + " " + v.T("no agreement")
		}
		p.Simulated = true
	}
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
