package config_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// repair is a configuration that keeps the floor away, and what the written
// change makes of it. The change is made by the program as people run it.
type repair struct {
	live
	floor   tlswire.Version // zero: TLS 1.2
	unnamed bool            // the audit is not told that this is Debian 12

	// line is what the change says to write later, when old versions may go,
	// and later is a configuration that holds it; empty: not tried.
	line, later string
}

// hold applies the change, starts the program, asks it, and takes the change
// back.
func (r repair) hold(t *testing.T) {
	if os.Getenv("TLSREADY_NO_SERVERS") == "1" {
		t.Skip("TLSREADY_NO_SERVERS=1: not tested against " + r.program)
	}
	setUp(t)
	if r.floor == 0 {
		r.floor = tlswire.TLS12
	}
	dir, port := serverDir(t), freePort(t)
	name := r.lay(t, dir, port, r.config)
	was, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r.writeFix(t, dir, name)
	patched(t, name, dir+"/fix/*/*-change.diff")
	t.Run("applied", func(t *testing.T) {
		if s := r.ask(t, dir, port); s.Versions[r.floor].State != evidence.Accepted {
			t.Errorf("%s is %s: %s", r.floor, s.Versions[r.floor].State, s.Versions[r.floor].Because)
		}
	})
	patched(t, name, dir+"/fix/*/*-rollback.diff")
	if now, err := os.ReadFile(name); err != nil || !bytes.Equal(was, now) {
		t.Errorf("the way back ends in %q, %v", now, err)
	}
	if r.later != "" {
		t.Run("later", func(t *testing.T) { r.old(t, dir) })
	}
}

// lay writes the files of a configuration and gives the name of the first.
func (l live) lay(t *testing.T, dir, port, text string) string {
	t.Helper()
	name := filepath.Join(dir, l.file)
	for f, more := range l.more {
		writeFile(t, filepath.Join(dir, f), l.fill(more, dir, port))
	}
	writeFile(t, name, l.fill(text, dir, port))
	if l.prepare != nil {
		l.prepare(t, dir)
	}
	return name
}

// writeFix has the program write its change below dir.
func (r repair) writeFix(t *testing.T, dir, name string) {
	t.Helper()
	args := []string{"audit", "-q", "--fix", dir + "/fix", "--policy", "tls12", name}
	if r.floor == tlswire.TLS13 {
		args[5] = "tls13"
	}
	if !r.unnamed {
		args = append(args, "--platform", "Debian 12")
	}
	if out, err := exec.Command(shared.scanner, args...).CombinedOutput(); err != nil {
		t.Fatalf("audit: %v\n%s", err, out)
	}
}

// patched takes a diff in as its README says to.
func patched(t *testing.T, name, pattern string) {
	t.Helper()
	diffs, err := filepath.Glob(pattern)
	if err != nil || len(diffs) != 1 {
		t.Fatalf("%s: %d diffs, %v", pattern, len(diffs), err)
	}
	if out, err := exec.Command(program(t, "patch", "patch"), "--binary", name, diffs[0]).CombinedOutput(); err != nil || bytes.Contains(out, []byte("fuzz")) {
		t.Fatalf("patch: %v\n%s", err, out)
	}
}

// ask starts the program on what stands in dir and scans it.
func (l live) ask(t *testing.T, dir, port string) *evidence.Server {
	t.Helper()
	bin := program(t, l.program, l.pkg)
	l.path = bin
	if l.under != "" {
		bin = program(t, l.under, "coreutils")
	}
	args := make([]string, len(l.args))
	for i, a := range l.args {
		args[i] = l.fill(a, dir, port)
	}
	log := start(t, port, bin, args...)
	if l.stop != nil {
		t.Cleanup(func() { l.stop(t, dir) })
	}
	s := scan(t, l.fill(l.url, dir, port), strings.Join(l.sni, ""))
	if s.Status == evidence.StatusUnreachable {
		t.Fatalf("unreachable: %s\n%s", s.Error, tail(log))
	}
	return s
}

var laterPart = regexp.MustCompile(`(?s)\nLater, .*`)

