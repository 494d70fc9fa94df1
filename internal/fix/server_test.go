package fix

import (
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

func TestDirectives(t *testing.T) {
	for _, tc := range []struct{ layer, line, want string }{
		{"nginx", "    ssl_protocols TLSv1 TLSv1.1;", "    ssl_protocols TLSv1 TLSv1.1 TLSv1.2;"},
		{"nginx", "server { listen 443 ssl; ssl_protocols TLSv1; }", "server { listen 443 ssl; ssl_protocols TLSv1 TLSv1.1 TLSv1.2; }"},
		{"nginx", "proxy_ssl_protocols  TLSv1.1 ;", "proxy_ssl_protocols  TLSv1.1 TLSv1.2 ;"},
		{"nginx", "ssl_protocols SSLv3;", "ssl_protocols SSLv3 TLSv1 TLSv1.1 TLSv1.2;"},
		{"nginx", "ssl_conf_command MaxProtocol TLSv1.1;", "ssl_conf_command MaxProtocol TLSv1.2;"},
		{"nginx", "ssl_protocols $versions;", ""},
		{"nginx", "ssl_protocols TLSv1; # was ssl_protocols TLSv1.1;", ""},
		{"apache", "SSLProtocol TLSv1", "SSLProtocol TLSv1 +TLSv1.1 +TLSv1.2"},
		{"apache", "\tSSLProtocol all -TLSv1.2", "\tSSLProtocol all -TLSv1.2 +TLSv1.2"},
		{"apache", "SSLProtocol TLSv1.2 TLSv1.1 TLSv1", "SSLProtocol TLSv1.2 TLSv1.1 TLSv1 +TLSv1.1 +TLSv1.2"},
		{"apache", "sslproxyprotocol +TLSv1.1", "sslproxyprotocol +TLSv1.1 +TLSv1.2"},
		{"haproxy", "  bind :443 ssl crt a.pem force-tlsv10", "  bind :443 ssl crt a.pem ssl-min-ver TLSv1.0"},
		{"haproxy", "  server s1 10.0.0.1:443 ssl no-tlsv12 verify none", "  server s1 10.0.0.1:443 ssl verify none"},
		{"haproxy", "ssl-default-bind-options ssl-max-ver TLSv1.1", "ssl-default-bind-options ssl-max-ver TLSv1.2"},
		{"haproxy", "  acl force-tlsv10 src 10.0.0.1", ""},
		{"postfix", "smtpd_tls_protocols = TLSv1", "smtpd_tls_protocols = TLSv1, TLSv1.1, TLSv1.2"},
		{"postfix", "smtp_tls_mandatory_protocols = !SSLv2, !TLSv1.2, !SSLv3", "smtp_tls_mandatory_protocols = !SSLv2, !SSLv3"},
		{"postfix", "smtpd_tls_protocols = >=TLSv1, <=TLSv1.1", "smtpd_tls_protocols = >=TLSv1"},
		{"postfix", "smtpd_tls_protocols = $other", ""},
		{"dovecot", "ssl_protocols = TLSv1", "ssl_protocols = TLSv1 TLSv1.1 TLSv1.2"},
		{"dovecot", "ssl_protocols = !SSLv3 !TLSv1.2", "ssl_protocols = !SSLv3"},
		{"exim", "openssl_options = +no_sslv3 +no_tlsv1_2", "openssl_options = +no_sslv3"},
		{"exim", "tls_require_ciphers = NORMAL:-VERS-TLS1.2", "tls_require_ciphers = NORMAL"},
		{"exim", "tls_require_ciphers = ECDHE-RSA-AES128-SHA", ""},
		{"jetty", `<Set name="IncludeProtocols"><Array type="String"><Item>TLSv1</Item></Array></Set>`, `<Set name="IncludeProtocols"><Array type="String"><Item>TLSv1</Item><Item>TLSv1.1</Item><Item>TLSv1.2</Item></Array></Set>`},
		{"jetty", `<Call name="addExcludeProtocols"><Arg><Array type="String"><Item>SSLv3</Item><Item>TLSv1.2</Item></Array></Arg></Call>`, `<Call name="addExcludeProtocols"><Arg><Array type="String"><Item>SSLv3</Item></Array></Arg></Call>`},
		{"jetty", `<Set name="IncludeProtocols">`, ""},
		{"rabbitmq", "ssl_options.versions.1 = tlsv1.1", "ssl_options.versions.1 = tlsv1.1\nssl_options.versions.floor = tlsv1.2"},
		{"rabbitmq", "management.ssl.versions.1 = tlsv1", "management.ssl.versions.1 = tlsv1\nmanagement.ssl.versions.floor = tlsv1.2"},
		{"erlang", "{ssl_options, [{versions, ['tlsv1', 'tlsv1.1']}]}", "{ssl_options, [{versions, ['tlsv1', 'tlsv1.1', 'tlsv1.2']}]}"},
		{"caddy", "  protocols tls1.3", ""},
		{"openssl", "MaxProtocol = TLSv1.1", "MaxProtocol = TLSv1.2"},
		{"openssl", "Protocol = TLSv1, TLSv1.1", "Protocol = TLSv1, TLSv1.1, TLSv1.2"},
		{"postgresql", "ssl_max_protocol_version = 'TLSv1.1' # old", "ssl_max_protocol_version = 'TLSv1.2' # old"},
		{"mysql", "tls_version=TLSv1", "tls_version=TLSv1,TLSv1.1,TLSv1.2"},
		{"mariadb", "tls_version = TLSv1.0", "tls_version = TLSv1.0,TLSv1.1,TLSv1.2"},
		{"redis", `tls-protocols "TLSv1.1"`, `tls-protocols "TLSv1.1 TLSv1.2"`},
		{"mongodb", "    disabledProtocols: TLS1_0,TLS1_2", "    disabledProtocols: TLS1_0"},
		{"mongodb", "    disabledProtocols: TLS1_2", "    disabledProtocols: none"},
		{"kafka", "ssl.enabled.protocols=TLSv1", "ssl.enabled.protocols=TLSv1,TLSv1.1,TLSv1.2"},
		{"kafka", "ssl.protocol=TLSv1.1", "ssl.protocol=TLSv1.2"},
		{"java", `JAVA_OPTS="-Xmx1g -Djdk.tls.client.protocols=TLSv1 -server"`, `JAVA_OPTS="-Xmx1g -Djdk.tls.client.protocols=TLSv1,TLSv1.1,TLSv1.2 -server"`},
		{"java", "jdk.tls.disabledAlgorithms=SSLv3, TLSv1.2, DH keySize < 1024", "jdk.tls.disabledAlgorithms=SSLv3, DH keySize < 1024"},
		{"java", `jdk.tls.disabledAlgorithms=SSLv3, TLSv1.2, \`, ""},
		{"tomcat", `<SSLHostConfig protocols="TLSv1">`, `<SSLHostConfig protocols="TLSv1,TLSv1.1,TLSv1.2">`},
		{"envoy", "tls_maximum_protocol_version: TLSv1_1", "tls_maximum_protocol_version: TLSv1_2"},
		{"traefik", "      maxVersion: VersionTLS11", "      maxVersion: VersionTLS12"},
		{"stunnel", "sslVersionMax = TLSv1.1", "sslVersionMax = TLSv1.2"},
		{"mysql", "tls_version = TLSv1.0", "tls_version = TLSv1.0,TLSv1.1,TLSv1.2"},
		{"stunnel", "sslVersion = TLSv1", "sslVersionMin = TLSv1"},
		{"stunnel", "options = NO_TLSv1_2", "; options = NO_TLSv1_2"},
		{"stunnel", "options = NO_TLSv1_3", ""},
		{"slapd", "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.0", "TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2"},
		{"slapd", "olcTLSCipherSuite: NORMAL:-VERS-TLS1.2:-VERS-TLS1.3", "olcTLSCipherSuite: NORMAL:-VERS-TLS1.3"},
		{"gnutls", "disabled-version = tls1.2", "# disabled-version = tls1.2"},
		{"gnutls", "SYSTEM=NONE:+VERS-TLS1.1:+RSA", "SYSTEM=NONE:+VERS-TLS1.1:+RSA:+VERS-TLS1.2"},
		{"squid", "https_port 443 options=NO_SSLv3,NO_TLSv1_2:NO_TLSv1 tls-cert=a", "https_port 443 options=NO_SSLv3,NO_TLSv1 tls-cert=a"},
		{"squid", "tls_outgoing_options options=NO_TLSv1_2", "tls_outgoing_options options=NO_SSLv3"},
		{"squid", "https_port 443 version=4 tls-cert=a", "https_port 443 version=1 tls-cert=a"},
		{"squid", "https_port 443 options=NO_TLSv1_3", ""},
		{"net-config", `<AppContextSwitchOverrides value="Switch.System.Net.DontEnableSchUseStrongCrypto=true"/>`, `<AppContextSwitchOverrides value="Switch.System.Net.DontEnableSchUseStrongCrypto=false"/>`},
		{"net-config", `<transport sslProtocols="Tls"/>`, `<transport sslProtocols="Tls|Tls11|Tls12"/>`},
		{"net-config", `<transport sslProtocols="Default"/>`, ""},
		{"istio", "  maxProtocolVersion: TLSV1_1", "  maxProtocolVersion: TLSV1_2"},
		{"libpq", "PGSSLMAXPROTOCOLVERSION=TLSv1.1", "PGSSLMAXPROTOCOLVERSION=TLSv1.2"},
		{"lighttpd", `ssl.openssl.ssl-conf-cmd = ("MaxProtocol" => "TLSv1.1")`, `ssl.openssl.ssl-conf-cmd = ("MaxProtocol" => "TLSv1.2")`},
	} {
		p := newPlanner(nil, tlswire.TLS12, stubSources, nil)
		to, _, ok := p.lineOf(productOf(tc.layer))(tc.line)
		if !ok {
			to = ""
		}
		if to != tc.want {
			t.Errorf("%s: %q becomes %q, want %q", tc.layer, tc.line, to, tc.want)
		}
		if again, _, ok := p.lineOf(productOf(tc.layer))(to); to != "" && ok && again != to {
			t.Errorf("%s: %q changes again to %q", tc.layer, to, again)
		}
	}
}

// Every product has what its index entry shows, and a directive that is in
// this test.
func TestProducts(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range products {
		if d.name == "" || d.fact == "" || d.good == "" || d.enable == "" || d.test == "" || d.apply == "" || len(d.directives) == 0 || seen[d.layer] {
			t.Errorf("%s is not complete or stands twice", d.layer)
		}
		seen[d.layer] = true
	}
}

// estate is a server's line, a program's line and a system that is not known.
func estate() []*evidence.Setting {
	weak := []tlswire.Version{tlswire.TLS10, tlswire.TLS11}
	return []*evidence.Setting{
		{
			Host: "web01", Role: "server", Layer: "nginx", Value: "ssl_protocols TLSv1 TLSv1.1", Effect: evidence.Pins, Versions: weak,
			Where: evidence.Where{File: "web01/nginx.conf", Line: 4, Path: "http server"}, Rule: "nginx-protocols", Fact: "srv.nginx",
		},
		{
			Host: "web01", Role: "server", Layer: "nginx", Value: "ssl_protocols TLSv1", Effect: evidence.Pins, Versions: weak[:1],
			Where: evidence.Where{File: "web01/nginx.conf", Line: 9, Path: "http server"}, Rule: "nginx-protocols", Fact: "srv.nginx",
		},
		{
			Host: "web01", Role: "server", Layer: "oddserver", Value: "tls=1.0", Effect: evidence.Pins, Versions: weak[:1],
			Where: evidence.Where{File: "web01/odd.conf", Line: 1},
		},
		{
			Role: "client", Layer: "source", Value: "SecurityProtocolType.Tls", Effect: evidence.Pins, Versions: weak[:1],
			Where: evidence.Where{File: "src/It's.cs", Line: 2}, Rule: "cs-spm", Fact: "code.cs.spm-weak",
		},
		{
			Role: "client", Layer: "source", Value: "ssl_version: :TLSv1", Effect: evidence.Pins, Versions: weak[:1],
			Where: evidence.Where{File: "src/a.rb", Line: 1}, Rule: "rb-version",
		},
	}
}

var estateFiles = map[string]string{
	"web01/nginx.conf": "http {\n  server {\n    listen 443 ssl;\n    ssl_protocols TLSv1 TLSv1.1;\n  }\n  server {\n    listen 8443 ssl;\n    server_name b;\n    ssl_protocols  TLSv1 ;\n  }\n}\n",
	"src/It's.cs":      "// start\r\nServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;\r\nRun();",
	"src/a.rb":         "http.ssl_version = :TLSv1\n",
}

func readEstate(path string) ([]byte, error) {
	if s, ok := estateFiles[path]; ok {
		return []byte(s), nil
	}
	return ReadFile("testdata/not-there")
}

func TestServerAndSourceGolden(t *testing.T) {
	records, report := settings(estate()...)
	fixes := WithFiles(newPlanner(report, tlswire.TLS12, stubSources, nil).plan(records), readEstate)
	golden(t, "estate/README.txt", readme(fixes, true, nil))
	for _, f := range fixes {
		for _, file := range f.Files {
			golden(t, "estate/"+f.Folder+"/"+file.Name, file.Content)
		}
	}
}

func TestExposureIsLeftAlone(t *testing.T) {
	s := estate()[0]
	records, report := settings(s)
	report.Settings[0].Verdict = "exposure"
	if fixes := Plan(report, records, tlswire.TLS12, nil); len(fixes) != 0 {
		t.Errorf("%+v", fixes)
	}
	if fixes := Plan(nil, records, tlswire.TLS12, nil); len(fixes) != 0 {
		t.Errorf("%+v", fixes)
	}
}

func TestRewrites(t *testing.T) {
	for line, want := range map[string]string{
		"ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;":              "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls | SecurityProtocolType.Tls11 | SecurityProtocolType.Tls12;",
		"if (p == SecurityProtocolType.Tls) {":                                          "",
		"s.AuthenticateAsClient(h, null, SslProtocols.Tls, true);":                      "s.AuthenticateAsClient(h, null, SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12, true);",
		"[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls": "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls -bor [Net.SecurityProtocolType]::Tls11 -bor [Net.SecurityProtocolType]::Tls12",
		"ctx = SSL_CTX_new(TLSv1_client_method());":                                     "ctx = SSL_CTX_new(TLS_client_method());",
		"SSL_CTX_set_max_proto_version(ctx, TLS1_1_VERSION)":                            "SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION)",
		"cfg := &tls.Config{MaxVersion: tls.VersionTLS11}":                              "cfg := &tls.Config{MaxVersion: tls.VersionTLS12}",
		`SSLContext c = SSLContext.getInstance("TLSv1");`:                               `SSLContext c = SSLContext.getInstance("TLS");`,
		"c = ssl.SSLContext(ssl.PROTOCOL_TLSv1)":                                        "c = ssl.SSLContext(ssl.PROTOCOL_TLS)",
		"c = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)":                                      "",
		"secureProtocol: 'TLSv1_method',":                                               "secureProtocol: 'TLS_method',",
		"curl --tls-max 1.1 https://h/":                                                 "curl --tls-max 1.2 https://h/",
	} {
		to, r := rewriteLine(line)
		if r == nil {
			to = ""
		}
		if to != want {
			t.Errorf("%q becomes %q, want %q", line, to, want)
		}
		if again, r := rewriteLine(to); to != "" && r != nil && again != to {
			t.Errorf("%q changes again to %q", to, again)
		}
	}
}

// A line that moved or changed since is not touched.
func TestStaleEvidence(t *testing.T) {
	records, report := settings(estate()[0])
	for name, text := range map[string]string{
		"moved":   "\n\n\n\n" + estateFiles["web01/nginx.conf"],
		"changed": strings.ReplaceAll(estateFiles["web01/nginx.conf"], "TLSv1 TLSv1.1", "TLSv1"),
		"short":   "http {}\n",
		"binary":  strings.ReplaceAll(estateFiles["web01/nginx.conf"], "b;", "\x00;"),
		"empty":   "",
	} {
		f := WithFiles(Plan(report, records, tlswire.TLS12, nil), func(string) ([]byte, error) { return []byte(text), nil })[0]
		if f.Change != "nginx-1-change.txt" || f.Rollback != "" || len(f.Advice) != 1 {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
