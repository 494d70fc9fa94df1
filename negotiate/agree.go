package negotiate

import (
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Agree is what comes of a client calling a server.
func Agree(c *Client, s *Server) Result {
	r := Answer(c, s)
	switch rank := r.Version.Rank(); {
	case r.Outcome == Unknown:
	case rank > 0 && !c.offers[rank]: // the server did not read the list
		r.noVersion()
	case r.Outcome == Agrees:
		c.accept(&r)
	}
	return r
}

// Answer is the server's half of it: what it says to the hello, before the
// client decides whether to go on. Agrees means a ServerHello.
func Answer(c *Client, s *Server) Result {
	r := Result{Outcome: Agrees, client: c, server: s}
	if !r.pickVersion() || !r.admits() {
		return r
	}
	rank := r.Version.Rank()
	if rank == rankSSL2 {
		return r // its ciphers are not suites; the two sides name them all
	}
	r.pickSuite(rank)
	return r
}

func (r *Result) fails(w why, cause Cause, by Side) bool {
	r.Outcome, r.why, r.Cause, r.LimitedBy = Fails, w, cause, by
	return false
}

func (r *Result) unknown(w why) bool {
	r.Outcome, r.why = Unknown, w
	return false
}

// pickVersion takes the highest version that both sides have (RFC 8446, 4.2.1;
// RFC 5246, E.1). It reports false when that ends it.
func (r *Result) pickVersion() bool {
	c, s := r.client, r.server
	switch {
	case c.max == 0:
		return r.unknown(whyNoVersions)
	case !s.asked:
		return r.unknown(whyNotAsked)
	case s.Bears.Known() && c.max > s.Bears.Rank():
		return r.fails(whyBears, Reverse, ByServer)
	}
	for rank := c.max; rank >= rankSSL2; rank-- {
		if !c.offers[rank] && (s.IgnoresList != Yes || rank > rankTLS12 || rank < rankTLS10) {
			continue
		}
		switch s.versions[rank].state {
		case evidence.Accepted:
			r.Version = versionOf(rank)
			return true
		case evidence.Rejected:
		default:
			if rank > rankSSL2 { // nobody who does not name it has it
				r.Version = versionOf(rank)
				return r.unknown(whyVersionNotSeen)
			}
		}
	}
	return r.noVersion()
}

// noVersion says whose limit it is that no version is in common.
func (r *Result) noVersion() bool {
	c, s := r.client, r.server
	if c.max < s.max {
		return r.fails(whyLow, c.lowCause(s.min), ByClient)
	}
	return r.fails(whyHigh, Reverse, ByServer)
}

// lowCause is why a client offers less than what is wanted.
func (c *Client) lowCause(want int) Cause {
	switch {
	case c.Capable != 0 && c.Capable.Rank() < want:
		return Incapable
	case c.WhyLow != "":
		return c.WhyLow
	case c.Fallback:
		return Middlebox // it can do more: it says that it tries again
	case c.Capable == 0:
		return Unidentified
	}
	return CapableButOff
}

// admits is what a server may refuse besides: a fallback that it could better
// (RFC 7507, 3), a client without a name, a hello of the SSLv2 form.
func (r *Result) admits() bool {
	c, s := r.client, r.server
	if c.Fallback && s.max > c.max {
		switch s.Fallback {
		case Yes:
			return r.fails(whyFallback, Middlebox, ByClient)
		case NotKnown:
			return r.unknown(whyFallbackNotKnown)
		}
	}
	if s.NeedsName && !c.ServerName {
		if !c.NameKnown {
			return r.unknown(whyNameNotKnown)
		}
		return r.fails(whyNoName, Incapable, ByClient)
	}
	if c.SSLv2Form && r.Version != tlswire.SSL20 {
		switch s.SSLv2Form {
		case No:
			return r.fails(whySSLv2Form, Incapable, ByClient)
		case NotKnown:
			r.assumed |= assumesForm
		}
	}
	return true
}
