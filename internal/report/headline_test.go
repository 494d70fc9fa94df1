package report

import (
	"testing"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

var seen = []*evidence.Coverage{{Source: "iis", Input: "a.log", Read: 9, Used: 9}}

func TestHeadline(t *testing.T) {
	breaks := func(client, server string, side assess.Side) assess.Verdict {
		return assess.Verdict{Client: client, Server: server, Verdict: assess.Breaks, LimitedBy: side}
	}
	waived := breaks("a", "s", assess.ClientSide)
	waived.Waived = &assess.Waiver{Until: "2026-03-05"}
	partial := []*evidence.Coverage{{Source: "iis", Input: "b.log", Skipped: []evidence.Skip{{Ref: "b.log:1", Reason: "short"}}}}
	cases := []struct {
		name, want, more string
		r                assess.Report
	}{
		{
			"every side", "NOT READY. 4 clients break when TLS 1.0 and 1.1 go off: 1 because of the client, " +
				"1 because of the server, 1 because of both sides, 1 for a reason not yet known.", "",
			assess.Report{Verdicts: assess.Listed(
				breaks("a", "s", assess.ClientSide), breaks("b", "s", assess.ServerSide), breaks("c", "s", assess.ServerSide),
				breaks("c", "u", assess.ClientSide), breaks("d", "s", ""),
			), Coverage: seen},
		},
		{
			"one client, many servers", "NOT READY. 1 client breaks when TLS 1.0 and 1.1 go off, because of the client.", "",
			assess.Report{Verdicts: assess.Listed(breaks("a", "s", assess.ClientSide), breaks("a", "u", assess.ClientSide)), Coverage: seen},
		},
		{
			"a server alone", "NOT READY. 1 server fails when TLS 1.0 and 1.1 go off, whoever calls.", "",
			assess.Report{Verdicts: assess.Listed(breaks(assess.Anyone, "s", assess.ServerSide)), Coverage: seen},
		},
		{
			"post-quantum", "NOT READY. 2 clients break when post-quantum key exchange is required, all because of the server.", "",
			assess.Report{Policy: "pqc", Verdicts: assess.Listed(breaks("a", "s", assess.ServerSide), breaks("b", "s", assess.ServerSide)), Coverage: seen},
		},
		{
			"waived until today", "READY, WITH WAIVERS. Nothing breaks when TLS 1.0 and 1.1 go off that nobody answers for.", "1 pair is waived.",
			assess.Report{Verdicts: assess.Listed(waived, okPair("b", "s")), Coverage: seen},
		},
		{
			"fine, but not all was read", "READY, WITH GAPS. Nothing seen breaks when TLS 1.0 and 1.1 go off.", "But 1 input could be read only in part.",
			assess.Report{Verdicts: assess.Listed(okPair("b", "s")), Coverage: partial},
		},
		{
			"fine, but nobody says what was read", "READY, WITH GAPS. Nothing seen breaks when TLS 1.0 and 1.1 go off.",
			"But how much was looked at is not recorded.",
			assess.Report{Verdicts: assess.Listed(okPair("b", "s"))},
		},
		{"nothing at all", "NOT KNOWN. No client and no server was seen, so nothing is known about what breaks.", "", assess.Report{}},
	}
	for _, c := range cases {
		h := newView(finish(&c.r), Options{}).head
		if got := h.Word + ". " + h.Lead; got != c.want || h.More != c.more {
			t.Errorf("%s:\n got %s | %s\nwant %s | %s", c.name, got, h.More, c.want, c.more)
		}
	}
}

// TestStrict: what is in doubt can count against an answer.
func TestStrict(t *testing.T) {
	r := dated()
	r.Ready = false
	h := newView(r, Options{}).head
	if want := "Nothing seen breaks on 2026-06-01 under office365, but what is in doubt counts as well."; h.Kind != kindBreaks || h.Lead != want {
		t.Errorf("got %+v, want %s", h, want)
	}
}

var allCauses = []assess.Cause{
	assess.DependsOnLegacyEndpoint, assess.PinnedByCode, assess.PinnedByConfig, assess.ProductPrerequisiteMissing,
	assess.CappedByFrameworkTarget, assess.CapableButOff, assess.Middlebox, assess.Incapable, assess.NoCommonCipher,
	assess.NoCommonGroupOrSignature, assess.Reverse, assess.Unidentified,
}

// TestEveryCauseHasWords: a cause without words would read as "is the limit".
func TestEveryCauseHasWords(t *testing.T) {
	said := map[string]assess.Cause{}
	for _, c := range allCauses {
		f := words{}.fault(assess.Verdict{Cause: c, Verdict: assess.Breaks, LimitedBy: assess.ClientSide}, "TLS 1.2")
		if other, ok := said[f]; ok || f == "The client is the limit" {
			t.Errorf("%s has no words of its own: %q, as %s", c, f, other)
		}
		said[f] = c
	}
}
