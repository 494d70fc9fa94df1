package report

import (
	"cmp"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

// list writes the troubles of one kind, the first ones in full.
func (t text) list(title string, k kind, most int) {
	groups := t.groups[k]
	if len(groups) == 0 {
		return
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
		t.group(k, g)
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
func (t text) group(k kind, g group) {
	v := g.Lead
	who := t.shortNames(g.clients()) + " " + t.arrow + " " + t.shortNames(g.servers())
	t.para(t.symbol(k)+" ", indent, who, t.bold)
	if f := fault(v, t.need); f != "" && k != kindUnknown {
		t.para(indent, indent, sentence(f+howKnown(v)), func(s string) string { return t.kind(k, s) })
	}
	t.para(indent, indent, strings.Join(t.facts(g), ", "), t.dim)
	if v.BreaksOn != "" {
		t.labelled("When", "breaks on "+v.BreaksOn, t.bold)
	}
	t.labelled("Why", endCut(v.Why, 600, t.dots), nil)
	t.steps(v.Fix, k == kindBreaks)
	for _, c := range firstOf(g.contradict(), 2) {
		t.labelled("But", "sources disagree: "+endCut(c, 300, t.dots), nil)
	}
	if o := g.owners(); len(o) > 0 {
		t.labelled("Owner", t.shortNames(o), nil)
	}
	if v.Waived != nil {
		t.labelled("Waiver", "ran out on "+v.Waived.Until+" ("+cmp.Or(v.Waived.Owner, "nobody")+")", nil)
	}
	if v.Next != "" && (k == kindUnknown || len(v.Fix) == 0) {
		t.labelled("Next", v.Next, func(s string) string { return t.paint(sgrCommand, s) })
	}
}

// howKnown says it where a finding was not seen but concluded.
func howKnown(v assess.Verdict) string {
	if w := confidenceWords(v.Confidence); w != "" {
		return " (" + w + ")"
	}
	return ""
}

// facts are what was seen, in a few words each.
func (t text) facts(g group) []string {
	var out []string
	if s := g.software(); len(s) > 0 {
		out = append(out, endCut(names(s, 3), 3*t.width, t.dots))
	} else if ua := g.Lead.ClientParty.UserAgent; ua != "" {
		out = append(out, `calls itself "`+endCut(ua, t.width, t.dots)+`"`)
	}
	for _, s := range []string{g.Lead.Layer, g.versions(), g.weakOnly(), g.seen()} {
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
		t.labelled("Fix", "1. "+fix[0]+" (and "+plural(len(fix)-1, "more step", "more steps")+")", nil)
		return
	}
	label := "Fix"
	for i, s := range firstOf(fix, 5) {
		t.labelled(label, number(i+1)+". "+s, nil)
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
