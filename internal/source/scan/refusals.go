package scan

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// askFallback says that it tries again with less than it can. A server that
// can do better refuses that by the alert made for it (RFC 7507, 3).
func (h *host) askFallback(ctx context.Context) {
	top := h.best(tlswire.SSL30, tlswire.TLS13)
	if top == nil {
		return
	}
	var lower *version
	for _, n := range slices.Backward(tlswire.StreamVersions[:]) {
		if v := h.versions[n]; lower == nil && n.Rank() < top.version.Rank() && n.Rank() >= tlswire.SSL30.Rank() && v.accepted() {
			lower = v
		}
	}
	if lower == nil {
		return
	}
	q := h.known(lower)
	q.also = func(s *tlswire.ClientHelloSpec) { s.Suites = append(s.Suites, tlswire.SuiteFallback) }
	a := h.askFact(ctx, q)
	h.learned(func(f *evidence.Facts) {
		switch {
		case a.accepts(lower.version):
			f.FallbackSCSV = evidence.Say(false)
		case a.outcome == alerted && a.alert == tlswire.AlertInappropriateFallback:
			f.FallbackSCSV = evidence.Say(true)
		}
	})
}

// askNameless asks for a version that is accepted with the name without it.
func (h *host) askNameless(ctx context.Context) {
	v := h.best(tlswire.TLS10, tlswire.TLS13)
	if h.sni == "" || v == nil || !v.bearsExtensions() {
		return
	}
	if old := h.best(tlswire.TLS10, tlswire.TLS12); old != nil {
		v = old // which shows its certificate
	}
	q := h.known(v)
	q.sni, q.stranger = "", true
	q.wants = func(tlswire.Suite) bool { return true }
	a := h.askFact(ctx, q)
	if a.outcome != helloed && a.refuses(v.version) {
		a = h.anyNameless(ctx, v)
	}
	h.learned(func(f *evidence.Facts) {
		switch {
		case a.outcome == helloed:
			f.NeedsName = evidence.Say(false)
			f.NamelessCertificate = h.another(a.chain)
		case a.outcome == alerted && a.alert == tlswire.AlertUnrecognizedName, a.refuses(v.version):
			f.NeedsName = evidence.Say(true)
		}
	})
}

// anyNameless asks for any version and suite, since without a name the server
// may merely accept others.
func (h *host) anyNameless(ctx context.Context, v *version) answer {
	q := h.wide(v, false)
	q.sni, q.stranger = "", true
	q.suites = slices.Concat(suitesFor(tlswire.TLS13), suitesFor(tlswire.TLS12)[:maxSuites-3])
	q.wants = func(tlswire.Suite) bool { return true }
	return h.askFact(ctx, q)
}

// another is the hash of a certificate that the server does not show to those
// who send the name.
func (h *host) another(chain [][]byte) string {
	if len(chain) == 0 || slices.ContainsFunc(h.chains, func(c [][]byte) bool { return bytes.Equal(c[0], chain[0]) }) {
		return ""
	}
	sum := sha256.Sum256(chain[0])
	return hex.EncodeToString(sum[:])
}

// askSSLv2Form asks for a TLS version in a hello of the SSLv2 form, as clients
// of before 2005 do (RFC 5246, E.2). It carries no extensions, so that only a
// server with a suite that needs none can be told not to read it.
func (h *host) askSSLv2Form(ctx context.Context) {
	v := h.best(tlswire.SSL30, tlswire.TLS12)
	if v == nil {
		return
	}
	q := question{version: v.version, form: formPlain, suites: plain(v.suites)}
	if len(q.suites) == 0 {
		return
	}
	spec := tlswire.SSLv2ClientHelloSpec{Version: v.version, Challenge: random(32)}
	for _, s := range append(slices.Clone(q.suites), tlswire.SuiteEmptyRenegotiationInfo) {
		spec.Kinds = append(spec.Kinds, tlswire.CipherKind(s))
	}
	raw, err := spec.Append(nil)
	if err != nil {
		return
	}
	q.raw = raw
	a := h.askFact(ctx, q)
	if !a.accepts(v.version) && !a.refuses(v.version) {
		return
	}
	form := a.accepts(v.version)
	if !form && !h.bearsPlain(ctx, v, q) {
		return
	}
	h.learned(func(f *evidence.Facts) { f.SSLv2Form = &form })
}

// bearsPlain is the control of askSSLv2Form: the same offer in the TLS form.
func (h *host) bearsPlain(ctx context.Context, v *version, q question) bool {
	q.raw = nil
	a := h.askFact(ctx, q)
	return a.accepts(v.version)
}

// plain are the suites that need neither extensions nor, mostly, parameters.
func plain(suites []tlswire.Suite) (out []tlswire.Suite) {
	for _, s := range suites {
		if in, _ := s.Info(); (in.KeyExchange == tlswire.KexRSA || in.KeyExchange == tlswire.KexDHE) && len(out) < 8 {
			out = append(out, s)
		}
	}
	return out
}
