package assess

import (
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// tally is what the handshakes of a pair add up to under a floor.
type tally struct {
	counts
	bySource []sourceCounts

	offered     tlswire.Version // best offer in any hello; zero when no hello was seen
	another     tlswire.Version // better offer in a hello that another program made
	weakest     tlswire.Version // weakest version agreed on
	strongest   tlswire.Version // strongest version agreed on
	downgrade   tlswire.Version // best that a ServerHello's marker proves
	fallback    bool            // a hello said that it is a retry
	prints      int             // distinct fingerprints, counted up to scannerHellos
	denied      int             // requests that ended in 4xx
	served      bool            // some request ended otherwise
	first, last time.Time
	lastWeak    time.Time
	refs        []string     // of the weak and failed ones, else of all
	failure     evidence.Row // the latest that failed
	hasFailed   bool
}

// sourceCounts are those of one source.
type sourceCounts struct {
	source string
	counts
}

// counts are how many connections did what. A capture and a log of the same
// connections show them twice, so counts of different sources are not added:
// the larger one stands.
type counts struct {
	count        int
	strong, weak int // reached a version at or above, or below, the floor
	failed       int // ended without agreement
	unmeasured   int // neither version nor end is known
}

func (p *pair) tally(floor tlswire.Version) *tally {
	t := &tally{}
	var r retries
	var prints []string
	var telling, others []string
	for h := range p.rows() {
		t.add(&h, floor)
		r.add(&h, floor)
		if h.Client.JA4 != "" && !slices.Contains(prints, h.Client.JA4) && len(prints) < scannerHellos {
			prints = append(prints, h.Client.JA4)
		}
		if h.Negotiated.AtLeast(floor) {
			others = append(others, h.Refs()...)
		} else {
			telling = append(telling, h.Refs()...)
		}
	}
	t.prints = len(prints)
	if t.strong == 0 && r.ofAnother(floor) {
		t.another, t.offered = t.offered, r.own
	}
	if t.refs = firstRefs(telling); len(t.refs) == 0 {
		t.refs = firstRefs(others)
	}
	for _, c := range t.bySource {
		t.count = max(t.count, c.count)
		t.strong = max(t.strong, c.strong)
		t.weak = max(t.weak, c.weak)
		t.failed = max(t.failed, c.failed)
		t.unmeasured = max(t.unmeasured, c.unmeasured)
	}
	return t
}

// of gives the counts of a source; a pair has one or two.
func (t *tally) of(source string) *counts {
	for i := range t.bySource {
		if t.bySource[i].source == source {
			return &t.bySource[i].counts
		}
	}
	t.bySource = append(t.bySource, sourceCounts{source: source})
	return &t.bySource[len(t.bySource)-1].counts
}

func (t *tally) add(h *evidence.Row, floor tlswire.Version) {
	c := t.of(h.Source)
	c.count += h.Count
	t.fallback = t.fallback || h.Fallback
	t.offered = stronger(t.offered, h.OfferedMax)
	t.downgrade = stronger(t.downgrade, h.Downgrade)
	for class, n := range h.Status() {
		if strings.HasPrefix(class, "4") {
			t.denied += n
		} else {
			t.served = t.served || n > 0
		}
	}
	t.first = earlier(t.first, h.First)
	t.last = later(t.last, h.Last)
	switch {
	case ended(h.Terms):
		c.failed += h.Count
		if !t.hasFailed || h.Last.After(t.failure.Last) {
			t.failure, t.hasFailed = *h, true
		}
		return
	case h.Negotiated.AtLeast(floor):
		c.strong += h.Count
		t.strongest = stronger(t.strongest, h.Negotiated)
	case h.Negotiated.Below(floor):
		c.weak += h.Count
		t.lastWeak = later(t.lastWeak, h.Last)
	default:
		c.unmeasured += h.Count
		return
	}
	if t.weakest == 0 || h.Negotiated.Rank() < t.weakest.Rank() {
		t.weakest = h.Negotiated
	}
}

// ended reports whether a handshake failed. A capture that stops early shows
// no end, but a ServerHello in it still shows what was agreed on.
func ended(h *evidence.Terms) bool {
	return h.Outcome == evidence.Refused || h.Outcome == evidence.Aborted
}

func stronger(a, b tlswire.Version) tlswire.Version {
	if b.Rank() > a.Rank() {
		return b
	}
	return a
}

// earlier is the first of two times of which one may not be known.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func firstRefs(refs []string) []string {
	refs = slices.Clone(refs)
	slices.SortFunc(refs, evidence.CompareRefs)
	refs = slices.Compact(refs)
	return refs[:min(len(refs), evidence.MaxRefs)]
}
