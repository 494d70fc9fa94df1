package evidence

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"strings"
)

// DescribeCertificate says what a certificate in DER says. c is the parsed
// one; with nil, for those that cannot be parsed, its hash alone tells it.
func DescribeCertificate(der []byte, c *x509.Certificate) Certificate {
	sum := sha256.Sum256(der)
	out := Certificate{SHA256: hex.EncodeToString(sum[:])}
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
