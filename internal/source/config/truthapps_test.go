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
	const old = "cipher=ALL:@SECLEVEL=0 "
	base := squidLive
	eachLive(t, base, map[string]string{
		"default":               squidPort(""),
		"default, level 0":      squidPort(old),
		"1.0 off":               squidPort(old + "options=NO_TLSv1"),
		"gap":                   squidPort(old + "options=NO_TLSv1_1"),
		"1.2 off":               squidPort(old + "options=NO_TLSv1_2"),
		"both separators":       squidPort(old + "options=NO_TLSv1,NO_TLSv1_1:NO_TLSv1_3"),
		"the last options":      squidPort(old + "options=NO_TLSv1 options=NO_TLSv1_1"),
		"other spelling":        squidPort(old + "tls-options=NO_TLSv1 "),
		"floor":                 squidPort(old + "tls-min-version=1.1"),
		"floor 1.3":             squidPort(old + "tls-min-version=1.3"),
		"floor and options":     squidPort(old + "tls-min-version=1.1 options=NO_TLSv1_3"),
		"options and floor":     squidPort(old + "options=NO_TLSv1_3 tls-min-version=1.2"),
		"one version":           squidPort(old + "version=4"),
		"one version, 1.2":      squidPort("version=6"),
		"ends in a backslash":   squidPort(old + "\\\n options=NO_TLSv1"),
		"comment behind a line": squidPort(old + "# options=NO_TLSv1"),
	}, nil)
	const chain = "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = sys\n[sys]\n"
	base.args = append([]string{"OPENSSL_CONF=DIR/host/etc/ssl/openssl.cnf"}, base.args...)
	for name, lines := range map[string]string{
		"strict system": "MinProtocol = TLSv1.3\n", "capped system": "MaxProtocol = TLSv1.2\nCipherString = DEFAULT@SECLEVEL=0\n", "system's list": "Protocol = -TLSv1.2\n",
	} {
		base.host = map[string]string{"etc/ssl/openssl.cnf": chain + lines}
		eachLive(t, base, map[string]string{name: squidPort(""), name + ", floor": squidPort("tls-min-version=1.1")}, nil)
	}
}

// jettyHome is where Debian's package keeps Jetty.
const jettyHome = "/usr/share/jetty9"

func TestTruthJetty(t *testing.T) {
	base := jettyLive
	base.host = map[string]string{"etc/java-17-openjdk/security/java.security": "jdk.tls.disabledAlgorithms=SSLv3, RC4\n"}
	eachLive(t, base, map[string]string{
		"default": jettyHead, "included": jettyHead + "etc/in.xml\n", "excluded": jettyHead + "etc/out.xml\n", "expression": jettyHead + "etc/re.xml\n",
		"excluded wins": jettyHead + "etc/in.xml\netc/out.xml\n",
	}, nil)
	suites := base
	suites.allow = []tlswire.Version{tlswire.TLS10, tlswire.TLS11} // which suites are left is not read
	eachLive(t, suites, map[string]string{
		"other suites": jettyHead + "etc/suites.xml\n", "other suites, old alone": jettyHead + "etc/suites.xml\netc/one.xml\n", "other suites, included": jettyHead + "etc/suites.xml\netc/in.xml\n",
	}, nil)
	base.host = map[string]string{"etc/java-17-openjdk/security/java.security": "jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1\n"}
	eachLive(t, base, map[string]string{"default, good runtime": jettyHead}, nil)
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

// nodeServer is a server that sets no versions itself.
const nodeServer = "const fs = require('fs');\nrequire('https').createServer({cert: fs.readFileSync('CERT'), key: fs.readFileSync('KEY')}, (q, r) => r.end('x')).listen(PORT, '127.0.0.1');\n"

// TestTruthNode: what the flags in NODE_OPTIONS set holds a server that sets
// nothing itself. Old versions need the level of the cipher list, too.
func TestTruthNode(t *testing.T) {
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
			writeFile(t, filepath.Join(dir, "server.js"), l.fill(nodeServer, dir, port))
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
