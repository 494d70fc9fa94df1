package scan

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

var addrForTests = netip.MustParseAddrPort("192.0.2.1:443")

var all4 = []tlswire.Version{tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13}

const anyCipher = "ALL:@SECLEVEL=0"

func sServer(t *testing.T, args ...string) string {
	t.Helper()
	bin := program(t, "openssl", "openssl")
	r, _ := testCerts(t)
	port := freePort(t)
	return start(t, port, bin, append([]string{"s_server", "-accept", "127.0.0.1:" + port, "-cert", r.cert, "-key", r.key, "-quiet"}, args...)...)
}

func TestTruthOpenSSL(t *testing.T) {
	_, e := testCerts(t)
	addr := sServer(t, "-dcert", e.cert, "-dkey", e.key, "-cipher", anyCipher, "-groups", "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:brainpoolP256r1")
	got := scanServer(t, addr, Options{})
	opensslTruth(t, anyCipher, []string{"RSA", "ECDSA", "None"}, all4...).check(t, got)
	for _, v := range all4 {
		if o := got.Versions[v].Order; o != "client" {
			t.Errorf("%s: order %q, want client", v, o)
		}
	}
	sameSet(t, "groups", got.Groups, []string{
		"x25519", "secp256r1", "x448", "secp521r1", "secp384r1", "ffdhe2048", "ffdhe3072", "brainpoolP256r1",
	})
	checkKeys(t, got, "RSA", "ECDSA")
	if got.Protocol != "tls" || got.Target != addr || got.IP != "127.0.0.1" || got.SNI != "" || got.First.IsZero() || got.Last.Before(got.First) {
		t.Errorf("record %+v", got)
	}
}

func TestTruthSignatures(t *testing.T) {
	_, e := testCerts(t)
	addr := sServer(t, "-dcert", e.cert, "-dkey", e.key, "-cipher", anyCipher, "-sigalgs", "rsa_pss_rsae_sha256:RSA+SHA256:ECDSA+SHA384:RSA+SHA1:RSA+SHA512")
	got := scanServer(t, addr, Options{Signatures: true})
	sameSet(t, "signature algorithms", got.SignatureAlgorithms, []string{
		"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256", "ecdsa_secp384r1_sha384", "rsa_pkcs1_sha1", "rsa_pkcs1_sha512",
	})
	if got := scanServer(t, addr, Options{}); got.SignatureAlgorithms != nil {
		t.Errorf("signature algorithms %v without being asked for", got.SignatureAlgorithms)
	}
}

func checkKeys(t *testing.T, got *evidence.Server, want ...string) {
	t.Helper()
	var keys []string
	for _, c := range got.Certificates {
		keys = append(keys, c.KeyType)
		if c.SHA256 == "" || c.Subject == "" || c.NotAfter.IsZero() || c.KeyBits == 0 {
			t.Errorf("certificate %+v", c)
		}
	}
	sameSet(t, "certificates", keys, want)
}

func TestTruthOpenSSLServerOrder(t *testing.T) {
	ciphers := "AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:AES256-SHA:ECDHE-RSA-AES128-SHA:DHE-RSA-AES128-SHA:@SECLEVEL=0"
	addr := sServer(t, "-cipher", ciphers, "-serverpref")
	got := scanServer(t, addr, Options{})
	want := opensslTruth(t, ciphers, []string{"RSA"}, all4...)
	want.check(t, got)
	for _, v := range all4 {
		if s := got.Versions[v]; s.Order != "server" || !slices.Equal(s.Suites, want[v]) {
			t.Errorf("%s: order %s %v, want server %v", v, s.Order, s.Suites, want[v])
		}
	}
	checkKeys(t, got, "RSA")
}

