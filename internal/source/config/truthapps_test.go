package config_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/config"
	"github.com/tlsready/tlsready/tlswire"
)

func TestTruthSquid(t *testing.T) {
	const head = "pid_filename none\ncache_log /dev/null\naccess_log none\ncache_mem 8 MB\nshutdown_lifetime 0 seconds\nvisible_hostname web.example\nhttp_access deny all\n"
	port := func(options string) string {
		return head + "https_port 127.0.0.1:PORT accel defaultsite=web.example tls-cert=CERT " + options + "\n"
	}
	const old = "cipher=ALL:@SECLEVEL=0 "
	base := live{
		dialect: "squid", pkg: "squid-openssl", program: "squid", under: "env", file: "squid.conf", url: "127.0.0.1:PORT",
		args: []string{"PROGRAM", "-N", "-f", "DIR/squid.conf"},
	}
	eachLive(t, base, map[string]string{
		"default":               port(""),
		"default, level 0":      port(old),
		"1.0 off":               port(old + "options=NO_TLSv1"),
		"gap":                   port(old + "options=NO_TLSv1_1"),
		"1.2 off":               port(old + "options=NO_TLSv1_2"),
		"both separators":       port(old + "options=NO_TLSv1,NO_TLSv1_1:NO_TLSv1_3"),
		"the last options":      port(old + "options=NO_TLSv1 options=NO_TLSv1_1"),
		"other spelling":        port(old + "tls-options=NO_TLSv1 "),
		"floor":                 port(old + "tls-min-version=1.1"),
		"floor 1.3":             port(old + "tls-min-version=1.3"),
		"floor and options":     port(old + "tls-min-version=1.1 options=NO_TLSv1_3"),
		"options and floor":     port(old + "options=NO_TLSv1_3 tls-min-version=1.2"),
		"one version":           port(old + "version=4"),
		"one version, 1.2":      port("version=6"),
		"ends in a backslash":   port(old + "\\\n options=NO_TLSv1"),
		"comment behind a line": port(old + "# options=NO_TLSv1"),
	}, nil)
	const chain = "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = sys\n[sys]\n"
	base.args = append([]string{"OPENSSL_CONF=DIR/host/etc/ssl/openssl.cnf"}, base.args...)
	for name, lines := range map[string]string{
		"strict system": "MinProtocol = TLSv1.3\n", "capped system": "MaxProtocol = TLSv1.2\nCipherString = DEFAULT@SECLEVEL=0\n", "system's list": "Protocol = -TLSv1.2\n",
	} {
		base.host = map[string]string{"etc/ssl/openssl.cnf": chain + lines}
		eachLive(t, base, map[string]string{name: port(""), name + ", floor": port("tls-min-version=1.1")}, nil)
	}
}

// jettyHome is where Debian's package keeps Jetty.
const jettyHome = "/usr/share/jetty9"

func TestTruthJetty(t *testing.T) {
	const head = "--module=https\njetty.ssl.host=127.0.0.1\njetty.ssl.port=PORT\njetty.sslContext.keyStoreType=PKCS12\njetty.sslContext.keyStorePassword=secret\njetty.sslContext.trustStorePassword=secret\njetty.sslContext.trustStoreType=PKCS12\njetty.sslContext.keyManagerPassword=secret\n"
	call := func(name, words string) string {
		items := "<Item>" + strings.ReplaceAll(words, " ", "</Item><Item>") + "</Item>"
		return "<?xml version=\"1.0\"?>\n<!DOCTYPE Configure PUBLIC \"-//Jetty//Configure//EN\" \"https://jetty.org/configure_9_3.dtd\">\n<Configure id=\"sslContextFactory\" class=\"org.eclipse.jetty.util.ssl.SslContextFactory$Server\">\n<Call name=\"" + name + "\"><Arg><Array type=\"java.lang.String\">" + items + "</Array></Arg></Call>\n</Configure>\n"
	}
	base := live{
		dialect: "jetty-start", pkg: "jetty9", program: "java", file: "start.ini", url: "127.0.0.1:PORT",
		args: quickJava("-Djava.security.properties=DIR/host/etc/java-17-openjdk/security/java.security", "-Djava.io.tmpdir=DIR", "-jar", jettyHome+"/start.jar", "jetty.home="+jettyHome, "jetty.base=DIR"),
		more: map[string]string{
			"etc/in.xml": call("setIncludeProtocols", "TLSv1 TLSv1.2"), "etc/out.xml": call("addExcludeProtocols", "TLSv1 TLSv1.1"),
			"etc/re.xml": call("addExcludeProtocols", `TLSv1(\.[13])?`), "etc/one.xml": call("setIncludeProtocols", "TLSv1.1"),
			"etc/suites.xml": call("setExcludeCipherSuites", "^.*_NULL_.*$"),
		},
		prepare: keystore,
	}
	base.host = map[string]string{"etc/java-17-openjdk/security/java.security": "jdk.tls.disabledAlgorithms=SSLv3, RC4\n"}
	eachLive(t, base, map[string]string{
		"default": head, "included": head + "etc/in.xml\n", "excluded": head + "etc/out.xml\n", "expression": head + "etc/re.xml\n",
		"excluded wins": head + "etc/in.xml\netc/out.xml\n",
	}, nil)
	suites := base
	suites.allow = []tlswire.Version{tlswire.TLS10, tlswire.TLS11} // which suites are left is not read
	eachLive(t, suites, map[string]string{
		"other suites": head + "etc/suites.xml\n", "other suites, old alone": head + "etc/suites.xml\netc/one.xml\n", "other suites, included": head + "etc/suites.xml\netc/in.xml\n",
	}, nil)
	base.host = map[string]string{"etc/java-17-openjdk/security/java.security": "jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1\n"}
	eachLive(t, base, map[string]string{"default, good runtime": head}, nil)
}

