package scan

import (
	"crypto/x509"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// wantsFlight asks to read on after a ServerHello while the certificate for
// its kind of key has not been seen, or the suite has a DH group: so a server
// with two certificates shows both, and all its groups, on connections that
// are made anyway.
func (h *host) wantsFlight(s tlswire.Suite) bool {
	in, ok := s.Info()
	if !ok || in.Auth != tlswire.AuthRSA && in.Auth != tlswire.AuthECDSA && in.Auth != tlswire.AuthDSS {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.seenAuth[in.Auth] || byDH(s)
}

// byDH reports whether a suite's key exchange states a DH group.
func byDH(s tlswire.Suite) bool {
	in, _ := s.Info()
	return in.KeyExchange == tlswire.KexDHE
}

// certificate describes what a server shows. One that cannot be parsed, as
// old and home-made ones, is still told by its hash.
func certificate(der []byte) evidence.Certificate {
	c, _ := x509.ParseCertificate(der)
	return evidence.DescribeCertificate(der, c)
}
