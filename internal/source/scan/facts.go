package scan

import (
	"context"
	"slices"
	"sync"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// findFacts finds what handshakes show besides versions, suites and groups.
// It comes last, so that a server which is hurt by an unusual hello has told
// the rest before; and what it asks changes nothing of that. A hello that met
// with anything but a clear answer leaves its fact unknown.
func (h *host) findFacts(ctx context.Context) {
	h.overheard()
	var wg sync.WaitGroup
	for _, find := range []func(context.Context){
		h.askExtras, h.askFallback, h.askNameless, h.askUnknown, h.askSSLv2Form, h.resumeFound, h.toldNew,
	} {
		wg.Go(func() { find(ctx) })
	}
	wg.Wait()
}

// learned changes the facts.
func (h *host) learned(change func(*evidence.Facts)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(&h.facts)
}

// overheard takes the facts that stood in answers to hellos sent anyway.
func (h *host) overheard() {
	f := &h.facts
	if v := h.best(tlswire.SSL30, tlswire.TLS12); v != nil {
		f.SecureRenegotiation = evidence.Say(v.by.answer.said.secure)
		if rich := v.by.question.form < form255 && v.version != tlswire.SSL30; rich {
			f.ExtendedMasterSecret = evidence.Say(v.by.answer.said.ems)
		}
	}
	f.DowngradeMarker = h.marked()
	f.DHSizes = h.dhSizes
	if h.sni == "" && h.anyAccepted() {
		f.NeedsName = evidence.Say(false)
	}
}

// marked reports whether all lower answers of a server that does TLS 1.3 carry
// the marker that RFC 8446, 4.1.3 asks for.
func (h *host) marked() *bool {
	if !h.versions[tlswire.TLS13].accepted() {
		return nil
	}
	var all *bool
	for n, want := range map[tlswire.Version]tlswire.Version{
		tlswire.TLS12: tlswire.TLS13, tlswire.TLS11: tlswire.TLS12, tlswire.TLS10: tlswire.TLS12,
	} {
		if v := h.versions[n]; v.accepted() {
			all = evidence.Say(!evidence.Is(all, false) && v.by.answer.said.marker == want)
		}
	}
	return all
}

// best is the highest accepted version from lo to hi; nil when there is none.
func (h *host) best(lo, hi tlswire.Version) *version {
	for _, v := range slices.Backward(tlswire.StreamVersions[:]) {
		if v.Rank() >= lo.Rank() && v.Rank() <= hi.Rank() && h.versions[v].accepted() {
			return h.versions[v]
		}
	}
	return nil
}

// known is the hello that a version was accepted with, to be asked again with
// something more: with few suites, the one that the server took first, so
// that it stays short.
func (h *host) known(v *version) question {
	q := v.by.question
	q.wants, q.row, q.opens = nil, "", 0
	took := v.by.answer.hello.Suite
	q.suites = []tlswire.Suite{took}
	for _, s := range v.suites {
		if len(q.suites) < 8 && s != took {
			q.suites = append(q.suites, s)
		}
	}
	return q
}

// askFact asks once, and when that brings no answer once more with the control
// behind it: a fact is worth no more. The answer is firm when the control
// shows that it was meant for this hello.
func (h *host) askFact(ctx context.Context, q question) answer {
	h.factual.Add(1)
	a := h.try(ctx, &q)
	if a.speaks() || a.outcome == notAsked || a.outcome == timedOut {
		return a
	}
	h.factual.Add(2)
	b, well := h.pair(ctx, &q, false)
	b.firm = well && b.same(&a) && a.outcome != timedOut
	return b
}

// bearsExtensions reports whether hellos of the accepted version may have them.
func (v *version) bearsExtensions() bool { return v.by.question.form < formPlain }

// describeFacts writes them down, if any are known.
func (h *host) describeFacts(s *evidence.Server) {
	if !h.anyAccepted() || h.opt.VersionsOnly || h.target.overUDP() {
		return
	}
	s.Facts = &h.facts
	s.FactConnections = int(h.factual.Load())
}
