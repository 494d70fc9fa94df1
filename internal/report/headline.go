package report

import (
	"strings"

	"github.com/tlsready/tlsready/assess"
)

// headline is what somebody reads who reads nothing else.
type headline struct {
	Kind kind   // breaks, risk, unknown or ok: how it is coloured
	Word string // READY, NOT READY ...
	Lead string // one sentence
	More string // one more, or empty
}

// newHeadline never shows a plain green over what was not seen: READY alone
// needs every pair judged and every input read in full.
func newHeadline(v *view) headline {
	doubts := v.doubts()
	h := headline{Lead: v.breaking()}
	gaps := false
	known := v.count(kindOK) + v.count(kindRisk) + v.count(kindWaived)
	switch {
	case h.Lead != "":
		h.Kind, h.Word = kindBreaks, v.T("NOT READY")
	case known == 0:
		h.Kind, h.Word, h.Lead = kindUnknown, v.T("NOT KNOWN"), v.nothing()
	case !v.r.Ready:
		h.Kind, h.Word = kindBreaks, v.T("NOT READY")
		h.Lead = v.T("Nothing seen breaks %s, but what is in doubt counts as well.", v.when(v.r))
	case v.count(kindUnknown)+v.failed()+v.partial() > 0 || v.gaps.Inputs == 0:
		gaps = true
		h.Kind, h.Word = kindRisk, v.T("READY, WITH GAPS")
		h.Lead = v.T("Nothing seen breaks %s.", v.when(v.r))
	case v.count(kindRisk) > 0:
		h.Kind, h.Word = kindRisk, v.T("READY, WITH RISKS")
		h.Lead = v.T("Nothing breaks for certain %s.", v.when(v.r))
		if v.firstDate(v.verdicts[kindRisk]) != "" {
			h.Lead = v.T("Nothing breaks yet %s.", v.when(v.r))
		}
	case v.count(kindWaived) > 0:
		h.Kind, h.Word = kindRisk, v.T("READY, WITH WAIVERS")
		h.Lead = v.T("Nothing breaks %s that nobody answers for.", v.when(v.r))
	default:
		h.Kind, h.Word = kindOK, v.T("READY")
		h.Lead = v.T("Nothing breaks %s: %s.", v.when(v.r), allFine(v))
	}
	if len(doubts) > 0 {
		h.More = upperFirst(v.T("%s.", v.List(doubts)))
		if gaps {
			h.More = v.T("But %s.", v.List(doubts))
		}
	}
	return h
}

func allFine(v *view) string {
	switch n := v.count(kindOK); n {
	case 1:
		return v.T("the one pair that was judged is fine")
	case 2:
		return v.T("both pairs that were judged are fine")
	default:
		return v.T("all %s pairs that were judged are fine", number(n))
	}
}

// breaking is the sentence on what breaks; empty if nothing does.
func (v *view) breaking() string {
	sides, alone := v.breakingSides(v.verdicts[kindBreaks])
	clients := 0
	for _, n := range sides {
		clients += n
	}
	var s string
	if clients > 0 {
		s = v.N(clients, "client breaks %s%s.", "clients break %s%s.", v.when(v.r), v.because(sides, clients))
	}
	if alone > 0 {
		if s == "" {
			return v.N(alone, "server fails %s, whoever calls.", "servers fail %s, whoever calls.", v.when(v.r))
		}
		s = v.Join(s, v.N(alone, "server fails whoever calls.", "servers fail whoever calls."))
	}
	if s != "" {
		return s
	}
	n := 0
	for _, x := range v.settings {
		if x.Verdict == settingBreaks {
			n += x.Count
		}
	}
	if n > 0 && !v.r.Ready {
		return v.N(n, "setting breaks %s.", "settings break %s.", v.when(v.r))
	}
	return ""
}

// breakingSides counts the clients that break by whose fault it is, each
// client once, and the servers that fail with no client at all.
func (v *view) breakingSides(in []seat) (sides map[assess.Side]int, alone int) {
	of := map[string]assess.Side{}
	servers := map[string]bool{}
	for o := range v.outlines(in) {
		if o.Client == assess.Anyone {
			servers[o.Server] = true
			continue
		}
		side := o.LimitedBy
		if side == "" {
			side = assess.UnknownSide
		}
		switch old, ok := of[o.Client]; {
		case !ok, old == assess.UnknownSide:
			of[o.Client] = side
		case old != side && side != assess.UnknownSide:
			of[o.Client] = assess.BothSides
		}
	}
	sides = map[assess.Side]int{}
	for _, s := range of {
		sides[s]++
	}
	return sides, len(servers)
}

