package scan

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"strings"

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
	return describeCertificate(der, c)
}

// describeCertificate is for one that was parsed; nil is one that cannot be.
func describeCertificate(der []byte, c *x509.Certificate) evidence.Certificate {
	sum := sha256.Sum256(der)
	out := evidence.Certificate{SHA256: hex.EncodeToString(sum[:])}
	if c == nil {
		return out
	}
	out.Subject, out.Issuer = c.Subject.String(), c.Issuer.String()
	out.Names = c.DNSNames
	for _, ip := range c.IPAddresses {
		out.Names = append(out.Names, ip.String())
	}
	if c.SignatureAlgorithm != x509.UnknownSignatureAlgorithm {
		out.SignatureAlgorithm = c.SignatureAlgorithm.String()
	}
	out.NotBefore, out.NotAfter = c.NotBefore.UTC(), c.NotAfter.UTC()
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		out.KeyType, out.KeyBits = "RSA", k.N.BitLen()
	case *ecdsa.PublicKey:
		out.KeyType, out.KeyBits = "ECDSA", k.Curve.Params().BitSize
	case ed25519.PublicKey:
		out.KeyType, out.KeyBits = "Ed25519", 256
	default:
		if s := c.PublicKeyAlgorithm.String(); !strings.HasPrefix(s, "0") {
			out.KeyType = s
		}
	}
	return out
}
