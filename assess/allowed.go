package assess

import (
	"cmp"
	"fmt"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// allowed fits the verdict of a pair that reaches the floor to what the policy
// asks besides: an agreement on a suite or group that goes off holds only if
// the two have another one in common.
func (j *judge) allowed(v *Verdict, p *pair, s *serverSide) {
	asks := &j.policy.asks
	if v.Verdict != OK || asks.nothing() {
		return
	}
	var against, latest *evidence.Row
	var at tlswire.Version
	for h := range p.rows() {
		if ended(h.Terms) || !h.Negotiated.AtLeast(j.policy.Floor) {
			continue
		}
		at, latest = stronger(at, h.Negotiated), &h
		switch asks.met(h.Terms) {
		case yes:
			return
		case no:
			against = &h
		}
	}
	agreed := Verbatim(at.String())
	if against != nil {
		agreed = agreedOn(against.Terms)
	}
	shared := j.common(p, cmp.Or(against, latest), s)
	v.Because = append(v.Because, shared.refs...)
	switch {
	case shared.told == yes:
		v.Why = say("agreed on %s; they also share what policy %s allows", agreed, j.policy.Name)
		v.Confidence = evidence.Inferred
	case shared.told == no:
		v.Verdict, v.LimitedBy, v.Cause, v.Confidence = Breaks, BothSides, shared.cause, shared.basis
		v.Why = say("agreed on %s", agreed).And(shared.why)
		v.Fix = shared.fix
	case against != nil:
		v.Verdict = AtRisk
		v.Why = say("agreed on %s, which policy %s does not allow; whether they share what it allows is not known", agreed, j.policy.Name)
		v.Next = Verbatim("tlsready scan " + ScanTarget(v.Server, v.Protocol))
	default:
		v.Verdict = Unknown
		v.Why = say("agreed on %s, but nothing shows whether with a suite and group that policy %s allows", agreed, j.policy.Name)
		v.Next = Verbatim("tlsready scan " + ScanTarget(v.Server, v.Protocol))
	}
	if shared.told == untold && len(s.scans) > 0 {
		v.Next = say("tlsready watch a capture of %s, to see what it offers", v.Client)
	}
}

// agreedOn says what a handshake came to: version, suite and group.
func agreedOn(h *evidence.Terms) Text {
	switch {
	case h.Suite != "" && h.Group != "":
		return say("%s with %s and %s", h.Negotiated, h.Suite, h.Group)
	case h.Suite != "":
		return say("%s with %s", h.Negotiated, h.Suite)
	case h.Group != "":
		return say("%s with %s", h.Negotiated, h.Group)
	}
	return Verbatim(h.Negotiated.String())
}

// serverLacks tells what a server has not, and how it gets it.
func (j *judge) serverLacks(cause Cause, server string) (why Text, fix Texts) {
	if cause == NoCommonCipher {
		return say("the server has no suite that policy %s allows", j.policy.Name),
			Texts{say("Turn on suites that policy %s allows on %s", j.policy.Name, server)}
	}
	return say("the server has no group that policy %s allows", j.policy.Name),
		Texts{say("Turn on a group that policy %s allows on %s", j.policy.Name, server)}
}

// scanRef names a scan as a reference.
func scanRef(s *evidence.Server) string {
	return fmt.Sprintf("scan of %s at %s", s.Target, s.Last.UTC().Format(time.DateOnly))
}

// allowedAlone fits the verdict of a scan to what the policy asks besides a
// version.
func (j *judge) allowedAlone(v *Verdict, s *evidence.Server) {
	asks := &j.policy.asks
	if v.Verdict != OK || asks.nothing() {
		return
	}
	switch told, cause := asks.server(s, j.policy.Floor); told {
	case no:
		v.Verdict, v.LimitedBy, v.Cause = Breaks, BothSides, cause
		why, fix := j.serverLacks(cause, v.Server)
		v.Why, v.Fix, v.Next = v.Why.And(why), fix, Text{}
	case untold:
		v.Verdict = Unknown
		v.Why = v.Why.And(say("whether it has a suite and group that policy %s allows was not asked", j.policy.Name))
		v.Next = Verbatim("tlsready scan " + scanArgument(s, v.Server))
	}
}
