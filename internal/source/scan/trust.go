package scan

import (
	"crypto/x509"
	"errors"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// judgeChain describes a certificate with what was sent behind it, and holds
// it against the name, the clock and the roots.
func (h *host) judgeChain(chain [][]byte) evidence.Certificate {
	leaf, err := x509.ParseCertificate(chain[0])
	out := evidence.DescribeCertificate(chain[0], leaf)
	var others []*x509.Certificate
	for _, der := range chain[1:] {
		c, err := x509.ParseCertificate(der)
		behind := evidence.DescribeCertificate(der, c)
		behind.Names = nil // CAs have none that matter
		out.Chain = append(out.Chain, behind)
		if err == nil {
			others = append(others, c)
		}
	}
	if err != nil {
		return out
	}
	now := h.opt.Now()
	out.Expired, out.NotYetValid = evidence.Say(now.After(leaf.NotAfter)), evidence.Say(now.Before(leaf.NotBefore))
	if h.sni != "" {
		out.NameMatches = evidence.Say(leaf.VerifyHostname(h.sni) == nil)
	}
	if h.opt.Roots != nil {
		if roots := h.opt.Roots.pool(append(others, leaf)); roots != nil {
			out.Trust, out.TrustReason = trust(leaf, others, roots, now)
		}
	}
	return out
}

// trust reports whether a chain leads to a root, and if not why.
func trust(leaf *x509.Certificate, others []*x509.Certificate, roots *x509.CertPool, now time.Time) (verdict, reason string) {
	between := x509.NewCertPool()
	for _, c := range others {
		between.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now})
	if err == nil {
		return evidence.Trusted, ""
	}
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	selfIssued := string(leaf.RawIssuer) == string(leaf.RawSubject)
	switch {
	case now.After(leaf.NotAfter):
		return evidence.Untrusted, "expired"
	case now.Before(leaf.NotBefore):
		return evidence.Untrusted, "not yet valid"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return evidence.Untrusted, "an issuer's certificate is out of its dates"
	case errors.As(err, &unknown) && selfIssued:
		return evidence.Untrusted, "self-signed"
	case errors.As(err, &unknown) && len(others) == 0:
		return evidence.Untrusted, "its issuer is not known here, and no issuer was sent"
	case errors.As(err, &unknown):
		return evidence.Untrusted, "its issuer is not known here"
	}
	return evidence.Untrusted, err.Error()
}
