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
	ID, Name      string
	Class, Symbol string // of its worst pair
	Numbers       []tile
	Software      []string
	Owners        []string
	Fix           []string
	Meets         string // of a server: what known clients come to with it
	Lost          []string
	Simulated     bool // some pair says what it comes to by hello and scan
	Pairs         []partyPair
	Left          int
	server        evidence.Party
	worst         kind
	of            [kinds]int // pairs
	places        []seat     // of the pairs that are shown
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
		for _, p := range v.verdicts[k] {
			o := v.outline(p)
			name := v.clientName(o.Client)
			if l.Server {
				name = v.serverName(o.Server, o.Protocol)
			}
			if name == v.anyClient() || name == v.anyServer() {
				continue
			}
			i, ok := at[name]
			if !ok {
				i = len(all)
				at[name] = i
				all = append(all, party{Name: name, worst: k})
			}
			all[i].add(k, p, o.Software)
		}
	}
	slices.SortStableFunc(all, func(a, b party) int {
		return cmp.Or(cmp.Compare(a.worst, b.worst), cmp.Compare(b.of[kindBreaks], a.of[kindBreaks]), cmp.Compare(a.Name, b.Name))
	})
	l.N = len(all)
	l.List = firstOf(all, mostParties)
	l.Left = len(all) - len(l.List)
	for i := range l.List {
		l.List[i].ID = fmt.Sprintf("%s%d", prefix, i+1)
		l.List[i].show(v, l.Server, links)
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

// add counts a pair, the worst first.
func (p *party) add(k kind, at seat, software string) {
	p.of[k]++
	if software != "" && len(p.Software) < 3 && !slices.Contains(p.Software, software) {
		p.Software = append(p.Software, software)
	}
	if len(p.places) < mostPartyPairs {
		p.places = append(p.places, at)
	}
}

// show makes what a page shows of the party.
func (p *party) show(v *view, server bool, links map[string]string) {
	p.Class, p.Symbol = p.worst.class(), symbols[p.worst]
	for k, n := range p.of {
		if n > 0 {
			p.Numbers = append(p.Numbers, tile{Class: kind(k).class(), Symbol: symbols[k], Label: v.howMany(kind(k), n), N: n})
		}
		p.Left += n
	}
	p.Left -= len(p.places)
	for i, at := range p.places {
		x := v.whole(at)
		if i == 0 {
			p.server = x.ServerParty
		}
		if who := ownerOf(x.Owner, x.Contact); who != "" && !slices.Contains(p.Owners, who) {
			p.Owners = append(p.Owners, who)
		}
		k := kindOf(v.r.Verdicts.Shape(int(at)), v.r.AsOf)
		pp := partyPair{Class: k.class(), Symbol: symbols[k], Outcome: v.outcome(k), Other: v.server(x), Verdict: x}
		if server {
			pp.Other = v.client(x)
		}
		if k <= kindUnknown {
			pp.Link = links[verdictKey(x)]
		}
		p.Pairs = append(p.Pairs, pp)
	}
}

func ownerOf(owner, contact string) string {
	if owner != "" && contact != "" {
		return owner + " (" + contact + ")"
	}
	return owner + contact
}
