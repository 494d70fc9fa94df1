package assess

import (
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

const (
	ecdheGCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
	rsaCBC   = "TLS_RSA_WITH_AES_128_CBC_SHA"
	chacha   = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
	modern   = "TLS_AES_128_GCM_SHA256"
)

// with is a handshake that came to a suite and a group.
func with(v tlswire.Version, suite, group string) *evidence.Handshake {
	return hs(func(h *evidence.Handshake) { h.Negotiated, h.OfferedMax, h.Suite, h.Group = v, v, suite, group })
}

// scanWith is a scan of a.example that found suites and groups.
func scanWith(v tlswire.Version, suites, groups []string) *evidence.Server {
	s := scanOf("a.example", v)
	s.Versions[v].Suites, s.Groups = suites, groups
	return s
}

// A policy is more than a floor: what a pair agrees on must be allowed, or
// another thing that both have.
func TestRulesOfPolicies(t *testing.T) {
	base := loadBase(t)
	list := func(names ...string) []string { return names }
	risk := want{AtRisk, "", "", evidence.Observed}
	for _, tc := range []struct {
		name, policy, at string
		records          []evidence.Record
		want             want
		breaksOn         string
	}{
		{"an allowed suite", "mozilla-intermediate", "", recs(with(tlswire.TLS12, ecdheGCM, "x25519")), want{OK, "", "", evidence.Observed}, ""},
		{"one that goes off, nobody scanned", "mozilla-intermediate", "", recs(with(tlswire.TLS12, rsaCBC, "")), risk, ""},
		{"one that goes off, and the server has no other", "mozilla-intermediate", "", recs(with(tlswire.TLS12, rsaCBC, ""), scanWith(tlswire.TLS12, list(rsaCBC), nil)), want{Breaks, BothSides, NoCommonCipher, evidence.Observed}, ""},
		{"a group that goes off, and the server has no other", "mozilla-intermediate", "", recs(with(tlswire.TLS12, ecdheGCM, "secp521r1"), scanWith(tlswire.TLS12, list(ecdheGCM), list("secp521r1"))), want{Breaks, BothSides, NoCommonGroupOrSignature, evidence.Observed}, ""},
		{"a log without suites", "mozilla-intermediate", "", recs(logged(tlswire.TLS12, "")), want{Unknown, "", "", evidence.Observed}, ""},
		{"TLS 1.3 has what is allowed, by its RFC", "mozilla-intermediate", "", recs(logged(tlswire.TLS13, "")), want{OK, "", "", evidence.Observed}, ""},
		{"the version comes first", "mozilla-intermediate", "", recs(with(tlswire.TLS10, rsaCBC, "")), want{Breaks, ClientSide, Unidentified, evidence.Observed}, ""},
		{"before the policy's day", "mozilla-intermediate", "2026-04-05", recs(with(tlswire.TLS10, rsaCBC, "")), want{AtRisk, ClientSide, Unidentified, evidence.Observed}, "2026-04-06"},
		{"on the policy's day", "mozilla-intermediate", "2026-04-06", recs(with(tlswire.TLS10, rsaCBC, "")), want{Breaks, ClientSide, Unidentified, evidence.Observed}, ""},
		{"a hybrid group", "pqc", "", recs(with(tlswire.TLS13, modern, "X25519MLKEM768")), want{OK, "", "", evidence.Observed}, ""},
		{"a classical group", "pqc", "", recs(with(tlswire.TLS13, modern, "x25519")), risk, ""},
		{"a classical group, and the server has no hybrid", "pqc", "", recs(with(tlswire.TLS13, modern, "x25519"), scanWith(tlswire.TLS13, list(modern), list("x25519"))), want{Breaks, BothSides, NoCommonGroupOrSignature, evidence.Observed}, ""},
		{"a group that nothing shows", "pqc", "", recs(logged(tlswire.TLS13, "")), want{Unknown, "", "", evidence.Observed}, ""},
		{"TLS 1.2 has no hybrid", "pqc", "", recs(with(tlswire.TLS12, ecdheGCM, "x25519")), want{Breaks, ClientSide, Unidentified, evidence.Observed}, ""},
		{"ChaCha20 is no algorithm of NIST's", "nist-800-52r2", "", recs(with(tlswire.TLS12, chacha, "x25519")), risk, ""},
		{"AES is", "nist-800-52r2", "", recs(with(tlswire.TLS12, ecdheGCM, "x25519")), want{OK, "", "", evidence.Observed}, ""},
		{"early TLS for cards", "pci-dss-4", "", recs(with(tlswire.TLS10, rsaCBC, "")), want{Breaks, ClientSide, Unidentified, evidence.Observed}, ""},
		{"early TLS for cards, before its day", "pci-dss-4", "2018-06-30", recs(with(tlswire.TLS10, rsaCBC, "")), want{AtRisk, ClientSide, Unidentified, evidence.Observed}, "2018-07-01"},
		{"BSI in its first years", "bsi-tr-02102-2", "2026-11-23", recs(with(tlswire.TLS12, ecdheGCM, "x25519")), want{AtRisk, ClientSide, Unidentified, evidence.Observed}, "2032-01-01"},
		{"BSI, TLS 1.3 with a hybrid", "bsi-tr-02102-2", "2026-11-23", recs(with(tlswire.TLS13, modern, "X25519MLKEM768")), want{OK, "", "", evidence.Observed}, ""},
		{"BSI in the end", "bsi-tr-02102-2", "", recs(with(tlswire.TLS12, ecdheGCM, "x25519")), want{Breaks, ClientSide, Unidentified, evidence.Observed}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := judgeAll(t, base, tc.policy, tc.at, tc.records)
			v := r.Verdicts.At(0)
			if got := (want{v.Verdict, v.LimitedBy, v.Cause, v.Confidence}); got != tc.want || v.BreaksOn != tc.breaksOn {
				t.Errorf("got %v %q, want %v %q\nwhy: %s", got, v.BreaksOn, tc.want, tc.breaksOn, v.Why)
			}
			if (v.Verdict == Unknown || v.Verdict == AtRisk && v.BreaksOn == "") && v.Next.IsZero() {
				t.Error("not known, and no command that would find out")
			}
		})
	}
}

