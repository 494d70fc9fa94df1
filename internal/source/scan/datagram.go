package scan

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// firstWait is how long a datagram waits for an answer before it is sent
// again: less than RFC 6347, 4.2.4.1, recommends, since few are sent at all.
// The later ones wait longer, up to longestWait or what the first waited, which
// is at most slowWait.
const (
	firstWait   = 300 * time.Millisecond
	longestWait = 600 * time.Millisecond
	slowWait    = 1200 * time.Millisecond
)

// maxDatagrams bounds what is read for one answer: a certificate chain of 64
// KiB in datagrams of 500 bytes is half as many.
const maxDatagrams = 256

// talk is one exchange of datagrams: what is sent now and, as long as nothing
// new comes, again; and what to make of what comes.
type talk interface {
	// flight gives the datagrams to send.
	flight() [][]byte
	// hear takes one datagram. again asks for the next flight at once; done
	// ends it with the answer.
	hear(datagram []byte) (a answer, again, done bool)
	// end is the answer when nothing more comes.
	end() answer
	// leave is what tells the server that nothing more will come; nil where
	// it waits for nothing.
	leave() []byte
}

// path is what became known of the way to a host.
type path struct {
	quickest atomic.Int64 // answer, in nanoseconds; zero while there was none
	lost     atomic.Int64 // answers that came only when asked again
}

// wait is how long the first answer may take.
func (p *path) wait() time.Duration {
	return min(max(firstWait, 2*time.Duration(p.quickest.Load())), slowWait)
}

func (p *path) answered(after time.Duration, resent bool) {
	if q := p.quickest.Load(); q == 0 || after < time.Duration(q) {
		p.quickest.Store(max(1, int64(after)))
	}
	if resent {
		p.lost.Add(1)
	}
}

// lossy reports whether datagrams get lost there, so that silence in answer to
// one hello means less. Once may have been a slow start.
func (p *path) lossy() bool { return p.lost.Load() > 1 }

// probeUDP makes one exchange, and says how it ended.
func (h *host) probeUDP(ctx context.Context, t talk) answer {
	if ctx.Err() != nil {
		return answer{outcome: notAsked}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, h.opt.Timeout, errSilence)
	defer cancel()
	h.connections.Add(1)
	conn, err := h.opt.Dialer.DialContext(ctx, "udp", h.endpoint())
	if err != nil {
		return outOfTime(ctx, dialOutcome(err))
	}
	defer conn.Close()
	c := dialogue{conn: conn, talk: t, path: &h.path, buf: make([]byte, 1<<16)}
	a := c.run(ctx)
	if last := t.leave(); last != nil && a.outcome != alerted {
		conn.Write(last)
	}
	return outOfTime(ctx, a)
}

// dialogue is a talk over a connection.
type dialogue struct {
	conn  net.Conn
	talk  talk
	path  *path
	buf   []byte
	heard int // datagrams
}

// run sends and listens until there is an answer or the time is over.
func (c *dialogue) run(ctx context.Context) answer {
	stop := context.AfterFunc(ctx, func() { c.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	first, resent := time.Now(), false
	for wait := c.path.wait(); ctx.Err() == nil; {
		for _, d := range c.talk.flight() {
			if _, err := c.conn.Write(d); err != nil {
				return datagramOutcome(err)
			}
		}
		a, again, done := c.listen(ctx, wait)
		if again || done && a.speaks() {
			c.path.answered(time.Since(first), resent)
			first, resent, wait = time.Now(), false, c.path.wait()
		}
		if done {
			return a
		}
		if !again {
			resent, wait = true, max(wait, min(2*wait, longestWait))
		}
	}
	a := c.talk.end()
	if a.outcome == timedOut && a.detail == "" && c.heard > 0 {
		a.detail = "timeout after datagrams that are no answer"
	}
	return a
}

// listen hears what comes until the wait is over or there is something to
// send.
func (c *dialogue) listen(ctx context.Context, wait time.Duration) (a answer, again, done bool) {
	c.conn.SetReadDeadline(time.Now().Add(wait))
	for ctx.Err() == nil {
		n, err := c.conn.Read(c.buf)
		if err != nil {
			a = datagramOutcome(err)
			return a, false, a.outcome != timedOut
		}
		if c.heard++; c.heard > maxDatagrams {
			// Anybody can send datagrams: this is no word of the server's.
			return answer{outcome: timedOut, detail: "datagrams without end that are no answer"}, false, true
		}
		if a, again, done = c.talk.hear(c.buf[:n]); again || done {
			return a, again, done
		}
	}
	return a, false, false
}

// datagramOutcome tells how sending or receiving failed. A port at which no
// one listens is told by ICMP; Windows calls that a reset.
func datagramOutcome(err error) answer {
	var op net.Error
	if errors.As(err, &op) && op.Timeout() {
		return answer{outcome: timedOut}
	}
	a := dialOutcome(err)
	if a.outcome == reset {
		a.outcome = refused
	}
	return a
}

// helloUDP is what the hellos of QUIC and DTLS have in common.
func (q *question) helloUDP() tlswire.ClientHelloSpec {
	s := tlswire.ClientHelloSpec{
		Min: q.version, Max: q.version, Random: random(32), Suites: q.suites, ServerName: q.sni, Groups: q.groups, Schemes: allSchemes,
	}
	if q.version.AtLeast(tlswire.TLS13) {
		s.Schemes, s.EmptyKeyShare = newSchemes, true
		s.Extra = []tlswire.Extension{{Type: tlswire.ExtPSKModes, Data: []byte{1, 1}}}
	} else {
		s.Suites = append(slices.Clone(q.suites), tlswire.SuiteEmptyRenegotiationInfo)
		s.PointFormats, s.ExtendedMasterSecret = []byte{0}, q.form < form255
	}
	if q.form == form255 {
		s.Schemes = popularSchemes
	}
	if q.version == tlswire.DTLS10 {
		s.Schemes = nil
	}
	return s
}

// asStream puts handshake messages into records, so that one parser reads the
// answers of all transports.
func asStream(messages []byte) []byte {
	return tlswire.AppendRecord(nil, tlswire.ContentHandshake, tlswire.TLS12, messages)
}
