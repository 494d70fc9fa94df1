package assess

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

func explainAll(t *testing.T, client, server string, records ...evidence.Record) (*Explanation, error) {
	t.Helper()
	base := loadBase(t)
	policy, err := ParsePolicy(base, "tls12")
	if err != nil {
		t.Fatal(err)
	}
	return Explain(evidence.SetOf(records), Options{
		Policy: policy, Knowledge: base, Today: noon,
		Waivers: []Exception{{Party: "192.0.2.9", Owner: "ann", Reason: "retires", Until: noon.AddDate(0, 0, -1)}},
		Owners:  []Owner{{Pattern: "192.0.2.0/24", Owner: "net team", Contact: "net@example"}},
	}, client, server)
}

// Parties are found however they are spelled.
func TestPartiesAsTyped(t *testing.T) {
	strong := captured(tlswire.TLS13, tlswire.TLS13)
	strong.Client = evidence.Party{IP: "192.0.2.8", Name: "pc8.corp.example"}
	records := []evidence.Record{captured(tlswire.TLS10, tlswire.TLS10), strong, scanOf("b.example:443", tlswire.TLS12)}
	for _, tc := range []struct {
		client, server string
		want           int
	}{
		{"192.0.2.7", "a.example:443", 1},
		{"192.0.2.7", "a.example", 1},
		{"192.0.2.7", "https://A.Example./path", 1},
		{"192.0.2.7", "192.0.2.1", 1},
		{"192.0.2.7", "a", 1},
		{"192.0.2.7", "*", 1},
		{"*", "a.example", 2},
		{"*", "*", 2},
		{"192.0.2.0/28", "", 2},
		{"PC8", "", 1},
		{"*.example*", "", 2},
		{"a.example", "", 2},
	} {
		e, err := explainAll(t, tc.client, tc.server, records...)
		if err != nil || len(e.Chains) < tc.want {
			t.Errorf("%q %q: %v, want %d chains", tc.client, tc.server, err, tc.want)
			continue
		}
		for _, c := range e.Chains {
			if len(c.Steps) < 2 || c.Steps[len(c.Steps)-1].About == "policy" {
				t.Errorf("%q %q: a chain without an end: %+v", tc.client, tc.server, c.Steps)
			}
		}
	}
}

func TestNobodyOfThatName(t *testing.T) {
	records := []evidence.Record{captured(tlswire.TLS10, tlswire.TLS10), scanOf("portal.example:443", tlswire.TLS12)}
	for _, tc := range []struct{ client, server, want string }{
		{"192.0.2.17", "", "did you mean 192.0.2.7?"},
		{"192.0.2.7", "b.exampl", "did you mean a.example:443"},
		{"nobody-at-all", "", `nothing in the evidence is called "nobody-at-all"`},
		{strings.Repeat("x", 100000), "", "nothing in the evidence"},
		{"", "", "nothing in the evidence"},
	} {
		_, err := explainAll(t, tc.client, tc.server, records...)
		var unknown *NoMatchError
		if err == nil || !strings.Contains(err.Error(), tc.want) && !errors.As(err, &unknown) {
			t.Errorf("%.20q %q: %.200v, want %q", tc.client, tc.server, err, tc.want)
		}
	}
	if _, err := explainAll(t, "192.0.2.7", "192.0.2.7", records...); err == nil || !strings.Contains(err.Error(), "not seen together") {
		t.Errorf("two that never met: %v", err)
	}
}

// A chain shows each kind of thing that a verdict rests on, with its source.
func TestChain(t *testing.T) {
	odd := captured(tlswire.TLS10, tlswire.TLS10)
	odd.Suite, odd.Refs = "TLS_AES_128_GCM_SHA256", []string{"x.pcap:99"}
	weak := logged(tlswire.TLS10, java7)
	weak.Client.IP, odd.Client.IP = "192.0.2.9", "192.0.2.9"
	e, err := explainAll(t, "192.0.2.9", "a.example", weak, odd, scanOf("a.example:443", tlswire.TLS12),
		&evidence.Product{Host: "PC9", IP: "192.0.2.9", Name: "Windows 7", Where: evidence.Where{File: "hosts.csv", Line: 3}})
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]Step{}
	for _, s := range e.Chains[0].Steps {
		if _, ok := have[s.About]; !ok {
			have[s.About] = s
		}
	}
	for about, want := range map[string]string{
		"identity":      "host PC9",
		"seen":          "once TLS 1.0",
		"client":        "Java",
		"server":        "accepts TLS 1.2",
		"policy":        "tls12",
		"verdict":       "breaks, limited by the client",
		"contradiction": "not counted",
		"owner":         "net team",
		"waiver":        "ran out on 2026-03-01",
	} {
		if s, ok := have[about]; !ok || !strings.Contains(s.Says.String(), want) {
			t.Errorf("%s: %q, want %q", about, s.Says, want)
		}
	}
	if s := have["seen"]; s.Source != "iis" || !slices.Equal(s.Refs, []string{"u.log:9"}) || s.Confidence != "observed" {
		t.Errorf("%+v", s)
	}
	if s := have["client"]; s.Fact == "" || len(s.Cites) == 0 || s.Confidence == "" {
		t.Errorf("a fact without its source: %+v", s)
	}
	if s := have["contradiction"]; !slices.Equal(s.Refs, []string{"x.pcap:99"}) {
		t.Errorf("%+v", s)
	}
}

// What is not known ends with the one command that finds out.
func TestUnknownNamesItsCommand(t *testing.T) {
	e, err := explainAll(t, "192.0.2.7", "", failed(tlswire.TLS13, 0, evidence.Unfinished, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	last := e.Chains[0].Steps[len(e.Chains[0].Steps)-1]
	if last.About != "next" || !strings.HasPrefix(last.Says.String(), "tlsready ") {
		t.Errorf("%+v", last)
	}
}
