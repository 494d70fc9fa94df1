package scan

import (
	"context"
	"slices"

	"github.com/tlsready/tlsready/tlswire"
)

// findSchemes finds the signature algorithms of TLS 1.2 as it finds groups:
// the key exchange names the one it was signed with. In TLS 1.3 they are
// encrypted. An incomplete list would read as "has no other", so it is given
// only when the server came to refuse the rest.
func (h *host) findSchemes(ctx context.Context) {
	v := h.versions[tlswire.TLS12]
	suites := signed(v.suites)
	if len(suites) == 0 || v.by.question.form != formFull {
		return
	}
	var found []tlswire.SignatureScheme
	rest := slices.Clone(allSchemes)
	for len(rest) > 0 {
		q := h.question(v.version, formFull, suites)
		q.schemes = rest
		q.wants = func(tlswire.Suite) bool { return true }
		a := h.ask(ctx, q)
		switch {
		case a.accepts(v.version) && slices.Contains(rest, a.scheme):
			found = append(found, a.scheme)
			rest = without(rest, a.scheme)
			continue
		case !a.refuses(v.version) || a.accepts(v.version):
			h.note("TLS 1.2: signature algorithms not seen: " + a.because(v.version))
			return
		}
		break
	}
	h.schemes = found
}

// signed are the suites whose key exchange is signed.
func signed(suites []tlswire.Suite) (out []tlswire.Suite) {
	for _, s := range suites {
		in, _ := s.Info()
		ephemeral := in.KeyExchange == tlswire.KexECDHE || in.KeyExchange == tlswire.KexDHE
		if ephemeral && (in.Auth == tlswire.AuthRSA || in.Auth == tlswire.AuthECDSA || in.Auth == tlswire.AuthDSS) {
			out = append(out, s)
		}
	}
	return out
}
