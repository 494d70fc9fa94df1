package assess

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// pairs are all pairs of the evidence, in the order of their clients, servers
// and agents. Memory: 20 bytes a record, and each name once.
type pairs struct {
	seen    *evidence.Table
	members []member // those of one pair stand together
	starts  []uint32 // where each pair begins among them, and the end
	clients []string // by their numbers, in order
	agents  []string
	servers []string
}

// member is a record of a pair: its row, and the numbers of who it is about.
type member struct{ client, server, agent, row uint32 }

func (m member) sameAs(o member) bool {
	return m.client == o.client && m.server == o.server && m.agent == o.agent
}

// pair is one client (an address or name and, where known, one agent) and one
// server, with all that was seen between them.
type pair struct {
	client, server           string // ids
	clientParty, serverParty evidence.Party
	protocol                 string
	seen                     *evidence.Table
	members                  []member
}

func (ps *pairs) len() int { return len(ps.starts) - 1 }

// is a record of the pair at a place, for the numbers of its parties.
func (ps *pairs) is(i int) member { return ps.members[ps.starts[i]] }

// at is the pair at a place.
func (ps *pairs) at(i int) *pair {
	p := &pair{seen: ps.seen, members: ps.members[ps.starts[i]:ps.starts[i+1]]}
	p.client, p.server = ps.clients[p.members[0].client], ps.servers[p.members[0].server]
	client, server := ps.parties(i)
	for _, m := range p.members {
		_, _, t := ps.seen.Numbers(int(m.row))
		p.protocol = moreTelling(p.protocol, ps.seen.TermsOf(t).Protocol)
	}
	p.clientParty, p.serverParty = *client, *server
	return p
}

// find is the pair of a client, a server and an agent, nil if there is none.
func (ps *pairs) find(client, server, agent string) *pair {
	i, ok := sort.Find(ps.len(), func(i int) int {
		m := ps.is(i)
		return cmp.Or(
			strings.Compare(client, ps.clients[m.client]), strings.Compare(server, ps.servers[m.server]), strings.Compare(agent, ps.agents[m.agent]),
		)
	})
	if !ok {
		return nil
	}
	return ps.at(i)
}

// parties are the two sides of the pair at a place.
func (ps *pairs) parties(i int) (client, server *evidence.Party) {
	for _, m := range ps.members[ps.starts[i]:ps.starts[i+1]] {
		c, s, _ := ps.seen.Numbers(int(m.row))
		client, server = mergeParty(client, ps.seen.Party(c)), mergeParty(server, ps.seen.Party(s))
	}
	return client, server
}

// rows are the records of a pair.
func (p *pair) rows() iter.Seq[evidence.Row] {
	return func(yield func(evidence.Row) bool) {
		for _, m := range p.members {
			if !yield(p.seen.Row(int(m.row))) {
				return
			}
		}
	}
}

// pairUp groups handshakes by who talks to whom. Those that contradict
// themselves are left out.
func pairUp(d *directory, seen *evidence.Table, contradicts []bool) *pairs {
	var clients, agents, servers numbering
	clientOf := newMemo(seen.Parties())
	agentOf, serverOf, udpServerOf := newMemo(seen.Parties()), newMemo(seen.Parties()), newMemo(seen.Parties())
	list := make([]member, 0, seen.Len())
	for i := range seen.Len() {
		c, s, t := seen.Numbers(i)
		if contradicts[t] {
			continue
		}
		client, server := seen.Party(c), seen.Party(s)
		m := member{row: uint32(i)}
		m.client = clientOf.get(c, func() uint32 { return clients.of(d.clientID(*client)) })
		m.agent = agentOf.get(c, func() uint32 { return agents.of(client.UserAgent) })
		switch protocol := seen.TermsOf(t).Protocol; {
		case *server == (evidence.Party{}):
			m.server = servers.of(d.serverOf(seen.Row(i)))
		case inDatagrams(protocol):
			m.server = udpServerOf.get(s, func() uint32 { return servers.of(endpointID(d.serverID(*server), protocol)) })
		default:
			m.server = serverOf.get(s, func() uint32 { return servers.of(d.serverID(*server)) })
		}
		list = append(list, m)
	}
	joinAgents(list, agents.of(""))
	ps := &pairs{seen: seen, members: list}
	inOrder := [3][]uint32{clients.sort(), servers.sort(), agents.sort()}
	for i := range list {
		m := &list[i]
		m.client, m.server, m.agent = inOrder[0][m.client], inOrder[1][m.server], inOrder[2][m.agent]
	}
	ps.clients, ps.servers, ps.agents = clients.names, servers.names, agents.names
	ps.order()
	return ps
}

