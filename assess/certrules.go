package assess

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// certified fits the verdict of a pair, or of a scan, that is fine otherwise
// to what the policy asks of certificates and of DH groups. A server that does
// not meet it breaks nobody by that: it is at risk of being replaced or
// refused. What no scan has shown is not judged.
func (j *judge) certified(v *Verdict, scans []*evidence.Server) {
	if v.Verdict != OK || j.policy.Office365() || !j.at.IsZero() && j.at.Before(j.policy.From) {
		return
	}
	for _, s := range scans {
		why, fix := j.policy.asks.unfit(s)
		if why.IsZero() {
			continue
		}
		v.Verdict, v.LimitedBy = AtRisk, ServerSide
		v.Why = v.Why.And(why).And(say("policy %s does not allow that", j.policy.Name))
		v.Fix = Texts{fix.of(v.Server, j.policy.Name)}
		v.Because = append(v.Because, scanRef(s))
		return
	}
}

// remedy is what makes a server fit.
type remedy int

const (
	newCertificate remedy = iota
	longerGroup
)

func (r remedy) of(server, policy string) Text {
	if r == longerGroup {
		return say("Give %s a DH group as long as policy %s asks, or turn its DHE suites off", server, policy)
	}
	return say("Give %s a certificate that policy %s allows", server, policy)
}

// unfit is the first thing about a server that its policy does not allow; the
// zero Text where there is none, or none is known.
func (a *asks) unfit(s *evidence.Server) (why Text, how remedy) {
	for i := range s.Certificates {
		if why := certificateUnfit(&a.cert, &s.Certificates[i]); !why.IsZero() {
			return why, newCertificate
		}
	}
	if s.DHBits > 0 && s.DHBits < a.dhMin {
		return say("its DH group has %s bits", s.DHBits), longerGroup
	}
	return Text{}, 0
}

// certificateUnfit is what a rule has against a certificate. Of a certificate
// signed by itself the signature is no matter: nobody relies on it.
func certificateUnfit(rule *knowledge.CertRule, c *evidence.Certificate) Text {
	kind := strings.ToLower(c.KeyType)
	switch {
	case kind != "" && len(rule.Types) > 0 && !slices.Contains(rule.Types, kind):
		return say("its certificate has a key of type %s", c.KeyType)
	case kind == "rsa" && c.KeyBits > 0 && c.KeyBits < rule.RSAMin:
		return say("its certificate has an RSA key of %s bits", c.KeyBits)
	case kind == "ecdsa" && c.KeyBits > 0 && len(rule.Curves) > 0 && !hasCurve(rule.Curves, c.KeyBits):
		return say("its certificate has a key on a curve of %s bits", c.KeyBits)
	}
	if days := lifetime(c); rule.MaxDays > 0 && days > rule.MaxDays {
		return say("its certificate is made for %s days", days)
	}
	if c.Subject != "" && c.Subject == c.Issuer {
		return Text{}
	}
	hash := hashOf(c.SignatureAlgorithm)
	switch {
	case hash == "":
	case rule.HashMin != "" && hashBits(hash) < hashBits(rule.HashMin),
		len(rule.Signatures) > 0 && !hasSignature(rule.Signatures, c.SignatureAlgorithm, hash):
		return say("its certificate is signed with %s", c.SignatureAlgorithm)
	}
	return Text{}
}

// lifetime is for how many days a certificate is made; 0 is not known. Both
// its ends count (RFC 5280, 4.1.2.5), so that a second is forgiven.
func lifetime(c *evidence.Certificate) int {
	if c.NotBefore.IsZero() || c.NotAfter.IsZero() {
		return 0
	}
	const day = 24 * time.Hour
	return int((c.NotAfter.Sub(c.NotBefore) + day - 2*time.Second) / day)
}

// hasCurve reports whether one of the curves of a rule, under any of their
// names, has keys of so many bits.
func hasCurve(curves []string, bits int) bool {
	return slices.ContainsFunc(curves, func(name string) bool {
		switch name {
		case "P-256", "prime256v1", "secp256r1":
			return bits == 256
		case "P-384", "secp384r1":
			return bits == 384
		case "P-521", "secp521r1":
			return bits == 521
		}
		return false
	})
}

// hashOf is the hash in the name of a signature algorithm, as in SHA256-RSA,
// SHA256-RSAPSS and ECDSA-SHA384; "" where none is known.
func hashOf(algorithm string) string {
	for part := range strings.SplitSeq(strings.ToLower(algorithm), "-") {
		if strings.HasPrefix(part, "sha") || strings.HasPrefix(part, "md") {
			return part
		}
	}
	return ""
}

// hashBits orders hashes by how much they withstand.
func hashBits(hash string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(hash, "sha"))
	if err != nil || n == 1 {
		return 0 // MD2, MD5, SHA-1
	}
	return n
}

// hasSignature reports whether a rule lists a signature, in the words of
// X.509: sha256WithRSAEncryption, ecdsa-with-SHA256.
func hasSignature(allowed []string, algorithm, hash string) bool {
	name := hash + "withrsaencryption"
	if strings.Contains(algorithm, "ECDSA") {
		name = "ecdsa-with-" + hash
	}
	return slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(a, name) })
}
