package assess

import (
	"cmp"
	"slices"

	"github.com/tlsready/tlsready/evidence"
)

// unseen are steps that leave no trace in evidence: whoever did them marks
// them "done" in the plan file, and that word is kept.
func unseen(step string) bool {
	switch step {
	case stepNotify, stepLab, stepPilot, stepExport, stepGuard, stepVerify:
		return true
	}
	return false
}

// compare brings an earlier plan in: what is needed no more and shown by the
// evidence is done, what was done and is needed again has regressed.
func (b *planner) compare(p *Plan, before *Plan) {
	now := map[string]int{}
	for i := range p.Steps {
		now[p.Steps[i].ID] = i
	}
	var rest []PlanStep
	for _, old := range before.Steps {
		i, needed := now[old.ID]
		switch {
		case needed && old.State == StepDone && unseen(old.Step):
			s := &p.Steps[i]
			if s.Step != stepPilot || s.Reason() == nil {
				s.State = StepDone
			}
		case needed && (old.State == StepDone || old.State == StepRegressed):
			s := &p.Steps[i]
			s.Why = slices.Insert(s.Why, 0, say("was done before, and is needed again"))
			if s.State == StepTodo {
				s.State = StepRegressed
			}
		case needed:
		default:
			rest = append(rest, b.gone(old))
		}
	}
	have := map[string]bool{}
	for _, s := range p.Steps {
		have[s.ID] = true
	}
	for _, s := range rest {
		have[s.ID] = true
	}
	for i := range rest { // what it waited for may be unknown to both plans
		rest[i].After = slices.DeleteFunc(slices.Clone(rest[i].After), func(id string) bool { return !have[id] })
		rest[i].After = append([]string{}, rest[i].After...)
	}
	p.Steps = append(p.Steps, rest...)
	slices.SortStableFunc(p.Steps, func(x, y PlanStep) int {
		return cmp.Or(cmp.Compare(x.Wave, y.Wave), cmp.Compare(b.rank[x.Step], b.rank[y.Step]), cmp.Compare(x.ID, y.ID))
	})
}

// gone is a step of the earlier plan that the new evidence does not ask for.
// It is done when that evidence shows the host in order; when it says nothing
// of the host, the step stays.
func (b *planner) gone(old PlanStep) PlanStep {
	s := old
	s.Gates, s.After = []Gate{}, slices.Clone(old.After)
	if s.After == nil {
		s.After = []string{}
	}
	s.Files, s.Wave = nil, 0
	if old.State == StepDone || b.shown(old) {
		s.State = StepDone
		return s
	}
	s.Wave = max(1, old.Wave)
	s.State = StepTodo
	if old.Step == stepGuard { // never at an end
		return s
	}
	if IsDisable(old.Step) {
		s.State = StepRefused
	}
	s.Gates = append(s.Gates, Gate{
		Constraint: gateRead, Unknown: true, Reason: say("the evidence given now says nothing of this: give the earlier evidence, too"),
		Next: Verbatim("tlsready plan EARLIER-EVIDENCE NEW-EVIDENCE"),
	})
	return s
}

// shown reports whether the evidence shows that a step, which it no longer
// asks for, was done.
func (b *planner) shown(old PlanStep) bool {
	h := b.estate.hosts[old.Host]
	switch old.Step {
	case stepFixClients, stepInventory:
		return h != nil && h.asClient.len()+len(h.clients)+len(h.products) > 0
	case stepScan:
		return h != nil && len(h.scans) > 0
	case stepEnableServer:
		return h != nil && h.takesFloor(b.floor) == surely
	case stepDisableServer, stepVerify, stepPilot, stepHarden:
		if old.Host == "" {
			return len(b.of[stepDisableServer]) == 0 && len(b.estate.hosts) > 0
		}
		return h != nil && h.takesWeak(b.floor) == surelyNot
	case stepEnableClient:
		return h != nil && len(h.clients)+h.asClient.len() > 0
	case stepDisableClient:
		return h != nil && h.offersWeak(b.floor) == surelyNot
	case stepProduct, stepDatabase, stepDriver, stepFramework, stepPatchOS:
		return h != nil && len(h.products) > 0
	case stepObserve, stepEvidence:
		return h != nil && len(h.sources) > 0
	case stepExport:
		return h != nil
	case stepCode:
		return b.get(stepScanCode, nil) == nil && b.readCode()
	case stepScanCode:
		return b.readCode()
	case stepNotify:
		return len(b.estate.hosts) > 0
	case stepLab:
		return len(b.of[stepDisableServer]) == 0 && len(b.estate.hosts) > 0
	}
	return false
}

// readCode reports whether source code was read whole.
func (b *planner) readCode() bool {
	return slices.ContainsFunc(b.report.Coverage, func(c *evidence.Coverage) bool { return c.Source == "code" && c.Failed == "" && !c.Lost() })
}
