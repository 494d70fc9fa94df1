package scan

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/tlsready/tlsready/internal/starttls"
)

// patience is how long a connection may take from dialling to the first byte of
// the hello: servers of some protocols hold their greeting back on purpose.
func (h *host) patience() time.Duration {
	if p := starttls.Named(h.target.StartTLS); p != nil {
		return h.opt.Timeout * time.Duration(p.Patience)
	}
	return h.opt.Timeout
}

// startTLS speaks the dialog of the target's protocol, if TLS has to be asked
// for, and gives the connection on which it begins. What goes wrong here is
// never an answer to the hello, which was not sent.
func (h *host) startTLS(ctx context.Context, conn net.Conn) (net.Conn, *answer) {
	if h.target.StartTLS == "" {
		return conn, nil
	}
	p := starttls.Named(h.target.StartTLS)
	if p == nil {
		return nil, &answer{outcome: starttlsRefused, detail: "STARTTLS of " + h.target.StartTLS + " is not known here"}
	}
	up, err := p.Start(conn, cmp.Or(h.sni, h.target.Host))
	if err == nil {
		return up, nil
	}
	a := dialogOutcome(err)
	if a.outcome == timedOut {
		a = outOfTime(ctx, a)
	}
	return nil, &a
}

// dialogOutcome tells how a dialog failed. A close or reset in it refuses
// STARTTLS at most, never a version.
func dialogOutcome(err error) answer {
	var broken *starttls.Interruption
	if !errors.As(err, &broken) {
		return answer{outcome: starttlsRefused, detail: err.Error()}
	}
	a := readOutcome(broken.Err)
	a.detail = a.outcome.String() + " " + strings.TrimSpace(err.Error())
	if a.outcome != timedOut {
		a.outcome, a.early = starttlsRefused, true
	}
	return a
}
