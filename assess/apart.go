package assess

import "github.com/tlsready/tlsready/knowledge"

// scannerHellos is how many different hellos from one address to one server
// make it a scanner: a person's programs are fewer.
const scannerHellos = 6

// setApart lists pairs apart that no user would miss. They never break.
func (j *judge) setApart(v *Verdict, t *tally, c *clientSide) {
	class := c.program.Apart()
	switch {
	case t.prints >= scannerHellos && v.Group == nil, class == knowledge.ClassScanner:
		v.SetApart = ApartScanner
	case class == knowledge.ClassProbe:
		v.SetApart = ApartProbe
	case t.denied > 0 && !t.served: // never given anything
		v.SetApart = ApartDeniedOnly
	case t.fallback && t.strong == 0 && t.offered.Below(j.policy.Floor):
		v.SetApart = ApartLowerRetry
		v.Why = v.Why.And(say("its hello says that it is a retry after a stronger one failed (TLS_FALLBACK_SCSV)"))
	default:
		return
	}
	if v.Verdict == Breaks {
		v.Verdict = AtRisk
	}
}
