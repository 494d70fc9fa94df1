package scan

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// keyPair is a throw-away certificate on disk and in memory.
type keyPair struct {
	cert, key string
	pair      tls.Certificate
}

var certs struct {
	once     sync.Once
	dir      string
	rsa, ec  keyPair
	dhparams string
	err      error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if certs.dir != "" {
		os.RemoveAll(certs.dir)
	}
	os.Exit(code)
}

// testCerts makes an RSA and an ECDSA certificate once.
func testCerts(t *testing.T) (r, e keyPair) {
	t.Helper()
	certs.once.Do(func() {
		if certs.dir, certs.err = os.MkdirTemp("", "scan"); certs.err != nil {
			return
		}
		rk, err := rsa.GenerateKey(rand.Reader, 2048)
		if err == nil {
			certs.rsa, err = writePair("rsa", rk)
		}
		ek, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err2 == nil {
			certs.ec, err2 = writePair("ec", ek)
		}
		certs.err = firstOf(err, err2)
	})
	if certs.err != nil {
		t.Fatal(certs.err)
	}
	return certs.rsa, certs.ec
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func writePair(name string, key crypto.Signer) (keyPair, error) {
	p := keyPair{cert: filepath.Join(certs.dir, name+".crt"), key: filepath.Join(certs.dir, name+".key")}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name + ".example"}, DNSNames: []string{"*.example", "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		return p, err
	}
	kder, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return p, err
	}
	c, k := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: kder})
	if err := firstOf(os.WriteFile(p.cert, c, 0o644), os.WriteFile(p.key, k, 0o600)); err != nil {
		return p, err
	}
	p.pair, err = tls.X509KeyPair(c, k)
	return p, err
}

// program finds a server program. The tests below say nothing without them,
// so a missing one fails unless the environment says that it is known.
func program(t *testing.T, name, pkg string) string {
	t.Helper()
	if os.Getenv("TLSREADY_NO_SERVERS") == "1" {
		t.Skip("TLSREADY_NO_SERVERS=1: not tested against " + name)
	}
	for _, dir := range []string{"", "/usr/sbin", "/usr/local/sbin"} {
		if p, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return p
		}
	}
	t.Fatalf("%s is missing: apt-get install %s, or set TLSREADY_NO_SERVERS=1", name, pkg)
	return ""
}

// output runs a program that prints the truth.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return string(out)
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// start runs a server program until the test ends, and waits until it
// listens. Its standard input stays open, since s_server ends without.
func start(t *testing.T, port, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }()
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		<-done
	})
	addr := net.JoinHostPort("127.0.0.1", port)
	for range 500 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return addr
		}
		select {
		case <-done:
			t.Fatalf("%s ended: %s", name, log.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("%s does not listen on %s", name, addr)
	return ""
}

// listen runs serve for each connection, with the number of the connection,
// until the test ends.
func listen(t *testing.T, serve func(c net.Conn, n int)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	wg.Go(func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			wg.Go(func() {
				serve(c, n)
				c.Close()
				mu.Lock()
				delete(open, c)
				mu.Unlock()
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range open {
			c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

// scanned is all that a scan emitted.
type scanned struct {
	servers  []*evidence.Server
	coverage []*evidence.Coverage
}

func scanAll(t *testing.T, target string, opt Options) scanned {
	t.Helper()
	targets, err := ParseTarget(target)
	if err != nil {
		t.Fatal(err)
	}
	var s scanned
	err = Run(context.Background(), targets[0], opt, func(r evidence.Record) error {
		if _, err := evidence.Marshal(r); err != nil {
			t.Errorf("record: %v", err)
		}
		switch r := r.(type) {
		case *evidence.Server:
			s.servers = append(s.servers, r)
		case *evidence.Coverage:
			s.coverage = append(s.coverage, r)
		default:
			t.Errorf("emitted a %T", r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scanServer scans a target that must give one server record.
func scanServer(t *testing.T, target string, opt Options) *evidence.Server {
	t.Helper()
	s := scanAll(t, target, opt)
	if len(s.servers) != 1 {
		t.Fatalf("%d server records", len(s.servers))
	}
	if r := s.servers[0]; r.Status != evidence.StatusOK && len(s.coverage) == 0 {
		t.Errorf("status %s (%s) without a coverage record", r.Status, r.Error)
	}
	for _, c := range s.coverage {
		t.Logf("coverage: %+v", *c)
	}
	return s.servers[0]
}

// truth is the suites of each version that is accepted, by configuration.
type truth map[tlswire.Version][]string

// check holds a record against the truth: every version's state, every
// accepted version's set of suites.
func (want truth) check(t *testing.T, got *evidence.Server) {
	t.Helper()
	want.checkVersions(t, got, tlswire.StreamVersions[:])
}

func (want truth) checkVersions(t *testing.T, got *evidence.Server, versions []tlswire.Version) {
	t.Helper()
	if len(got.Versions) != len(versions) {
		t.Errorf("%d versions, want %v", len(got.Versions), versions)
	}
	for _, v := range versions {
		state, suites := got.Versions[v], want[v]
		switch {
		case state == nil:
			t.Errorf("%s: not in the record (status %s: %s)", v, got.Status, got.Error)
		case suites == nil && state.State != evidence.Rejected:
			t.Errorf("%s: %s (%s), want rejected", v, state.State, state.Because)
		case suites != nil && state.State != evidence.Accepted:
			t.Errorf("%s: %s (%s), want accepted", v, state.State, state.Because)
		case suites != nil:
			sameSet(t, v.String(), state.Suites, suites)
		}
	}
	if got.Status != evidence.StatusOK {
		t.Errorf("status %s: %s", got.Status, got.Error)
	}
	t.Logf("%d suites found, %d connections", want.count(), got.Connections)
}

func (want truth) count() (n int) {
	for _, s := range want {
		n += len(s)
	}
	return n
}

func sameSet(t *testing.T, what string, got, want []string) {
	t.Helper()
	g, w := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if slices.Equal(g, w) {
		return
	}
	for _, s := range w {
		if !slices.Contains(g, s) {
			t.Errorf("%s: %s is missing", what, s)
		}
	}
	for _, s := range g {
		if !slices.Contains(w, s) {
			t.Errorf("%s: %s is too much", what, s)
		}
	}
	if len(g) == len(w) {
		t.Errorf("%s: the same suites twice: %v", what, got)
	}
}

// opensslTruth is what openssl says a cipher string means in each version,
// in its order, less what the keys of the server do not allow.
func opensslTruth(t *testing.T, ciphers string, auths []string, versions ...tlswire.Version) truth {
	t.Helper()
	flags := map[tlswire.Version]string{tlswire.TLS10: "-tls1", tlswire.TLS11: "-tls1_1", tlswire.TLS12: "-tls1_2", tlswire.TLS13: "-tls1_3"}
	want := truth{}
	for _, v := range versions {
		for line := range strings.Lines(output(t, "openssl", "ciphers", "-V", "-s", flags[v], ciphers)) {
			var hi, lo uint16
			if _, err := fmt.Sscanf(strings.TrimSpace(line), "0x%02X,0x%02X", &hi, &lo); err != nil {
				t.Fatalf("openssl says %q: %v", line, err)
			}
			_, auth, _ := strings.Cut(line, "Au=")
			auth, _, _ = strings.Cut(auth, " ")
			old := !strings.Contains(line, "TLSv1.3")
			if (v == tlswire.TLS13) == old || !slices.Contains(append(auths, "any"), auth) {
				continue
			}
			want[v] = append(want[v], tlswire.Suite(hi<<8|lo).String())
		}
	}
	return want
}
