package report

import (
	"fmt"
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
	p := newPage(opt)
	p.planHead(r, pl)
	p.planTable(pl)
	p.planRefused(pl)
	p.planNext(pl)
	p.planDates(pl)
	p.planNotes(pl)
	return write(w, "text", &p.buf)
}

func (p *page) planHead(r *assess.Report, pl *assess.Plan) {
	s := pl.Summary
	if s.Steps == 0 {
		p.para("", "", "Nothing to do: no step of the order of work is needed for what the evidence shows under "+pl.Policy+".", p.bold)
		return
	}
	p.para("", "", fmt.Sprintf("%s in %s on %s under %s: %s to do, %s refused.", plural(s.Steps, "step", "steps"),
		plural(s.Waves, "wave", "waves"), plural(s.Hosts, "host", "hosts"), pl.Policy, number(s.Todo), number(s.Refused)), p.bold)
	if s.Done+s.Regressed > 0 {
		p.para(indent, indent, fmt.Sprintf("Since the earlier plan: %s done, %s came back.", number(s.Done), number(s.Regressed)), nil)
	}
	if s.NoOwner > 0 {
		p.para(indent, indent, fmt.Sprintf("Nobody is named for %s: add them to the owners file.", plural(s.NoOwner, "host", "hosts")), nil)
	}
	p.para(indent, indent, "Policy "+pl.Policy+", judged on "+pl.AsOf+". Observation window: "+pl.Window.String()+".", p.dim)
}

// Columns of the table: wave, step, state; the rest is for places.
const planColumns = "%4s  %-17s  %-11s  "

func (p *page) planTable(pl *assess.Plan) {
	if len(pl.Steps) == 0 {
		return
	}
	p.section("waves")
	head := fmt.Sprintf(planColumns, "WAVE", "STEP", "STATE")
	p.para(p.dim(head), "", "WHERE", p.dim)
	rest := strings.Repeat(" ", len(head))
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
		state := p.kind(k, p.stepSymbol(g.State)+" "+stepWords(g.State))
		pad := strings.Repeat(" ", max(0, 11-displayWidth(state)))
		p.para(fmt.Sprintf("%4s  %-17s  ", wave, g.Step)+state+pad+"  ", rest, g.places(mostPlaces), nil)
	}
}

// stepSymbol is the mark of a state: none is needed for what is to be done.
func (p *page) stepSymbol(s assess.StepState) string {
	if s == assess.StepTodo {
		return p.arrow
	}
	return p.symbols[stepKind(s)]
}

func (p *page) planRefused(pl *assess.Plan) {
	all, waiting := refusals(pl)
	if len(all) == 0 {
		return
	}
	p.section("refused, and why")
	for i, r := range all {
		if i == mostRefusals {
			p.para(indent, indent, fmt.Sprintf("and %s more reasons: --format json or html has them", number(len(all)-i)), p.dim)
			break
		}
		g := planGroup{Steps: r.Steps}
		s := r.Steps[0]
		p.para(p.symbol(stepKind(s.State))+" ", indent, shortStep(s.Step)+" on "+g.places(mostPlaces), p.bold)
		p.labelled("Why", Line(r.Gate.Reason), nil)
		p.labelled("Gate", Line(r.Gate.Constraint), p.dim)
		if next := Line(r.Gate.Next); strings.HasPrefix(next, "tlsready ") {
			p.command(indent+"Next   ", next)
		} else if next != "" {
			p.labelled("Next", next, nil)
		}
	}
	if waiting > 0 {
		p.para(indent, indent, plural(waiting, "step waits", "steps wait")+" for these.", p.dim)
	}
}

func (p *page) planNext(pl *assess.Plan) {
	next := nextSteps(pl)
	if len(next) == 0 {
		return
	}
	p.section("what to do next")
	for _, g := range next {
		p.para(p.arrow+" ", indent, g.Step+" on "+g.places(mostPlaces), p.bold)
		for i, s := range g.Steps {
			if i == mostPlaces {
				break
			}
			if len(s.Why) > 0 {
				p.para(indent, indent+indent, stepPlace(s)+": "+Line(s.Why[0]), nil)
			}
		}
	}
	p.blank()
	p.para("", "", "The files of the steps, and the whole plan: tlsready plan EVIDENCE -o FOLDER", p.dim)
	p.para("", "", "After new evidence: tlsready plan EVIDENCE --since FOLDER", p.dim)
}

func (p *page) planDates(pl *assess.Plan) {
	if len(pl.Dates) == 0 {
		return
	}
	p.section("dates")
	for i, d := range pl.Dates {
		if i == mostDates {
			p.para(indent, indent, fmt.Sprintf("and %s more: --format ics has them", number(len(pl.Dates)-i)), p.dim)
			break
		}
		p.para(indent+d.Date+"  ", strings.Repeat(" ", 14), Line(d.What), nil)
	}
}

func (p *page) planNotes(pl *assess.Plan) {
	if len(pl.Notes) == 0 {
		return
	}
	p.section("to mind")
	for _, n := range pl.Notes {
		p.para(indent, indent+indent, Line(n.Text)+" ("+Line(names(n.Hosts, mostPlaces))+"; "+n.Constraint+")", nil)
	}
}
