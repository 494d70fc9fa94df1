package scan

import (
	"context"
	"errors"
	"io"
	"net"
	"time"
)

// probe makes one connection, says one hello and reads what comes back.
func (h *host) probe(ctx context.Context, q *question) answer {
	if ctx.Err() != nil {
		return answer{outcome: notAsked}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, h.opt.Timeout, errSilence)
	defer cancel()
	conn, err := h.dial(ctx)
	if err != nil {
		return outOfTime(ctx, dialOutcome(err))
	}
	defer conn.Close()
	// One end for all of it, so that a server that drips bytes gains nothing.
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	r := io.Reader(conn)
	if h.target.StartTLS != "" {
		var refusal errStartTLS
		r, err = startTLS(conn, h.target.StartTLS)
		switch {
		case errors.As(err, &refusal):
			return answer{outcome: starttlsRefused, detail: refusal.reply}
		case err != nil:
			return outOfTime(ctx, readOutcome(err))
		}
	}
	// A server may answer and close before it has read all, so a failed
	// write is no outcome yet.
	_, werr := conn.Write(q.bytes())
	return outOfTime(ctx, readAnswer(r, werr, q))
}

func (h *host) dial(ctx context.Context) (net.Conn, error) {
	h.connections.Add(1)
	return h.opt.Dialer.DialContext(ctx, "tcp", h.addr.String())
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
