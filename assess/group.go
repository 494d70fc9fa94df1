package assess

import (
	"net/netip"

	"github.com/tlsready/tlsready/evidence"
)

// Group is what stands behind a shared address: a NAT, a proxy, a terminal
// server. It is one group and never one client.
type Group struct {
	Agents     int  `json:"agents,omitempty"`     // different user agents
	Systems    int  `json:"systems,omitempty"`    // different operating systems by their agents
	Identities int  `json:"identities,omitempty"` // different users
	Hellos     int  `json:"hellos,omitempty"`     // different fingerprints
	CGNAT      bool `json:"cgnat,omitempty"`      // in 100.64.0.0/10 (RFC 6598)
}

// When an address is taken for shared. People have a handful of programs each,
// and one system; a user more or less may be a colleague who borrowed the desk.
const (
	groupIdentities = 3
	groupAgents     = 8
	groupSystems    = 2 // with at least groupPrograms agents
	groupPrograms   = 3
)

// shared reports whether so much stands behind one address that it is no one
// client.
func (g *Group) shared() bool {
	return g.CGNAT || g.Identities >= groupIdentities || g.Agents >= groupAgents ||
		(g.Systems >= groupSystems && g.Agents >= groupPrograms)
}

// text says that an address is shared, and by how much one sees it.
func (g *Group) text() Text {
	if g.CGNAT {
		return say("a shared address (carrier NAT, RFC 6598): it stands for a group, not for one client")
	}
	return say("a shared address (%s programs, %s systems, %s users seen): it stands for a group, not for one client", g.Agents, g.Systems, g.Identities)
}

// cgnat is the shared address space of carriers (RFC 6598 section 7).
func cgnat(ip string) bool {
	a, err := netip.ParseAddr(ip)
	return err == nil && netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10).Contains(a.Unmap())
}

// groupsOf finds the shared addresses. Only addresses can be shared: a name is
// that of one host.
func (j *judge) groupsOf(ps *pairs) map[string]*Group {
	out := map[string]*Group{}
	for i := 0; i < ps.len(); {
		end := i + 1
		for end < ps.len() && ps.is(end).client == ps.is(i).client {
			end++
		}
		if g := j.groupAt(ps, i, end); g != nil {
			out[ps.clients[ps.is(i).client]] = g
		}
		i = end
	}
	return out
}

// groupAt is the group behind the client of the pairs from one place to
// another, or nil.
func (j *judge) groupAt(ps *pairs, from, to int) *Group {
	client := ps.clients[ps.is(from).client]
	if !isAddress(client) {
		return nil
	}
	g := &Group{CGNAT: cgnat(client)}
	if to-from < groupPrograms && !g.CGNAT && ps.starts[from+1]-ps.starts[from] < groupIdentities {
		return nil // most clients: too little for a group
	}
	seen := map[string]bool{}
	first := func(kind, s string) int {
		if s == "" || seen[kind+s] {
			return 0
		}
		seen[kind+s] = true
		return 1
	}
	for _, m := range ps.members[ps.starts[from]:ps.starts[to]] {
		number, _, _ := ps.seen.Numbers(int(m.row))
		c := ps.seen.Party(number)
		g.Identities += first("identity ", c.Identity)
		g.Hellos += first("hello ", c.JA4)
		if first("agent ", c.UserAgent) == 1 {
			g.Agents++
			g.Systems += first("system ", j.program(c.UserAgent).System.Name)
		}
	}
	if !g.shared() {
		return nil
	}
	return g
}

// groupOf is the group behind a client; nil for one client.
func (j *judge) groupOf(client string) *Group { return j.groups[client] }

// asGroup says of a verdict that its client is a group. A weak and a strong
// connection from there may be those of two machines: nobody "will probably
// survive".
func (j *judge) asGroup(v *Verdict, t *tally) {
	g := j.groupOf(v.Client)
	if g == nil {
		return
	}
	v.Group = g
	switch {
	case v.Verdict == OK:
		return
	case t.weak > 0 && t.strong > 0 && v.Verdict == AtRisk:
		v.Why = say("somebody negotiated %s (%s) and somebody %s (%s): those of %s may break", t.weakest, t.weak, t.strongest, t.strong, t.weakest)
		v.Confidence = evidence.Observed
	}
	v.Why = v.Why.And(g.text())
	if v.Verdict != Unknown {
		v.Fix = append(Texts{say("Find out whose connections these are: whoever runs %s can tell by time and place", v.Client)}, v.Fix...)
	}
}