// old holds the line for later against a program of its own: the floor is
// there, and nothing below TLS 1.2.
func (r repair) old(t *testing.T, dir string) {
	texts, err := filepath.Glob(dir + "/fix/*/*-change.txt")
	if err != nil || len(texts) != 1 {
		t.Fatalf("%d texts, %v", len(texts), err)
	}
	text, err := os.ReadFile(texts[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(r.line, "\n") {
		if !strings.Contains(string(laterPart.Find(text)), l) || !strings.Contains(r.later, l) {
			t.Fatalf("%q does not stand in both the change and the configuration:\n%s", l, text)
		}
	}
	dir, port := serverDir(t), freePort(t)
	r.lay(t, dir, port, r.later)
	s := r.ask(t, dir, port)
	for _, v := range []tlswire.Version{tlswire.TLS10, tlswire.TLS11} {
		if s.Versions[v].State != evidence.Rejected {
			t.Errorf("%s is %s", v, s.Versions[v].State)
		}
	}
	if s.Versions[r.floor].State != evidence.Accepted {
		t.Errorf("%s is %s: %s", r.floor, s.Versions[r.floor].State, s.Versions[r.floor].Because)
	}
}

// one gives a repair whose configurations differ in one line only.
func one(l live, conf func(line string) string, bad, good string) repair {
	l.config = conf(bad)
	r := repair{live: l}
	if good != "" {
		r.line, r.later = good, conf(good)
	}
	return r
}

func TestFixes(t *testing.T) {
	for name, r := range repairs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r.hold(t)
		})
	}
}

