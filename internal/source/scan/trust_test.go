package scan

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// issued makes a certificate; a nil issuer signs itself.
func issued(t *testing.T, name string, isCA bool, from, until time.Duration, issuer *tls.Certificate) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(until), BasicConstraintsValid: true, IsCA: isCA,
	}
	parent, signer := tmpl, any(key)
	if issuer != nil {
		parent, signer = issuer.Leaf, issuer.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func TestTrust(t *testing.T) {
	const h = time.Hour
	root := issued(t, "root.example", true, -h, h, nil)
	between := issued(t, "between.example", true, -h, h, root)
	old := issued(t, "old.example", true, -2*h, -h, root)
	pool := &Roots{}
	pool.Add(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Leaf.Raw}))
	for name, c := range map[string]struct {
		leaf   *tls.Certificate
		behind []*tls.Certificate
		roots  *Roots
		sni    string
		trust  string
		reason string
		match  bool
	}{
		"with its chain":    {issued(t, "www.example", false, -h, h, between), []*tls.Certificate{between}, pool, "www.example", evidence.Trusted, "", true},
		"without its chain": {issued(t, "www.example", false, -h, h, between), nil, pool, "www.example", evidence.Untrusted, "its issuer is not known here, and no issuer was sent", true},
		"of another name":   {issued(t, "www.example", false, -h, h, root), nil, pool, "web.example", evidence.Trusted, "", false},
		"expired":           {issued(t, "www.example", false, -2*h, -h, root), nil, pool, "www.example", evidence.Untrusted, "expired", true},
		"not yet valid":     {issued(t, "www.example", false, h, 2*h, root), nil, pool, "www.example", evidence.Untrusted, "not yet valid", true},
		"of an old issuer":  {issued(t, "www.example", false, -h, h, old), []*tls.Certificate{old}, pool, "www.example", evidence.Untrusted, "an issuer's certificate is out of its dates", true},
		"self-signed":       {issued(t, "www.example", false, -h, h, nil), nil, pool, "www.example", evidence.Untrusted, "self-signed", true},
		"without roots":     {issued(t, "www.example", false, -h, h, root), nil, nil, "www.example", "", "", true},
		"with none":         {issued(t, "www.example", false, -h, h, root), nil, &Roots{}, "www.example", "", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			pair := *c.leaf
			for _, b := range c.behind {
				pair.Certificate = append(pair.Certificate, b.Certificate[0])
			}
			conf := goConfig(t)
			conf.Certificates = []tls.Certificate{pair}
			got := scanServer(t, listen(t, serveTLS(conf)), Options{SNI: c.sni, Roots: c.roots}).Certificates
			if len(got) != 1 {
				t.Fatalf("certificates %+v", got)
			}
			g := got[0]
			if g.Trust != c.trust || g.TrustReason != c.reason || !evidence.Is(g.NameMatches, c.match) || len(g.Chain) != len(c.behind) {
				t.Errorf("certificate %+v", g)
			}
			if !evidence.Is(g.Expired, name == "expired") || !evidence.Is(g.NotYetValid, name == "not yet valid") {
				t.Errorf("dates of %+v", g)
			}
			for _, b := range g.Chain {
				if b.Subject == "" || b.Issuer == "" || b.SHA256 == "" || b.KeyType != "ECDSA" || b.SignatureAlgorithm == "" || b.NotAfter.IsZero() {
					t.Errorf("chain %+v", b)
				}
			}
		})
	}
}

// TestEndlessCertificates: large certificates, another one in each answer, and
// more of them than anybody follows, stay within bounds.
func TestEndlessCertificates(t *testing.T) {
	addr := listen(t, func(c net.Conn, n int) {
		h, _, _ := readHello(c)
		if h.MaxVersion() != tlswire.TLS12 || !h.OffersSuite(0xC02F) {
			c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertProtocolVersion))
			return
		}
		flight := helloRecord(tlswire.TLS12, 0xC02F)
		var list []byte
		for i := range 200 {
			der := make([]byte, 1000) // no certificate, and told by its hash
			der[0], der[1] = byte(n), byte(i)
			list = append(append(list, 0, byte(len(der)>>8), byte(len(der)&0xff)), der...)
		}
		body := append([]byte{byte(len(list) >> 16), byte(len(list) >> 8), byte(len(list))}, list...)
		c.Write(tlswire.AppendRecord(flight, tlswire.ContentHandshake, tlswire.TLS12, tlswire.AppendHandshake(nil, tlswire.TypeCertificate, body)))
	})
	got := scanServer(t, addr, short)
	neverWrong(t, got, truth{tlswire.TLS12: {}})
	if len(got.Certificates) > maxChains {
		t.Errorf("%d certificates", len(got.Certificates))
	}
	for _, c := range got.Certificates {
		if len(c.Chain) >= maxChain {
			t.Errorf("a chain of %d", len(c.Chain))
		}
	}
}

// TestHugeCertificates: a hundred certificates of 64 KiB each are read as far
// as it takes to know the version, and no further.
func TestHugeCertificates(t *testing.T) {
	addr := listen(t, func(c net.Conn, _ int) {
		h, _, _ := readHello(c)
		if h.MaxVersion() != tlswire.TLS12 || !h.OffersSuite(0xC02F) {
			c.Write(alertRecord(tlswire.AlertFatal, tlswire.AlertProtocolVersion))
			return
		}
		const each, all = 64 << 10, 100
		total := all * (each + 3)
		flight := append(helloRecord(tlswire.TLS12, 0xC02F), tlswire.AppendRecord(nil, tlswire.ContentHandshake, tlswire.TLS12,
			[]byte{byte(tlswire.TypeCertificate), byte((total + 3) >> 16), byte((total + 3) >> 8), byte((total + 3) & 0xff), byte(total >> 16), byte(total >> 8), byte(total & 0xff), 1, 0, 0})...)
		for len(flight) > 0 {
			if _, err := c.Write(flight); err != nil {
				return
			}
			flight = tlswire.AppendRecord(nil, tlswire.ContentHandshake, tlswire.TLS12, make([]byte, 1<<14))
		}
	})
	got := scanServer(t, addr, short)
	neverWrong(t, got, truth{tlswire.TLS12: {}})
	if s := got.Versions[tlswire.TLS12]; s.State != evidence.Accepted {
		t.Errorf("TLS 1.2: %+v", s)
	}
}

// TestHybridGroups: all three of them, by HelloRetryRequest.
func TestHybridGroups(t *testing.T) {
	conf := goConfig(t)
	conf.CurvePreferences = []tls.CurveID{tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024, tls.X25519}
	got := scanServer(t, listen(t, serveTLS(conf)), Options{})
	sameSet(t, "groups", got.Groups, []string{"X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024", "x25519"})
}