// order brings the records of each pair together.
func (ps *pairs) order() {
	slices.SortFunc(ps.members, func(a, b member) int {
		switch {
		case a.client != b.client:
			return cmp.Compare(a.client, b.client)
		case a.server != b.server:
			return cmp.Compare(a.server, b.server)
		case a.agent != b.agent:
			return cmp.Compare(a.agent, b.agent)
		}
		return cmp.Compare(a.row, b.row)
	})
	ps.starts = make([]uint32, 0, len(ps.members)+1)
	for i, m := range ps.members {
		if i == 0 || !m.sameAs(ps.members[i-1]) {
			ps.starts = append(ps.starts, uint32(i))
		}
	}
	ps.starts = append(ps.starts, uint32(len(ps.members)))
}

// joinAgents gives the records of a client and a server that tell no agent
// the one agent that logs show between the two, so that a captured hello
// joins it. With several agents nothing tells which made the hello.
func joinAgents(list []member, none uint32) {
	type ends struct{ client, server uint32 }
	const several = 1<<32 - 1
	agents := map[ends]uint32{} // of those with a record that tells none
	for _, m := range list {
		if m.agent == none {
			agents[ends{m.client, m.server}] = none
		}
	}
	if len(agents) == 0 {
		return // logs alone
	}
	for _, m := range list {
		key := ends{m.client, m.server}
		have, wanted := agents[key]
		switch {
		case m.agent == none || !wanted:
		case have == none:
			agents[key] = m.agent
		case have != m.agent:
			agents[key] = several
		}
	}
	for i := range list {
		m := &list[i]
		if agent := agents[ends{m.client, m.server}]; m.agent == none && agent != several {
			m.agent = agent
		}
	}
}

// serverOf is the id of the server of a handshake. A log that does not name
// its server is a server of its own, called after the log.
func (d *directory) serverOf(r evidence.Row) string {
	if *r.Server == (evidence.Party{}) {
		if refs := r.Refs(); len(refs) > 0 {
			file, _, _ := strings.Cut(refs[0][strings.LastIndexByte(refs[0], '/')+1:], ":")
			return "server of " + file
		}
	}
	return d.serverID(*r.Server)
}

// mergeParty keeps what all records agree on or only one of them knows; a
// field with two values tells nothing of the party as a whole.
func mergeParty(a, b *evidence.Party) *evidence.Party {
	if a == nil || a == b || *a == (evidence.Party{}) {
		return b
	}
	pick := func(x, y string) string {
		if x != "" && y != "" && x != y {
			return min(x, y)
		}
		return cmp.Or(x, y)
	}
	return &evidence.Party{
		IP: pick(a.IP, b.IP), Port: cmp.Or(a.Port, b.Port), Name: pick(a.Name, b.Name),
		UserAgent: pick(a.UserAgent, b.UserAgent), Identity: pick(a.Identity, b.Identity),
		JA3: pick(a.JA3, b.JA3), JA4: pick(a.JA4, b.JA4),
	}
}

// moreTelling prefers a named application protocol over plain "tls".
func moreTelling(a, b string) string {
	if a == "" || a == "tls" {
		return cmp.Or(b, a)
	}
	return a
}
