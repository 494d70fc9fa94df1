package scan

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// freeUDP is a port that is free in UDP and TCP: QUIC servers take both.
func freeUDP(t *testing.T) string {
	t.Helper()
	for range 100 {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", c.LocalAddr().String())
		c.Close()
		if err == nil {
			defer l.Close()
			return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
		}
	}
	t.Fatal("no port is free")
	return ""
}

// bound reports whether some program listens on a UDP port. Asking it would
// disturb those that have one peer at a time.
func bound(t *testing.T, port string) bool {
	t.Helper()
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"/proc/net/udp", "/proc/net/udp6"} {
		list, err := os.ReadFile(file)
		if err != nil && file == "/proc/net/udp" {
			t.Fatal(err)
		}
		if strings.Contains(string(list), fmt.Sprintf(":%04X 0", n)) {
			return true
		}
	}
	return false
}

// startUDP is start for a server of UDP.
func startUDP(t *testing.T, port, name string, args ...string) string {
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
		if t.Failed() {
			t.Logf("%s: %s", name, log.Bytes()[:min(log.Len(), 4000)])
		}
	})
	addr := net.JoinHostPort("127.0.0.1", port)
	for range 500 {
		if bound(t, port) {
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

// overDTLS is the truth of TLS in the versions made from it (RFC 6347, 4.1.2.2:
// without RC4).
func overDTLS(tls truth, versions ...tlswire.Version) truth {
	made := map[tlswire.Version]tlswire.Version{tlswire.DTLS10: tlswire.TLS11, tlswire.DTLS12: tlswire.TLS12}
	want := truth{}
	for _, v := range versions {
		for _, s := range tls[made[v]] {
			if !strings.Contains(s, "RC4") {
				want[v] = append(want[v], s)
			}
		}
	}
	return want
}

func TestTruthDTLSOpenSSL(t *testing.T) {
	bin := program(t, "openssl", "openssl")
	r, e := testCerts(t)
	for name, c := range map[string]struct {
		args     []string
		versions []tlswire.Version
	}{
		"both":     {[]string{"-dtls"}, []tlswire.Version{tlswire.DTLS10, tlswire.DTLS12}},
		"1.2":      {[]string{"-dtls1_2"}, []tlswire.Version{tlswire.DTLS12}},
		"1.0":      {[]string{"-dtls1"}, []tlswire.Version{tlswire.DTLS10}},
		"its mind": {[]string{"-dtls", "-serverpref"}, []tlswire.Version{tlswire.DTLS10, tlswire.DTLS12}},
	} {
		t.Run(name, func(t *testing.T) {
			port := freeUDP(t)
			args := append([]string{"s_server", "-accept", "127.0.0.1:" + port, "-cert", r.cert, "-key", r.key, "-dcert", e.cert, "-dkey", e.key, "-quiet", "-cipher", anyCipher, "-groups", "X25519:P-256:X448:P-521:P-384"}, c.args...)
			addr := startUDP(t, port, bin, args...)
			got := scanServer(t, "dtls://"+addr, Options{})
			want := overDTLS(opensslTruth(t, anyCipher, []string{"RSA", "ECDSA", "None"}, tlswire.TLS11, tlswire.TLS12), c.versions...)
			want.checkVersions(t, got, dtlsVersions)
			sameSet(t, "groups", got.Groups, []string{"x25519", "secp256r1", "x448", "secp521r1", "secp384r1"})
			checkKeys(t, got, "RSA", "ECDSA")
			if got.Protocol != "dtls" || got.Target != "dtls://"+addr || got.Facts != nil {
				t.Errorf("record %+v", got)
			}
			order := "client"
			if slices.Contains(c.args, "-serverpref") {
				order = "server"
			}
			for _, v := range c.versions {
				if o := got.Versions[v].Order; o != order {
					t.Errorf("%s: order %s, want %s", v, o, order)
				}
			}
		})
	}
}

func TestTruthDTLSGnuTLS(t *testing.T) {
	bin := program(t, "gnutls-serv", "gnutls-bin")
	cli := program(t, "gnutls-cli", "gnutls-bin")
	r, e := testCerts(t)
	for name, c := range map[string]struct {
		add      string
		versions []tlswire.Version
	}{
		"both": {"+VERS-DTLS1.0:+VERS-DTLS1.2", []tlswire.Version{tlswire.DTLS10, tlswire.DTLS12}},
		"1.2":  {"+VERS-DTLS1.2:%SERVER_PRECEDENCE", []tlswire.Version{tlswire.DTLS12}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const rest = "NORMAL:-VERS-ALL:+3DES-CBC:+CAMELLIA-128-CBC:+SHA256:+DHE-RSA:"
			port := freeUDP(t)
			addr := startUDP(t, port, bin, "-q", "--udp", "--priority", rest+c.add, "-p", port,
				"--x509certfile", r.cert, "--x509keyfile", r.key, "--x509certfile", e.cert, "--x509keyfile", e.key)
			got := scanServer(t, "dtls://"+addr, Options{Timeout: 2 * time.Second})
			tls, groups := gnutlsTruth(t, cli, rest+"+VERS-TLS1.1:+VERS-TLS1.2")
			want := overDTLS(tls, c.versions...)
			neverWrong(t, got, want)
			for v, state := range got.Versions {
				// It says no by silence, which proves nothing.
				if want[v] == nil && state.State != evidence.Unknown {
					t.Errorf("%s is %s (%s)", v, state.State, state.Because)
				}
				sameSet(t, v.String(), state.Suites, want[v])
			}
			groups = slices.DeleteFunc(groups, func(g string) bool { return strings.HasPrefix(g, "ffdhe") })
			sameSet(t, "groups", got.Groups, groups)
			checkKeys(t, got, "RSA", "ECDSA")
		})
	}
}

func TestTruthQUICCaddy(t *testing.T) {
	bin := program(t, "caddy", "caddy")
	r, _ := testCerts(t)
	dir := t.TempDir()
	port := freeUDP(t)
	file := filepath.Join(dir, "Caddyfile")
	conf := fmt.Sprintf("{\n admin off\n auto_https off\n}\nhttps://localhost:%s {\n bind 127.0.0.1\n tls %s %s {\n  curves x25519 secp256r1 secp384r1 secp521r1\n }\n respond ok\n}\n", port, r.cert, r.key)
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", dir)
	addr := startUDP(t, port, bin, "run", "--adapter", "caddyfile", "--config", file)
	got := scanServer(t, "quic://"+addr, Options{SNI: "localhost"})
	checkQUIC(t, got, []string{"x25519", "secp256r1", "secp384r1", "secp521r1"}, got.QUICVersions)
	if !slices.Contains(got.QUICVersions, "QUIC v1") {
		t.Errorf("versions %v", got.QUICVersions)
	}
	both := scanAll(t, "https://"+addr, Options{SNI: "localhost", QUIC: true, VersionsOnly: true}).servers
	if len(both) != 2 || both[0].Target != addr || both[0].OverUDP() || both[1].Target != "quic://"+addr || !both[1].OverUDP() {
		t.Fatalf("%d records", len(both))
	}
	if x := both[1].Versions[tlswire.TLS13]; len(both[0].Versions) != len(tlswire.StreamVersions) || len(both[1].Versions) != 1 || x.State != evidence.Accepted {
		t.Errorf("versions %v and %v", both[0].Versions, both[1].Versions)
	}
}

func TestTruthQUICNgtcp2(t *testing.T) {
	bin := program(t, "gtlsserver", "ngtcp2-server")
	r, _ := testCerts(t)
	for name, args := range map[string][]string{
		"plain":   nil,
		"retry":   {"--validate-addr"},
		"losing":  {"--tx-loss=0.2", "--rx-loss=0.2"},
		"limited": {"--ciphers=NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-256-GCM", "--groups=-GROUP-ALL:+GROUP-SECP384R1"},
	} {
		t.Run(name, func(t *testing.T) {
			port := freeUDP(t)
			addr := startUDP(t, port, bin, append([]string{"-q", "-d", t.TempDir()}, append(args, "127.0.0.1", port, r.key, r.cert)...)...)
			got := scanServer(t, "quic://"+addr, Options{})
			if name == "limited" {
				truth{tlswire.TLS13: {"TLS_AES_256_GCM_SHA384"}}.checkVersions(t, got, quicTLS)
				sameSet(t, "groups", got.Groups, []string{"secp384r1"})
				return
			}
			truth{tlswire.TLS13: {
				"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
			}}.checkVersions(t, got, quicTLS)
			sameSet(t, "groups", got.Groups, []string{"x25519", "secp256r1", "secp384r1", "secp521r1"})
			t.Logf("versions %v", got.QUICVersions)
		})
	}
}

func checkQUIC(t *testing.T, got *evidence.Server, groups, versions []string) {
	t.Helper()
	truth{tlswire.TLS13: {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}}.checkVersions(t, got, quicTLS)
	sameSet(t, "groups", got.Groups, groups)
	sameSet(t, "versions", got.QUICVersions, versions)
}
