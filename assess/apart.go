package assess

import (
	"strings"

	"github.com/tlsready/tlsready/knowledge"
)

// scannerHellos is how many different hellos from one address to one server
// make it a scanner: a person's programs are fewer.
const scannerHellos = 6

// setApart lists pairs apart that no user would miss. They never break.
func (j *judge) setApart(v *Verdict, t *tally, c *clientSide) {
	class := j.base.ApartByAgent(c.agent)
	switch {
	case t.prints >= scannerHellos && v.Group == nil, class == knowledge.ClassScanner:
		v.SetApart = ApartScanner
	case class == knowledge.ClassProbe:
		v.SetApart = ApartProbe
	case deniedOnly(t.status):
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

// deniedOnly reports whether a client was never given anything: all its
// requests ended in 4xx.
func deniedOnly(status map[string]int) bool {
	denied := 0
	for class, n := range status {
		if !strings.HasPrefix(class, "4") && n > 0 {
			return false
		}
		denied += n
	}
	return denied > 0
}
