package assess

import (
	"cmp"
	"slices"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// StepState is where a step of a plan stands.
type StepState string

// The states of a step.
const (
	StepTodo      StepState = "todo"
	StepRefused   StepState = "refused"   // a gate is not met, or what it waits for is refused
	StepDone      StepState = "done"      // was in the plan before, and the evidence shows it done
	StepRegressed StepState = "regressed" // was done, and is needed again
)

// Plan is the order of work on one estate: what has to be done on which host,
// in which order, and what must not be done yet.
type Plan struct {
	Schema  int             `json:"schema"`
	Policy  string          `json:"policy"`
	AsOf    string          `json:"as_of"` // day, 2026-12-31
	Floor   tlswire.Version `json:"floor"`
	Window  Window          `json:"window"` // what an observation must cover
	Summary PlanSummary     `json:"summary"`
	Steps   []PlanStep      `json:"steps"` // by wave; a step stands behind all that it waits for
	Dates   []PlanDate      `json:"dates"`
	Notes   []PlanNote      `json:"notes"`
}

// PlanStep is one step of the order of work on one host.
type PlanStep struct {
	ID      string     `json:"id"`   // "disable-server/exch01"; "lab-disable" is about the estate
	Step    string     `json:"step"` // id of knowledge's order of work: "step.disable-server"
	Host    string     `json:"host,omitempty"`
	About   string     `json:"about,omitempty"` // where no host is known: the file
	Owner   string     `json:"owner,omitempty"`
	Contact string     `json:"contact,omitempty"`
	After   []string   `json:"after"` // ids of the steps that come first
	Wave    int        `json:"wave"`  // from 1; steps of one wave wait for nothing among each other
	State   StepState  `json:"state"`
	Why     Texts      `json:"why,omitempty"` // why this estate needs it
	Gates   []Gate     `json:"gates"`
	Files   *StepFiles `json:"files,omitempty"`
}

// Gate is a condition that a step waits for.
type Gate struct {
	Constraint string `json:"constraint"` // id of knowledge's constraint ("con.fips"), or of this package ("gate.window")
	Met        bool   `json:"met"`
	Unknown    bool   `json:"unknown,omitempty"` // not met because nothing tells
	Reason     Text   `json:"reason"`
	Next       Text   `json:"next,omitzero"` // the command that finds out
}

// StepFiles name what was written for a step, relative to the plan's folder.
type StepFiles struct {
	Change   string `json:"change,omitempty"`
	Verify   string `json:"verify,omitempty"`
	Rollback string `json:"rollback,omitempty"`
}

// PlanSummary counts the steps of a plan.
type PlanSummary struct {
	Steps     int `json:"steps"`
	Waves     int `json:"waves"`
	Hosts     int `json:"hosts"`
	Todo      int `json:"todo"`
	Refused   int `json:"refused"`
	Done      int `json:"done"`
	Regressed int `json:"regressed"`
	NoOwner   int `json:"no_owner"` // hosts that nobody is named for
}

// PlanDate is a day that the plan must not miss.
type PlanDate struct {
	Date string `json:"date"` // 2026-12-31
	Kind string `json:"kind"` // deadline, waiver, window
	What Text   `json:"what"`
	ID   string `json:"id"` // stable: the fact, or what it is about
}

// PlanNote is a constraint of knowledge that holds here and orders no step by
// itself.
type PlanNote struct {
	Constraint string   `json:"constraint"`
	Text       Text     `json:"text"`
	Hosts      []string `json:"hosts,omitempty"`
}

// PlanOptions say how to plan.
type PlanOptions struct {
	Options
	Window Window  // zero is a month end and a quarter end
	Orders []Order // of the user
	Since  *Plan   // an earlier plan of the same estate
}

// MakePlan orders the work that a report asks for. It is pure: the same
// report, records and options give the same plan. The error is about Orders
// alone: one that names nothing in the estate, or a cycle.
func MakePlan(r *Report, all *evidence.Set, opt PlanOptions) (*Plan, error) {
	b := newPlanner(r, all, opt)
	b.findNeeds()
	b.connect()
	if err := b.applyOrders(opt.Orders); err != nil {
		return nil, err
	}
	b.checkGates()
	if err := b.sort(); err != nil {
		return nil, err
	}
	b.refuse()
	p := &Plan{
		Schema: evidence.Schema, Policy: r.Policy, AsOf: r.AsOf, Floor: r.Floor, Window: b.window,
		Steps: []PlanStep{}, Dates: b.dates(), Notes: b.notes(),
	}
	for _, s := range b.steps {
		p.Steps = append(p.Steps, s.PlanStep)
	}
	if opt.Since != nil {
		b.compare(p, opt.Since)
	}
	p.summarize()
	return p, nil
}

func (p *Plan) summarize() {
	s := PlanSummary{Steps: len(p.Steps)}
	hosts, unowned := map[string]bool{}, map[string]bool{}
	for i := range p.Steps {
		step := &p.Steps[i]
		s.Waves = max(s.Waves, step.Wave)
		switch step.State {
		case StepTodo:
			s.Todo++
		case StepRefused:
			s.Refused++
		case StepDone:
			s.Done++
		case StepRegressed:
			s.Regressed++
		}
		if step.Host != "" {
			hosts[step.Host] = true
			if step.Owner == "" {
				unowned[step.Host] = true
			}
		}
	}
	s.Hosts, s.NoOwner = len(hosts), len(unowned)
	p.Summary = s
}

// Find gives the step of an id.
func (p *Plan) Find(id string) *PlanStep {
	for i := range p.Steps {
		if p.Steps[i].ID == id {
			return &p.Steps[i]
		}
	}
	return nil
}

// Reason is why a refused step is refused: its first gate that is not met.
func (s *PlanStep) Reason() *Gate {
	for i := range s.Gates {
		if !s.Gates[i].Met {
			return &s.Gates[i]
		}
	}
	return nil
}

// sortSteps is the order in which a plan is read.
func sortSteps(steps []*node) {
	slices.SortStableFunc(steps, func(a, b *node) int {
		return cmp.Or(cmp.Compare(a.Wave, b.Wave), cmp.Compare(a.rank, b.rank), cmp.Compare(a.ID, b.ID))
	})
}

// dayOf is the day of a time, empty if it is not known.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
