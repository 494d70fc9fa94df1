package assess

import (
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// helloOf is the observed hello of 192.0.2.7.
func helloOf(v tlswire.Version, suites, groups []string) *evidence.Client {
	return &evidence.Client{
		Client: evidence.Party{IP: "192.0.2.7"}, Versions: []tlswire.Version{v}, Suites: suites, Groups: groups,
		SignatureAlgorithms: []string{"rsa_pkcs1_sha256", "rsa_pss_rsae_sha256"},
		Extensions:          []string{"server_name", "supported_groups", "signature_algorithms", "supported_versions"},
		Basis:               evidence.Observed, Refs: []string{"x.pcap:1"},
	}
}

// With the hello of the one and the scan of the other, whether they share what
// a policy allows is worked out.
func TestSharedSuitesAndGroups(t *testing.T) {
	base := loadBase(t)
	list := func(names ...string) []string { return names }
	rsa := func(s *evidence.Server) *evidence.Server {
		s.Certificates = []evidence.Certificate{{KeyType: "RSA", KeyBits: 2048, SignatureAlgorithm: "SHA256-RSA"}}
		return s
	}
	gcm256 := "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
	for _, tc := range []struct {
		name, policy string
		records      []evidence.Record
		want         want
	}{
		{
			"both have another", "mozilla-intermediate",
			recs(with(tlswire.TLS12, rsaCBC, ""), helloOf(tlswire.TLS12, list(rsaCBC, ecdheGCM), list("x25519")), rsa(scanWith(tlswire.TLS12, list(rsaCBC, ecdheGCM), list("x25519")))),
			want{OK, "", "", evidence.Inferred},
		},
		{
			"each has one, not the same", "mozilla-intermediate",
			recs(with(tlswire.TLS12, rsaCBC, ""), helloOf(tlswire.TLS12, list(rsaCBC, gcm256), list("x25519")), rsa(scanWith(tlswire.TLS12, list(rsaCBC, ecdheGCM), list("x25519")))),
			want{Breaks, BothSides, NoCommonCipher, evidence.Observed},
		},
		{
			"the client has none", "mozilla-intermediate",
			recs(with(tlswire.TLS12, rsaCBC, ""), helloOf(tlswire.TLS12, list(rsaCBC), nil)),
			want{Breaks, BothSides, NoCommonCipher, evidence.Observed},
		},
		{
			"the client has no hybrid group", "pqc",
			recs(with(tlswire.TLS13, modern, "x25519"), helloOf(tlswire.TLS13, list(modern), list("x25519"))),
			want{Breaks, BothSides, NoCommonGroupOrSignature, evidence.Observed},
		},
		{
			"both have a hybrid group, and the log does not show the group", "pqc",
			recs(with(tlswire.TLS13, modern, ""), helloOf(tlswire.TLS13, list(modern), list("X25519MLKEM768", "x25519")), rsa(scanWith(tlswire.TLS13, list(modern), list("X25519MLKEM768", "x25519")))),
			want{OK, "", "", evidence.Inferred},
		},
		{
			"fails today, for want of a suite", "tls12",
			recs(failed(tlswire.TLS12, 0, evidence.Refused, "server", "handshake_failure"), helloOf(tlswire.TLS12, list(gcm256), list("x25519")), rsa(scanWith(tlswire.TLS12, list(rsaCBC, ecdheGCM), list("x25519")))),
			want{Breaks, BothSides, NoCommonCipher, evidence.Observed},
		},
		{
			"fails today, and not for want of a suite", "tls12",
			recs(failed(tlswire.TLS12, 0, evidence.Refused, "server", "handshake_failure"), helloOf(tlswire.TLS12, list(ecdheGCM), list("x25519")), rsa(scanWith(tlswire.TLS12, list(ecdheGCM), list("x25519")))),
			want{Unknown, "", "", evidence.Observed},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := judgeAll(t, base, tc.policy, "", tc.records)
			var v Verdict
			for _, x := range r.Verdicts.All() {
				if x.Client != Anyone && x.Server != Anyone {
					v = x
				}
			}
			if got := (want{v.Verdict, v.LimitedBy, v.Cause, v.Confidence}); got != tc.want {
				t.Errorf("got %v, want %v\nwhy: %s", got, tc.want, v.Why)
			}
		})
	}
}

// A captured hello names its program by its fingerprint.
func TestProgramByFingerprint(t *testing.T) {
	base := loadBase(t)
	for _, k := range base.KnownClients {
		_, ja4 := k.Fingerprints()
		if ja4 == "" {
			continue
		}
		h := captured(k.Highest(), k.Highest())
		h.Client.JA3, h.Client.JA4 = k.Fingerprints()
		r := judgeAll(t, base, "tls13", "", recs(h))
		v := r.Verdicts.At(0)
		if !strings.Contains(v.Software, k.Name) && !strings.Contains(v.Software, " or another") {
			t.Errorf("%s: called %q", k.Title(), v.Software)
		}
		if v.Verdict == Breaks && v.Cause == "" {
			t.Errorf("%s: no cause", k.Title())
		}
	}
}