// keystore makes the file that Java servers take their certificate from.
func keystore(t *testing.T, dir string) {
	t.Helper()
	writeFile(t, filepath.Join(dir, "etc", "keystore"), "")
	out, err := exec.Command("openssl", "pkcs12", "-export", "-in", shared.cert, "-inkey", shared.key, "-passout", "pass:secret", "-out", filepath.Join(dir, "etc", "keystore")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
}

// TestTruthNode: what the flags in NODE_OPTIONS set holds a server that sets
// nothing itself. Old versions need the level of the cipher list, too.
func TestTruthNode(t *testing.T) {
	const server = "const fs = require('fs');\nrequire('https').createServer({cert: fs.readFileSync('CERT'), key: fs.readFileSync('KEY')}, (q, r) => r.end('x')).listen(PORT, '127.0.0.1');\n"
	const level = "--tls-cipher-list=DEFAULT@SECLEVEL=0 "
	for name, c := range map[string]struct{ options, seen string }{
		"default":          {"", "TLS 1.2, TLS 1.3"},
		"level 0 alone":    {level, "TLS 1.2, TLS 1.3"},
		"1.0, level 1":     {"--tls-min-v1.0", "TLS 1.2, TLS 1.3"},
		"1.0":              {level + "--tls-min-v1.0", "TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3"},
		"1.1":              {level + "--tls-min-v1.1", "TLS 1.1, TLS 1.2, TLS 1.3"},
		"1.3":              {level + "--tls-min-v1.3", "TLS 1.3"},
		"capped":           {level + "--tls-max-v1.2 --tls-min-v1.1", "TLS 1.1, TLS 1.2"},
		"lowest is chosen": {level + "--tls-min-v1.1 --tls-min-v1.2", "TLS 1.1, TLS 1.2, TLS 1.3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if os.Getenv("TLSREADY_NO_SERVERS") == "1" {
				t.Skip("TLSREADY_NO_SERVERS=1: not tested against node")
			}
			setUp(t)
			dir, port := serverDir(t), freePort(t)
			l := live{path: program(t, "node", "nodejs")}
			writeFile(t, filepath.Join(dir, "server.js"), l.fill(server, dir, port))
			start(t, port, program(t, "env", "coreutils"), "NODE_OPTIONS="+c.options, l.path, filepath.Join(dir, "server.js"))
			seen := scan(t, "127.0.0.1:"+port, "")
			var on []string
			for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13} {
				if seen.Versions[v].State == evidence.Accepted {
					on = append(on, v.String())
				}
			}
			if got := strings.Join(on, ", "); got != c.seen {
				t.Errorf("the server accepts %s, want %s", got, c.seen)
			}
			within(t, "NODE_OPTIONS='"+c.options+"'\n", seen)
		})
	}
}

// within: no setting that is read off an environment is broken by the server.
func within(t *testing.T, env string, seen *evidence.Server) {
	t.Helper()
	kb, err := base()
	if err != nil {
		t.Fatal(err)
	}
	var floor, top tlswire.Version
	err = config.Run(context.Background(), ".env", strings.NewReader(env), config.Options{Knowledge: kb, Dialect: "environment"}, func(r evidence.Record) error {
		s, ok := r.(*evidence.Setting)
		switch {
		case !ok:
		case s.Effect == evidence.Floors && (floor == 0 || s.Versions[0].Below(floor)): // of several the lowest counts
			floor = s.Versions[0]
		case s.Effect == evidence.Caps:
			top = s.Versions[0]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for v, s := range seen.Versions {
		if s.State == evidence.Accepted && (floor != 0 && v.Below(floor) || top != 0 && top.Below(v)) {
			t.Errorf("%s is accepted beside floor %s and cap %s", v, floor, top)
		}
	}
}
