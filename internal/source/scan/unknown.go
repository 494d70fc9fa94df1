package scan

import (
	"context"
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Values that nobody has: those that RFC 8701 sets aside for it, and a version
// after TLS 1.3.
const (
	greaseVersion = tlswire.Version(0x5A5A)
	greaseSuite   = tlswire.Suite(0x3A3A)
	greaseGroup   = tlswire.Group(0x6A6A)
	nextVersion   = tlswire.Version(0x0305)
)

// askUnknown asks as a client of tomorrow does, with versions, suites and
// groups that the server cannot know beside those it accepts. It has to take
// its best and pass over the rest (RFC 8446, 4.2.1 and 9.3). If it does not,
// a client of today is tried; if that fails too, it does not bear the version.
func (h *host) askUnknown(ctx context.Context) {
	top := h.best(tlswire.TLS10, tlswire.TLS13)
	if top == nil || !top.bearsExtensions() || h.form != formFull {
		return
	}
	a := h.askFact(ctx, h.wide(top, true))
	if a.accepts(top.version) {
		h.learned(func(f *evidence.Facts) { f.ToleratesUnknown = evidence.Say(true) })
		return
	}
	if a.outcome == helloed || !a.refuses(top.version) {
		return
	}
	b := h.askFact(ctx, h.wide(top, false))
	switch {
	case b.accepts(top.version):
		h.learned(func(f *evidence.Facts) { f.ToleratesUnknown = evidence.Say(false) })
	case b.outcome != helloed && b.refuses(top.version) && top.version.Below(tlswire.TLS13):
		bears := h.bearsUpTo(ctx, top)
		h.learned(func(f *evidence.Facts) { f.FailsAbove = bears })
	}
}

// bearsUpTo is the highest version below TLS 1.3 that a hello may name.
func (h *host) bearsUpTo(ctx context.Context, top *version) tlswire.Version {
	for _, n := range []tlswire.Version{tlswire.TLS12, tlswire.TLS11, tlswire.TLS10} {
		if n == top.version {
			break
		}
		q := h.known(top)
		q.version, q.groups = n, popularGroups
		switch a := h.askFact(ctx, q); {
		case a.accepts(top.version):
			return n
		case a.outcome == helloed || !a.refuses(top.version):
			return 0 // not known
		}
	}
	return top.version
}

// wide is a hello for every version up to TLS 1.3 with the suites that the
// server takes, and in the manner of today's clients.
func (h *host) wide(top *version, unknown bool) question {
	q := h.known(top)
	q.version, q.groups = tlswire.TLS13, append([]tlswire.Group{}, popularGroups...)
	for _, g := range h.groups {
		if !slices.Contains(q.groups, g) && len(q.groups) < shortGroups {
			q.groups = append(q.groups, g)
		}
	}
	for _, n := range []tlswire.Version{tlswire.TLS13, tlswire.TLS12, tlswire.TLS11, tlswire.TLS10} {
		if v := h.versions[n]; v.accepted() && v != top {
			q.suites = append(q.suites, h.known(v).suites...)
		}
	}
	if top.version.Below(tlswire.TLS13) {
		q.suites = append(suitesFor(tlswire.TLS13)[:3:3], q.suites...)
	}
	q.also = func(s *tlswire.ClientHelloSpec) {
		s.SupportedVersions = []tlswire.Version{tlswire.TLS13, tlswire.TLS12, tlswire.TLS11, tlswire.TLS10}
		s.Schemes, s.PointFormats, s.ExtendedMasterSecret = allSchemes, []byte{0}, true
		s.EmptyKeyShare, s.KeyShares = false, []tlswire.KeyShare{x25519Share()}
		if unknown {
			s.SupportedVersions = append([]tlswire.Version{greaseVersion, nextVersion}, s.SupportedVersions...)
			s.Suites = append([]tlswire.Suite{greaseSuite}, s.Suites...)
			s.Groups = append([]tlswire.Group{greaseGroup}, s.Groups...)
			s.Extra = append(s.Extra, tlswire.Extension{Type: 0x8A8A})
		}
	}
	return q
}
