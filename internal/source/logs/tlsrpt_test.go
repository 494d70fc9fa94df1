package logs

import (
	"fmt"
	"strings"
	"testing"
)

// A result type proves what it says and no more.
func TestTLSRPTResultTypes(t *testing.T) {
	for name, want := range map[string]string{
		"certificate-expired":       "aborted x3",
		"certificate-host-mismatch": "aborted x3",
		"certificate-not-trusted":   "aborted x3",
		"validation-failure":        "unfinished x3",
		"starttls-not-supported":    "plain SMTP: the receiving server offered no STARTTLS, so the session failed",
		"sts-policy-fetch-error":    "failed for its policy (DANE or MTA-STS), not for TLS",
		"dane-required":             "failed for its policy (DANE or MTA-STS), not for TLS",
		"made-up":                   "failed with a result type that is not known",
	} {
		report := `{"organization-name":"Sender","date-range":{"start-datetime":"2026-03-02T00:00:00Z"},"report-id":"1","policies":[{"policy":{"policy-domain":"example.com"},
"summary":{"total-successful-session-count":0,"total-failure-session-count":3},"failure-details":[{"result-type":"` + name + `","sending-mta-ip":"198.51.100.7","failed-session-count":3}]}]}`
		recs := mustRun(t, "r.json", []byte(report), Options{})
		var got []string
		for _, h := range handshakesOf(recs) {
			if h.Negotiated != 0 || h.Alert != nil || h.Client.Identity != "Sender" || h.Server.Name != "example.com" || h.Protocol != "smtp" {
				t.Errorf("%s: %s", name, brief(h))
			}
			got = append(got, fmt.Sprintf("%s x%d", h.Outcome, h.Count))
		}
		for _, s := range coverageOf(recs).Skipped {
			got = append(got, s.Reason)
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// Counts are a stranger's: they are kept where they can be added up.
func TestTLSRPTHostileCounts(t *testing.T) {
	for _, n := range []string{"-5", "9223372036854775807", "1e3", `"7"`, "99999999999999999999"} {
		report := `{"organization-name":"S","date-range":{},"report-id":"1","policies":[{"summary":{"total-successful-session-count":` + n + `,"total-failure-session-count":` + n + `},
"failure-details":[{"result-type":"certificate-expired","failed-session-count":` + n + `}]}]}`
		c := coverageOf(mustRun(t, "r.json", []byte(report), Options{Format: "tls-rpt"}))
		if c.Read < 0 || c.Used < 0 || c.Read < c.Used {
			t.Errorf("%s: %+v", n, c)
		}
	}
}
