package assess

import (
	"cmp"
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/negotiate"
	"github.com/tlsready/tlsready/tlswire"
)

// hellos find what a client offers, by its fingerprint or by who it is.
type hellos struct {
	base    *knowledge.Base
	byPrint map[string][]*evidence.Client
	byID    map[string][]*evidence.Client
}

func newHellos(base *knowledge.Base, dir *directory, records []evidence.Record) *hellos {
	x := &hellos{base: base, byPrint: map[string][]*evidence.Client{}, byID: map[string][]*evidence.Client{}}
	for _, r := range records {
		c, ok := r.(*evidence.Client)
		if !ok || c.Basis == evidence.Declared || c.Suites == nil {
			continue
		}
		if key := printOf(c.Client); key != "" {
			x.byPrint[key] = append(x.byPrint[key], c)
		}
		if c.Basis == evidence.Observed {
			id := dir.clientID(c.Client)
			x.byID[id] = append(x.byID[id], c)
		}
	}
	return x
}

// printOf is the fingerprint of a hello. JA4 leaves the groups out and JA3 the
// signature algorithms, so that the two together say most.
func printOf(p evidence.Party) string {
	if p.JA3 == "" && p.JA4 == "" {
		return ""
	}
	return p.JA3 + " " + p.JA4
}

// of gives the hellos that a handshake of a client, as its record names it, may
// have begun with: those of its fingerprint, else the only one known of it. All of them must agree
// for anything to be concluded.
func (x *hellos) of(client string, as *evidence.Party) []*evidence.Client {
	key := printOf(*as)
	if found := x.byPrint[key]; key != "" && found != nil {
		return found
	}
	if found := x.byID[client]; key == "" && len(found) == 1 && cmp.Or(found[0].Client.UserAgent, as.UserAgent) == as.UserAgent {
		return found
	}
	var out []*evidence.Client
	for _, k := range x.base.KnownByFingerprint(as.JA3, as.JA4) {
		c := k.Evidence()
		if as.JA3 == "" || c.Client.JA3 != as.JA3 {
			c.Groups = nil // JA4 does not show them
		}
		out = append(out, c)
	}
	return out
}

// helloRef names a hello as a reference.
func helloRef(c *evidence.Client) string {
	if len(c.Refs) > 0 {
		return c.Refs[0]
	}
	return c.Fact
}

// sharing is whether two sides share what a policy allows.
type sharing struct {
	told  answer
	cause Cause
	why   Text
	fix   Texts
	refs  []string
	basis evidence.Basis
}

// common finds out whether client and server share a suite and group that the
// policy allows, from the scan of the one and the hello of the other. One list
// is enough for a no.
func (j *judge) common(p *pair, h *evidence.Row, s *serverSide) sharing {
	asks, floor := &j.policy.asks, j.policy.Floor
	for _, scan := range s.scans {
		if told, cause := asks.server(scan, floor); told == no && cause != "" {
			out := sharing{told: no, cause: cause, refs: []string{scanRef(scan)}, basis: evidence.Observed}
			out.why, out.fix = j.serverLacks(cause, s.id)
			return out
		}
	}
	if h == nil {
		return sharing{}
	}
	known := j.hellos.of(p.client, h.Client)
	var all []sharing
	for _, c := range known {
		all = append(all, j.commonWith(c, s))
	}
	if len(all) == 0 || slices.ContainsFunc(all, func(x sharing) bool { return x.told != all[0].told || x.cause != all[0].cause }) {
		return sharing{}
	}
	return all[0]
}

