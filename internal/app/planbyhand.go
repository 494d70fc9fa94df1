package app

import (
	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/fix"
	"github.com/tlsready/tlsready/text"
)

// byHand says of each change of configuration that has no files what a person
// does instead, and where. No place is named that the evidence does not show.
func byHand(p *assess.Plan) {
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Files != nil || s.State != assess.StepTodo && s.State != assess.StepRegressed || s.Host == "" {
			continue
		}
		switch s.Step {
		case fix.StepDisableServer:
			s.Why = append(s.Why, text.Say("by hand: no configuration of %s is in the evidence; where its TLS is set up, make %s the lowest version, or collect its settings: tlsready audit", s.Host, p.Floor))
		case fix.StepDisableClient:
			s.Why = append(s.Why, text.Say("by hand: what sets the client role of %s is not in the evidence; make %s the lowest version that its programs offer, or collect its settings: tlsready audit", s.Host, p.Floor))
		case fix.StepServer:
			s.Why = append(s.Why, text.Say("by hand: no configuration of %s is in the evidence that keeps %s out; let it in where its TLS is set up, or collect its settings: tlsready audit", s.Host, p.Floor))
		case fix.StepClient:
			s.Why = append(s.Why, text.Say("by hand: no setting of %s that a file could change is in the evidence; let its programs offer %s, or collect its settings: tlsready audit", s.Host, p.Floor))
		}
	}
}
