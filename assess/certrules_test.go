package assess

import (
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// What a policy asks of certificates and DH groups is held against scans.
func TestRulesOfCertificates(t *testing.T) {
	base := loadBase(t)
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	cert := func(kind string, bits int, signature string, days int) evidence.Certificate {
		return evidence.Certificate{
			Subject: "CN=a.example", Issuer: "CN=ca.example", KeyType: kind, KeyBits: bits, SignatureAlgorithm: signature,
			NotBefore: from, NotAfter: from.AddDate(0, 0, days).Add(-time.Second),
		}
	}
	good, own := cert("RSA", 2048, "SHA256-RSA", 90), cert("RSA", 2048, "SHA1-RSA", 90)
	own.Issuer = own.Subject
	for _, tc := range []struct {
		name, policy string
		cert         evidence.Certificate
		dh           int
		want         Outcome
		why          string
	}{
		{"fit", "mozilla-intermediate", good, 2048, OK, ""},
		{"nothing known of it", "mozilla-intermediate", evidence.Certificate{}, 0, OK, ""},
		{"a policy that asks nothing", "tls12", cert("RSA", 512, "MD5-RSA", 9000), 512, OK, ""},
		{"a short key", "mozilla-intermediate", cert("RSA", 1024, "SHA256-RSA", 90), 0, AtRisk, "RSA key of 1024 bits"},
		{"a kind of key", "mozilla-intermediate", cert("Ed25519", 256, "Ed25519", 90), 0, AtRisk, "type Ed25519"},
		{"a curve", "mozilla-intermediate", cert("ECDSA", 521, "ECDSA-SHA256", 90), 0, AtRisk, "521 bits"},
		{"a curve that is allowed", "mozilla-intermediate", cert("ECDSA", 256, "ECDSA-SHA256", 90), 0, OK, ""},
		{"as many days as allowed", "mozilla-intermediate", cert("RSA", 2048, "SHA256-RSA", 366), 0, OK, ""},
		{"a day more", "mozilla-intermediate", cert("RSA", 2048, "SHA256-RSA", 367), 0, AtRisk, "367 days"},
		{"a signature that is not listed", "mozilla-intermediate", cert("RSA", 2048, "SHA512-RSA", 90), 0, AtRisk, "SHA512-RSA"},
		{"SHA-1", "mozilla-intermediate", cert("RSA", 2048, "SHA1-RSA", 90), 0, AtRisk, "SHA1-RSA"},
		{"SHA-1, signed by itself", "mozilla-intermediate", own, 0, OK, ""},
		{"a short DH group", "mozilla-intermediate", good, 1024, AtRisk, "DH group has 1024 bits"},
	} {
		scan := scanWith(tlswire.TLS12, []string{ecdheGCM}, []string{"x25519"})
		scan.Certificates, scan.DHBits = []evidence.Certificate{tc.cert}, tc.dh
		r := judgeAll(t, base, tc.policy, "", recs(with(tlswire.TLS12, ecdheGCM, "x25519"), scan))
		alone := judgeAll(t, base, tc.policy, "", recs(scan))
		for _, v := range []Verdict{r.Verdicts.At(0), alone.Verdicts.At(0)} {
			if v.Verdict != tc.want || !strings.Contains(v.Why.String(), tc.why) || (v.Verdict == AtRisk) != (len(v.Fix) == 1) {
				t.Errorf("%s: %s: %s; fix %v", tc.name, v.Verdict, v.Why, v.Fix)
			}
		}
	}
}

// An endpoint scanned by its address joins the name that its certificate alone
// bears.
func TestNamesFromCertificates(t *testing.T) {
	scanned := func(ip string, names ...string) *evidence.Server {
		s := scanOf("", tlswire.TLS12)
		s.Target, s.SNI, s.IP, s.Port = ip+":443", "", ip, 443
		s.Certificates = []evidence.Certificate{{Names: names, KeyType: "RSA"}}
		return s
	}
	named := hs(func(h *evidence.Handshake) {
		h.Negotiated, h.OfferedMax = tlswire.TLS10, tlswire.TLS12
		h.Server = evidence.Party{Name: "portal.example", Port: 443}
	})
	elsewhere := hs(func(h *evidence.Handshake) {
		h.Negotiated, h.Server = tlswire.TLS12, evidence.Party{IP: "192.0.2.200", Name: "portal.example", Port: 443}
	})
	for _, tc := range []struct {
		name    string
		records []evidence.Record
		id      string
	}{
		{"one name", recs(scanned("192.0.2.50", "portal.example")), "portal.example:443"},
		{"with what a log knows of that name", recs(named, scanned("192.0.2.50", "Portal.example.")), "portal.example:443"},
		{"two names", recs(scanned("192.0.2.50", "portal.example", "www.portal.example")), "192.0.2.50:443"},
		{"a wildcard", recs(scanned("192.0.2.50", "*.portal.example")), "192.0.2.50:443"},
		{"a name that any machine may have", recs(scanned("192.0.2.50", "localhost.localdomain")), "192.0.2.50:443"},
		{"on two addresses", recs(scanned("192.0.2.50", "portal.example"), scanned("192.0.2.51", "portal.example")), "192.0.2.50:443"},
		{"the name is at another address", recs(elsewhere, scanned("192.0.2.50", "portal.example")), "192.0.2.50:443"},
	} {
		d := newDirectory(evidence.SetOf(tc.records))
		if got := d.serverID(evidence.Party{IP: "192.0.2.50", Port: 443}); got != tc.id {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.id)
		}
	}
	e, err := explainAll(t, "192.0.2.7", "portal.example", named, scanned("192.0.2.50", "portal.example"))
	if err != nil {
		t.Fatal(err)
	}
	told := false
	for _, s := range e.Chains[0].Steps {
		told = told || s.About == "identity" && strings.Contains(s.Says.String(), "certificate of 192.0.2.50:443")
	}
	if !told {
		t.Errorf("no step says how the name is known: %+v", e.Chains[0].Steps)
	}
}
