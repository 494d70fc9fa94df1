package cli

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// farm is a TLS server at all addresses of 127.0.0.0/8 that counts who was
// asked.
type farm struct {
	port  int
	mu    sync.Mutex
	asked map[string]int
}

func newFarm(t *testing.T) *farm {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	conf := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS10}
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	f := &farm{port: l.Addr().(*net.TCPAddr).Port, asked: map[string]int{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.mu.Lock()
			f.asked[c.LocalAddr().(*net.TCPAddr).IP.String()]++
			f.mu.Unlock()
			go func() {
				defer c.Close()
				_ = tls.Server(c, conf).Handshake()
			}()
		}
	}()
	return f
}

func (f *farm) count(ip string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[ip]
}

// scannedIn are the addresses of the server records of a stream, each as often
// as it is there.
func scannedIn(t *testing.T, stream []byte) map[string]int {
	t.Helper()
	got := map[string]int{}
	rd := evidence.NewReader(bytes.NewReader(stream), "stream")
	for {
		rec, err := rd.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := rec.(*evidence.Server); ok {
			got[s.IP]++
			if s.Status != evidence.StatusOK {
				t.Errorf("%s: %s, %s", s.IP, s.Status, s.Error)
			}
		}
	}
	return got
}

// doneIn are the addresses that a state says are done: those of the records
// before each line that ends a target.
func doneIn(t *testing.T, state string) (done []string) {
	t.Helper()
	raw, err := os.ReadFile(state)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	ip := ""
	for line := range bytes.Lines(raw) {
		rec, err := evidence.Decode(bytes.TrimSpace(line))
		if err != nil {
			continue // cut off
		}
		switch rec := rec.(type) {
		case *evidence.Server:
			ip = rec.IP
		case *evidence.Stream:
			if rec.Done != "" && bytes.HasSuffix(line, []byte("\n")) {
				done = append(done, ip)
			}
		}
	}
	return done
}

// However often and whenever a scan is killed, going on with it asks nobody
// twice who was done, and its last output and its state have each host once.
func TestKilledScanGoesOn(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems have one loopback address")
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := mathrand.New(mathrand.NewPCG(seed, 1))
	f := newFarm(t)
	const hosts = 200
	state := filepath.Join(t.TempDir(), "state.ndjson")
	args := []string{"scan", "--json", "--resume", state, "--concurrency", "4", "--port", fmt.Sprint(f.port), fmt.Sprintf("127.1.2.1-%d", hosts)}
	kills, found := 0, 0
	for range 30 {
		done := doneIn(t, state)
		if len(done) < found || len(done) == hosts {
			break
		}
		found = len(done)
		before := map[string]int{}
		for _, ip := range done {
			before[ip] = f.count(ip)
		}
		cmd := exec.Command("tlsready", args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.IntN(300)) * time.Millisecond)
		_ = cmd.Process.Kill()
		if cmd.Wait() != nil {
			kills++
		}
		for _, ip := range done {
			if n := f.count(ip); n != before[ip] {
				t.Fatalf("%s was done and is asked again: %d connections more", ip, n-before[ip])
			}
		}
	}
	out, err := exec.Command("tlsready", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("killed %d times; %d of %d hosts were done before the last run", kills, found, hosts)
	if kills == 0 || found == 0 {
		t.Error("nothing was interrupted")
	}
	raw, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]map[string]int{"the last output": scannedIn(t, out), "the state": scannedIn(t, raw)} {
		for i := range hosts {
			if ip := fmt.Sprintf("127.1.2.%d", i+1); got[ip] != 1 {
				t.Errorf("%s has %s %d times", name, ip, got[ip])
			}
		}
	}
	again, err := exec.Command("tlsready", args...).Output()
	if err != nil || len(scannedIn(t, again)) != hosts {
		t.Errorf("a scan that is done ends with %v and %d hosts", err, len(scannedIn(t, again)))
	}
	if done := doneIn(t, state); len(done) != hosts || len(slices.Compact(slices.Sorted(slices.Values(done)))) != hosts {
		t.Errorf("%d hosts are done", len(done))
	}
}
