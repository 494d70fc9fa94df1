package scan

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// real is a server to hold the model against: its name, and how it is started.
type real struct {
	name  string
	start func(t *testing.T) string // gives its address
}

// realServers are servers of five implementations in many settings.
func realServers(t *testing.T) []real {
	all := realOpenSSL(t)
	all = append(all, realGnuTLS(t)...)
	all = append(all, realNginx(t)...)
	all = append(all, realGo(t)...)
	return append(all, realJava(t)...)
}

func realOpenSSL(t *testing.T) (all []real) {
	r, e := testCerts(t)
	bin := program(t, "openssl", "openssl")
	both := []string{"-cert", r.cert, "-key", r.key, "-dcert", e.cert, "-dkey", e.key}
	for _, args := range []string{
		"", "-serverpref", "-cipher ALL:@SECLEVEL=0", "-cipher ALL:@SECLEVEL=0 -serverpref",
		"-tls1 -cipher ALL:@SECLEVEL=0", "-tls1_1 -cipher DEFAULT:@SECLEVEL=0", "-tls1_2", "-tls1_3",
		"-no_tls1_3 -serverpref -cipher DEFAULT:@SECLEVEL=0", "-no_tls1_2 -cipher DEFAULT:@SECLEVEL=0",
		"-serverpref -cipher AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:AES256-SHA:DHE-RSA-AES128-SHA:@SECLEVEL=0",
		"-cipher ECDHE+AESGCM", "-cipher kRSA:@SECLEVEL=0 -no_tls1_3", "-cipher kDHE:@SECLEVEL=0 -no_tls1_3", "-cipher AES256-SHA:@SECLEVEL=0 -no_tls1_3",
		"-cipher aECDSA:@SECLEVEL=0 -no_tls1_3", "-cipher CAMELLIA:@SECLEVEL=0 -no_tls1_3", "-ciphersuites TLS_CHACHA20_POLY1305_SHA256 -tls1_3",
		"-groups P-384", "-groups X448:ffdhe2048", "-groups P-521 -no_tls1_3", "-serverpref -prioritize_chacha -cipher DEFAULT:@SECLEVEL=0",
		"-sigalgs RSA-PSS+SHA512", "-sigalgs RSA+SHA1:ECDSA+SHA1 -cipher DEFAULT:@SECLEVEL=0 -no_tls1_3", "-sigalgs ECDSA+SHA256 -cipher DEFAULT:@SECLEVEL=0",
	} {
		all = append(all, real{"openssl " + args, func(t *testing.T) string {
			port := freePort(t)
			list := append([]string{"s_server", "-accept", "127.0.0.1:" + port, "-quiet"}, both...)
			return start(t, port, bin, append(list, strings.Fields(args)...)...)
		}})
	}
	for name, p := range map[string]keyPair{"RSA": r, "ECDSA": e} {
		all = append(all, real{"openssl with a key of " + name, func(t *testing.T) string {
			port := freePort(t)
			return start(t, port, bin, "s_server", "-accept", "127.0.0.1:"+port, "-quiet", "-cert", p.cert, "-key", p.key, "-cipher", "DEFAULT:@SECLEVEL=0")
		}})
	}
	return all
}

func realGnuTLS(t *testing.T) (all []real) {
	r, e := testCerts(t)
	bin := program(t, "gnutls-serv", "gnutls-bin")
	for _, priority := range []string{
		"NORMAL", "NORMAL:%SERVER_PRECEDENCE", "SECURE128", "SECURE256:%SERVER_PRECEDENCE", "LEGACY", "PERFORMANCE", "PFS", "SUITEB128",
		"NORMAL:-VERS-ALL:+VERS-TLS1.0", "NORMAL:-VERS-ALL:+VERS-TLS1.1", "NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3",
		"NORMAL:-KX-ALL:+RSA:-VERS-TLS1.3", "NORMAL:-GROUP-ALL:+GROUP-SECP384R1", "NORMAL:-CIPHER-ALL:+AES-256-GCM:+AES-256-CBC",
	} {
		all = append(all, real{"gnutls " + priority, func(t *testing.T) string {
			port := freePort(t)
			return start(t, port, bin, "-q", "--priority", priority, "-p", port,
				"--x509certfile", r.cert, "--x509keyfile", r.key, "--x509certfile", e.cert, "--x509keyfile", e.key)
		}})
	}
	return all
}

func realNginx(t *testing.T) (all []real) {
	r, e := testCerts(t)
	bin := program(t, "nginx", "nginx-light")
	for _, lines := range []string{
		"", "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT:@SECLEVEL=0; ssl_prefer_server_ciphers on;",
		"ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;", "ssl_protocols TLSv1.2; ssl_ciphers HIGH:!aNULL; ssl_prefer_server_ciphers on;",
		"ssl_protocols TLSv1.3;", "ssl_ecdh_curve secp384r1; ssl_protocols TLSv1.2 TLSv1.3;",
		"ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on; ssl_conf_command Options PrioritizeChaCha; ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;",
	} {
		all = append(all, real{"nginx " + lines, func(t *testing.T) string {
			dir, port := t.TempDir(), freePort(t)
			conf := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log;
events {}
http {
  access_log off; client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
  server { listen 127.0.0.1:%[2]s ssl; ssl_certificate %[3]s; ssl_certificate_key %[4]s; ssl_certificate %[5]s; ssl_certificate_key %[6]s; %[7]s }
}`, dir, port, r.cert, r.key, e.cert, e.key, lines)
			file := filepath.Join(dir, "nginx.conf")
			if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
				t.Fatal(err)
			}
			return start(t, port, bin, "-p", dir, "-c", file)
		}})
	}
	return all
}

func realGo(t *testing.T) (all []real) {
	r, e := testCerts(t)
	for name, change := range map[string]func(*tls.Config){
		"as it comes":    func(c *tls.Config) { *c = tls.Config{Certificates: c.Certificates} },
		"all it can":     func(*tls.Config) {},
		"TLS 1.0":        func(c *tls.Config) { c.MaxVersion = tls.VersionTLS10 },
		"TLS 1.2":        func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 },
		"TLS 1.3":        func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 },
		"a key of RSA":   func(c *tls.Config) { c.Certificates = []tls.Certificate{r.pair} },
		"a key of ECDSA": func(c *tls.Config) { c.Certificates = []tls.Certificate{e.pair} },
		"P-384 alone":    func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP384} },
	} {
		all = append(all, real{"Go, " + name, func(t *testing.T) string {
			conf := goConfig(t)
			change(conf)
			return listen(t, serveTLS(conf))
		}})
	}
	return all
}

// javaServers are as startJava takes them.
var javaServers = []string{
	"- - -", "TLSv1.2 - -", "TLSv1.3 - -", "TLSv1 - -", "TLSv1,TLSv1.1,TLSv1.2,TLSv1.3 - true", "TLSv1,TLSv1.1,TLSv1.2 - false",
	"TLSv1.2 TLS_RSA_WITH_AES_128_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 true",
}

func realJava(t *testing.T) (all []real) {
	for i, addr := range startJava(t, "SSLv3, RC4, NULL, anon", nil, javaServers...) {
		all = append(all, real{"Java " + javaServers[i], func(*testing.T) string { return addr }})
	}
	return all
}
