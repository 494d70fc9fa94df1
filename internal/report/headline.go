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
	known := v.count(kindOK) + v.count(kindRisk) + v.count(kindWaived)
	switch {
	case h.Lead != "":
		h.Kind, h.Word = kindBreaks, "NOT READY"
	case known == 0:
		h.Kind, h.Word, h.Lead = kindUnknown, "NOT KNOWN", v.nothing()
	case !v.r.Ready:
		h.Kind, h.Word = kindBreaks, "NOT READY"
		h.Lead = "Nothing seen breaks " + when(v.r) + ", but what is in doubt counts as well."
	case v.count(kindUnknown)+v.failed()+v.partial() > 0 || v.gaps.Inputs == 0:
		h.Kind, h.Word = kindRisk, "READY, WITH GAPS"
		h.Lead = "Nothing seen breaks " + when(v.r) + "."
	case v.count(kindRisk) > 0:
		h.Kind, h.Word = kindRisk, "READY, WITH RISKS"
		h.Lead = "Nothing breaks for certain " + when(v.r) + "."
		if firstDate(v.verdicts[kindRisk]) != "" {
			h.Lead = "Nothing breaks yet " + when(v.r) + "."
		}
	case v.count(kindWaived) > 0:
		h.Kind, h.Word = kindRisk, "READY, WITH WAIVERS"
		h.Lead = "Nothing breaks " + when(v.r) + " that nobody answers for."
	default:
		h.Kind, h.Word = kindOK, "READY"
		h.Lead = "Nothing breaks " + when(v.r) + ": " + allFine(v) + "."
	}
	if len(doubts) > 0 {
		h.More = upperFirst(list(doubts)) + "."
		if h.Word == "READY, WITH GAPS" {
			h.More = "But " + list(doubts) + "."
		}
	}
	return h
}

func allFine(v *view) string {
	switch n := v.count(kindOK); n {
	case 1:
		return "the one pair that was judged is fine"
	case 2:
		return "both pairs that were judged are fine"
	default:
		return "all " + number(n) + " pairs that were judged are fine"
	}
}

// breaking is the sentence on what breaks; empty if nothing does.
func (v *view) breaking() string {
	sides, alone := breakingSides(v.verdicts[kindBreaks])
	clients := 0
	for _, n := range sides {
		clients += n
	}
	var s string
	if clients > 0 {
		s = plural(clients, "client breaks ", "clients break ") + when(v.r) + because(sides, clients) + "."
	}
	if alone > 0 {
		if s == "" {
			return plural(alone, "server fails ", "servers fail ") + when(v.r) + ", whoever calls."
		}
		s += " " + plural(alone, "server fails", "servers fail") + " whoever calls."
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
		return plural(n, "setting breaks ", "settings break ") + when(v.r) + "."
	}
	return ""
}

// breakingSides counts the clients that break by whose fault it is, each
// client once, and the servers that fail with no client at all.
func breakingSides(in []assess.Verdict) (sides map[assess.Side]int, alone int) {
	of := map[string]assess.Side{}
	servers := map[string]bool{}
	for _, v := range in {
		if v.Client == assess.Anyone {
			servers[v.Server] = true
			continue
		}
		side := v.LimitedBy
		if side == "" {
			side = assess.UnknownSide
		}
		switch old, ok := of[v.Client]; {
		case !ok, old == assess.UnknownSide:
			of[v.Client] = side
		case old != side && side != assess.UnknownSide:
			of[v.Client] = assess.BothSides
		}
	}
	sides = map[assess.Side]int{}
	for _, s := range of {
		sides[s]++
	}
	return sides, len(servers)
}

// because says whose fault the breaks are.
func because(sides map[assess.Side]int, clients int) string {
	words := []struct {
		side assess.Side
		text string
	}{
		{assess.ClientSide, "because of the client"},
		{assess.ServerSide, "because of the server"},
		{assess.BothSides, "because of both sides"},
		{assess.UnknownSide, "for a reason not yet known"},
	}
	var parts []string
	for _, w := range words {
		switch n := sides[w.side]; {
		case n == 0:
		case n == clients && n == 1:
			return ", " + w.text
		case n == clients:
			return ", all " + w.text
		default:
			parts = append(parts, number(n)+" "+w.text)
		}
	}
	return ": " + strings.Join(parts, ", ")
}

// nothing is the sentence when no pair could be judged.
func (v *view) nothing() string {
	switch {
	case v.count(kindUnknown) > 0:
		return "Whether anything breaks " + when(v.r) + " cannot be told yet."
	case v.count(kindApart) > 0:
		return "Only traffic that is set apart (scanners, probes) was seen."
	case v.gaps.Inputs > 0 && v.gaps.failedInputs() == v.gaps.Inputs:
		return "Nothing could be read, so nothing is known about what breaks."
	}
	return "No client and no server was seen, so nothing is known about what breaks."
}

// failed and partial come from the summary, as in JSON, but are never less
// than what is listed.
func (v *view) failed() int  { return max(v.r.Summary.InputsFailed, v.gaps.failedInputs()) }
func (v *view) partial() int { return max(v.r.Summary.InputsPartial, len(v.gaps.Partial)) }

// doubts are what keeps an answer from being a plain one.
func (v *view) doubts() []string {
	var out []string
	if v.gaps.Inputs == 0 && v.pairs() > 0 {
		out = append(out, "how much was looked at is not recorded")
	}
	if n := v.count(kindRisk); n > 0 {
		s := plural(n, "pair is at risk", "pairs are at risk")
		if d := firstDate(v.verdicts[kindRisk]); d != "" {
			s += " (the first breaks on " + d + ")"
		}
		out = append(out, s)
	}
	if n := v.count(kindUnknown); n > 0 {
		out = append(out, plural(n, "pair could not be judged", "pairs could not be judged"))
	}
	if n := v.failed(); n > 0 {
		out = append(out, plural(n, "input could not be read", "inputs could not be read"))
	}
	if n := v.partial(); n > 0 {
		out = append(out, plural(n, "input could be read only in part", "inputs could be read only in part"))
	}
	if n := v.count(kindWaived); n > 0 {
		out = append(out, plural(n, "pair is waived", "pairs are waived"))
	}
	return out
}

// firstDate is the first day on which one of the verdicts breaks.
func firstDate(in []assess.Verdict) string {
	first := ""
	for _, v := range in {
		if v.BreaksOn != "" && (first == "" || v.BreaksOn < first) {
			first = v.BreaksOn
		}
	}
	return first
}

// basis says under which policy and for which day was judged.
func (v *view) basis() string {
	s := "Policy " + v.r.Policy
	if !v.r.PolicyText.IsZero() {
		s += ": " + v.r.PolicyText.String()
	}
	return sentence(s) + " " + v.judged()
}

func (v *view) judged() string {
	switch {
	case v.r.Dated:
		return "Judged for " + v.r.AsOf + "."
	case v.r.AsOf != "":
		return "Judged on " + v.r.AsOf + ", as if all announced dates had come."
	}
	return "Judged as if all announced dates had come."
}
