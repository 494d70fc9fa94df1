package assess

import (
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// retryWindow is how far apart a hello and a lower one may be to be two tries
// of one program: a client tries again at once, or when it has waited long
// enough for an answer.
const retryWindow = 2 * time.Minute

// retries tell a client that lowers its offer until the server takes it from
// an old program beside a new one. Both show a weak hello and a better one;
// the better one is a try before the weak one only if they are close in time.
type retries struct {
	own          tlswire.Version // best offer of the hellos that were answered below the floor
	weak, better spell           // of those, and of the hellos that offer the floor
}

type spell struct{ first, last time.Time }

func (s *spell) add(h *evidence.Row) {
	s.first, s.last = earlier(s.first, h.First), later(s.last, h.Last)
}

// near reports whether two spans come within the window of each other. Times
// that are not known may be near.
func (s spell) near(o spell) bool {
	if s.first.IsZero() || o.first.IsZero() {
		return true
	}
	return !s.first.After(o.last.Add(retryWindow)) && !o.first.After(s.last.Add(retryWindow))
}

func (r *retries) add(h *evidence.Row, floor tlswire.Version) {
	switch {
	case h.OfferedMax.AtLeast(floor) && !h.Negotiated.Below(floor):
		r.better.add(h)
	case h.Negotiated.Below(floor) && !ended(h.Terms):
		r.weak.add(h)
		r.own = stronger(r.own, h.OfferedMax)
	}
}

// ofAnother reports whether the better hello was no try of the program that
// made the weak ones.
func (r *retries) ofAnother(floor tlswire.Version) bool {
	return r.own.Below(floor) && !r.better.first.IsZero() && !r.better.near(r.weak)
}
