package assess

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// mostSeen is how many records of one pair a chain shows one by one.
const mostSeen = 12

// chain puts together what a verdict rests on. p is nil for a verdict about
// one party alone.
func (w *judgement) chain(v *Verdict, p *pair) []Step {
	j := w.judge
	steps := j.whoIs(v, p)
	if p != nil {
		steps = append(steps, j.seen(p)...)
	}
	steps = append(steps, w.contradicting(v)...)
	shown := map[string]bool{}
	steps = append(steps, j.aboutClient(v, p, shown)...)
	steps = append(steps, j.aboutServer(v, shown)...)
	steps = append(steps, j.facts(v, shown)...)
	steps = append(steps, j.policyStep(), verdictStep(v))
	for _, c := range v.Contradicts {
		steps = append(steps, Step{About: "contradiction", Says: told(c)})
	}
	if v.Owner != "" {
		says := say("%s answers for it", v.Owner)
		if v.Contact != "" {
			says = say("%s answers for it (%s)", v.Owner, v.Contact)
		}
		steps = append(steps, Step{About: "owner", Says: says, Confidence: string(evidence.Declared)})
	}
	if v.Waived != nil {
		steps = append(steps, Step{About: "waiver", Says: v.Waived.text(w.report.AsOf), Confidence: string(evidence.Declared)})
	}
	if !v.Next.IsZero() {
		steps = append(steps, Step{About: "next", Says: v.Next})
	}
	return steps
}

// text says what a waiver is worth on a day.
func (w *Waiver) text(day string) Text {
	if w.holds(day) {
		return say("waived until %s by %s: %s", w.Until, w.Owner, w.Reason)
	}
	return say("a waiver by %s ran out on %s, so that it counts again: %s", w.Owner, w.Until, w.Reason)
}

// whoIs tells under which names and addresses the two sides go.
func (j *judge) whoIs(v *Verdict, p *pair) []Step {
	var steps []Step
	step := func(pattern Text, refs ...string) {
		steps = append(steps, Step{About: "identity", Says: pattern, Refs: nonEmpty(refs...)})
	}
	for _, side := range []struct {
		id    string
		party evidence.Party
	}{{v.Client, v.ClientParty}, {v.Server, v.ServerParty}} {
		h := j.dir.hostOf(side.party)
		switch {
		case side.id == Anyone || h == nil:
		case len(h.products) > 0:
			step(say("%s is the host %s of the inventory", side.id, h.name), placeOf(h.products[0].Where))
		default:
			step(say("%s is the host %s of the settings that were read", side.id, h.name))
		}
		if s := j.dir.certified[side.id]; s != nil && side.id != Anyone {
			step(say("%s is the name in the certificate of %s, which was scanned by its address", side.id, joinPort(s.IP, s.Port)), scanRef(s))
		}
	}
	if p == nil {
		return steps
	}
	as := namesOf(p)
	if len(as) > 1 {
		step(say("%s was seen as %s", v.Client, list(as[:min(len(as), mostSeen)])))
	}
	if g := j.groupOf(v.Client); g != nil {
		step(g.text())
	}
	return steps
}

// namesOf are the addresses, names and identities of the client of a pair.
func namesOf(p *pair) []string {
	var out []string
	for h := range p.rows() {
		for _, s := range []string{h.Client.IP, h.Client.Name, h.Client.Identity} {
			if s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	slices.Sort(out)
	return out
}

// seen tells what was seen between the two, the weakest first.
func (j *judge) seen(p *pair) []Step {
	hs := slices.Collect(p.rows())
	slices.SortStableFunc(hs, func(a, b evidence.Row) int {
		return cmp.Or(cmp.Compare(a.Negotiated.Rank(), b.Negotiated.Rank()), a.First.Compare(b.First))
	})
	var steps []Step
	for i, h := range hs {
		if i == mostSeen {
			steps = append(steps, Step{About: "seen", Says: say("and %s records more like these", len(hs)-i)})
			break
		}
		steps = append(steps, Step{
			About: "seen", Says: seenText(&h), Source: h.Source, Refs: h.Refs(), Confidence: string(evidence.Observed),
		})
	}
	return steps
}

// seenText tells one folded record.
func seenText(h *evidence.Row) Text {
	came := agreedOn(h.Terms)
	if !h.Negotiated.Known() {
		came = say("no version shown")
	}
	text := say("%s times %s", h.Count, came)
	if h.Count == 1 {
		text = say("once %s", came)
	}
	if h.OfferedMax.Known() {
		text = text.And(say("the client offered at most %s", h.OfferedMax))
	}
	switch h.Outcome {
	case evidence.Refused, evidence.Aborted:
		if h.Alert != nil {
			text = text.And(say("it failed with alert %s from the %s", h.Alert.Name, sideName(h.Alert.From)))
		} else {
			text = text.And(say("it failed without an alert"))
		}
	case evidence.Unfinished:
		text = text.And(say("its end was not seen"))
	}
	if h.Downgrade.Known() {
		text = text.And(say("the server marks that it could have done %s", h.Downgrade))
	}
	if h.Fallback {
		text = text.And(say("the client marks it as a retry"))
	}
	if !h.Last.IsZero() {
		text = text.And(say("last on %s", h.Last.UTC().Format(time.DateOnly)))
	}
	return text
}

// contradicting are the records of this pair that contradict themselves and
// were not counted.
func (w *judgement) contradicting(v *Verdict) []Step {
	var steps []Step
	for _, h := range w.dropped {
		if w.judge.dir.clientID(*h.Client) != v.Client || w.judge.dir.serverOf(h) != v.Server {
			continue
		}
		steps = append(steps, Step{
			About: "contradiction", Says: say("not counted: the record %s", contradiction(h.Terms)), Source: h.Source, Refs: h.Refs(),
		})
	}
	return steps[:min(len(steps), mostSeen)]
}

// policyStep tells what was asked for.
func (j *judge) policyStep() Step {
	p := j.policy
	s := Step{About: "policy", Says: say("policy %s asks for %s", p.Name, p.Floor).And(p.Text), Fact: p.Fact}
	if !p.From.IsZero() {
		s.Says = s.Says.And(say("from %s on", p.From.Format(time.DateOnly)))
	}
	j.cite(&s)
	return s
}

// cite adds what a fact rests on.
func (j *judge) cite(s *Step) {
	if r, ok := j.base.Record(s.Fact); ok {
		s.Cites, s.Confidence = r.Source, string(r.Confidence)
	}
}

// verdictStep is the end of the chain.
func verdictStep(v *Verdict) Step {
	says := say("%s: %s", Text{Pattern: outcomeWord(v.Verdict)}, v.Why)
	if v.Cause != "" && v.LimitedBy != "" {
		says = say("%s, limited by %s, because of %s: %s", Text{Pattern: outcomeWord(v.Verdict)}, sideWord(v.LimitedBy), Text{Pattern: strings.ReplaceAll(string(v.Cause), "_", " ")}, v.Why)
	}
	if v.BreaksOn != "" {
		says = says.And(say("breaks on %s", v.BreaksOn))
	}
	if v.SetApart != "" {
		says = says.And(say("set apart as %s", v.SetApart))
	}
	return Step{About: "verdict", Says: says, Confidence: string(v.Confidence)}
}

func outcomeWord(o Outcome) string { return strings.ReplaceAll(string(o), "_", " ") }

func sideWord(s Side) Text {
	switch s {
	case ClientSide:
		return say("the client")
	case ServerSide:
		return say("the server")
	case BothSides:
		return say("both sides")
	}
	return say("a side that is not known")
}
