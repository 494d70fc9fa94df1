package scan

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// farDialer is a server that is far away: connecting takes its time. It counts
// the connections that are open at once.
type farDialer struct{ open, most atomic.Int64 }

func (d *farDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	sleep(ctx, 2*farAway)
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	n := d.open.Add(1)
	for most := d.most.Load(); n > most && !d.most.CompareAndSwap(most, n); most = d.most.Load() {
	}
	return &farConn{Conn: c, dialer: d}, nil
}

type farConn struct {
	net.Conn
	dialer *farDialer
	closed atomic.Bool
}

func (c *farConn) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		c.dialer.open.Add(-1)
	}
	return c.Conn.Close()
}

// TestFarAway: connections that are opened early change nothing of what is
// found, not at a server that serves one client after the other either, are
// never more than agreed, and none is left open.
func TestFarAway(t *testing.T) {
	for name, c := range map[string]struct {
		addr string
		want truth
	}{
		"one by one": {sServer(t, "-cipher", anyCipher), opensslTruth(t, anyCipher, []string{"RSA", "None"}, all4...)},
		"all":        {listen(t, serveTLS(goConfig(t))), goTruth(all4...)},
	} {
		t.Run(name, func(t *testing.T) {
			d := &farDialer{}
			start := time.Now()
			got := scanServer(t, c.addr, Options{Dialer: d})
			c.want.check(t, got)
			if n := d.most.Load(); n > 32 {
				t.Errorf("%d connections at once", n)
			}
			if n := d.open.Load(); n != 0 {
				t.Errorf("%d connections left open", n)
			}
			t.Logf("%d connections, %d at once, %s", got.Connections, d.most.Load(), time.Since(start).Round(time.Millisecond))
		})
	}
}

// TestOpenedAheadAndDead: a server that closes connections which say nothing
// at once is not taken for one that refuses.
func TestOpenedAheadAndDead(t *testing.T) {
	h := newHost(Options{Parallel: 4}.withDefaults(), Target{}, addrForTests, "")
	h.connected(farAway)
	dead, other := net.Pipe()
	other.Close()
	asked := 0
	h.opt.Dialer = dialerFunc(func() (net.Conn, error) {
		if asked++; asked == 1 {
			return dead, nil
		}
		return nil, context.DeadlineExceeded
	})
	h.dialAhead(context.Background(), "row")
	q := h.question(all4[0], formFull, suitesFor(all4[0]))
	q.row = "row"
	if a := h.probe(context.Background(), &q); asked != 2 || a.outcome != connectTimedOut {
		t.Errorf("%d connections were made, %s", asked, a.outcome)
	}
}

type dialerFunc func() (net.Conn, error)

func (f dialerFunc) DialContext(context.Context, string, string) (net.Conn, error) { return f() }