// A server that nobody was seen to use is judged by its scan.
func TestScansUnderPolicies(t *testing.T) {
	base := loadBase(t)
	for _, tc := range []struct {
		policy  string
		scan    *evidence.Server
		outcome Outcome
		cause   Cause
	}{
		{"mozilla-intermediate", scanWith(tlswire.TLS12, []string{ecdheGCM}, []string{"x25519"}), OK, ""},
		{"mozilla-intermediate", scanWith(tlswire.TLS12, []string{rsaCBC}, nil), Breaks, NoCommonCipher},
		{"mozilla-intermediate", scanOf("a.example", tlswire.TLS12), Unknown, ""},
		{"pqc", scanWith(tlswire.TLS13, []string{modern}, []string{"x25519", "X25519MLKEM768"}), OK, ""},
		{"pqc", scanWith(tlswire.TLS13, []string{modern}, []string{"x25519"}), Breaks, NoCommonGroupOrSignature},
		{"pqc", scanWith(tlswire.TLS13, []string{modern}, nil), Unknown, ""},
	} {
		v := judgeAll(t, base, tc.policy, "", recs(tc.scan)).Verdicts.At(0)
		if v.Verdict != tc.outcome || v.Cause != tc.cause {
			t.Errorf("%s: %s %s (%s), want %s %s", tc.policy, v.Verdict, v.Cause, v.Why, tc.outcome, tc.cause)
		}
	}
}

func TestOwnPolicy(t *testing.T) {
	rules, err := knowledge.ReadPolicy("own.yaml", []byte("name: house rules\nmin: TLS 1.2\nno_suites: [cbc]\nfrom: 2027-01-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := NewPolicy(rules)
	r := Assess(evidence.SetOf(recs(with(tlswire.TLS12, rsaCBC, ""))), Options{Policy: p, Knowledge: loadBase(t), Today: noon})
	if r.Policy != "house rules" || r.Verdicts.At(0).Verdict != AtRisk || !strings.Contains(r.Verdicts.At(0).Why.String(), "house rules") {
		t.Errorf("%s: %+v", r.Policy, r.Verdicts.At(0))
	}
	if r.Comes != "2027-01-01" {
		t.Errorf("comes on %q", r.Comes)
	}
	if r = Assess(evidence.SetOf(recs()), Options{Policy: p, Knowledge: loadBase(t), Today: noon.AddDate(2, 0, 0)}); r.Comes != "" {
		t.Errorf("in force, and yet comes on %q", r.Comes)
	}
}

// TestWhoAnswersForSettings: the owners file beats the inventory.
func TestWhoAnswersForSettings(t *testing.T) {
	base := loadBase(t)
	policy, err := ParsePolicy(base, "tls12")
	if err != nil {
		t.Fatal(err)
	}
	pin := func(host string) *evidence.Setting {
		return &evidence.Setting{Host: host, Role: "client", Layer: "java", Effect: evidence.Pins, Versions: []tlswire.Version{tlswire.TLS10}}
	}
	r := Assess(evidence.SetOf([]evidence.Record{
		&evidence.Product{Host: "APP02", Name: "Java", Owner: "apps"}, pin("APP01"), pin("APP02"), pin("APP03"),
	}), Options{Policy: policy, Knowledge: base, Today: noon, Owners: []Owner{{Pattern: "app01*", Owner: "ann", Contact: "ann@example"}}})
	var got []string
	for _, s := range r.Settings {
		got = append(got, s.Host+" "+s.Owner+" "+s.Contact)
	}
	if want := []string{"APP01 ann ann@example", "APP02 apps ", "APP03  "}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
