package assess

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// The gates that rest on no constraint of knowledge.
const (
	gateWeak    = "gate.weak-clients"    // somebody was only ever seen weak there
	gateOpen    = "gate.unexplained"     // weak or unjudged connections that nobody has explained
	gateBefore  = "gate.evidence-before" // what can be seen before the switch only
	gateWindow  = "gate.window"          // watched for long enough
	gateRead    = "gate.evidence-read"   // nothing that was given stayed unread
	gateServers = "gate.servers-known"   // whom a client calls is known to do the floor
	gateOrder   = "gate.order"           // what comes first is not refused
	gatePilot   = "gate.pilot"           // there is a server to begin with

	conServerFirst = "con.general-server-first"
	conMail        = "con.mail-opportunistic"
)

// checkGates gives every step that takes versions away, or that a product
// holds back, its gates.
func (b *planner) checkGates() {
	read := b.readGate()
	for _, n := range b.of[stepEnableServer] {
		n.Gates = append(n.Gates, b.productGates(n)...)
	}
	for _, n := range b.of[stepDisableServer] {
		n.Gates = append(n.Gates, b.productGates(n)...)
		n.Gates = append(n.Gates, b.serverGates(n.host)...)
		n.Gates = append(n.Gates, read)
	}
	for _, n := range b.of[stepDisableClient] {
		n.Gates = append(n.Gates, b.productGates(n)...)
		n.Gates = append(n.Gates, b.calledGate(n.host), read)
	}
	for _, n := range b.steps {
		for i := range n.Gates {
			b.accept(&n.Gates[i], n)
		}
	}
	b.choosePilot()
}

// readGate: what could not be read may hold the one client that breaks.
func (b *planner) readGate() Gate {
	g := Gate{Constraint: gateRead}
	lost, first := 0, Text{}
	for _, c := range b.report.Coverage {
		reason := told(c.Failed)
		if reason.IsZero() && c.Lost() && c.Source != "folder" {
			for _, s := range c.Skipped {
				if !s.NotTLS {
					reason = say("%s: %s", s.Ref, told(s.Reason))
					break
				}
			}
		}
		if reason.IsZero() || b.waiverOf(c.Input) != nil {
			continue
		}
		if lost++; first.IsZero() {
			first = say("%s: %s", c.Input, reason)
			if strings.HasPrefix(reason.String(), c.Input) {
				first = reason
			}
		}
	}
	if lost == 0 {
		g.Met, g.Reason = true, say("all that was given could be read")
		return g
	}
	g.Unknown = true
	g.Reason = say("1 input could not be read whole: %s", first)
	if lost > 1 {
		g.Reason = say("%s inputs could not be read whole: %s", lost, first)
	}
	g.Next = say("give it whole, leave it out, or name it in the waivers file")
	return g
}

// calledGate: a client that loses the old versions fails with any server that
// knows nothing else.
func (b *planner) calledGate(h *planHost) Gate {
	g := Gate{Constraint: gateServers}
	if h.asClient.len() == 0 {
		g.Unknown, g.Next = true, say("capture what %s sends: tlsready watch CAPTURE", h.name)
		g.Reason = say("which servers it calls is not known")
		return g
	}
	for v := range h.asClient.all() {
		if v.SetApart != "" {
			continue
		}
		s := b.serverOf(v)
		if v.Verdict == OK || s != nil && s.takesFloor(b.floor) == surely {
			continue
		}
		g.Reason = say("%s, which it calls, is not known to do %s", v.Server, b.floor)
		g.Next, g.Unknown = Verbatim("tlsready scan "+ScanTarget(v.Server, v.Protocol)), v.Verdict != Breaks
		return g
	}
	g.Met, g.Reason = true, say("all servers it was seen to call do %s", b.floor)
	return g
}

// waiverOf is the waiver that names something: an input or a constraint.
func (b *planner) waiverOf(name string) *Exception {
	for i := range b.opt.Waivers {
		w := &b.opt.Waivers[i]
		if (w.Party == name || w.Party == base(name)) && b.report.AsOf <= dayOf(w.Until) {
			return w
		}
	}
	return nil
}

// accept opens a gate about which nothing tells and for which somebody
// answers by name until a day: a line of the waivers file whose party is the
// constraint, alone or with a host ("con.sfb-cqd-first/sfb01"). What is known
// not to hold stays shut.
func (b *planner) accept(g *Gate, n *node) {
	if g.Met || !g.Unknown || n.host == nil {
		return
	}
	w := b.waiverOf(g.Constraint)
	if w == nil {
		w = b.waiverOf(g.Constraint + "/" + n.Host)
	}
	if w == nil {
		return
	}
	g.Met, g.Unknown, g.Next = true, false, Text{}
	g.Reason = say("%s answers for it until %s: %s", w.Owner, dayOf(w.Until), w.Reason)
}

// blocking are the constraints that hold a step back.
func (b *planner) blocking(step string) []*knowledge.Constraint { return b.base.ConstraintsOn(step) }

// hasSetting reports whether a value of a host, by its start, was read in a
// layer.
func (h *planHost) hasSetting(layer, value string) bool {
	return slices.ContainsFunc(h.settings, func(s *evidence.Setting) bool {
		return s.Layer == layer && s.Value == value
	})
}
