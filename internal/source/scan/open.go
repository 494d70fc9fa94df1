package scan

import (
	"context"
	"errors"
	"net"
	"time"
)

// errStuck is for a host whose facts need more than one turn and which did
// not go along with the first.
var errStuck = errors.New("the server did not go on")

// open makes a connection that is ready for TLS and ends with ctx. Close it.
func (h *host) open(ctx context.Context) (net.Conn, error) {
	conn, err := h.dial(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	up, failed := h.startTLS(ctx, conn)
	if failed != nil {
		stop()
		conn.Close()
		return nil, errors.New(failed.because(0))
	}
	return &opened{Conn: up, stop: stop}, nil
}

// opened is a connection whose end in time is that of a context.
type opened struct {
	net.Conn
	stop func() bool
}

func (c *opened) Close() error {
	c.stop()
	return c.Conn.Close()
}
