package report

import (
	"cmp"
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
	t.para(indent, indent, t.dots+" "+t.T("and %s more (%s): --format html or json has them all.", number(len(rest)), t.N(pairs, "pair", "pairs")), t.bold)
}

// group writes one trouble.
func (t text) group(k kind, g group, full bool) {
	v := g.Lead
	clients, servers := g.clients(), g.servers()
	title := t.sideTitle(clients, t.T("clients"), g.software()) + " " + t.arrow + " " + t.sideTitle(servers, t.T("servers"), nil)
	t.para(t.symbol(k)+" ", indent, title, t.bold)
	if f := t.fault(v, t.need); f != "" && k != kindUnknown {
		t.para(indent, indent, t.Sentence(t.howKnown(f, v.Confidence)), func(s string) string { return t.kind(k, s) })
	}
	t.units(t.facts(g, full))
	// Many names say less than their number and what they have in common, so
	// they stand apart from the title.
	if len(clients) > mostTitle {
		t.labelled(t.T("Who"), t.shortNames(clients), nil)
	}
	if len(servers) > mostTitle && full {
		t.labelled(t.T("Where"), t.shortNames(servers), nil)
	}
	if v.BreaksOn != "" {
		t.labelled(t.T("When"), t.T("breaks on %s", v.BreaksOn), t.bold)
	}
	if full || k != kindBreaks {
		t.labelled(t.T("Why"), endCut(v.Why.String(), 600, t.dots), nil)
	}
	t.steps(v.Fix.Strings(), k == kindBreaks && full)
	if full {
		t.proof(g)
	}
	t.people(g)
	if !v.Next.IsZero() && (k == kindUnknown || len(v.Fix) == 0) {
		t.labelled(t.T("Next"), v.Next.String(), func(s string) string { return t.paint(sgrCommand, s) })
	}
}

// proof writes where a finding was seen, and what speaks against it.
func (t text) proof(g group) {
	t.labelled(t.T("Proof"), t.First(g.because(), 1), t.dim)
	for _, c := range firstOf(g.contradict(), 2) {
		t.labelled(t.T("But"), endCut(t.disagreement(c), 600, t.dots), nil)
	}
}

// people writes who answers for a trouble.
func (t text) people(g group) {
	if o := g.owners(); len(o) > 0 {
		t.labelled(t.T("Owner"), t.shortNames(o), nil)
	}
	if w := g.Lead.Waived; w != nil {
		t.labelled(t.T("Waiver"), t.T("ran out on %s (%s)", w.Until, cmp.Or(w.Owner, t.T("nobody named"))), nil)
	}
}

func (t text) sideTitle(all []string, word string, software []string) string {
	if len(all) <= mostTitle {
		return t.shortNames(all)
	}
	s := t.T("%s %s", number(len(all)), word)
	if len(software) == 1 {
		s += " (" + endCut(software[0], t.width/2, t.dots) + ")"
	}
	return s
}

// facts are what was seen, in a few words each: in short, who it is and how
// often it came.
func (t text) facts(g group, full bool) []string {
	var out []string
	software, agent := g.software(), g.Lead.ClientParty.UserAgent
	switch {
	case len(software) == 1 && len(g.clients()) > mostTitle: // stands in the title
	case len(software) > 0:
		out = append(out, endCut(t.First(software, 3), 3*t.width, t.dots))
	case agent != "":
		out = append(out, t.T(`calls itself "%s"`, endCut(agent, t.width, t.dots)))
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
		t.labelled(t.T("Fix"), fix[0], nil)
		return
	case !all:
		t.labelled(t.T("Fix"), t.T("%s (and %s)", fix[0], t.N(len(fix)-1, "more step", "more steps")), nil)
		return
	}
	label := t.T("Fix")
	for i, s := range firstOf(fix, 5) {
		t.step(label, i+1, s)
		label = ""
	}
	if n := len(fix) - 5; n > 0 {
		t.labelled("", t.dots+" "+t.T("and %s", t.N(n, "more step", "more steps")), t.dim)
	}
}

// shortNames joins a few names, each cut to what a line holds.
func (t text) shortNames(all []string) string {
	short := make([]string, len(all))
	for i, s := range all {
		short[i] = middleCut(s, t.width-8, t.dots)
	}
	return t.First(short, mostNames)
}

func firstOf[T any](s []T, n int) []T { return s[:min(n, len(s))] }
