package scan

import (
	"context"
	"sync"
	"time"
)

// Rate lets at most so many connections begin a second, over all targets
// together. It hands out the moments at which one may begin. The nil Rate is
// no limit.
type Rate struct {
	interval time.Duration

	mu   sync.Mutex
	next time.Time
}

// NewRate is a rate of so many connections a second; nil when that is not
// more than nothing.
func NewRate(perSecond float64) *Rate {
	if perSecond <= 0 {
		return nil
	}
	return &Rate{interval: time.Duration(float64(time.Second) / perSecond)}
}

// moment takes the next free moment, which is never before now.
func (r *Rate) moment(now time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next.Before(now) {
		r.next = now
	}
	at := r.next
	r.next = at.Add(r.interval)
	return at
}

// clock ends a context when a host has had its time. It stands still while
// what the host waits for is our own rate, which says nothing of the host.
type clock struct {
	mu      sync.Mutex
	timer   *time.Timer
	left    time.Duration
	since   time.Time
	waiting int
}

// withClock is context.WithTimeout with a clock that can be held.
func withClock(ctx context.Context, d time.Duration) (context.Context, *clock, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &clock{left: d, since: time.Now()}
	c.timer = time.AfterFunc(d, func() { cancel(context.DeadlineExceeded) })
	return ctx, c, func() {
		c.timer.Stop()
		cancel(context.Canceled)
	}
}

func (c *clock) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting++; c.waiting == 1 && c.timer.Stop() {
		c.left -= time.Since(c.since)
	}
}

func (c *clock) run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting--; c.waiting == 0 {
		c.since = time.Now()
		c.timer.Reset(max(0, c.left))
	}
}

// wait waits for the moment of the next connection.
func (h *host) wait(ctx context.Context) {
	if h.opt.Rate == nil {
		return
	}
	d := time.Until(h.opt.Rate.moment(time.Now()))
	if d <= 0 {
		return
	}
	if h.clock != nil {
		h.clock.hold()
		defer h.clock.run()
	}
	sleep(ctx, d)
}
