package scan

import (
	"context"
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// The protocols in which TLS goes over UDP.
const (
	protoQUIC = evidence.ProtocolQUIC
	protoDTLS = evidence.ProtocolDTLS
)

// The versions spoken over UDP, oldest first. QUIC has TLS 1.3 alone (RFC
// 9001, 4.2).
var (
	dtlsVersions = []tlswire.Version{tlswire.DTLS10, tlswire.DTLS12, tlswire.DTLS13}
	quicTLS      = []tlswire.Version{tlswire.TLS13}
)

// overUDP reports whether the target is asked in datagrams.
func (t Target) overUDP() bool { return t.Protocol == protoQUIC || t.Protocol == protoDTLS }

// versions are those that can be spoken with a target.
func (t Target) versions() []tlswire.Version {
	switch t.Protocol {
	case protoQUIC:
		return quicTLS
	case protoDTLS:
		return dtlsVersions
	}
	return tlswire.StreamVersions[:]
}

// paceUDP is for DTLS one connection at a time: some servers have a single
// peer.
func paceUDP(t Target, opt Options) *pace {
	if t.Protocol == protoDTLS {
		p := newPace(1)
		p.most = 1
		return p
	}
	return newPace(opt.Parallel)
}

// scanUDP is scan for a server that is asked in datagrams.
func (h *host) scanUDP(ctx context.Context) {
	if h.opt.ByName {
		h.dead = &answer{outcome: unreachable, detail: "a proxy carries no datagrams"}
		return
	}
	there := h.contactDTLS
	if h.target.Protocol == protoQUIC {
		there = h.contactQUIC
	}
	if !there(ctx) {
		return
	}
	h.each(func(v *version) { h.doubtUDP(ctx, v) })
	if h.opt.VersionsOnly {
		return
	}
	h.each(func(v *version) {
		if v.accepted() {
			h.enumerate(ctx, v)
		}
	})
	h.groupsUDP(ctx)
	if h.flaky && len(h.habits) > 0 {
		h.note("the server failed at random to answer: suites and groups may be missing")
		h.incomplete = true
	}
}

// knock asks for a version for the first time. It reports false when nobody
// listens there: that is told by ICMP, which a host under strain may send as
// well, so it counts only before the first answer and only twice.
func (h *host) knock(ctx context.Context, n tlswire.Version, f form) bool {
	v := h.versions[n]
	q := h.question(n, f, h.chunks(n, f, suitesFor(n))[0])
	a := h.try(ctx, &q)
	if a.absent() && !h.answered() {
		sleep(ctx, 4*firstPause)
		a = h.try(ctx, &q)
	}
	v.add(q, a)
	if a.absent() && !h.answered() {
		h.dead = &a
		return false
	}
	return true
}

// absent reports whether the answer says that nobody is there.
func (a *answer) absent() bool { return a.outcome == refused || a.outcome == unreachable }

// answered reports whether anything was heard of the server.
func (h *host) answered() bool {
	for _, v := range h.versions {
		for _, x := range v.asked {
			if !x.answer.absent() && x.answer.outcome != timedOut && x.answer.outcome != notAsked {
				return true
			}
		}
	}
	return len(h.quicVersions) > 0
}

// doubtUDP asks in other ways, with fewer suites and groups, for what was not
// accepted; an answer that came before there was a control is settled now.
func (h *host) doubtUDP(ctx context.Context, v *version) {
	if v.accepted() || !h.anyControl() {
		return
	}
	for i := range v.asked {
		x := &v.asked[i]
		if x.answer.speaks() || x.answer.firm {
			continue
		}
		x.answer = h.settle(ctx, x.question, x.answer)
		if x.answer.accepts(v.version) {
			v.by = &asked{x.question, x.answer}
			return
		}
	}
	if h.namesVersion(v) {
		return
	}
	if !v.has(form255) {
		q := h.question(v.version, form255, h.chunks(v.version, form255, suitesFor(v.version))[0])
		if v.add(q, h.ask(ctx, q)) {
			return
		}
	}
	h.doubtSuites(ctx, v)
}

func (h *host) anyControl() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.control != nil
}

// groupsUDP is findGroups: those of the newest version, and what else the next
// below TLS 1.3 has.
func (h *host) groupsUDP(ctx context.Context) {
	for _, n := range slices.Backward(h.target.versions()) {
		v := h.versions[n]
		switch suites := ecdhe(v.suites); {
		case !v.accepted():
		case !n.Below(tlswire.TLS13):
			h.groups = h.drainGroups(ctx, v, v.suites, groupsFor(n), &v.by.answer)
		case len(suites) > 0:
			rest := slices.DeleteFunc(slices.Clone(groupsFor(n)), func(g tlswire.Group) bool { return slices.Contains(h.groups, g) })
			h.groups = append(h.groups, h.drainGroups(ctx, v, suites, rest, nil)...)
			return
		}
	}
}
