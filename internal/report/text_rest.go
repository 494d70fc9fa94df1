package report

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

// settingList writes configured values that break or expose.
func (t text) settingList() {
	if len(t.settings) == 0 {
		return
	}
	t.section(t.T("Settings that break or expose"))
	for i, s := range t.settings {
		if i == mostBreaks {
			t.para(indent, indent, t.dots+" "+t.T("and %s: --format html or json has them all.", t.N(len(t.settings)-i, "more setting", "more settings")), t.bold)
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
			title += t.T(", ") + part
		}
	}
	t.para(t.symbol(k)+" ", indent, t.T("%s: %s", title, t.words.setting(s.Verdict)), t.bold)
	what := s.Value
	if e := t.effect(s.Effect, s.Versions); e != "" {
		what = strings.TrimPrefix(t.T("%s (%s)", what, e), " ")
	}
	t.labelled(t.T("Value"), endCut(what, 300, t.dots), nil)
	t.labelled(t.T("Where"), t.andMore(strings.Join(firstOf(s.Places, 1), ""), t.N(len(s.Places)-1, "more place", "more places"), len(s.Places)-1), nil)
	t.labelled(t.T("Why"), endCut(s.Why.String(), 600, t.dots), nil)
	t.steps(s.Fix.Strings(), k == kindBreaks)
	if s.Fact != "" {
		t.labelled(t.T("Rule"), t.founding(s.Rule, s.Fact, s.Confidence, firstOf(s.Sources, 1)), t.dim)
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
	t.section(t.T("What could not be seen"))
	for i, f := range t.gaps.Failed {
		if i == mostOthers {
			t.para(indent, indent, t.dots+" "+t.T("and %s", t.N(len(t.gaps.Failed)-i, "more reason", "more reasons")), nil)
			break
		}
		who := t.shortNames(f.Inputs)
		if f.Source != "" {
			who += " (" + f.Source + ")"
		}
		t.para(t.symbol(kindBreaks)+" ", indent, t.T("%s gave nothing: %s", who, endCut(f.Reason, 300, t.dots)), nil)
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
	t.section(t.T("Read, with nothing to judge"))
	if names := t.gaps.Silent; len(names) > 0 {
		t.para(t.symbol(kindApart)+" ", indent, t.N(len(names), "configuration decides no version: %s.", "configurations decide no version: %s.",
			t.andMore(t.shortNames(firstOf(names, 3)), t.N(len(names)-3, "more file", "more files"), len(names)-3)), nil)
	}
	if names := t.gaps.Context; len(names) > 0 {
		t.para(t.symbol(kindApart)+" ", indent, t.T("about hosts and their programs: %s.",
			t.andMore(t.shortNames(firstOf(names, 3)), t.N(len(names)-3, "more file", "more files"), len(names)-3)), nil)
	}
}

func (t text) blindSpots() {
	for i, b := range t.gaps.Blind {
		if i == mostOthers {
			t.para(indent, indent, t.dots+" "+t.T("and %s", t.N(len(t.gaps.Blind)-i, "more blind spot", "more blind spots")), nil)
			break
		}
		t.para(t.symbol(kindUnknown)+" ", indent,
			t.T("%s: %s", t.andMore(t.shortNames(firstOf(b.Inputs, 1)), t.N(len(b.Inputs)-1, "more input", "more inputs"), len(b.Inputs)-1), endCut(b.Text, 500, t.dots)), nil)
	}
}

func (t text) moreInputs(n int) {
	t.para(indent, indent, t.dots+" "+t.T("and %s", t.N(n, "more input", "more inputs")), nil)
}

// andMore adds to what is named how many more there are.
func (w words) andMore(named, more string, n int) string {
	if n <= 0 {
		return named
	}
	return w.T("%s and %s", named, more)
}

func inputTitle(t text, c *evidence.Coverage) string {
	s := middleCut(inputName(c), t.width-12, t.dots)
	if c.Source != "" && c.Source != s {
		s += " (" + c.Source + ")"
	}
	return s
}

// lost says how much of an input could not be used.
func (w words) lost(c *evidence.Coverage) string {
	if c.Read > 0 {
		return w.N(skips(c), "place could not be used (%s of %s were)", "places could not be used (%s of %s were)", number(c.Used), number(c.Read))
	}
	return w.N(skips(c), "place could not be used", "places could not be used")
}

// partialInput writes how much of an input was lost and where.
func (t text) partialInput(c *evidence.Coverage) {
	s := t.T("%s: %s", inputTitle(t, c), t.lost(c))
	if len(c.Skipped) == 1 {
		t.para(t.symbol(kindRisk)+" ", indent, t.T("%s: %s, at %s", s, endCut(c.Skipped[0].Reason, 200, t.dots), c.Skipped[0].Ref), nil)
		return
	}
	t.para(t.symbol(kindRisk)+" ", indent, s, nil)
	for i, k := range c.Skipped {
		if i == mostSkipped {
			t.para(indent+indent, indent+indent, t.dots+" "+t.T("and %s", t.N(len(c.Skipped)-i, "more reason", "more reasons")), t.dim)
			break
		}
		line := t.T("%s: %s", k.Ref, endCut(k.Reason, 200, t.dots))
		if k.Count > 1 {
			line = t.T("%s (%s)", line, t.N(k.Count, "time", "times"))
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
	t.section(t.T("What does not break"))
	if len(ok) > 0 {
		clients, servers := t.parties(ok)
		s := t.N(len(ok), "pair is fine (%s, %s)", "pairs are fine (%s, %s)", t.N(clients, "client", "clients"), t.N(servers, "server", "servers"))
		t.para(t.symbol(kindOK)+" ", indent, s, nil)
	}
	for i, p := range waived {
		if i == mostOthers {
			t.para(indent, indent, t.dots+" "+t.T("and %s more waived", number(len(waived)-i)), nil)
			break
		}
		v := t.whole(p)
		t.para(t.symbol(kindWaived)+" ", indent, t.T("%s breaks, waived %s", t.pairName(v), t.waiver(v.Waived)), nil)
	}
	for _, g := range t.apartByReason(apart) {
		t.para(t.symbol(kindApart)+" ", indent, t.T("%s set apart: %s, such as %s", number(g.n), t.apart(g.reason), t.pairName(t.whole(g.first))), nil)
	}
}

func (t text) pairName(v assess.Verdict) string {
	return t.shortNames([]string{t.client(v)}) + " " + t.arrow + " " + t.shortNames([]string{t.server(v)})
}

type apartCount struct {
	reason string
	n      int
	first  seat
}

func (v *view) apartByReason(in []seat) []apartCount {
	var out []apartCount
	i := 0
	for o := range v.outlines(in) {
		at := slices.IndexFunc(out, func(c apartCount) bool { return c.reason == o.SetApart })
		if at < 0 {
			at = len(out)
			out = append(out, apartCount{reason: o.SetApart, first: in[i]})
		}
		out[at].n++
		i++
	}
	return out
}