// repairs are the cases, by program.
func repairs() map[string]repair {
	const level0 = "ALL:@SECLEVEL=0"
	add := func(head, tail string) func(string) string {
		return func(line string) string { return head + line + "\n" + tail }
	}
	site := func(line string) string {
		return "{\n admin off\n auto_https off\n}\nhttps://web.example:PORT {\n bind 127.0.0.1\n tls CERT KEY {\n  " + line + "\n }\n}\n"
	}
	named := caddyLive
	named.sni = []string{"web.example"}
	return map[string]repair{
		"nginx": one(nginxLive, func(line string) string { return nginxConf(nginxServer("ssl_ciphers " + level0 + "; " + line)) },
			"ssl_protocols TLSv1 TLSv1.1;", "ssl_protocols TLSv1.2 TLSv1.3;"),
		"nginx to 1.3":   {live: nginxLive.with(nginxConf(nginxServer("ssl_protocols TLSv1.2;"))), floor: tlswire.TLS13},
		"nginx, maximum": {live: nginxLive.with(nginxConf(nginxServer("ssl_ciphers " + level0 + ";\nssl_protocols TLSv1 TLSv1.1 TLSv1.2;\nssl_conf_command MaxProtocol TLSv1.1;")))},
		"Apache": one(apacheLive, func(line string) string { return apacheHead + apacheHost("SSLCipherSuite "+level0+"\n"+line) },
			"SSLProtocol TLSv1.1", "SSLProtocol -all +TLSv1.2 +TLSv1.3"),
		"Apache, minus": {live: apacheLive.with(apacheHead + apacheHost("SSLProtocol all -TLSv1.2 -TLSv1.3"))},
		"HAProxy": {
			live: haproxyLive.with(haproxyConf("", "force-tlsv11 ciphers "+level0)), line: "ssl-default-bind-options ssl-min-ver TLSv1.2",
			later: haproxyConf("    ssl-default-bind-options ssl-min-ver TLSv1.2", "ciphers "+level0),
		},
		"HAProxy, maximum": {live: haproxyLive.with(haproxyConf("    ssl-default-bind-options ssl-max-ver TLSv1.1\n    ssl-default-bind-ciphers "+level0, ""))},
		"Postfix": one(postfixLive, add(postfixHead+"smtpd_tls_security_level = encrypt\n", ""),
			"smtpd_tls_mandatory_protocols = TLSv1, TLSv1.1", "smtpd_tls_mandatory_protocols = >=TLSv1.2"),
		"Dovecot": {
			live: dovecotLive.with(dovecotHead + "ssl_protocols = TLSv1 TLSv1.1\n"), unnamed: true, // a line of 2.2, of which no program is here
			line: "ssl_min_protocol = TLSv1.2", later: dovecotHead + "ssl_cipher_list = " + level0 + "\nssl_min_protocol = TLSv1.2\n",
		},
		"PostgreSQL": {
			live: postgresLive.with(postgresHead + "ssl_ciphers = '" + level0 + "'\nssl_min_protocol_version = 'TLSv1'\nssl_max_protocol_version = 'TLSv1.1' # old\n"),
			line: "ssl_min_protocol_version = 'TLSv1.2'", later: postgresHead + "ssl_ciphers = '" + level0 + "'\nssl_min_protocol_version = 'TLSv1.2'\n",
		},
		"MariaDB": one(mariaLive, add(mariaHead+"ssl-cipher = "+level0+"\n", ""), "tls_version=TLSv1.0,TLSv1.1", "tls_version=TLSv1.2,TLSv1.3"),
		"slapd":   one(slapdLive, add(slapdHead, ""), "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.0", "TLSCipherSuite NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"),
		"Redis":   one(redisLive, add(redisHead+"tls-ciphers "+level0+"\n", ""), `tls-protocols "TLSv1 TLSv1.1"`, `tls-protocols "TLSv1.2 TLSv1.3"`),
		"stunnel": one(stunnelLive, func(line string) string { return stunnelConf("", "ciphers = "+level0+"\n"+line+"\n") },
			"sslVersion = TLSv1.1", "sslVersionMin = TLSv1.2"),
		"stunnel, maximum": {live: stunnelLive.with(stunnelConf("securityLevel = 0\nsslVersionMax = TLSv1.1\n", ""))},
		"lighttpd": {
			live: lighttpdLive.with(lighttpdConf("", ` ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1", "MaxProtocol" => "TLSv1.1", "CipherString" => "`+level0+`")`+"\n")),
			line: `ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2")`, later: lighttpdConf("", ` ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2")`+"\n"),
		},
		"Squid": {
			live: squidLive.with(squidPort("cipher=" + level0 + " options=NO_SSLv3,NO_TLSv1_2,NO_TLSv1_3")),
			line: "tls-min-version=1.2", later: squidPort("cipher=" + level0 + " tls-min-version=1.2"),
		},
		"Squid, one version": {live: squidLive.with(squidPort("cipher=" + level0 + " version=4"))},
		"Exim":               one(eximLive, add(eximHead, eximTail), "tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.1", "tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"),
		"Caddy":              {live: named.with(site("protocols tls1.2 tls1.2")), floor: tlswire.TLS13, line: "protocols tls1.2 tls1.3", later: site("protocols tls1.2 tls1.3")},
		"Tomcat": {
			live: onOldJava(tomcatLive).with(tomcatConf("", `protocols="TLSv1,TLSv1.1"`)),
			line: `protocols="TLSv1.2,TLSv1.3"`, later: tomcatConf("", `protocols="TLSv1.2,TLSv1.3"`),
		},
		"Jetty":  jettyRepair(),
		"Java":   one(javaLive, add("", ""), "jdk.tls.disabledAlgorithms=SSLv3, TLSv1.2, TLSv1.3, RC4", "jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1, "),
		"GnuTLS": one(gnutlsLive, add("", ""), "[overrides]\ndisabled-version = tls1.2", "[overrides]\ndisabled-version = tls1.0\ndisabled-version = tls1.1"),
		"OpenSSL": {
			live: opensslLive.with(opensslHead + "MaxProtocol = TLSv1.1\nCipherString = " + level0 + "\n"),
			line: "MinProtocol = TLSv1.2", later: opensslHead + "MinProtocol = TLSv1.2\nCipherString = " + level0 + "\n",
		},
		"Node": {live: nodeLive.with("NODE_OPTIONS=--tls-max-v1.2\n"), floor: tlswire.TLS13, line: "--tls-min-v1.2", later: "NODE_OPTIONS='--tls-min-v1.2 --tls-cipher-list=" + level0 + "'\n"},
	}
}

// with is the same program with another configuration.
func (l live) with(config string) live {
	l.config = config
	return l
}

// jettyRepair changes the XML file; start.ini, which names it, stays.
func jettyRepair() repair {
	const head = `<?xml version="1.0"?><!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_9_3.dtd"><Configure id="sslContextFactory" class="org.eclipse.jetty.util.ssl.SslContextFactory$Server">` + "\n"
	const suites = `<Set name="ExcludeCipherSuites"><Array type="java.lang.String"><Item>^.*_NULL_.*$</Item></Array></Set>` + "\n</Configure>\n"
	const good = `<Set name="IncludeProtocols"><Array type="java.lang.String"><Item>TLSv1.2</Item><Item>TLSv1.3</Item></Array></Set>`
	l := onOldJava(jettyLive)
	l.dialect, l.file = "jetty", "etc/tls.xml"
	l.more["start.ini"] = jettyHead + "etc/tls.xml\n"
	return one(l, func(line string) string { return head + line + "\n" + suites },
		`<Set name="IncludeProtocols"><Array type="java.lang.String"><Item>TLSv1</Item></Array></Set>`, good)
}

