package assess

import (
	"slices"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// judgeInTime gives the verdict of one pair. One that holds today, and breaks
// by what the policy asks from a later day on, is at risk until then.
func (j *judge) judgeInTime(p *pair) Verdict {
	v := j.judgePair(p)
	for _, later := range j.policy.Later {
		if v.Verdict != OK || v.SetApart != "" {
			break
		}
		then := *j
		then.policy = later
		if next := then.judgePair(p); next.Verdict == Breaks || next.BreaksOn != "" {
			next.Verdict, next.BreaksOn = AtRisk, later.From.Format(time.DateOnly)
			return next
		}
	}
	return v
}

// judgePair gives the verdict of one pair.
func (j *judge) judgePair(p *pair) (v Verdict) {
	t := p.tally(j.policy.Floor)
	v = Verdict{
		Client: p.client, Server: p.server, Protocol: p.protocol,
		Count: t.count, First: t.first, Last: t.last, Offered: t.offered, Negotiated: t.weakest,
		ClientParty: p.clientParty, ServerParty: p.serverParty, Because: t.refs,
		OnlyEverWeak: t.strong == 0 && (t.weak > 0 || t.offered.Below(j.policy.Floor)),
		Confidence:   evidence.Observed,
	}
	c, s := j.clientSide(p, t), j.serverSide(p, t)
	defer v.tidy()
	v.Software = c.name()
	if h := j.dir.hostOf(p.clientParty); h != nil {
		v.Owner = h.owner
	}
	if j.endsAnyway(&v, s) {
		return v
	}
	switch {
	case t.weak > 0 && t.strong > 0:
		j.weakAndStrong(&v, t)
	case t.weak > 0:
		j.onlyWeak(&v, t, c, s)
	case t.strong > 0:
		v.Verdict = OK
		v.Why = say("agreed on %s", t.strongest)
	case t.offered.Below(j.policy.Floor):
		j.blameClient(&v, t, c, s)
	case t.failed > 0:
		j.onlyFailed(&v, p, t, s)
	default:
		j.unmeasured(&v, t, s)
	}
	j.allowed(&v, p, s)
	j.certified(&v, s.scans)
	j.asGroup(&v, t)
	j.setApart(&v, t, c)
	j.inForce(&v, p)
	return v
}

// tidy takes out references that were named twice.
func (v *Verdict) tidy() {
	var out []string
	for _, b := range v.Because {
		if b != "" && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	v.Because = out
}

// weakAndStrong is a client that did reach the floor at times: it will
// probably survive, and nobody should call it broken.
func (j *judge) weakAndStrong(v *Verdict, t *tally) {
	v.Verdict = AtRisk
	v.Why = say("seen on %s (%s) and on %s (%s): it will probably survive", t.weakest, t.weak, t.strongest, t.strong)
	if v.ClientParty == (evidence.Party{}) {
		v.Why = say("somebody negotiated %s (%s) and somebody %s (%s): the log does not tell its clients apart, and those of %s may break", t.weakest, t.weak, t.strongest, t.strong, t.weakest)
	}
	if t.prints > 1 {
		v.Why = v.Why.And(say("%s different hellos came from this address, so it may be several programs", t.prints))
	}
	if !t.lastWeak.IsZero() {
		v.Why = v.Why.And(say("last weak on %s", t.lastWeak.UTC().Format("2006-01-02")))
	}
	v.Fix = Texts{say("Find out which program made the weak connections (time and place below) before the day")}
}

// onlyWeak decides who limits a pair that never reached the floor.
func (j *judge) onlyWeak(v *Verdict, t *tally, c *clientSide, s *serverSide) {
	floor := j.policy.Floor
	switch {
	case t.offered.Below(floor):
		j.blameClient(v, t, c, s)
	case j.onlyWeakRead(t) && !(c.known() && c.best().Below(floor)):
		v.Verdict, v.OnlyEverWeak = AtRisk, false
		v.Why = say("seen on %s, in evidence that left out everything else: it may well do better too", t.weakest)
		v.Next = say("read the logs again without --below")
	case t.offered.AtLeast(floor) && s.best().AtLeast(floor):
		j.blamePath(v, t, s)
	case t.offered.AtLeast(floor):
		j.blameServer(v, t, s, evidence.Observed)
	case s.best().AtLeast(floor) && c.best().AtLeast(floor):
		j.blameAbleClient(v, t, c, s)
	case s.best().AtLeast(floor):
		v.Confidence = evidence.Inferred
		j.blameClient(v, t, c, s)
	case s.best().Known() && c.known() && c.best().Below(floor):
		v.Confidence = evidence.Inferred
		j.blameClient(v, t, c, s)
	case s.best().Known():
		j.blameServer(v, t, s, evidence.Inferred)
	case c.known() && c.best().Below(floor):
		v.Confidence = evidence.Inferred
		j.blameClient(v, t, c, s)
	default:
		j.blameNobody(v, t, c, s)
	}
}

// onlyWeakRead reports whether all that was seen of a pair comes from logs of
// which only weak connections were kept. That nothing strong was seen then
// says nothing.
func (j *judge) onlyWeakRead(t *tally) bool {
	for _, c := range t.bySource {
		if !j.weakOnly[c.source] {
			return false
		}
	}
	return len(t.bySource) > 0
}

// blameClient is a client whose best offer is below the floor.
func (j *judge) blameClient(v *Verdict, t *tally, c *clientSide, s *serverSide) {
	v.Verdict, v.LimitedBy = Breaks, ClientSide
	best := t.offered
	switch {
	case best.Known():
		v.Why = say("offers at most %s; the floor is %s", best, j.policy.Floor)
	case s.best().AtLeast(j.policy.Floor):
		v.Why = say("only ever on %s, while the server does %s", t.weakest, s.best())
	default:
		v.Why = say("only ever on %s", t.weakest)
	}
	switch {
	case t.another.Known():
		v.Why = v.Why.And(say("another program at this address offers %s", t.another))
	case t.weak == 0 && t.failed == 0 && best.Known():
		v.Why = v.Why.And(say("only its hello was seen, the server's answer was not"))
	}
	if s.best().Below(j.policy.Floor) {
		v.LimitedBy = BothSides
		v.Why = v.Why.And(say("the server does at most %s", s.best()))
	}
	f := c.cause(j.policy.Floor)
	f.apply(v)
	if f.cause == Unidentified {
		v.Next = identifyClient(v)
	}
	if v.LimitedBy == BothSides {
		v.Fix = append(v.Fix, s.cause(j.policy.Floor).fix...)
		v.Because = append(v.Because, s.refs...)
	}
	j.mailIsOpportunistic(v)
}

// blameServer is a server that picked less than the client offered.
func (j *judge) blameServer(v *Verdict, t *tally, s *serverSide, how evidence.Basis) {
	v.Verdict, v.LimitedBy, v.Confidence = Breaks, ServerSide, how
	if t.offered.Known() {
		v.Why = say("the client offered %s; the server picked %s", t.offered, t.weakest)
	} else {
		v.Why = say("the server does at most %s", s.best())
	}
	f := s.cause(j.policy.Floor)
	f.apply(v)
	v.Because = append(v.Because, s.refs...)
	if f.cause == Unidentified && len(s.scans) == 0 {
		v.Next = lookAgain(v)
	}
	j.mailIsOpportunistic(v)
}

// blamePath is a pair in which both sides can do more than they agreed on:
// the server changed since, or something between them lowers the version.
func (j *judge) blamePath(v *Verdict, t *tally, s *serverSide) {
	v.Because = append(v.Because, s.refs...)
	if !s.seen.IsZero() && s.seen.After(t.last) {
		v.Verdict = AtRisk
		v.Why = say("agreed on %s then; since, the server was seen to do %s", t.weakest, s.best())
		v.Fix = Texts{say("Look at this pair once more: it should agree on %s now", s.best())}
		return
	}
	v.Verdict, v.LimitedBy, v.Cause = Breaks, UnknownSide, Middlebox
	v.Why = say("the client offered %s and the server can do %s, yet they agreed on %s: something between them lowers it",
		t.offered, s.best(), t.weakest)
	v.Fix = Texts{say("Find the proxy, balancer or inspection device between the two and update it")}
}

// blameAbleClient is a log that shows a weak version between a server that
// does more and a program that does more: the hello was lowered on its way, or
// somebody configured that client.
func (j *judge) blameAbleClient(v *Verdict, t *tally, c *clientSide, s *serverSide) {
	v.Verdict, v.LimitedBy, v.Confidence = Breaks, ClientSide, evidence.Inferred
	v.Why = say("only ever on %s, though %s does %s and the server %s", t.weakest, c.name(), c.best(), s.best())
	f := c.cause(j.policy.Floor)
	f.apply(v)
	v.Because = append(v.Because, s.refs...)
	j.mailIsOpportunistic(v)
}

// blameNobody is a log below the floor of which neither side is known.
func (j *judge) blameNobody(v *Verdict, t *tally, c *clientSide, s *serverSide) {
	v.Verdict, v.LimitedBy, v.Confidence = Breaks, UnknownSide, evidence.Observed
	v.Why = say("only ever on %s, the highest version both share; which side limits is not known", t.weakest)
	if c.known() && c.best().AtLeast(j.policy.Floor) {
		v.LimitedBy, v.Confidence = ServerSide, evidence.Inferred
		v.Why = say("only ever on %s although %s does %s: the server limits", t.weakest, c.name(), c.best())
		v.Cause = Unidentified
		v.Because = append(v.Because, c.fact())
	}
	v.Next = lookAgain(v)
	j.mailIsOpportunistic(v)
}

// onlyFailed is a pair that never agreed although the client offered enough.
func (j *judge) onlyFailed(v *Verdict, p *pair, t *tally, s *serverSide) {
	h, floor := &t.failure, j.policy.Floor
	alert := say("without an alert")
	if h.Alert != nil {
		alert = say("with alert %s from the %s", h.Alert.Name, sideName(h.Alert.From))
	}
	versionRefused := h.Outcome == evidence.Refused && h.Alert != nil && h.Alert.From == "server" && h.Alert.Name == "protocol_version"
	switch {
	case h.Outcome == evidence.Aborted && h.Negotiated.Below(floor) && t.offered.AtLeast(floor):
		v.Verdict, v.LimitedBy, v.Cause = Breaks, ServerSide, Reverse
		v.Why = say("fails today: the server picked %s, and the client ended it %s", h.Negotiated, alert)
		v.Fix = append(s.enable(floor), say("Until then, put a proxy that speaks %s in front of it", floor))
		v.Because = append(v.Because, s.refs...)
	case versionRefused && t.offered.AtLeast(floor) && !s.best().AtLeast(floor):
		v.Verdict, v.LimitedBy, v.Cause = Breaks, ServerSide, Reverse
		v.Why = say("fails today: the client offers %s, the server refuses the version", t.offered)
		v.Fix = s.enable(floor)
		v.Because = append(v.Because, s.refs...)
		v.Next = lookAgain(v)
	case !h.Negotiated.Known() && j.neverAgree(v, p, h, s):
	case h.Negotiated.AtLeast(floor):
		v.Verdict = Unknown
		v.Why = say("agreed on %s, then ended %s: a matter of trust or the application, not of the version", h.Negotiated, alert)
		v.Next = say("look at the client's own error message")
	default:
		v.Verdict = Unknown
		v.Why = say("fails today: ended %s", alert)
		if t.offered.Known() {
			v.Why = say("fails today although the client offers %s: ended %s", t.offered, alert)
		}
		v.Next = lookAgain(v)
	}
}

// unmeasured is a pair of which nothing seen tells a version.
func (j *judge) unmeasured(v *Verdict, t *tally, s *serverSide) {
	v.Verdict = Unknown
	switch {
	case t.offered.AtLeast(j.policy.Floor) && s.best().AtLeast(j.policy.Floor):
		v.Why = say("the client offers %s and the server does %s, but no handshake of theirs was seen to the end", t.offered, s.best())
		v.Next = say("tlsready watch a longer capture of this pair")
	case t.offered.Known():
		v.Why = say("the client offers %s; the server's answer was not seen", t.offered)
		v.Next = lookAgain(v)
	default:
		v.Why = say("connections were seen, but nothing shows their version")
		v.Next = lookAgain(v)
	}
}

// mailIsOpportunistic: between mail servers TLS is opportunistic, so a raised
// floor does not stop the mail, it sends it in the clear.
func (j *judge) mailIsOpportunistic(v *Verdict) {
	port := v.ServerParty.Port
	if v.Protocol != "smtp" || (port != 25 && port != 0) || v.Verdict != Breaks {
		return
	}
	v.Verdict = AtRisk
	v.Why = v.Why.And(say("between mail servers TLS is opportunistic, so raising the floor means plain text, not an error"))
	v.Because = append(v.Because, "con.mail-opportunistic")
}

func identifyClient(v *Verdict) Text {
	if v.ClientParty.UserAgent == "" && v.Offered == 0 {
		return say("capture its hello and run: tlsready watch FILE.pcap")
	}
	return say("look at %s for the program that connects to %s, then tlsready audit an export of its settings", v.Client, v.Server)
}

// highest is the strongest of some versions; zero of none.
func highest(vs []tlswire.Version) tlswire.Version {
	var best tlswire.Version
	for _, v := range vs {
		best = stronger(best, v)
	}
	return best
}

// sideName is one end of a connection in words.
func sideName(from string) Text {
	switch from {
	case "client":
		return say("client")
	case "server":
		return say("server")
	}
	return Verbatim(from)
}
