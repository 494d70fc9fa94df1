package config_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/config"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// shared is what the tests against running servers need once.
var shared struct {
	once      sync.Once
	dir       string
	cert, key string
	scanner   string
	err       error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.dir != "" {
		os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

// setUp builds the scanner and makes a throw-away certificate.
func setUp(t *testing.T) {
	t.Helper()
	shared.once.Do(func() {
		if shared.dir, shared.err = os.MkdirTemp("", "config"); shared.err != nil {
			return
		}
		_ = os.Chmod(shared.dir, 0o755) // servers drop their rights
		shared.cert, shared.key = filepath.Join(shared.dir, "t.crt"), filepath.Join(shared.dir, "t.key")
		if shared.err = writeCert(shared.cert, shared.key); shared.err != nil {
			return
		}
		shared.scanner = filepath.Join(shared.dir, "tlsready")
		build := exec.Command("go", "build", "-o", shared.scanner, "github.com/tlsready/tlsready/cmd/tlsready")
		if out, err := build.CombinedOutput(); err != nil {
			shared.err = fmt.Errorf("build of the scanner: %w\n%s", err, out)
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
}

func writeCert(cert, key string) error {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "web.example"}, DNSNames: []string{"*.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, k.Public(), k)
	if err != nil {
		return err
	}
	kder, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return err
	}
	c, p := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: kder})
	if err := os.WriteFile(cert, append(slices.Clone(c), p...), 0o644); err != nil {
		return err
	}
	return os.WriteFile(key, p, 0o644) // a throw-away key that servers of other users read
}

// program finds a server. The tests say nothing without it, so a missing one
// fails unless the environment says that it is known.
func program(t *testing.T, name, pkg string) string {
	t.Helper()
	versioned, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for _, dir := range append(versioned, "", "/usr/sbin", "/usr/local/sbin") {
		if p, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return p
		}
	}
	t.Fatalf("%s is missing: apt-get install %s, or set TLSREADY_NO_SERVERS=1", name, pkg)
	return ""
}

// ports hands each port out once: one that the system picks is soon given to
// the next who asks, and two servers that start at a time would want the same.
// They lie below those that connections get.
var ports atomic.Int32

func freePort(t *testing.T) string {
	t.Helper()
	ports.CompareAndSwap(0, int32(10000+os.Getpid()%10000))
	for range 1000 {
		port := fmt.Sprint(ports.Add(1))
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// live is one server started with one configuration.
type live struct {
	dialect string
	pkg     string
	program string
	file    string // name of the configuration below the folder
	config  string // with PORT, CERT, KEY and DIR
	more    map[string]string
	args    []string
	url     string // with PORT, what to scan
	prepare func(t *testing.T, dir string)
	stop    func(t *testing.T, dir string)
	under   string   // what starts the program; empty: itself
	path    string   // of the program, for PROGRAM
	sni     []string // names to ask for; nil: none
	allow   []tlswire.Version
	host    map[string]string // files of the host below its root, which then is DIR/host
}

func (l live) fill(s, dir, port string) string {
	return strings.NewReplacer("PORT", port, "CERT", shared.cert, "KEY", shared.key, "DIR", dir, "PROGRAM", l.path).Replace(s)
}

// agree starts the server, reads its configuration, scans it, and compares.
func (l live) agree(t *testing.T) {
	t.Helper()
	if os.Getenv("TLSREADY_NO_SERVERS") == "1" {
		t.Skip("TLSREADY_NO_SERVERS=1: not tested against " + l.program)
	}
	setUp(t)
	bin := program(t, l.program, l.pkg)
	l.path = bin
	if l.under != "" {
		bin = program(t, l.under, "coreutils")
	}
	dir, port := serverDir(t), freePort(t)
	name := filepath.Join(dir, l.file)
	for f, text := range l.more {
		writeFile(t, filepath.Join(dir, f), l.fill(text, dir, port))
	}
	writeFile(t, name, l.fill(l.config, dir, port))
	root := "/"
	for f, text := range l.host {
		root = dir + "/host"
		writeFile(t, filepath.Join(root, f), text)
	}
	if l.prepare != nil {
		l.prepare(t, dir)
	}
	args := make([]string, len(l.args))
	for i, a := range l.args {
		args[i] = l.fill(a, dir, port)
	}
	log := start(t, port, bin, args...)
	if l.stop != nil {
		t.Cleanup(func() { l.stop(t, dir) })
	}
	declared := declare(t, name, l.dialect, root)
	sni := l.sni
	if sni == nil {
		sni = []string{""}
	}
	for _, n := range sni {
		d := pick(declared, port, n)
		if d == nil {
			t.Fatalf("no declared server for port %s and name %q in %v", port, n, declared)
		}
		compare(t, l, n, d, scan(t, l.fill(l.url, dir, port), n), log)
	}
}

func serverDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(shared.dir, "s")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// start runs a program until the test ends and waits for its port.
func start(t *testing.T, port, bin string, args ...string) *output {
	t.Helper()
	log := new(output)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 3 * time.Second
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	for range 200 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return log
		}
		select {
		case <-done:
			t.Fatalf("%s ended:\n%s", bin, log.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	cancel()
	<-done
	t.Fatalf("%s does not listen on %s:\n%s", bin, port, log.String())
	return nil
}

var base = sync.OnceValues(knowledge.Load)

// declare reads a configuration as one of Debian 12.
func declare(t *testing.T, name, dialect, root string) []*evidence.Server {
	t.Helper()
	kb, err := base()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []*evidence.Server
	opt := config.Options{Knowledge: kb, Platform: "Debian 12", Dialect: dialect, Root: root, Host: "debian12"}
	if root != "/" {
		opt.Systems = new(config.Systems)
	}
	err = config.Run(t.Context(), name, f, opt, func(r evidence.Record) error {
		if s, ok := r.(*evidence.Server); ok {
			out = append(out, s)
		}
		if c, ok := r.(*evidence.Coverage); ok && (c.Failed != "" || len(c.Skipped) > 0) {
			t.Errorf("coverage %+v", c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func pick(declared []*evidence.Server, port, sni string) *evidence.Server {
	for _, d := range declared {
		if fmt.Sprint(d.Port) == port && (sni == "" || d.SNI == sni) {
			return d
		}
	}
	for _, d := range declared {
		if d.Port == 0 || d.Protocol == "smtp" || d.Protocol == "ldap" {
			return d
		}
	}
	return nil
}

// scan asks the server with the built program.
func scan(t *testing.T, target, sni string) *evidence.Server {
	t.Helper()
	args := []string{"scan", "--json", "--timeout", "5s"}
	if sni != "" {
		args = append(args, "--sni", sni)
	}
	out, err := exec.Command(shared.scanner, append(args, target)...).Output()
	if err != nil {
		t.Fatalf("scan of %s: %v\n%s", target, err, out)
	}
	rd := evidence.NewReader(bytes.NewReader(out), "scan")
	for {
		r, err := rd.Next()
		if err == io.EOF {
			t.Fatalf("scan of %s gave no server record:\n%s", target, out)
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := r.(*evidence.Server); ok {
			return s
		}
	}
}

// compare holds what the configuration declares against what was seen.
func compare(t *testing.T, l live, sni string, declared, seen *evidence.Server, out *output) {
	t.Helper()
	log := tail(out)
	if seen.Status == evidence.StatusUnreachable {
		t.Fatalf("unreachable: %s\n%s", seen.Error, log)
	}
	for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13} {
		d, s := declared.Versions[v], seen.Versions[v]
		if d == nil || s == nil {
			t.Errorf("%s %s: declared %v, seen %v", sni, v, d, s)
			continue
		}
		if d.State == evidence.Unknown && slices.Contains(l.allow, v) {
			continue
		}
		if d.State != s.State {
			t.Errorf("%s %s: the configuration says %s (%s), the server %s (%s)\n%s", sni, v, d.State, d.Because, s.State, s.Because, log)
		}
	}
}

// output is what a server prints while tests look at it.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func tail(o *output) string {
	s := o.String()
	return s[max(0, len(s)-1500):]
}
