package report

import (
	"io"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

// How much of a plan the text shows; all of it stands in the other formats.
const (
	mostPlaces   = 3
	mostRefusals = 20
	mostDates    = 12
)

// renderPlanText writes the plan for a terminal: the waves as a table, what is
// refused and why, and what to do next.
func renderPlanText(w io.Writer, r *assess.Report, opt Options) error {
	pl := planOf(r)
	p := planText{newPage(opt), words{opt.Lang}}
	p.head(pl)
	p.table(pl)
	p.refused(pl)
	p.next(pl)
	p.dates(pl)
	p.notes(pl)
	return write(w, "text", &p.buf)
}

// planText writes a plan to a page.
type planText struct {
	*page
	words
}

func (p planText) head(pl *assess.Plan) {
	s := pl.Summary
	if s.Steps == 0 {
		p.para("", "", p.T("Nothing to do: no step of the order of work is needed for what the evidence shows under %s.", pl.Policy), p.bold)
		return
	}
	p.para("", "", p.T("%s in %s on %s under %s: %s to do, %s refused.", p.N(s.Steps, "step", "steps"),
		p.N(s.Waves, "wave", "waves"), p.N(s.Hosts, "host", "hosts"), pl.Policy, number(s.Todo), number(s.Refused)), p.bold)
	if s.Done+s.Regressed > 0 {
		p.para(indent, indent, p.T("Since the earlier plan: %s done, %s came back.", number(s.Done), number(s.Regressed)), nil)
	}
	if s.NoOwner > 0 {
		p.para(indent, indent, p.T("Nobody is named for %s: add them to the owners file.", p.N(s.NoOwner, "host", "hosts")), nil)
	}
	p.para(indent, indent, p.T("Policy %s, judged on %s. Observation window: %s.", pl.Policy, pl.AsOf, pl.Window), p.dim)
}

// Columns of the table; the rest is for places.
const (
	waveRoom  = 4
	stepRoom  = 17
	stateRoom = 11
)

func (p planText) table(pl *assess.Plan) {
	if len(pl.Steps) == 0 {
		return
	}
	p.section(p.T("waves"))
	head := func(s string, room int) string { return pad(strings.ToUpper(s), room) + "  " }
	columns := head(p.T("wave"), -waveRoom) + head(p.T("step"), stepRoom) + head(p.T("state"), stateRoom)
	p.para(p.dim(columns), "", strings.ToUpper(p.T("where")), p.dim)
	rest := strings.Repeat(" ", displayWidth(columns))
	before := -1
	for _, g := range planGroups(pl) {
		wave := ""
		if g.Wave != before {
			wave, before = number(g.Wave), g.Wave
			if g.Wave == 0 {
				wave = "-"
			}
		}
		k := stepKind(g.State)
		state := p.kind(k, p.stepSymbol(g.State)+" "+p.stepWords(g.State))
		p.para(pad(wave, -waveRoom)+"  "+pad(g.Step, stepRoom)+"  "+pad(state, stateRoom)+"  ", rest, p.places(g, mostPlaces), nil)
	}
}

// stepSymbol is the mark of a state: none is needed for what is to be done.
func (p planText) stepSymbol(s assess.StepState) string {
	if s == assess.StepTodo {
		return p.arrow
	}
	return p.symbols[stepKind(s)]
}

func (p planText) refused(pl *assess.Plan) {
	all, waiting := refusals(pl)
	if len(all) == 0 {
		return
	}
	p.section(p.T("refused, and why"))
	for i, r := range all {
		if i == mostRefusals {
			p.para(indent, indent, p.T("and %s more reasons: --format json or html has them", number(len(all)-i)), p.dim)
			break
		}
		g := planGroup{Steps: r.Steps}
		s := r.Steps[0]
		p.para(p.symbol(stepKind(s.State))+" ", indent, p.T("%s on %s", shortStep(s.Step), p.places(&g, mostPlaces)), p.bold)
		p.labelled(p.T("Why"), p.tell(r.Gate.Reason), nil)
		p.labelled(p.T("Gate"), Line(r.Gate.Constraint), p.dim)
		if next := p.tell(r.Gate.Next); strings.HasPrefix(next, "tlsready ") {
			p.command(indent+pad(p.T("Next"), labelAt), next)
		} else if next != "" {
			p.labelled(p.T("Next"), next, nil)
		}
	}
	if waiting > 0 {
		p.para(indent, indent, p.N(waiting, "step waits for these.", "steps wait for these."), p.dim)
	}
}

func (p planText) next(pl *assess.Plan) {
	next := nextSteps(pl)
	if len(next) == 0 {
		return
	}
	p.section(p.T("what to do next"))
	for _, g := range next {
		p.para(p.arrow+" ", indent, p.T("%s on %s", g.Step, p.places(g, mostPlaces)), p.bold)
		for i, s := range g.Steps {
			if i == mostPlaces {
				break
			}
			if len(s.Why) > 0 {
				p.para(indent, indent+indent, p.T("%s: %s", p.stepPlace(s), p.tell(s.Why[0])), nil)
			}
		}
	}
	p.blank()
	p.para("", "", p.T("The files of the steps, and the whole plan: tlsready plan EVIDENCE -o FOLDER"), p.dim)
	p.para("", "", p.T("After new evidence: tlsready plan EVIDENCE --since FOLDER"), p.dim)
}

func (p planText) dates(pl *assess.Plan) {
	if len(pl.Dates) == 0 {
		return
	}
	p.section(p.T("dates"))
	for i, d := range pl.Dates {
		if i == mostDates {
			p.para(indent, indent, p.T("and %s more: --format ics has them", number(len(pl.Dates)-i)), p.dim)
			break
		}
		p.para(indent+d.Date+"  ", strings.Repeat(" ", 14), p.tell(d.What), nil)
	}
}

func (p planText) notes(pl *assess.Plan) {
	if len(pl.Notes) == 0 {
		return
	}
	p.section(p.T("to mind"))
	for _, n := range pl.Notes {
		p.para(indent, indent+indent, p.T("%s (%s; %s)", p.tell(n.Text), Line(p.First(n.Hosts, mostPlaces)), n.Constraint), nil)
	}
}
