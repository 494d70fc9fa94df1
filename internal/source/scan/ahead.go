package scan

import (
	"context"
	"net"
	"slices"
	"sync"
	"time"
)

// farAway is from what time to connect on the next connection is opened while
// the answer before is still on its way: a probe costs two round trips, and
// the first of them need not wait. Nearer by, the one connection a row of
// questions that then turns out not to be needed costs more than it saves.
const farAway = 5 * time.Millisecond

// ahead holds connections that wait for their hello, at most one a row of
// questions. Each is used as soon as the one before it is done, so that a
// server that serves one client after the other does not wait for it.
type ahead struct {
	mu    sync.Mutex
	conns []*opening
	far   bool
}

// opening is a connection being made for a row.
type opening struct {
	row  string
	done chan struct{}
	conn net.Conn
	err  error
}

// connected learns how far away the server is.
func (a *ahead) connected(took time.Duration) {
	a.mu.Lock()
	a.far = took >= farAway
	a.mu.Unlock()
}

// dialAhead opens the connection of the next question of a row, if there is
// room for it and no rate to keep to. A server that starts TLS by a dialog may see a visitor who says
// nothing as a fault, so it is not done there.
func (h *host) dialAhead(ctx context.Context, row string) {
	h.ahead.mu.Lock()
	defer h.ahead.mu.Unlock()
	if row == "" || !h.ahead.far || h.target.StartTLS != "" || h.opt.Rate != nil || !h.pace.spare() {
		return
	}
	o := &opening{row: row, done: make(chan struct{})}
	h.ahead.conns = append(h.ahead.conns, o)
	go func() {
		defer close(o.done)
		ctx, cancel := context.WithTimeout(ctx, h.opt.Timeout)
		defer cancel()
		o.conn, o.err = h.dial(ctx)
	}()
}

// takeAhead gives the connection that was opened for a row; nil when there is
// none, or it failed, which says nothing yet.
func (h *host) takeAhead(ctx context.Context, row string) net.Conn {
	h.ahead.mu.Lock()
	i := slices.IndexFunc(h.ahead.conns, func(o *opening) bool { return o.row == row })
	if i < 0 {
		h.ahead.mu.Unlock()
		return nil
	}
	o := h.ahead.conns[i]
	h.ahead.conns = slices.Delete(h.ahead.conns, i, i+1)
	h.ahead.mu.Unlock()
	h.pace.spend()
	select {
	case <-o.done:
		return o.conn
	case <-ctx.Done():
		go o.drop()
		return nil
	}
}

// dropAhead closes what was opened for a row and is not needed; for all rows
// if none is named.
func (h *host) dropAhead(row string) {
	h.ahead.mu.Lock()
	var drop []*opening
	h.ahead.conns = slices.DeleteFunc(h.ahead.conns, func(o *opening) bool {
		mine := row == "" || o.row == row
		if mine {
			drop = append(drop, o)
		}
		return mine
	})
	h.ahead.mu.Unlock()
	for _, o := range drop {
		h.pace.spend()
		o.drop()
	}
}

func (o *opening) drop() {
	<-o.done
	if o.conn != nil {
		o.conn.Close()
	}
}
