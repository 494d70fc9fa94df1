package watch

import (
	"crypto/sha256"
	"crypto/x509"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// maxCertificateBytes bounds the certificates that are kept as they were read,
// since a server shows the same one each time.
const maxCertificateBytes = 4 << 20

// wantsCertificate reports whether a Certificate of this direction is the
// server's, and asked for.
func (s *session) wantsCertificate(d int) bool {
	return s.t.opt.Certificates && s.gotServer && s.client != d && !s.tls13
}

// certificate takes a Certificate message of the server.
func (s *session) certificate(d int, body []byte) {
	if !s.wantsCertificate(d) || s.ev == nil {
		return
	}
	chain, _ := tlswire.ParseCertificate(body, s.ev.Negotiated)
	if leaf := chain.Leaf(); len(leaf) > 0 {
		s.ev.Certificate = s.t.describe(leaf)
	}
}

// describe reads a certificate, or finds what was read of it before.
func (t *tracker) describe(der []byte) *evidence.Certificate {
	sum := sha256.Sum256(der)
	if c := t.certificates[sum]; c != nil {
		return c
	}
	if t.certificateBytes += len(der); t.certificates == nil || t.certificateBytes > maxCertificateBytes {
		t.certificates, t.certificateBytes = map[[sha256.Size]byte]*evidence.Certificate{}, len(der)
	}
	parsed, _ := x509.ParseCertificate(der)
	c := evidence.DescribeCertificate(der, parsed)
	t.certificates[sum] = &c
	return &c
}
