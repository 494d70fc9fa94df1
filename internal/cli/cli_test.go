package cli

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite golden output in the scripts")

// The scripts run the real command, as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tlsready": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			defer stop()
			os.Exit(Main(ctx, os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
		},
	})
}

func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ROOT", root)
			env.Setenv("SOURCE_DATE_EPOCH", "1795435200") // 2026-11-23
			return os.Symlink(filepath.Join(root, "examples"), filepath.Join(env.WorkDir, "examples"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"tlsserver": tlsServer,
			"silent":    silentServer,
			"exit":      exitCode,
		},
	})
}

// exitCode runs tlsready and wants the given code: exit 3 check examples
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exit CODE ARG...")
	}
	got := "0"
	var failed *exec.ExitError
	switch err := ts.Exec("tlsready", args[1:]...); {
	case errors.As(err, &failed):
		got = strconv.Itoa(failed.ExitCode())
	case err != nil:
		ts.Fatalf("tlsready %v: %v", args[1:], err)
	}
	if got != args[0] {
		ts.Fatalf("tlsready %v: exit code %s, want %s", args[1:], got, args[0])
	}
}

// tlsServer starts a server with TLS 1.2 and 1.3 and names it $ADDR, its port
// $PORT: on 127.0.0.1, or with "tlsserver every" on each address of this
// machine.
func tlsServer(ts *testscript.TestScript, _ bool, args []string) {
	where := "127.0.0.1:0"
	if len(args) > 0 {
		where = "[::]:0"
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	ts.Check(err)
	l, err := tls.Listen("tcp", where, &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12,
	})
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv("ADDR", l.Addr().String())
	ts.Setenv("PORT", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = c.(*tls.Conn).Handshake()
			}()
		}
	}()
}

// silentServer accepts and never answers; $ADDR.
func silentServer(ts *testscript.TestScript, _ bool, _ []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv("ADDR", l.Addr().String())
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close() // when the listener ends
		}
	}()
}
