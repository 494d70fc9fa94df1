package scan

import (
	"context"
	"errors"
	"io"
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
	c := &opened{Conn: conn, r: conn, stop: stop}
	if h.target.StartTLS != "" {
		if c.r, err = startTLS(conn, h.target.StartTLS); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

// opened is a connection of which a buffered reader may already hold a part.
type opened struct {
	net.Conn
	r    io.Reader
	stop func() bool
}

func (c *opened) Read(b []byte) (int, error) { return c.r.Read(b) }

func (c *opened) Close() error {
	c.stop()
	return c.Conn.Close()
}
