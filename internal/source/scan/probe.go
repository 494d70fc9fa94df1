package scan

import (
	"context"
	"errors"
	"io"
	"net"
	"time"
)

// probe makes one connection, says one hello and reads what comes back. A
// connection opened ahead that turns out to be dead says nothing about the
// hello, which then gets a new one.
func (h *host) probe(ctx context.Context, q *question) answer {
	if ctx.Err() != nil {
		return answer{outcome: notAsked}
	}
	switch h.target.Protocol {
	case protoDTLS:
		return h.probeDTLS(ctx, q)
	case protoQUIC:
		return h.probeQUIC(ctx, q)
	}
	if conn := h.takeAhead(ctx, q.row); conn != nil {
		if a := h.converse(ctx, conn, q); !a.died() {
			return a
		}
	}
	limited, cancel := context.WithTimeoutCause(ctx, h.opt.Timeout, errSilence)
	defer cancel()
	conn, err := h.dial(limited)
	if err != nil {
		return outOfTime(limited, dialOutcome(err))
	}
	if h.target.StartTLS != "" {
		limited = ctx // the dialog has a time of its own
	}
	return h.converse(limited, conn, q)
}

// died reports whether a connection ended without a word.
func (a *answer) died() bool {
	return a.outcome == closed || a.outcome == reset || a.outcome == timedOut || a.early
}

// converse says one hello on a connection, reads what comes back and closes
// it.
func (h *host) converse(ctx context.Context, conn net.Conn, q *question) answer {
	ctx, cancel := context.WithTimeoutCause(ctx, h.patience(), errSilence)
	defer cancel()
	defer conn.Close()
	// One end for all of it, so that a server that drips bytes gains nothing.
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	up, failed := h.startTLS(ctx, conn)
	if failed != nil {
		return *failed
	}
	if h.target.StartTLS != "" {
		// The answer to the hello has the time of any other.
		ctx, cancel = context.WithTimeoutCause(ctx, h.opt.Timeout, errSilence)
		defer cancel()
		stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
		defer stop()
	}
	// A server may answer and close before it has read all, so a failed
	// write is no outcome yet.
	_, werr := up.Write(q.bytes())
	for range q.opens {
		h.dialAhead(context.WithoutCancel(ctx), q.row)
	}
	said := time.Now()
	a := outOfTime(ctx, readAnswer(up, werr, q))
	if a.speaks() {
		h.waited(time.Since(said))
	}
	return a
}

func (h *host) dial(ctx context.Context) (net.Conn, error) {
	h.connections.Add(1)
	start := time.Now()
	conn, err := h.opt.Dialer.DialContext(ctx, "tcp", h.endpoint())
	if err == nil {
		h.connected(time.Since(start))
	}
	return conn, err
}

// errSilence ends one connection; any other end is that of the whole scan.
var errSilence = errors.New("no answer in time")

// outOfTime keeps silence apart from a scan that was ended: then the server
// had no time to answer.
func outOfTime(ctx context.Context, a answer) answer {
	if c := context.Cause(ctx); c != nil && c != errSilence && !a.speaks() && a.outcome != notTLS {
		return answer{outcome: notAsked}
	}
	return a
}

// readAnswer reads until the answer is clear.
func readAnswer(r io.Reader, werr error, q *question) answer {
	var stream []byte
	buf := make([]byte, 8<<10)
	for {
		n, err := r.Read(buf)
		stream = append(stream, buf[:n]...)
		if n > 0 || err != nil {
			if a, done := parseAnswer(stream, q, err != nil); done {
				return a
			}
		}
		if err != nil {
			a := readOutcome(err)
			if a.outcome == closed && werr != nil {
				a = readOutcome(werr)
			}
			if len(stream) > 0 && a.outcome == timedOut {
				a.detail = "timeout within an answer"
			}
			return a
		}
	}
}
