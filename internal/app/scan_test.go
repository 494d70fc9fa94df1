package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/scan"
)

// world is a network of our own: what happens at an address depends on its
// last number, and names ending in .invalid do not resolve.
type world struct {
	opened atomic.Int64
}

func (w *world) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if strings.HasSuffix(host, ".invalid") {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("2001:db8::1")}, nil
}

func (w *world) DialContext(_ context.Context, network, address string) (net.Conn, error) {
	w.opened.Add(1)
	host, _, _ := net.SplitHostPort(address)
	ip := netip.MustParseAddr(host)
	b := ip.As16()
	here, there := net.Pipe()
	var serve func(net.Conn)
	switch b[15] % 6 {
	case 0:
		return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("no route to host")}
	case 1: // plain HTTP
		serve = func(c net.Conn) {
			c.Read(make([]byte, 1024))
			io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}
	case 2: // a tarpit
		serve = func(c net.Conn) {
			go io.Copy(io.Discard, c)
			for {
				if _, err := c.Write([]byte{0x16}); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
	case 3: // endless
		serve = func(c net.Conn) {
			go io.Copy(io.Discard, c)
			record := append([]byte{0x17, 3, 3, 0x40, 0}, make([]byte, 1<<14)...)
			for {
				if _, err := c.Write(record); err != nil {
					return
				}
			}
		}
	case 4:
		serve = func(c net.Conn) { io.Copy(io.Discard, c) }
	case 5:
		serve = func(net.Conn) {}
	}
	go func() {
		serve(there)
		there.Close()
	}()
	return here, nil
}

// bounded are options for a world that answers late or never.
func bounded(w *world, emit func(evidence.Record) error) Options {
	return Options{
		Hosts: 32, Stream: emit != nil, Emit: emit,
		Scan: scan.Options{Dialer: w, Resolver: w, Timeout: 60 * time.Millisecond, Deadline: time.Second, VersionsOnly: true},
	}
}

// TestManyBadServers: nothing that listens out there, or does not, is called
// rejected, holds up the rest, or is left without a word why.
func TestManyBadServers(t *testing.T) {
	w := new(world)
	got, err := Scan(context.Background(), &Targets{Args: []string{"10.0.0.0/26", "web.example", "nowhere.invalid"}}, bounded(w, nil))
	if err != nil {
		t.Fatal(err)
	}
	servers := 0
	for r := range got.Evidence.All() {
		s, ok := r.(*evidence.Server)
		if !ok {
			continue
		}
		servers++
		if s.Error == "" || s.Status == evidence.StatusOK {
			t.Errorf("%s %s: %s, %q", s.Target, s.IP, s.Status, s.Error)
		}
		for v, state := range s.Versions {
			if state.State != evidence.Unknown || state.Because == "" {
				t.Errorf("%s: %s is %s because of %q", s.Target, v, state.State, state.Because)
			}
		}
	}
	if servers != 64+2+1 || got.Inputs != 66 || got.Readable != 0 {
		t.Errorf("%d servers of %d targets, %d readable", servers, got.Inputs, got.Readable)
	}
}

// TestTenThousandTargets: with a stream, what is held does not grow with the
// number of targets.
func TestTenThousandTargets(t *testing.T) {
	var mu sync.Mutex
	emitted := 0
	var most uint64
	w := new(world)
	opt := bounded(w, func(evidence.Record) error {
		mu.Lock()
		defer mu.Unlock()
		if emitted++; emitted%2000 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
		return nil
	})
	list := new(strings.Builder)
	for i := range 10_000 {
		fmt.Fprintf(list, "host%d.invalid # a comment\n", i)
	}
	got, err := Scan(context.Background(), &Targets{Lists: []string{"-"}, Stdin: strings.NewReader(list.String() + list.String())}, opt)
	if err != nil {
		t.Fatal(err)
	}
	if got.Inputs != 10_000 || emitted != 20_000 {
		t.Errorf("%d targets, %d records; each target is asked once and gives two", got.Inputs, emitted)
	}
	if most > 32<<20 {
		t.Errorf("%d MiB were held", most>>20)
	}
	if n := len(got.Evidence.Others); n > mostFailures {
		t.Errorf("%d records are kept of a stream", n)
	}
}

func TestAFaultAtOneTargetCostsOneTarget(t *testing.T) {
	opt := Options{}
	got, err := askAll(context.Background(), &Targets{Args: []string{"10.0.0.1-3"}}, opt, func(_ context.Context, t scan.Target, emit evidence.Emit) error {
		if t.Host == "10.0.0.2" {
			panic("a fault")
		}
		return emit(&evidence.Coverage{Source: "scan", Input: t.String(), Read: 1, Used: 1})
	})
	if err != nil || got.Readable != 2 || got.Inputs != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	said := 0
	for _, r := range got.Evidence.Others {
		if c, ok := r.(*evidence.Coverage); ok && strings.Contains(c.Failed, "internal fault") && c.Input == "10.0.0.2:443" {
			said++
		}
	}
	if said != 1 {
		t.Errorf("the fault is told %d times", said)
	}
}

// TestABrokenOutputEndsTheScan: nobody is asked whose answer cannot be
// written down.
func TestABrokenOutputEndsTheScan(t *testing.T) {
	full := errors.New("no space left")
	asked := atomic.Int64{}
	_, err := askAll(context.Background(), &Targets{Args: []string{"10.0.0.0/16"}}, Options{
		Hosts: 1, Stream: true, Emit: func(evidence.Record) error { return full },
	}, func(_ context.Context, t scan.Target, emit evidence.Emit) error {
		asked.Add(1)
		return emit(&evidence.Coverage{Source: "scan", Input: t.String()})
	})
	if !errors.Is(err, full) || asked.Load() > 100 {
		t.Errorf("%v, after %d targets", err, asked.Load())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Scan(ctx, &Targets{Args: []string{"10.0.0.0/24"}}, bounded(new(world), nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("a scan that was ended: %v", err)
	}
}

func TestTargets(t *testing.T) {
	targets := &Targets{
		Args:  []string{"a.example", "-", "10.0.0.1-2", "a.example:443"},
		Stdin: strings.NewReader("b.example\n10.0.0.2:443 x..y a.example:8443\n"),
	}
	if n, err := targets.Check(); n != -1 || err != nil {
		t.Errorf("%d, %v; what stands on stdin is not known before", n, err)
	}
	var got []string
	bad := 0
	for target, err := range targets.All() {
		if err != nil {
			bad++
			continue
		}
		got = append(got, target.String())
	}
	want := "a.example:443 b.example:443 10.0.0.2:443 a.example:8443 10.0.0.1:443"
	if strings.Join(got, " ") != want || bad != 1 {
		t.Errorf("%q and %d bad, want %q", got, bad, want)
	}
	if n, err := (&Targets{Args: []string{"10.0.0.0/24", "x"}}).Check(); n != 257 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	var many []string
	for i := range 30 {
		many = append(many, fmt.Sprintf("x..%d", i))
	}
	if _, err := (&Targets{Args: many}).Check(); err == nil || strings.Count(err.Error(), "\n") != mostBad || !strings.HasSuffix(err.Error(), "and more") {
		t.Errorf("many bad operands: %v", err)
	}
}
