package knowledge

import (
	"fmt"
	"slices"
)

// Step is one piece of the work, with the steps that must be complete before.
type Step struct {
	Meta
	Phase      string   `yaml:"phase"`
	After      []string `yaml:"after"` // ids of Step
	Does       string   `yaml:"does"`
	Output     string   `yaml:"output"`
	Gate       string   `yaml:"gate"`
	Risk       string   `yaml:"risk"`       // none, low, medium, high
	Reversible string   `yaml:"reversible"` // yes, partly
	Trigger    string   `yaml:"trigger"`    // of the rollback
}

func (s *Step) check() error {
	if s.Phase == "" || s.Does == "" {
		return fmt.Errorf("needs phase and does")
	}
	return nil
}

// StepOrder is the steps in an order in which they can be done: every step
// behind all that it waits for, else as they stand in the data.
func (b *Base) StepOrder() []*Step {
	done := map[string]bool{}
	var order []*Step
	waits := func(id string) bool { return !done[id] }
	for range b.Steps {
		for _, s := range b.Steps {
			if !done[s.ID] && !slices.ContainsFunc(s.After, waits) {
				done[s.ID] = true
				order = append(order, s)
			}
		}
	}
	return order // shorter than Steps only on a cycle, which Load refuses
}

// Step finds a step by its id.
func (b *Base) Step(id string) (*Step, bool) { return byID(b.Steps, id) }

// ConstraintKind says what a constraint does.
type ConstraintKind string

// The kinds of constraint.
const (
	Ordering ConstraintKind = "ordering" // one thing before another
	Deadline ConstraintKind = "deadline" // a day
	Blocker  ConstraintKind = "blocker"  // must be gone
)

// UnmarshalText takes the known kinds only.
func (k *ConstraintKind) UnmarshalText(b []byte) error {
	return oneOf(k, b, "kind", Ordering, Deadline, Blocker)
}

// Constraint is an order that the step graph alone does not show, because one
// product asks for it.
type Constraint struct {
	Meta
	Kind     ConstraintKind `yaml:"kind"`
	Product  string         `yaml:"product"`
	Applies  []string       `yaml:"applies"` // ids of Product, Client or OSDefault that bring it into force; empty: see Product
	Before   string         `yaml:"before"`  // what must hold first
	After    string         `yaml:"after"`   // what must wait, in words
	Blocks   []string       `yaml:"blocks"`  // ids of Step that must wait
	Text     string         `yaml:"text"`
	Scope    string         `yaml:"scope"`
	Sequence []string       `yaml:"sequence"`
	Date     Window         `yaml:"date"`
}

func (c *Constraint) check() error {
	switch {
	case c.Kind == "" || c.Product == "":
		return fmt.Errorf("needs kind and product")
	case c.Kind == Deadline && c.Date.IsZero():
		return fmt.Errorf("a deadline needs a date")
	case c.Kind == Ordering && c.Before == "" && len(c.Sequence) == 0:
		return fmt.Errorf("an ordering needs before or sequence")
	}
	return nil
}

// ConstraintsOn are the constraints that make a step wait.
func (b *Base) ConstraintsOn(step string) []*Constraint {
	var cs []*Constraint
	for _, c := range b.Constraints {
		if slices.Contains(c.Blocks, step) {
			cs = append(cs, c)
		}
	}
	return cs
}

// Cause is a reason why a pair breaks. Every pair has exactly one first cause.
type Cause struct {
	Meta
	Name    string `yaml:"name"`
	Example string `yaml:"example"`
	Fix     string `yaml:"fix"`
}

// Cause finds a cause by its name.
func (b *Base) Cause(name string) (*Cause, bool) { return byID(b.Causes, "cause."+name) }
