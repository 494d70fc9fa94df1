package assess

import (
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
		g.Met, g.Reason = true, say("accepts %s", b.floor)
	case surelyNot:
		g.Reason = say("does not accept %s yet", b.floor)
	default:
		g.Unknown, g.Next = true, Verbatim(scanCommand(h))
		g.Reason = say("whether it accepts %s is not known", b.floor)
	}
	return g
}

func scanCommand(h *planHost) string {
	for _, s := range h.scans {
		if s.Target != "" {
			return "tlsready scan " + s.Target
		}
	}
	for v := range h.asServer.all() {
		return "tlsready scan " + ScanTarget(v.Server, v.Protocol)
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
	var breaking []*Outline
	var waived Texts
	for v := range h.asServer.all() {
		switch {
		case v.SetApart != "" || v.Verdict != Breaks:
		case v.Waived.holds(b.report.AsOf):
			waived = append(waived, say("%s (%s, until %s)", v.Client, v.Waived.Owner, v.Waived.Until))
		default:
			breaking = append(breaking, v)
		}
	}
	switch {
	case len(breaking) > 0:
		who := firstOf(clientsOf(breaking))
		g.Reason = say("%s would break", who)
		if breaking[0].OnlyEverWeak {
			g.Reason = say("%s would break, only ever seen below %s", who, b.floor)
		}
		g.Next = explainCommand(breaking[0])
	case len(waived) > 0:
		g.Met, g.Reason = true, say("excepted by name: %s", firstOf(waived))
	default:
		g.Met, g.Reason = true, say("nobody who was seen there would break")
	}
	return g
}

// explainCommand shows all that led to a verdict.
func explainCommand(v *Outline) Text {
	return Verbatim("tlsready explain " + v.Client + " " + v.Server + " EVIDENCE")
}

func clientsOf(vs []*Outline) Texts {
	var names []string
	var out Texts
	for _, v := range vs {
		if !slices.Contains(names, v.Client) {
			names = append(names, v.Client)
			out = append(out, Verbatim(v.Client))
		}
	}
	return out
}

// firstOf names the first of some and counts the rest.
func firstOf(names Texts) Text {
	switch len(names) {
	case 1:
		return names[0]
	case 2:
		return say("%s and %s", names[0], names[1])
	}
	return say("%s and %s more", names[0], len(names)-1)
}

// openGate: weak connections that are not explained, and pairs that could not
// be judged, are explained first.
func (b *planner) openGate(h *planHost) Gate {
	g := Gate{Constraint: gateOpen}
	var open []*Outline
	for v := range h.asServer.all() {
		if v.SetApart == "" && (v.Verdict == AtRisk || v.Verdict == Unknown) && !(h.smtp && v.Protocol == "smtp" && v.Verdict == AtRisk) {
			open = append(open, v)
		}
	}
	if len(open) == 0 {
		g.Met, g.Reason = true, say("no weak connection is unexplained")
		return g
	}
	v := open[0]
	g.Unknown = v.Verdict == Unknown
	g.Reason = say("%s: %s", firstOf(clientsOf(open)), v.Whole().Why)
	if g.Next = v.Whole().Next; g.Next.IsZero() {
		g.Next = explainCommand(v)
	}
	return g
}

// mailGate: between mail servers a raised floor stops no mail, it sends it in
// the clear.
func (b *planner) mailGate(h *planHost) Gate {
	g := Gate{Constraint: conMail}
	var weak []*Outline
	for v := range h.asServer.all() {
		if v.Protocol == "smtp" && v.SetApart == "" && (v.Negotiated.Below(b.floor) || v.Offered.Below(b.floor)) {
			weak = append(weak, v)
		}
	}
	switch {
	case len(weak) > 0:
		g.Reason = say("mail of %s would go in plain text: require TLS for partners that matter, and bring them to %s", firstOf(clientsOf(weak)), b.floor)
	case h.asServer.len() == 0:
		g.Unknown, g.Next = true, say("read its SMTP protocol logs: tlsready import LOGS")
		g.Reason = say("which mail servers stay below %s is not known: their mail would go in plain text", b.floor)
	default:
		g.Met, g.Reason = true, say("no mail server that was seen stays below %s", b.floor)
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
		g.Met, g.Reason = true, say("who connects was seen by %s", strings.Join(from, ", "))
		return g
	}
	g.Unknown = true
	g.Reason = say("who connects was never seen; once old versions are off, IIS and others log nothing of a refused handshake")
	g.Next = say("switch version logging on (step.turn-on-evidence), then read its logs: tlsready import LOGS")
	return g
}
