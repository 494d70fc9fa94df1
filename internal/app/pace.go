package app

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/tlsready/tlsready/internal/source/scan"
)

// pacedDialer opens at most so many connections a second, over all hosts
// together. It hands out the moments at which a connection may start.
type pacedDialer struct {
	dialer   scan.Dialer
	interval time.Duration

	mu   sync.Mutex
	next time.Time
}

// Paced is a dialer that keeps to a rate; without a rate it is the plain one.
func Paced(perSecond float64) scan.Dialer {
	if perSecond <= 0 {
		return &net.Dialer{}
	}
	return &pacedDialer{dialer: &net.Dialer{}, interval: time.Duration(float64(time.Second) / perSecond)}
}

// DialContext waits for its moment, or for the end of ctx.
func (d *pacedDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	wait := time.NewTimer(time.Until(d.moment(time.Now())))
	defer wait.Stop()
	select {
	case <-wait.C:
		return d.dialer.DialContext(ctx, network, address)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// moment takes the next free moment, which is never before now.
func (d *pacedDialer) moment(now time.Time) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next.Before(now) {
		d.next = now
	}
	at := d.next
	d.next = at.Add(d.interval)
	return at
}