// onOldJava runs a program on a Java that has old versions on.
func onOldJava(l live) live {
	l.more = maps.Clone(l.more)
	l.more["host/etc/java-17-openjdk/security/java.security"] = "jdk.tls.disabledAlgorithms=SSLv3, RC4\n"
	return l
}

const opensslHead = "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = sys\n[sys]\n"

var opensslLive = live{
	dialect: "openssl", pkg: "openssl", program: "openssl", under: "env", file: "openssl.cnf", url: "127.0.0.1:PORT",
	args: []string{"OPENSSL_CONF=DIR/openssl.cnf", "PROGRAM", "s_server", "-quiet", "-www", "-accept", "127.0.0.1:PORT", "-cert", "CERT", "-key", "KEY"},
}

// nodeLive is started with the variables of its file, as a unit would.
var nodeLive = live{
	dialect: "environment", pkg: "nodejs", program: "node", under: "sh", file: "app.env", url: "127.0.0.1:PORT",
	args: []string{"-c", "set -a; . DIR/app.env; exec PROGRAM DIR/server.js"},
	more: map[string]string{"server.js": nodeServer},
}

// TestFixesAreWritten: a file whose program is not here gets its change, too,
// and the changed file no longer keeps the floor away.
func TestFixesAreWritten(t *testing.T) {
	setUp(t)
	for file, text := range map[string]string{
		"kafka/server.properties":          "listeners=SSL://:9093\nssl.enabled.protocols=TLSv1,TLSv1.1\n",
		"kafka/client.properties":          "ssl.protocol = TLSv1.1\n",
		"mongod.conf":                      "net:\n  tls:\n    mode: requireTLS\n    disabledProtocols: TLS1_0,TLS1_2,TLS1_3\n",
		"envoy.yaml":                       "common_tls_context:\n  tls_params:\n    tls_maximum_protocol_version: TLSv1_1\n",
		"traefik/dynamic.toml":             "[tls.options]\n  [tls.options.default]\n    maxVersion = \"VersionTLS11\"\n",
		"traefik/dynamic.yml":              "tls:\n  options:\n    default:\n      maxVersion: VersionTLS11\n",
		"istio/gateway.yaml":               "tls:\n  mode: SIMPLE\n  maxProtocolVersion: TLSV1_1\n",
		"app.env":                          "PGSSLMAXPROTOCOLVERSION=TLSv1.1\n",
		"java.env":                         "JAVA_OPTS=\"-Xmx1g -Djdk.tls.client.protocols=TLSv1 -server\"\n",
		"app/web.config":                   "<configuration><system.serviceModel><bindings><netTcpBinding><binding><security mode=\"Transport\">\n<transport sslProtocols=\"Tls\"/>\n</security></binding></netTcpBinding></bindings></system.serviceModel></configuration>\n",
		"rabbitmq/rabbitmq.conf":           "listeners.ssl.default = 5671\nssl_options.versions.1 = tlsv1.1\nssl_options.versions.2 = tlsv1\n",
		"rabbitmq/advanced.config":         "[{rabbit, [{ssl_options, [\n  {versions, ['tlsv1', 'tlsv1.1']}\n]}]}].\n",
		"etc/openldap/slapd.d/config.ldif": "dn: cn=config\nobjectClass: olcGlobal\nolcTLSCipherSuite: NORMAL:-VERS-ALL:+VERS-TLS1.0\n",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			dir := serverDir(t)
			name := filepath.Join(dir, file)
			writeFile(t, name, text)
			r := repair{floor: tlswire.TLS12, unnamed: true}
			r.writeFix(t, dir, name)
			patched(t, name, dir+"/fix/*/*-change.diff")
			r.writeFix(t, dir+"/again", name)
			if again, _ := filepath.Glob(dir + "/again/fix/*/*"); len(again) > 0 {
				now, _ := os.ReadFile(name)
				t.Errorf("there still is something to change: %q\n%s", again, now)
			}
		})
	}
}
