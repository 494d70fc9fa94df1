package assess

import (
	"fmt"
	"slices"
	"strings"
)

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