func TestTruthNginx(t *testing.T) {
	bin := program(t, "nginx", "nginx-light")
	openssl := program(t, "openssl", "openssl")
	r, e := testCerts(t)
	dir := t.TempDir()
	dh := filepath.Join(dir, "dh.pem")
	output(t, openssl, "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", dh)
	port := freePort(t)
	conf := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log;
events {}
http {
  access_log off; client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
  server {
    listen 127.0.0.1:%[2]s ssl;
    ssl_certificate %[3]s; ssl_certificate_key %[4]s;
    ssl_certificate %[5]s; ssl_certificate_key %[6]s;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_ciphers %[7]s; ssl_prefer_server_ciphers on; ssl_dhparam %[8]s;
  }
}`, dir, port, r.cert, r.key, e.cert, e.key, "HIGH:!aNULL:!ARIA:@SECLEVEL=0", dh)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	addr := start(t, port, bin, "-p", dir, "-c", file)
	got := scanServer(t, addr, Options{})
	want := opensslTruth(t, "HIGH:!aNULL:!ARIA:@SECLEVEL=0", []string{"RSA", "ECDSA"}, all4...)
	want.check(t, got)
	for _, v := range all4 {
		if s := got.Versions[v]; s.Order != "server" || !slices.Equal(s.Suites, want[v]) {
			t.Errorf("%s: order %s\ngot  %v\nwant %v", v, s.Order, s.Suites, want[v])
		}
	}
	checkKeys(t, got, "RSA", "ECDSA")
	// The floor: a hello a suite and one more a version, one a group and one
	// more. Above it: two hellos more for the versions that are rejected,
	// and one for groups before TLS 1.3.
	if floor := want.count() + 6 + len(got.Groups) + 1; got.Connections-got.FactConnections > floor+6 {
		t.Errorf("%d connections, the floor is %d", got.Connections-got.FactConnections, floor)
	}
	if got.FactConnections > 12 {
		t.Errorf("%d connections for facts", got.FactConnections)
	}
}

func TestTruthGnuTLS(t *testing.T) {
	bin := program(t, "gnutls-serv", "gnutls-bin")
	cli := program(t, "gnutls-cli", "gnutls-bin")
	r, e := testCerts(t)
	for name, priority := range map[string]string{
		"client": "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:+VERS-TLS1.3:+3DES-CBC:+CAMELLIA-128-CBC:+SHA256:+DHE-RSA",
		"server": "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:+VERS-TLS1.3:%SERVER_PRECEDENCE",
	} {
		t.Run(name, func(t *testing.T) {
			port := freePort(t)
			addr := start(t, port, bin, "-q", "--priority", priority, "-p", port,
				"--x509certfile", r.cert, "--x509keyfile", r.key, "--x509certfile", e.cert, "--x509keyfile", e.key)
			got := scanServer(t, addr, Options{})
			want, groups := gnutlsTruth(t, cli, priority)
			want.check(t, got)
			sameSet(t, "groups", got.Groups, groups)
			checkKeys(t, got, "RSA", "ECDSA")
			for _, v := range all4 {
				if o := got.Versions[v].Order; o != name {
					t.Errorf("%s: order %s, want %s", v, o, name)
				}
			}
		})
	}
}

// gnutlsTruth is what gnutls-cli says a priority string means.
func gnutlsTruth(t *testing.T, cli, priority string) (truth, []string) {
	t.Helper()
	want := truth{}
	var groups []string
	for line := range strings.Lines(output(t, cli, "--list", "--priority", priority)) {
		if list, ok := strings.CutPrefix(line, "Groups: "); ok {
			for g := range strings.SplitSeq(strings.TrimSpace(list), ", ") {
				groups = append(groups, strings.ToLower(strings.TrimPrefix(g, "GROUP-")))
			}
		}
		fields := strings.Fields(strings.ReplaceAll(line, ", 0x", ",0x"))
		var hi, lo uint16
		if len(fields) != 3 || !strings.HasPrefix(fields[0], "TLS_") {
			continue
		}
		if _, err := fmt.Sscanf(fields[1], "0x%02x,0x%02x", &hi, &lo); err != nil {
			t.Fatalf("gnutls-cli says %q: %v", line, err)
		}
		from, err := tlswire.ParseVersion(strings.Replace(fields[2], "TLS", "TLS ", 1))
		if err != nil {
			t.Fatalf("gnutls-cli says %q: %v", line, err)
		}
		for _, v := range all4 {
			if v >= from && (v == tlswire.TLS13) == (from == tlswire.TLS13) {
				want[v] = append(want[v], tlswire.Suite(hi<<8|lo).String())
			}
		}
	}
	return want, groups
}

// goConfig is a server of Go's crypto/tls that accepts all it can.
func goConfig(t *testing.T) *tls.Config {
	r, e := testCerts(t)
	c := &tls.Config{
		MinVersion: tls.VersionTLS10, Certificates: []tls.Certificate{e.pair, r.pair},
		CurvePreferences: []tls.CurveID{tls.X25519MLKEM768, tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521},
	}
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		c.CipherSuites = append(c.CipherSuites, s.ID)
	}
	return c
}

// goTruth is what such a server accepts, by Go's own tables.
func goTruth(versions ...tlswire.Version) truth {
	want := truth{}
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		for _, v := range s.SupportedVersions {
			if v := tlswire.Version(v); slices.Contains(versions, v) {
				want[v] = append(want[v], tlswire.Suite(s.ID).String())
			}
		}
	}
	return want
}

func serveTLS(conf *tls.Config) func(net.Conn, int) {
	return func(c net.Conn, _ int) { tls.Server(c, conf).Handshake() }
}

func TestTruthGo(t *testing.T) {
	got := scanServer(t, listen(t, serveTLS(goConfig(t))), Options{})
	goTruth(all4...).check(t, got)
	for _, v := range all4 {
		if o := got.Versions[v].Order; o != "server" {
			t.Errorf("%s: order %q, want server", v, o)
		}
	}
	sameSet(t, "groups", got.Groups, []string{"X25519MLKEM768", "x25519", "secp256r1", "secp384r1", "secp521r1"})
	checkKeys(t, got, "RSA", "ECDSA")
}