// because says whose fault the breaks are, as the end of a sentence.
func (w words) because(sides map[assess.Side]int, clients int) string {
	texts := []struct {
		side           assess.Side
		one, all, some string
	}{
		{assess.ClientSide, w.T(", because of the client"), w.T(", all because of the client"), w.T("%s because of the client", number(sides[assess.ClientSide]))},
		{assess.ServerSide, w.T(", because of the server"), w.T(", all because of the server"), w.T("%s because of the server", number(sides[assess.ServerSide]))},
		{assess.BothSides, w.T(", because of both sides"), w.T(", all because of both sides"), w.T("%s because of both sides", number(sides[assess.BothSides]))},
		{assess.UnknownSide, w.T(", for a reason not yet known"), w.T(", all for a reason not yet known"), w.T("%s for a reason not yet known", number(sides[assess.UnknownSide]))},
	}
	var parts []string
	for _, t := range texts {
		switch n := sides[t.side]; {
		case n == 0:
		case n == clients && n == 1:
			return t.one
		case n == clients:
			return t.all
		default:
			parts = append(parts, t.some)
		}
	}
	return w.T(": %s", strings.Join(parts, w.T(", ")))
}

// nothing is the sentence when no pair could be judged.
func (v *view) nothing() string {
	switch {
	case v.count(kindUnknown) > 0:
		return v.T("Whether anything breaks %s cannot be told yet.", v.when(v.r))
	case v.count(kindApart) > 0:
		return v.T("Only traffic that is set apart (scanners, probes) was seen.")
	case v.gaps.Inputs > 0 && v.gaps.failedInputs() == v.gaps.Inputs:
		return v.T("Nothing could be read, so nothing is known about what breaks.")
	}
	return v.T("No client and no server was seen, so nothing is known about what breaks.")
}

// failed and partial come from the summary, as in JSON, but are never less
// than what is listed.
func (v *view) failed() int  { return max(v.r.Summary.InputsFailed, v.gaps.failedInputs()) }
func (v *view) partial() int { return max(v.r.Summary.InputsPartial, len(v.gaps.Partial)) }

// doubts are what keeps an answer from being a plain one.
func (v *view) doubts() []string {
	var out []string
	if v.gaps.Inputs == 0 && v.pairs() > 0 {
		out = append(out, v.T("how much was looked at is not recorded"))
	}
	if n := v.count(kindRisk); n > 0 {
		s := v.N(n, "pair is at risk", "pairs are at risk")
		if d := v.firstDate(v.verdicts[kindRisk]); d != "" {
			s = v.N(n, "pair is at risk (the first breaks on %s)", "pairs are at risk (the first breaks on %s)", d)
		}
		out = append(out, s)
	}
	if n := v.count(kindUnknown); n > 0 {
		out = append(out, v.N(n, "pair could not be judged", "pairs could not be judged"))
	}
	if n := v.failed(); n > 0 {
		out = append(out, v.N(n, "input could not be read", "inputs could not be read"))
	}
	if n := v.partial(); n > 0 {
		out = append(out, v.N(n, "input could be read only in part", "inputs could be read only in part"))
	}
	if n := v.count(kindWaived); n > 0 {
		out = append(out, v.N(n, "pair is waived", "pairs are waived"))
	}
	return out
}

// firstDate is the first day on which one of the verdicts breaks.
func (v *view) firstDate(in []seat) string {
	first := ""
	for o := range v.outlines(in) {
		if o.BreaksOn != "" && (first == "" || o.BreaksOn < first) {
			first = o.BreaksOn
		}
	}
	return first
}

// basis says under which policy and for which day was judged.
func (v *view) basis() string {
	s := v.T("Policy %s", v.r.Policy)
	if !v.r.PolicyText.IsZero() {
		s = v.T("Policy %s: %s", v.r.Policy, v.r.PolicyText.String())
	}
	return v.Join(v.Sentence(s), v.judged())
}

func (v *view) judged() string {
	switch {
	case v.r.Dated:
		return v.T("Judged for %s.", v.r.AsOf)
	case v.r.AsOf != "":
		return v.T("Judged on %s, as if all announced dates had come.", v.r.AsOf)
	}
	return v.T("Judged as if all announced dates had come.")
}
