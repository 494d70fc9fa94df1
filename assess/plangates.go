package assess

import (
	"fmt"
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

// serverGates are those of every server.
func (b *planner) serverGates(h *planHost) []Gate {
	gates := []Gate{b.floorGate(h), b.weakGate(h), b.openGate(h)}
	if h.smtp {
		gates = append(gates, b.mailGate(h))
	}
	return append(gates, b.beforeGate(h), b.windowOf(h).gate(h.name, h.spans))
}

// floorGate: the newer version is on before the older ones go.
func (b *planner) floorGate(h *planHost) Gate {
	g := Gate{Constraint: conServerFirst}
	switch h.takesFloor(b.floor) {
	case surely:
		g.Met, g.Reason = true, "accepts "+b.floor.String()
	case surelyNot:
		g.Reason = fmt.Sprintf("does not accept %s yet", b.floor)
	default:
		g.Unknown, g.Next = true, scanCommand(h)
		g.Reason = fmt.Sprintf("whether it accepts %s is not known", b.floor)
	}
	return g
}

func scanCommand(h *planHost) string {
	for _, s := range h.scans {
		if s.Target != "" {
			return "tlsready scan " + s.Target
		}
	}
	for _, v := range h.asServer {
		return "tlsready scan " + v.Server
	}
	for _, s := range h.servers {
		if s.Target != "" {
			return "tlsready scan " + s.Target
		}
	}
	return "tlsready scan " + h.name
}

// weakGate: who breaks with this server is mended first, or excepted by name.
func (b *planner) weakGate(h *planHost) Gate {
	g := Gate{Constraint: gateWeak}
	var breaking []*Verdict
	var waived []string
	for _, v := range h.asServer {
		switch {
		case v.SetApart != "" || v.Verdict != Breaks:
		case v.Waived.holds(b.report.AsOf):
			waived = append(waived, fmt.Sprintf("%s (%s, until %s)", v.Client, v.Waived.Owner, v.Waived.Until))
		default:
			breaking = append(breaking, v)
		}
	}
	switch {
	case len(breaking) > 0:
		only := ""
		if breaking[0].OnlyEverWeak {
			only = ", only ever seen below " + b.floor.String()
		}
		g.Reason = fmt.Sprintf("%s would break%s", firstOf(clientsOf(breaking)), only)
		g.Next = fmt.Sprintf("tlsready explain %s %s EVIDENCE", breaking[0].Client, breaking[0].Server)
	case len(waived) > 0:
		g.Met, g.Reason = true, "excepted by name: "+firstOf(waived)
	default:
		g.Met, g.Reason = true, "nobody who was seen there would break"
	}
	return g
}

func clientsOf(vs []*Verdict) []string {
	var out []string
	for _, v := range vs {
		if !slices.Contains(out, v.Client) {
			out = append(out, v.Client)
		}
	}
	return out
}

// firstOf names the first of some and counts the rest.
func firstOf(names []string) string {
	switch len(names) {
	case 1:
		return names[0]
	case 2:
		return names[0] + " and " + names[1]
	}
	return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
}

// openGate: weak connections that are not explained, and pairs that could not
// be judged, are explained first.
func (b *planner) openGate(h *planHost) Gate {
	g := Gate{Constraint: gateOpen}
	var open []*Verdict
	for _, v := range h.asServer {
		if v.SetApart == "" && (v.Verdict == AtRisk || v.Verdict == Unknown) && !(h.smtp && v.Protocol == "smtp" && v.Verdict == AtRisk) {
			open = append(open, v)
		}
	}
	if len(open) == 0 {
		g.Met, g.Reason = true, "no weak connection is unexplained"
		return g
	}
	v := open[0]
	g.Unknown = v.Verdict == Unknown
	g.Reason = fmt.Sprintf("%s: %s", firstOf(clientsOf(open)), v.Why)
	g.Next = v.Next.String()
	if g.Next == "" {
		g.Next = fmt.Sprintf("tlsready explain %s %s EVIDENCE", v.Client, v.Server)
	}
	return g
}

// mailGate: between mail servers a raised floor stops no mail, it sends it in
// the clear.
func (b *planner) mailGate(h *planHost) Gate {
	g := Gate{Constraint: conMail}
	var weak []*Verdict
	for _, v := range h.asServer {
		if v.Protocol == "smtp" && v.SetApart == "" && (v.Negotiated.Below(b.floor) || v.Offered.Below(b.floor)) {
			weak = append(weak, v)
		}
	}
	switch {
	case len(weak) > 0:
		g.Reason = fmt.Sprintf("mail of %s would go in plain text: require TLS for partners that matter, and bring them to %s", firstOf(clientsOf(weak)), b.floor)
	case len(h.asServer) == 0:
		g.Unknown, g.Next = true, "read its SMTP protocol logs: tlsready import LOGS"
		g.Reason = fmt.Sprintf("which mail servers stay below %s is not known: their mail would go in plain text", b.floor)
	default:
		g.Met, g.Reason = true, fmt.Sprintf("no mail server that was seen stays below %s", b.floor)
	}
	return g
}

// beforeGate: after the switch most servers log nothing of a refused
// handshake, so who connects must be seen before.
func (b *planner) beforeGate(h *planHost) Gate {
	g := Gate{Constraint: gateBefore}
	if len(h.sources) > 0 {
		var from []string
		for s := range h.sources {
			from = append(from, s)
		}
		slices.Sort(from)
		g.Met, g.Reason = true, "who connects was seen by "+strings.Join(from, ", ")
		return g
	}
	g.Unknown = true
	g.Reason = "who connects was never seen; once old versions are off, IIS and others log nothing of a refused handshake"
	g.Next = "switch version logging on (step.turn-on-evidence), then read its logs: tlsready import LOGS"
	return g
}

// readGate: what could not be read may hold the one client that breaks.
func (b *planner) readGate() Gate {
	g := Gate{Constraint: gateRead}
	lost, first := 0, ""
	for _, c := range b.report.Coverage {
		reason := c.Failed
		if reason == "" && c.Lost() && c.Source != "folder" {
			for _, s := range c.Skipped {
				if !s.NotTLS {
					reason = fmt.Sprintf("%s: %s", s.Ref, s.Reason)
					break
				}
			}
		}
		if reason == "" || b.waiverOf(c.Input) != nil {
			continue
		}
		if lost++; first == "" {
			first = c.Input + ": " + reason
			if strings.HasPrefix(reason, c.Input) {
				first = reason
			}
		}
	}
	if lost == 0 {
		g.Met, g.Reason = true, "all that was given could be read"
		return g
	}
	g.Unknown = true
	g.Reason = fmt.Sprintf("%s could not be read whole: %s", inputs(lost), first)
	g.Next = "give it whole, leave it out, or name it in the waivers file"
	return g
}

func inputs(n int) string {
	if n == 1 {
		return "1 input"
	}
	return fmt.Sprintf("%d inputs", n)
}

// calledGate: a client that loses the old versions fails with any server that
// knows nothing else.
func (b *planner) calledGate(h *planHost) Gate {
	g := Gate{Constraint: gateServers}
	if len(h.asClient) == 0 {
		g.Unknown, g.Next = true, "capture what "+h.name+" sends: tlsready watch CAPTURE"
		g.Reason = "which servers it calls is not known"
		return g
	}
	for _, v := range h.asClient {
		if v.SetApart != "" {
			continue
		}
		s := b.estate.find(hostOfID(v.Server), v.ServerParty.IP)
		if v.Verdict == OK || s != nil && s.takesFloor(b.floor) == surely {
			continue
		}
		g.Reason = fmt.Sprintf("%s, which it calls, is not known to do %s", v.Server, b.floor)
		g.Next, g.Unknown = "tlsready scan "+v.Server, v.Verdict != Breaks
		return g
	}
	g.Met, g.Reason = true, fmt.Sprintf("all servers it was seen to call do %s", b.floor)
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
	g.Met, g.Unknown, g.Next = true, false, ""
	g.Reason = fmt.Sprintf("%s answers for it until %s: %s", w.Owner, dayOf(w.Until), w.Reason)
}

// choosePilot takes, of the servers whose gates are all met, the one that
// fewest use.
func (b *planner) choosePilot() {
	pilot := b.get(stepPilot, nil)
	if pilot == nil {
		return
	}
	var best *node
	for _, n := range b.of[stepDisableServer] {
		if n.Reason() == nil && (best == nil || usersOf(n.host) < usersOf(best.host)) {
			best = n
		}
	}
	g := Gate{Constraint: gatePilot}
	if best == nil {
		g.Reason = "no server has all its gates met yet"
	} else {
		pilot.Host, pilot.Owner, pilot.Contact = best.Host, best.Owner, best.Contact
		pilot.Why = []string{"the fewest use it"}
		g.Met, g.Reason = true, best.Host+" has all its gates met"
	}
	pilot.Gates = append(pilot.Gates, g)
}

func usersOf(h *planHost) int {
	n := 0
	for _, v := range h.asServer {
		n += v.Count
	}
	return n
}

// refuse refuses what a gate holds back, and what waits for it on the same
// host.
func (b *planner) refuse() {
	for _, n := range b.steps { // in their order: what comes first is settled first
		if n.Reason() == nil {
			if before := b.refusedBefore(n); before != nil {
				n.Gates = append(n.Gates, Gate{Constraint: gateOrder, Reason: "waits for " + before.ID + ", which is refused"})
			}
		}
		if n.Reason() != nil {
			n.State = StepRefused
		}
	}
}

func (b *planner) refusedBefore(n *node) *node {
	refused := 0
	for _, before := range n.after {
		if before.State != StepRefused {
			continue
		}
		if before.Step == stepPilot || before.host != nil && before.host == n.host {
			return before
		}
		if refused++; n.Step == stepGuard && refused == len(n.after) {
			return before
		}
	}
	return nil
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
