package scan

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
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

// javaServers are lines of protocols, suites and whether the server's order
// decides; "-" leaves the default.
var javaServers = []string{
	"- - -", "TLSv1.2 - -", "TLSv1.3 - -", "TLSv1 - -", "TLSv1,TLSv1.1,TLSv1.2,TLSv1.3 - true", "TLSv1,TLSv1.1,TLSv1.2 - false",
	"TLSv1.2 TLS_RSA_WITH_AES_128_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 true",
}

func realJava(t *testing.T) (all []real) {
	r, _ := testCerts(t)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	security := write("java.security", "jdk.tls.disabledAlgorithms=SSLv3, RC4, NULL, anon\n")
	args := []string{
		"-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m", "-Djava.security.properties=" + security,
		write("Listen.java", javaListen), r.cert, r.key,
	}
	var ports []string
	for _, s := range javaServers {
		port := freePort(t)
		ports = append(ports, port)
		args = append(args, port+" "+s)
	}
	start(t, ports[len(ports)-1], program(t, "java", "openjdk-17-jdk-headless"), args...)
	for i, s := range javaServers {
		all = append(all, real{"Java " + s, func(*testing.T) string { return net.JoinHostPort("127.0.0.1", ports[i]) }})
	}
	return all
}

// javaListen listens on several ports: "CERT KEY 'PORT PROTOCOLS SUITES ORDER'...".
var javaListen = strings.ReplaceAll(`import java.io.*; import java.net.*; import java.nio.file.*; import java.security.*;
import java.security.cert.CertificateFactory; import java.security.spec.*; import java.util.*; import javax.net.ssl.*;
class Listen {
  public static void main(String[] a) throws Exception {
    java.security.cert.Certificate c;
    try (var in = new FileInputStream(a[0])) { c = CertificateFactory.getInstance("X.509").generateCertificate(in); }
    var pem = Files.readString(Path.of(a[1])).replaceAll("-----[^-]*-----|\\s", "");
    var key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("k", key, new char[0], new java.security.cert.Certificate[]{c});
    var keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    for (int i = 2; i < a.length; i++) {
      var w = a[i].split(" ");
      var socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(Integer.parseInt(w[0]), BACKLOG, InetAddress.getByName("127.0.0.1"));
      var p = socket.getSSLParameters();
      if (!w[1].equals("-")) p.setProtocols(w[1].split(","));
      if (!w[2].equals("-")) p.setCipherSuites(w[2].split(","));
      if (!w[3].equals("-")) p.setUseCipherSuitesOrder(w[3].equals("true"));
      socket.setSSLParameters(p);
      new Thread(() -> serve(socket)).start();
    }
  }
  static void serve(SSLServerSocket socket) {
    while (true) {
      try {
        var s = (SSLSocket) socket.accept();
        new Thread(() -> { try (s) { s.startHandshake(); s.getInputStream().read(); } catch (IOException e) { } }).start();
      } catch (IOException e) { return; }
    }
  }
}
`, "BACKLOG", strconv.Itoa(50))
