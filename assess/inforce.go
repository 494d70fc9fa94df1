package assess

import (
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// endsAnyway settles a pair with an endpoint that exists for legacy clients
// only: it ends, or may end, whatever version the client speaks.
func (j *judge) endsAnyway(v *Verdict, s *serverSide) bool {
	e := s.endpoint
	if e == nil || !e.Legacy {
		return false
	}
	v.Cause, v.LimitedBy = DependsOnLegacyEndpoint, ServerSide
	v.Because = append(v.Because, e.ID)
	v.Fix = Texts{say("Bring the client to TLS 1.2, then point it at %s", e.Modern)}
	if e.Ends.IsZero() {
		v.Verdict = AtRisk
		v.Why = say("uses an endpoint for legacy clients that has no announced end")
		return true
	}
	ends := e.Ends.Format(time.DateOnly)
	v.Verdict, v.Why = Breaks, say("uses an endpoint for legacy clients that ends on %s", ends)
	if !j.at.IsZero() && j.at.Before(e.Ends) {
		v.Verdict, v.BreaksOn = AtRisk, ends
	}
	return true
}

// inForce fits a verdict to the policy's reach and dates: what is not yet in
// force on the day asked for is at risk, with the day it breaks.
func (j *judge) inForce(v *Verdict, p *pair) {
	if !j.policy.Office365() {
		j.notYet(v)
		return
	}
	if v.Verdict != Breaks {
		return
	}
	name := serverName(p.serverParty, p.server)
	service, ok := j.base.Microsoft365(name, p.serverParty.Port, j.policy.Cloud)
	if !ok {
		v.Verdict = AtRisk
		v.Why = v.Why.And(say("not a Microsoft 365 host, so the cut-off does not touch this pair, but the side that limits it must do TLS 1.2 before it talks to Microsoft 365"))
		return
	}
	v.Because = append(v.Because, service.ID)
	if j.at.IsZero() || !j.at.Before(service.Until) {
		return
	}
	v.Verdict, v.BreaksOn = AtRisk, service.Until.Format(time.DateOnly)
	if !j.at.Before(service.From) {
		v.Why = v.Why.And(say("the switch-off began on %s and is still running", service.From.Format(time.DateOnly)))
	}
}

// notYet makes a break of a policy that is not in force on the day asked for a
// risk, with the day on which it breaks.
func (j *judge) notYet(v *Verdict) {
	if v.Verdict == Breaks && !j.at.IsZero() && j.at.Before(j.policy.From) && v.BreaksOn == "" && v.Cause != DependsOnLegacyEndpoint {
		v.Verdict, v.BreaksOn = AtRisk, j.policy.From.Format(time.DateOnly)
	}
}

// notPairs is for verdicts about one party alone under Microsoft's cut-off: a
// host breaks only if it talks to Microsoft 365, which nobody saw.
func (j *judge) notPairs(v *Verdict) {
	j.notYet(v)
	if j.policy.Office365() && v.Verdict == Breaks {
		v.Verdict = AtRisk
		v.Why = v.Why.And(say("breaks if it talks to Microsoft 365, which was not seen"))
		v.Confidence = evidence.Declared
	}
}
