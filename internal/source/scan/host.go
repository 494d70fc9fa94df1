package scan

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

// host is one address being asked, and what became known of it.
type host struct {
	opt    Options
	target Target
	addr   netip.AddrPort
	sni    string

	pace        *pace
	clock       *clock // of the time that is left
	ahead       ahead
	connections atomic.Int64

	mu       sync.Mutex
	control  *question       // a hello that this host answered with a ServerHello
	borne    int             // the longest hello, in bytes, so answered
	habits   map[outcome]int // silent answers that proved to be answers
	flaky    bool            // it broke off, and answered the same hello later
	chains   [][][]byte      // certificates, in DER, each with what came behind it
	seenAuth map[tlswire.Auth]bool
	dhBits   int      // of the shortest DH group of a signed suite
	dhSizes  []int    // of all DH groups seen, rising
	blind    []string // what could not be seen

	form     form // the richest that this host bears
	versions map[tlswire.Version]*version
	groups   []tlswire.Group
	schemes  []tlswire.SignatureScheme
	dead     *answer // why nothing could be learned
	nameless bool    // without SNI it accepts more

	incomplete bool // suites or groups may be missing

	path         path               // over UDP
	quic         quicwire.Version   // in which QUIC is asked
	quicTried    []quicwire.Version // in which it was asked
	quicVersions []quicwire.Version // that the server does, in its order

	courses []course[tlswire.Suite] // of the versions that are known
	met     *meeting                // of TLS 1.3; nil without one
	resumed bool                    // what becomes of sessions below TLS 1.3 is known
	facts   evidence.Facts
	factual atomic.Int64 // connections that facts took
}

func newHost(opt Options, t Target, addr netip.AddrPort, sni string) *host {
	h := &host{
		opt: opt, target: t, addr: addr, sni: sni, pace: cmp.Or(opt.pace, newPace(opt.Parallel)),
		habits: map[outcome]int{}, seenAuth: map[tlswire.Auth]bool{}, versions: map[tlswire.Version]*version{},
	}
	if t.overUDP() {
		h.pace = paceUDP(t, opt) // that of TCP is another program's, often
	}
	for _, v := range t.versions() {
		h.versions[v] = &version{version: v}
	}
	return h
}

// scan asks everything, in stages: is anyone there, which versions, and for
// each that is accepted the rest.
func (h *host) scan(ctx context.Context) {
	if h.target.overUDP() {
		h.scanUDP(ctx)
		return
	}
	defer h.dropAhead("")
	if !h.contact(ctx) {
		return
	}
	h.each(func(v *version) { h.explore(ctx, v) })
	if h.opt.VersionsOnly {
		return
	}
	var last sync.WaitGroup
	var older []tlswire.Group
	last.Go(func() { older = h.findOldGroups(ctx) })
	if h.opt.Signatures {
		h.findSchemes(ctx)
	}
	h.findFacts(ctx)
	last.Wait()
	h.groups = append(h.groups, older...)
	if h.flaky && len(h.habits) > 0 {
		h.note("the server broke off connections at random: suites and groups may be missing")
		h.incomplete = true
	}
}

// explore finds out whether a version is accepted and what is with it. That the
// server is there and answers something is known by then, so that a "no" can be
// compared with it.
func (h *host) explore(ctx context.Context, v *version) {
	h.discover(ctx, v)
	h.doubt(ctx, v)
	if !v.accepted() || h.opt.VersionsOnly {
		return
	}
	var beside sync.WaitGroup
	defer beside.Wait()
	switch v.version {
	case tlswire.TLS13:
		beside.Go(func() { h.findNewGroups(ctx, v) })
		beside.Go(func() { h.met = h.meetNew(ctx) })
	case tlswire.TLS12:
		beside.Go(func() { h.resumed = h.resumeOld(ctx, v, completable(v.by.question.suites)) })
	}
	h.enumerate(ctx, v)
}

// each runs f for all versions at once; pace sees to how many connections
// there are.
func (h *host) each(f func(*version)) {
	var wg sync.WaitGroup
	for _, v := range h.target.versions() {
		wg.Go(func() { f(h.versions[v]) })
	}
	wg.Wait()
}

// note remembers what could not be seen, once.
func (h *host) note(s string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Contains(h.blind, s) {
		h.blind = append(h.blind, s)
	}
}

// missing notes that a list may lack something.
func (h *host) missing(v tlswire.Version, what, why string) {
	h.note(fmt.Sprintf("%s: %s may be missing: %s", v, what, why))
	h.mu.Lock()
	h.incomplete = true
	h.mu.Unlock()
}

// bears reports whether a hello of this length has been answered before.
func (h *host) bears(q *question) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(q.bytes()) <= h.borne
}

// anyAccepted reports whether some version was accepted: without that, a
// refusal may mean anything.
func (h *host) anyAccepted() bool {
	for _, v := range h.versions {
		if v.accepted() {
			return true
		}
	}
	return false
}
