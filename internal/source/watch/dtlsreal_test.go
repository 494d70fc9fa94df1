package watch

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// dtlsRelay hands datagrams on between one client and a server, and writes
// them into a capture as they pass.
type dtlsRelay struct {
	mu     sync.Mutex
	k      *talker
	front  net.PacketConn
	back   net.Conn
	client net.Addr
}

// start relays until the test ends and returns the port for the client.
func (r *dtlsRelay) start(t *testing.T, server int) string {
	t.Helper()
	var err error
	if r.front, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if r.back, err = net.Dial("udp", "127.0.0.1:"+strconv.Itoa(server)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.front.Close(); r.back.Close() })
	go r.pump(func(b []byte) (int, error) {
		n, from, err := r.front.ReadFrom(b)
		if err == nil {
			r.mu.Lock()
			r.client = from
			r.k.udp(0, b[:n])
			r.mu.Unlock()
			r.back.Write(b[:n])
		}
		return n, err
	})
	go r.pump(func(b []byte) (int, error) {
		n, err := r.back.Read(b)
		if err == nil {
			r.mu.Lock()
			r.k.udp(1, b[:n])
			to := r.client
			r.mu.Unlock()
			r.front.WriteTo(b[:n], to)
		}
		return n, err
	})
	return strconv.Itoa(int(netip.MustParseAddrPort(r.front.LocalAddr().String()).Port()))
}

func (r *dtlsRelay) pump(one func([]byte) (int, error)) {
	b := make([]byte, 1<<16)
	for {
		// A server that does not listen yet is no end: the client tries again.
		if _, err := one(b); errors.Is(err, net.ErrClosed) {
			return
		}
	}
}

// dtlsServer starts OpenSSL's server and returns its port.
func dtlsServer(t *testing.T, args ...string) int {
	t.Helper()
	if os.Getenv("TLSREADY_NO_SERVERS") == "1" {
		t.Skip("TLSREADY_NO_SERVERS=1: not tested against OpenSSL")
	}
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Fatal("openssl is missing: apt-get install openssl, or set TLSREADY_NO_SERVERS=1")
	}
	der, key := ownKeyPair(t)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "server.pem")
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	free, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := int(netip.MustParseAddrPort(free.LocalAddr().String()).Port())
	free.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "openssl", append([]string{"s_server", "-accept", strconv.Itoa(port), "-cert", file, "-key", file, "-quiet"}, args...)...)
	stdin, _ := cmd.StdinPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); cancel(); cmd.Wait() })
	return port
}

// TestDTLSOfOpenSSL watches real handshakes: with a cookie, in fragments, in
// an old version, and refused.
func TestDTLSOfOpenSSL(t *testing.T) {
	weak := []string{"-cipher", "ALL:@SECLEVEL=0"}
	for _, tt := range []struct {
		name           string
		server, client []string
		want           string
	}{
		{"1.2", []string{"-dtls"}, []string{"-dtls1_2"}, "DTLS 1.2 completed"},
		{"a cookie", []string{"-dtls", "-listen"}, []string{"-dtls1_2"}, "DTLS 1.2 completed"},
		{"fragments", []string{"-dtls", "-mtu", "300"}, []string{"-dtls1_2", "-mtu", "256"}, "DTLS 1.2 completed"},
		{"1.0", append([]string{"-dtls"}, weak...), append([]string{"-dtls1"}, weak...), "DTLS 1.0 completed"},
		{"the server refuses 1.0", append([]string{"-dtls1_2"}, weak...), append([]string{"-dtls1"}, weak...), "- refused server protocol_version"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCapture()
			r := &dtlsRelay{k: c.connect(4433)}
			port := r.start(t, dtlsServer(t, tt.server...))
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			client := exec.CommandContext(ctx, "openssl", append([]string{"s_client", "-connect", "127.0.0.1:" + port, "-servername", "a.example"}, tt.client...)...)
			client.Stdin = strings.NewReader("Q\n")
			out, _ := client.CombinedOutput()
			r.mu.Lock()
			defer r.mu.Unlock()
			hs, cov := run(t, c.out)
			if len(hs) == 0 {
				t.Fatalf("no handshake: %+v\n%s", cov, out)
			}
			h := hs[len(hs)-1]
			if got := summary(h); got != tt.want || h.Server.Name != "a.example" || h.Client.JA3 == "" {
				t.Errorf("got %q, want %q; %+v\n%s", got, tt.want, h, out)
			}
			if h.Outcome == evidence.Completed && h.Group == "" {
				t.Errorf("no group: %+v", h)
			}
		})
	}
}
