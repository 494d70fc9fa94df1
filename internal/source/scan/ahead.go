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

// ahead holds connections that wait for their hello, for each row of questions as
// many as its next questions need. Each is used as soon as the one before it is done, so that a
// server that serves one client after the other does not wait for it.
type ahead struct {
	mu      sync.Mutex
	conns   []*opening
	nearest time.Duration // the shortest time that connecting took
}

// opening is a connection being made for a row.
type opening struct {
	row  string
	done chan struct{}
	used chan struct{} // closed when it is taken or dropped
	conn net.Conn
	err  error
}

// connected learns how far away the server is. A connection that took very much
// longer than another had to be asked for twice: the server's queue is full.
func (h *host) connected(took time.Duration) {
	a := &h.ahead
	a.mu.Lock()
	if a.nearest == 0 || took < a.nearest {
		a.nearest = max(took, 1)
	}
	far, crowded := a.nearest >= farAway, took > 3*a.nearest+retransmission
	a.mu.Unlock()
	switch {
	case crowded:
		h.pace.crowd()
	case far && !h.opt.VersionsOnly:
		h.pace.hurry()
	}
}

// waited learns how long the server took for an answer. One that serves
// visitors one after the other gains nothing from a crowd.
func (h *host) waited(took time.Duration) {
	h.ahead.mu.Lock()
	nearest := h.ahead.nearest
	h.ahead.mu.Unlock()
	if nearest >= farAway && took > 3*nearest {
		h.pace.queued()
	}
}

// retransmission is less than any TCP waits before it asks again for a
// connection (RFC 6298, 2.1).
const retransmission = 700 * time.Millisecond

// isFar reports whether waiting for answers is what a scan takes its time for.
func (h *host) isFar() bool {
	h.ahead.mu.Lock()
	defer h.ahead.mu.Unlock()
	return h.ahead.nearest >= farAway
}

// dialAhead opens the connection of the next question of a row, if there is
// room for it and no rate to keep to. A server that starts TLS by a dialog may
// see a visitor who says nothing as a fault, so it is not done there.
func (h *host) dialAhead(ctx context.Context, row string) {
	h.ahead.mu.Lock()
	defer h.ahead.mu.Unlock()
	if row == "" || h.ahead.nearest < farAway || h.target.StartTLS != "" || h.opt.Rate != nil || !h.pace.spare() {
		return
	}
	o := &opening{row: row, done: make(chan struct{}), used: make(chan struct{})}
	h.ahead.conns = append(h.ahead.conns, o)
	idle := 6 * h.ahead.nearest
	go func() {
		o.open(ctx, h)
		o.guard(idle)
	}()
}

func (o *opening) open(ctx context.Context, h *host) {
	defer close(o.done)
	ctx, cancel := context.WithTimeout(ctx, h.opt.Timeout)
	defer cancel()
	o.conn, o.err = h.dial(ctx)
}

// guard closes a connection that nobody has used for so long: a server that
// serves one visitor after the other may be waiting for its hello while all
// others wait for the server.
func (o *opening) guard(idle time.Duration) {
	if o.conn == nil {
		return
	}
	t := time.NewTimer(idle)
	defer t.Stop()
	select {
	case <-o.used:
	case <-t.C:
		o.conn.Close()
	}
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
	close(o.used)
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
			close(o.used)
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
