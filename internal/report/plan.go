package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

// PlanFormats are the ways to render the plan of a report. A new one is a new
// file and one line here.
func PlanFormats() []Format {
	return []Format{
		{Name: "text", Extension: ".txt", Render: renderPlanText},
		{Name: "json", Extension: ".json", Render: renderPlanJSON},
		{Name: "html", Extension: ".html", Render: renderPlanHTML},
		{Name: "svg", Extension: ".svg", Render: renderPlanSVG},
		{Name: "ics", Extension: ".ics", Render: renderPlanCalendar},
		{Name: "csv", Extension: ".csv", Render: renderPlanCSV},
	}
}

// PlanFiles are the formats that a plan's folder holds.
func PlanFiles() []Format { return PlanFormats() }

// FindPlan gives the format of a name.
func FindPlan(name string) (Format, error) {
	var names []string
	for _, f := range PlanFormats() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("%w %q: a plan is printed as %s", ErrUnknownFormat, name, strings.Join(names, ", "))
}

// Line is any text as one line without anything that a terminal obeys.
func Line(s string) string { return cleaner{}.name(s) }

// planOf is the plan of a report, an empty one where there is none.
func planOf(r *assess.Report) *assess.Plan {
	if r.Plan == nil {
		return &assess.Plan{Schema: r.Schema, Policy: r.Policy, AsOf: r.AsOf, Floor: r.Floor}
	}
	return r.Plan
}

// planGroup is the same step in the same state on several hosts of a wave.
type planGroup struct {
	Wave  int
	Step  string // without "step."
	State assess.StepState
	Steps []*assess.PlanStep
}

// planGroups puts steps together for people: by wave, what is to be done
// first.
func planGroups(p *assess.Plan) []*planGroup {
	type key struct {
		wave  int
		step  string
		state assess.StepState
	}
	at := map[key]*planGroup{}
	var out []*planGroup
	for i := range p.Steps {
		s := &p.Steps[i]
		k := key{s.Wave, s.Step, s.State}
		if at[k] == nil {
			at[k] = &planGroup{Wave: s.Wave, Step: shortStep(s.Step), State: s.State}
			out = append(out, at[k])
		}
		at[k].Steps = append(at[k].Steps, s)
	}
	slices.SortStableFunc(out, func(a, b *planGroup) int { return cmp.Compare(a.Wave, b.Wave) })
	return out
}

func shortStep(step string) string { return strings.TrimPrefix(step, "step.") }

// tell puts a text into words, on one line.
func (w words) tell(t assess.Text) string { return Line(t.Tell(w.Look)) }

// stepPlace is where a step is done.
func (w words) stepPlace(s *assess.PlanStep) string {
	switch {
	case s.Host != "":
		return Line(s.Host)
	case s.About != "":
		return Line(s.About)
	case s.Owner != "":
		return Line(s.Owner)
	}
	return w.T("the estate")
}

// places names the first hosts of a group and counts the rest.
func (w words) places(g *planGroup, most int) string {
	var all []string
	for _, s := range g.Steps {
		all = append(all, w.stepPlace(s))
	}
	return w.First(all, most)
}

// stepKind is the mark and colour of a state.
func stepKind(s assess.StepState) kind {
	switch s {
	case assess.StepRefused:
		return kindBreaks
	case assess.StepRegressed:
		return kindRisk
	case assess.StepDone:
		return kindOK
	}
	return kindWaived
}

func (w words) stepWords(s assess.StepState) string {
	switch s {
	case assess.StepRefused:
		return w.T("step\x04refused")
	case assess.StepRegressed:
		return w.T("came back")
	case assess.StepDone:
		return w.T("done")
	}
	return w.T("to do")
}

// refusal is one reason and the steps that it refuses.
type refusal struct {
	Gate  *assess.Gate
	Steps []*assess.PlanStep
}

// refusals are the refused steps by their one reason. Those that only wait
// for another refused step are counted.
func refusals(p *assess.Plan) (out []*refusal, waiting int) {
	at := map[string]*refusal{}
	for i := range p.Steps {
		s := &p.Steps[i]
		g := s.Reason()
		switch {
		case g == nil || s.State == assess.StepTodo || s.State == assess.StepDone:
		case g.Constraint == "gate.order" || g.Constraint == "gate.pilot":
			waiting++
		default:
			key := shortStep(s.Step) + "\x00" + g.Constraint + "\x00" + g.Reason.String()
			if at[key] == nil {
				at[key] = &refusal{Gate: g}
				out = append(out, at[key])
			}
			at[key].Steps = append(at[key].Steps, s)
		}
	}
	return out, waiting
}

// nextSteps are the steps to begin with: those to be done of the first wave
// that has any.
func nextSteps(p *assess.Plan) []*planGroup {
	var out []*planGroup
	for _, g := range planGroups(p) {
		if g.State != assess.StepTodo && g.State != assess.StepRegressed {
			continue
		}
		if len(out) > 0 && out[0].Wave != g.Wave {
			break
		}
		out = append(out, g)
	}
	return out
}
