package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// pair is one client (an address or name and, where known, one agent) and one
// server, with all that was seen between them.
type pair struct {
	client, server           string // ids
	clientParty, serverParty evidence.Party
	protocol                 string
	handshakes               []*evidence.Handshake
}

// pairUp groups handshakes by who talks to whom, in a fixed order.
func pairUp(d *directory, handshakes []*evidence.Handshake) []*pair {
	type key struct{ client, agent, server string }
	byKey := map[key]*pair{}
	var order []*pair
	agents := agentsSeen(d, handshakes)
	for _, h := range handshakes {
		k := key{d.clientID(h.Client), h.Client.UserAgent, d.serverOf(h)}
		if k.agent == "" {
			k.agent = agents[[2]string{k.client, k.server}]
		}
		p := byKey[k]
		if p == nil {
			p = &pair{client: k.client, server: k.server}
			byKey[k] = p
			order = append(order, p)
		}
		p.handshakes = append(p.handshakes, h)
		p.clientParty = mergeParty(p.clientParty, h.Client)
		p.serverParty = mergeParty(p.serverParty, h.Server)
		p.protocol = moreTelling(p.protocol, h.Protocol)
	}
	slices.SortFunc(order, func(a, b *pair) int {
		return cmp.Or(
			strings.Compare(a.client, b.client),
			strings.Compare(a.server, b.server),
			strings.Compare(a.clientParty.UserAgent, b.clientParty.UserAgent),
		)
	})
	return order
}

// serverOf is the id of the server of a handshake. A log that does not name
// its server is a server of its own, called after the log.
func (d *directory) serverOf(h *evidence.Handshake) string {
	if h.Server == (evidence.Party{}) && len(h.Refs) > 0 {
		file, _, _ := strings.Cut(h.Refs[0][strings.LastIndexByte(h.Refs[0], '/')+1:], ":")
		return "server of " + file
	}
	return d.serverID(h.Server)
}

// agentsSeen tells the one agent that logs show between a client and a
// server, so that a captured hello of the same two, which has none, joins it.
// With several agents nothing tells which made the hello: "".
func agentsSeen(d *directory, handshakes []*evidence.Handshake) map[[2]string]string {
	seen := map[[2]string]string{}
	wanted := map[[2]string]bool{}
	for _, h := range handshakes {
		if h.Client.UserAgent == "" {
			wanted[[2]string{d.clientID(h.Client), d.serverOf(h)}] = true
		}
	}
	if len(wanted) == 0 {
		return seen // logs alone
	}
	for _, h := range handshakes {
		if h.Client.UserAgent == "" {
			continue
		}
		k := [2]string{d.clientID(h.Client), d.serverOf(h)}
		if !wanted[k] {
			continue
		}
		if have, ok := seen[k]; ok && have != h.Client.UserAgent {
			seen[k] = ""
			continue
		}
		seen[k] = h.Client.UserAgent
	}
	return seen
}

// mergeParty keeps what all records agree on or only one of them knows; a
// field with two values tells nothing of the party as a whole.
func mergeParty(a, b evidence.Party) evidence.Party {
	if a == (evidence.Party{}) {
		return b
	}
	pick := func(x, y string) string {
		if x != "" && y != "" && x != y {
			return min(x, y)
		}
		return cmp.Or(x, y)
	}
	return evidence.Party{
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
