package report

import (
	"cmp"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

// settingList writes configured values that break or expose.
func (t text) settingList() {
	if len(t.settings) == 0 {
		return
	}
	t.section("Settings that break or expose")
	for i, s := range t.settings {
		if i == mostBreaks {
			t.para(indent, indent, t.dots+" and "+plural(len(t.settings)-i, "more setting", "more settings")+
				": --format html or json has them all.", t.bold)
			return
		}
		t.setting(s)
	}
}

func (t text) setting(s settingGroup) {
	k := settingKind(s.Verdict)
	title := t.shortNames(s.Hosts)
	for _, part := range []string{s.Layer, s.Role} {
		if part != "" {
			title += ", " + part
		}
	}
	t.para(t.symbol(k)+" ", indent, title+": "+settingWords(s.Verdict), t.bold)
	what := s.Value
	if e := effectWords(s.Effect, s.Versions); e != "" {
		what = strings.TrimPrefix(what+" ("+e+")", " ")
	}
	t.labelled("Value", endCut(what, 300, t.dots), nil)
	t.labelled("Where", names(firstOf(s.Places, 1), 1)+andMore(len(s.Places)-1, "place", "places"), nil)
	t.labelled("Why", endCut(s.Why.String(), 600, t.dots), nil)
	t.steps(s.Fix.Strings(), k == kindBreaks)
	if s.Fact != "" {
		t.labelled("Rule", founding(s.Rule, s.Fact, s.Confidence, firstOf(s.Sources, 1)), t.dim)
	}
}

// gapList writes what could not be seen. It is never left out: silence about
// a broken log would read as all clear.
func (t text) gapList() {
	if t.gaps.None() {
		t.quiet()
		return
	}
	defer t.quiet()
	t.section("What could not be seen")
	for i, f := range t.gaps.Failed {
		if i == mostOthers {
			t.para(indent, indent, t.dots+" and "+plural(len(t.gaps.Failed)-i, "more reason", "more reasons"), nil)
			break
		}
		who := t.shortNames(f.Inputs)
		if f.Source != "" {
			who += " (" + f.Source + ")"
		}
		t.para(t.symbol(kindBreaks)+" ", indent, who+" gave nothing: "+endCut(f.Reason, 300, t.dots), nil)
	}
	for i, c := range t.gaps.Partial {
		if i == mostOthers {
			t.moreInputs(len(t.gaps.Partial) - i)
			break
		}
		t.partialInput(c)
	}
	t.blindSpots()
}

// quiet names what was read and has no say: it is no fault, but somebody who
// looks for a file must find it.
func (t text) quiet() {
	if len(t.gaps.Silent)+len(t.gaps.Context) == 0 {
		return
	}
	t.section("Read, with nothing to judge")
	if names := t.gaps.Silent; len(names) > 0 {
		t.para(t.symbol(kindApart)+" ", indent, plural(len(names), "configuration decides", "configurations decide")+" no version: "+
			t.shortNames(firstOf(names, 3))+andMore(len(names)-3, "file", "files")+".", nil)
	}
	if names := t.gaps.Context; len(names) > 0 {
		t.para(t.symbol(kindApart)+" ", indent, "about hosts and their programs: "+t.shortNames(firstOf(names, 3))+andMore(len(names)-3, "file", "files")+".", nil)
	}
}

func (t text) blindSpots() {
	for i, b := range t.gaps.Blind {
		if i == mostOthers {
			t.para(indent, indent, t.dots+" and "+plural(len(t.gaps.Blind)-i, "more blind spot", "more blind spots"), nil)
			break
		}
		t.para(t.symbol(kindUnknown)+" ", indent,
			t.shortNames(firstOf(b.Inputs, 1))+andMore(len(b.Inputs)-1, "input", "inputs")+": "+endCut(b.Text, 500, t.dots), nil)
	}
}

func (t text) moreInputs(n int) {
	t.para(indent, indent, t.dots+" and "+plural(n, "more input", "more inputs"), nil)
}

func andMore(n int, one, many string) string {
	if n <= 0 {
		return ""
	}
	return " and " + plural(n, "more "+one, "more "+many)
}

func inputTitle(t text, c *evidence.Coverage) string {
	s := middleCut(inputName(c), t.width-12, t.dots)
	if c.Source != "" && c.Source != s {
		s += " (" + c.Source + ")"
	}
	return s
}

// partialInput writes how much of an input was lost and where.
func (t text) partialInput(c *evidence.Coverage) {
	s := inputTitle(t, c) + ": " + plural(skips(c), "place", "places") + " could not be used"
	if c.Read > 0 {
		s += " (" + number(c.Used) + " of " + number(c.Read) + " were)"
	}
	if len(c.Skipped) == 1 {
		t.para(t.symbol(kindRisk)+" ", indent, s+": "+endCut(c.Skipped[0].Reason, 200, t.dots)+", at "+c.Skipped[0].Ref, nil)
		return
	}
	t.para(t.symbol(kindRisk)+" ", indent, s, nil)
	for i, k := range c.Skipped {
		if i == mostSkipped {
			t.para(indent+indent, indent+indent, t.dots+" and "+plural(len(c.Skipped)-i, "more reason", "more reasons"), t.dim)
			break
		}
		line := k.Ref + ": " + endCut(k.Reason, 200, t.dots)
		if k.Count > 1 {
			line += " (" + number(k.Count) + " times)"
		}
		t.para(indent+indent, indent+indent+indent, line, t.dim)
	}
}

// aside is what does not count against the answer, in a line or two.
func (t text) aside() {
	ok, waived, apart := t.verdicts[kindOK], t.verdicts[kindWaived], t.verdicts[kindApart]
	if len(ok)+len(waived)+len(apart) == 0 {
		return
	}
	t.section("What does not break")
	if len(ok) > 0 {
		clients, servers := parties(ok)
		s := plural(len(ok), "pair is fine", "pairs are fine") + " (" +
			plural(clients, "client", "clients") + ", " + plural(servers, "server", "servers") + ")"
		t.para(t.symbol(kindOK)+" ", indent, s, nil)
	}
	for i, v := range waived {
		if i == mostOthers {
			t.para(indent, indent, t.dots+" and "+number(len(waived)-i)+" more waived", nil)
			break
		}
		t.para(t.symbol(kindWaived)+" ", indent, t.pairName(v)+" breaks, waived "+waiver(v.Waived), nil)
	}
	for _, g := range apartByReason(apart) {
		t.para(t.symbol(kindApart)+" ", indent, number(g.n)+" set apart: "+apartWords(g.reason)+", such as "+t.pairName(g.first), nil)
	}
}

func (t text) pairName(v assess.Verdict) string {
	return t.shortNames([]string{clientName(v)}) + " " + t.arrow + " " + t.shortNames([]string{serverName(v)})
}

// waiver writes who answers for an exception, and how long.
func waiver(w *assess.Waiver) string {
	s := "by " + cmp.Or(w.Owner, "nobody named")
	if w.Until != "" {
		s += " until " + w.Until
	}
	if w.Reason != "" {
		s += ": " + w.Reason
	}
	return s
}

type apartCount struct {
	reason string
	n      int
	first  assess.Verdict
}

func apartByReason(in []assess.Verdict) []apartCount {
	var out []apartCount
next:
	for _, v := range in {
		for i := range out {
			if out[i].reason == v.SetApart {
				out[i].n++
				continue next
			}
		}
		out = append(out, apartCount{v.SetApart, 1, v})
	}
	return out
}
