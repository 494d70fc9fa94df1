package report

import (
	"cmp"

	"github.com/tlsready/tlsready/assess"
)

// list writes the troubles of one kind, the first ones in full.
func (t text) list(title string, k kind, most int) {
	groups := t.groups[k]
	if len(groups) == 0 {
		return
	}
	full := mostFull
	if k != kindBreaks {
		full = mostFull / 2
	}
	t.section(title)
	for i, g := range groups {
		if i == most {
			t.left(groups[most:])
			break
		}
		if i > 0 {
			t.blank()
		}
		t.group(k, g, i < full)
	}
}

// left counts what is not shown.
func (t text) left(rest []group) {
	pairs := 0
	for _, g := range rest {
		pairs += len(g.Members)
	}
	t.blank()
	t.para(indent, indent, t.dots+" and "+number(len(rest))+" more ("+plural(pairs, "pair", "pairs")+
		"): --format html or json has them all.", t.bold)
}

// group writes one trouble.
func (t text) group(k kind, g group, full bool) {
	v := g.Lead
	clients, servers := g.clients(), g.servers()
	title := t.sideTitle(clients, "clients", g.software()) + " " + t.arrow + " " + t.sideTitle(servers, "servers", nil)
	t.para(t.symbol(k)+" ", indent, title, t.bold)
	if f := fault(v, t.need); f != "" && k != kindUnknown {
		t.para(indent, indent, sentence(f+howKnown(v)), func(s string) string { return t.kind(k, s) })
	}
	t.units(t.facts(g, full))
	// Many names say less than their number and what they have in common, so
	// they stand apart from the title.
	if len(clients) > mostTitle {
		t.labelled("Who", t.shortNames(clients), nil)
	}
	if len(servers) > mostTitle && full {
		t.labelled("Where", t.shortNames(servers), nil)
	}
	if v.BreaksOn != "" {
		t.labelled("When", "breaks on "+v.BreaksOn, t.bold)
	}
	if full || k != kindBreaks {
		t.labelled("Why", endCut(v.Why.String(), 600, t.dots), nil)
	}
	t.steps(v.Fix.Strings(), k == kindBreaks && full)
	if full {
		t.proof(g)
	}
	t.people(g)
	if !v.Next.IsZero() && (k == kindUnknown || len(v.Fix) == 0) {
		t.labelled("Next", v.Next.String(), func(s string) string { return t.paint(sgrCommand, s) })
	}
}

// proof writes where a finding was seen, and what speaks against it.
func (t text) proof(g group) {
	t.labelled("Proof", names(g.because(), 1), t.dim)
	for _, c := range firstOf(g.contradict(), 2) {
		t.labelled("But", endCut(disagreement(c), 300, t.dots), nil)
	}
}

// people writes who answers for a trouble.
func (t text) people(g group) {
	if o := g.owners(); len(o) > 0 {
		t.labelled("Owner", t.shortNames(o), nil)
	}
	if w := g.Lead.Waived; w != nil {
		t.labelled("Waiver", "ran out on "+w.Until+" ("+cmp.Or(w.Owner, "nobody")+")", nil)
	}
}

func (t text) sideTitle(all []string, word string, software []string) string {
	if len(all) <= mostTitle {
		return t.shortNames(all)
	}
	s := number(len(all)) + " " + word
	if len(software) == 1 {
		s += " (" + endCut(software[0], t.width/2, t.dots) + ")"
	}
	return s
}

// howKnown says it where a finding was not seen but concluded.
func howKnown(v assess.Verdict) string {
	if w := confidenceWords(v.Confidence); w != "" {
		return " (" + w + ")"
	}
	return ""
}

// facts are what was seen, in a few words each: in short, who it is and how
// often it came.
func (t text) facts(g group, full bool) []string {
	var out []string
	software, agent := g.software(), g.Lead.ClientParty.UserAgent
	switch {
	case len(software) == 1 && len(g.clients()) > mostTitle: // stands in the title
	case len(software) > 0:
		out = append(out, endCut(names(software, 3), 3*t.width, t.dots))
	case agent != "":
		out = append(out, `calls itself "`+endCut(agent, t.width, t.dots)+`"`)
	}
	rest := []string{g.Lead.Layer, g.seen()}
	if full {
		rest = []string{g.Lead.Layer, g.versions(), g.weakOnly(), g.seen()}
	}
	for _, s := range rest {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// steps writes a fix, or of what is less urgent only its first step.
func (t text) steps(fix []string, all bool) {
	switch {
	case len(fix) == 0:
		return
	case len(fix) == 1:
		t.labelled("Fix", fix[0], nil)
		return
	case !all:
		t.labelled("Fix", fix[0]+" (and "+plural(len(fix)-1, "more step", "more steps")+")", nil)
		return
	}
	label := "Fix"
	for i, s := range firstOf(fix, 5) {
		t.step(label, i+1, s)
		label = ""
	}
	if n := len(fix) - 5; n > 0 {
		t.labelled("", t.dots+" and "+plural(n, "more step", "more steps"), t.dim)
	}
}

// shortNames joins a few names, each cut to what a line holds.
func (t text) shortNames(all []string) string {
	short := make([]string, len(all))
	for i, s := range all {
		short[i] = middleCut(s, t.width-8, t.dots)
	}
	return names(short, mostNames)
}

func firstOf[T any](s []T, n int) []T { return s[:min(n, len(s))] }
