package scan

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// TestOneAddressManyNames: however many names and ports an address has, it
// meets no more connections at once than a server with one.
func TestOneAddressManyNames(t *testing.T) {
	conf := goConfig(t)
	var open, most atomic.Int64
	addr := listen(t, func(c net.Conn, _ int) {
		for n := open.Add(1); ; {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		defer open.Add(-1)
		tls.Server(c, conf).Handshake()
	})
	opt := Options{
		Manners: NewManners(8), Parallel: 1, VersionsOnly: true,
		Resolver: fixed{"192.0.2.1"}, Dialer: toListener{addr, []string{"192.0.2.1"}},
	}
	var wg sync.WaitGroup
	for _, name := range []string{"a.example", "b.example", "c.example", "d.example:8443", "192.0.2.1:25"} {
		targets, err := ParseTarget(name)
		if err != nil {
			t.Fatal(err)
		}
		targets[0].StartTLS = ""
		wg.Go(func() {
			if err := Run(context.Background(), targets[0], opt, func(evidence.Record) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// The server ends its side of a connection a moment after the client.
	if n := most.Load(); n > 2*2+1 {
		t.Errorf("%d connections at once, for a pace of 1 to 2", n)
	}
	if len(opt.Manners.lanes) != 0 {
		t.Errorf("%d addresses are still remembered", len(opt.Manners.lanes))
	}
}

func TestMannersEnd(t *testing.T) {
	m := NewManners(1)
	_, leave, err := m.enter(context.Background(), "a", 4)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, key := range []string{"a", "b"} { // one waits for its turn, one for a slot
		wg.Go(func() {
			if _, _, err := m.enter(ctx, key, 4); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", key, err)
			}
		})
	}
	cancel()
	wg.Wait()
	leave()
	p, leave, err := m.enter(context.Background(), "a", 3)
	if err != nil || p.width != 3 {
		t.Errorf("%+v, %v", p, err)
	}
	leave()
	if len(m.lanes) != 0 {
		t.Errorf("%d addresses are still remembered", len(m.lanes))
	}
}