// commonWith is common for a client whose hello is known.
func (j *judge) commonWith(c *evidence.Client, s *serverSide) sharing {
	out := sharing{told: no, refs: nonEmpty(helloRef(c)), basis: evidence.Inferred}
	if c.Basis == evidence.Observed {
		out.basis = evidence.Observed
	}
	if told, cause := j.policy.asks.client(c, j.policy.Floor); told == no {
		out.cause = cause
		out.why, out.fix = j.clientLacks(cause)
		return out
	}
	client := negotiate.FromClient(c).Compile()
	for _, scan := range s.scans {
		r := negotiate.Agree(client, j.policy.restrict(negotiate.FromServer(scan)).Compile())
		cause := Cause(r.Cause)
		switch {
		case r.Outcome == negotiate.Agrees && r.TellAssumed().IsZero():
			out.told = yes
		case r.Outcome == negotiate.Fails && (cause == NoCommonCipher || cause == NoCommonGroupOrSignature):
			out.cause = cause
			out.why, out.fix = j.nothingShared(cause, s.id)
		default:
			continue
		}
		out.refs = append(out.refs, scanRef(scan))
		return out
	}
	return sharing{}
}

// restrict is a server on which only what the policy allows is left on.
func (p Policy) restrict(s negotiate.ServerProfile) negotiate.ServerProfile {
	s = s.WithFloor(p.Floor)
	for i := range s.Versions {
		v := &s.Versions[i]
		if v.Suites == nil {
			continue
		}
		v.Suites = slices.DeleteFunc(slices.Clone(v.Suites), func(x tlswire.Suite) bool { return !p.asks.suite(x) })
		if len(v.Suites) == 0 {
			v.State = evidence.Rejected
		}
	}
	if s.Groups != nil {
		s.Groups = slices.DeleteFunc(slices.Clone(s.Groups), func(g tlswire.Group) bool { return !p.asks.group(g) })
	}
	return s
}

// clientLacks tells what a client has not, and how it gets it.
func (j *judge) clientLacks(cause Cause) (why Text, fix Texts) {
	fix = Texts{say("Update the client, or have its settings allow what policy %s allows", j.policy.Name)}
	if cause == NoCommonCipher {
		return say("the client offers no suite that policy %s allows", j.policy.Name), fix
	}
	return say("the client offers no group that policy %s allows", j.policy.Name), fix
}

// nothingShared tells that both have something allowed, and not the same.
func (j *judge) nothingShared(cause Cause, server string) (why Text, fix Texts) {
	if cause == NoCommonCipher {
		return say("of what policy %s allows, client and server have no suite in common", j.policy.Name),
			Texts{say("Turn on a suite on %s that this client offers and policy %s allows", server, j.policy.Name)}
	}
	return say("of what policy %s allows, client and server have no group or signature algorithm in common", j.policy.Name),
		Texts{say("Turn on a group on %s that this client offers and policy %s allows", server, j.policy.Name)}
}

// neverAgree settles a pair that fails today for want of a common suite, group
// or signature algorithm, where the client's hello and a scan show it.
func (j *judge) neverAgree(v *Verdict, p *pair, h *evidence.Row, s *serverSide) bool {
	for _, c := range j.hellos.of(p.client, h.Client) {
		client := negotiate.FromClient(c).Compile()
		for _, scan := range s.scans {
			r := negotiate.Agree(client, negotiate.FromServer(scan).Compile())
			cause := Cause(r.Cause)
			if r.Outcome != negotiate.Fails || (cause != NoCommonCipher && cause != NoCommonGroupOrSignature) {
				return false // one that would agree is enough: the reason is another
			}
			v.Verdict, v.LimitedBy, v.Cause = Breaks, BothSides, cause
			v.Why = say("fails today: client and server have no suite in common at %s", r.Version)
			v.Fix = Texts{say("Turn on a suite on %s that this client offers", s.id)}
			if cause == NoCommonGroupOrSignature {
				v.Why = say("fails today: client and server have no group or signature algorithm in common at %s", r.Version)
				v.Fix = Texts{say("Turn on a group on %s that this client offers, or give it a certificate that the client can check", s.id)}
			}
			v.Because = append(v.Because, nonEmpty(helloRef(c), scanRef(scan))...)
		}
	}
	return v.Cause == NoCommonCipher || v.Cause == NoCommonGroupOrSignature
}
