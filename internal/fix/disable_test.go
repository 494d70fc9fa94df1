package fix

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// The change on top of an export leaves nothing below the floor in its role
// and the other role as it was; the rollback gives the host that was.
func TestDisableWindowsRoundTrip(t *testing.T) {
	for name, text := range exports(t) {
		was := registry{}.merge(t, text)
		records := audited(t, name, was.export())
		fixes := PlanDisable(judged(t, records, tlswire.TLS12), records, tlswire.TLS12, nil)
		if len(fixes) == 0 {
			t.Errorf("%s: no fix", name)
		}
		for _, f := range fixes {
			t.Run(name+"/"+f.Step, func(t *testing.T) {
				now := was.merge(t, f.content(t, "change.reg"))
				after := audited(t, name, now.export())
				allowed := schannelAllows(after)
				for _, v := range tlswire.StreamVersions {
					if on := allowed[f.Step]; v.Below(tlswire.TLS12) && slices.Contains(on, v) {
						t.Errorf("%s is still on", v)
					}
				}
				if other := otherStep(f.Step); !slices.Equal(schannelAllows(records)[other], allowed[other]) {
					t.Errorf("%s was touched: %v, was %v", other, allowed[other], schannelAllows(records)[other])
				}
				back := now.merge(t, f.content(t, "rollback.reg"))
				if got, want := facts(audited(t, name, back.export())), facts(records); !slices.Equal(got, want) {
					t.Errorf("after the rollback\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
				if len(allowed[f.Step]) == 0 { // it did not do the floor: enabling comes first
					if !strings.Contains(strings.Join(f.Notes, "\n"), "not seen to do TLS 1.2") {
						t.Errorf("nothing is left, and no note says so: %q", f.Notes)
					}
					return
				}
				for _, again := range PlanDisable(judged(t, after, tlswire.TLS12), after, tlswire.TLS12, nil) {
					if again.Step == f.Step {
						t.Errorf("there still is something to turn off: %+v", again.Reasons)
					}
				}
			})
		}
	}
}

func otherStep(step string) string {
	if step == StepDisableClient {
		return StepDisableServer
	}
	return StepDisableClient
}

// schannelAllows are, by step, the versions that Schannel lets in.
func schannelAllows(records []evidence.Record) map[string][]tlswire.Version {
	out := map[string][]tlswire.Version{}
	for _, h := range hostsOf(records) {
		for _, v := range tlswire.StreamVersions {
			for _, role := range []string{"Server", "Client"} {
				if yes, _ := h.allows(role, v); yes {
					out[disableStep(role)] = append(out[disableStep(role)], v)
				}
			}
		}
	}
	return out
}

// Of a Windows whose keys were not seen the rollback is that of step.rollback,
// and says so.
func TestDisableWindowsNotSeen(t *testing.T) {
	records := []evidence.Record{&evidence.Product{Host: "A", Name: "Windows Server 2016", Version: "10.0.14393"}}
	fixes := PlanDisable(nil, records, tlswire.TLS12, nil)
	if len(fixes) != 2 || fixes[0].Step != StepDisableServer || fixes[1].Step != StepDisableClient {
		t.Fatalf("%+v", fixes)
	}
	f := &fixes[0]
	change, back := plain(t, f.content(t, "change.reg")), plain(t, f.content(t, "rollback.reg"))
	for _, v := range []string{"TLS 1.0", "TLS 1.1"} {
		key := `[HKEY_LOCAL_MACHINE\` + schannelProtocols + v + `\Server]` + "\r\n"
		if !strings.Contains(change, key+"\"Enabled\"=dword:00000000\r\n\"DisabledByDefault\"=dword:00000001\r\n") {
			t.Errorf("%s: %s", v, change)
		}
		if !strings.Contains(back, key) {
			t.Errorf("%s: %s", v, back)
		}
	}
	for _, want := range []string{"\"Enabled\"=dword:00000001", "\"DisabledByDefault\"=dword:00000000", "not known in the evidence"} {
		if strings.Count(back, want) < 2 {
			t.Errorf("%q is missing in %s", want, back)
		}
	}
	for _, not := range []string{"Client", "TLS 1.2", "SSL"} {
		if strings.Contains(strings.ReplaceAll(change, f.Title, ""), `Protocols\`+not) {
			t.Errorf("touches %s: %s", not, change)
		}
	}
	if notes := strings.Join(f.Notes, "\n"); !strings.Contains(notes, "reg export") {
		t.Errorf("%s", notes)
	}
	if checks := strings.Join(f.Check, "\n"); !strings.Contains(checks, `reg query "HKLM\`+schannelProtocols+`TLS 1.1\Server"`) || !strings.Contains(checks, "tlsready scan ") {
		t.Errorf("%s", checks)
	}
	if text := string(readme(fixes, false, nil)); !strings.Contains(text, "takes away") || strings.Contains(text, "keep what works") {
		t.Errorf("%s", text)
	}
	linux := []evidence.Record{&evidence.Product{Host: "B", Name: "Debian 12"}}
	if fixes := PlanDisable(nil, linux, tlswire.TLS12, nil); len(fixes) != 0 {
		t.Errorf("%+v", fixes)
	}
}

func TestOffDirectives(t *testing.T) {
	p := newPlanner(nil, tlswire.TLS12, stubSources, nil)
	for _, tc := range []struct{ layer, line, want string }{
		{"nginx", "  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;", "  ssl_protocols TLSv1.2 TLSv1.3;"},
		{"nginx", "ssl_protocols SSLv2 SSLv3 TLSv1.2;", "ssl_protocols TLSv1.2;"},
		{"nginx", "ssl_protocols TLSv1 TLSv1.1;", ""},
		{"nginx", "ssl_protocols TLSv1.2;", "ssl_protocols TLSv1.2;"},
		{"nginx", "ssl_conf_command MinProtocol TLSv1;", "ssl_conf_command MinProtocol TLSv1.2;"},
		{"apache", "SSLProtocol all -SSLv3", "SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1"},
		{"apache", "SSLProtocol -all +TLSv1 +TLSv1.2", "SSLProtocol -all +TLSv1 +TLSv1.2 -TLSv1"},
		{"apache", "SSLProtocol -all", ""},
		{"haproxy", "  bind :443 ssl ssl-min-ver TLSv1.0 crt a", "  bind :443 ssl ssl-min-ver TLSv1.2 crt a"},
		{"haproxy", "  bind :443 ssl force-tlsv10", ""},
		{"postfix", "smtpd_tls_protocols = !SSLv2, !SSLv3", "smtpd_tls_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1"},
		{"postfix", "smtpd_tls_protocols = >=TLSv1", "smtpd_tls_protocols = >=TLSv1.2"},
		{"postfix", "smtpd_tls_protocols = TLSv1, TLSv1.2", "smtpd_tls_protocols = TLSv1.2"},
		{"postfix", "smtpd_tls_protocols = $other", ""},
		{"dovecot", "ssl_protocols = !SSLv3", "ssl_protocols = !SSLv3 !TLSv1 !TLSv1.1"},
		{"dovecot", "ssl_min_protocol = TLSv1", "ssl_min_protocol = TLSv1.2"},
		{"openssl", "MinProtocol = TLSv1", "MinProtocol = TLSv1.2"},
		{"postgresql", "ssl_min_protocol_version = 'TLSv1' # old", "ssl_min_protocol_version = 'TLSv1.2' # old"},
		{"mysql", "tls_version=TLSv1,TLSv1.1,TLSv1.2", "tls_version=TLSv1.2"},
		{"mysql", "tls_version=TLSv1.0,TLSv1.2", "tls_version=TLSv1.2"},
		{"mariadb", "tls_version=TLSv1.0,TLSv1.1,TLSv1.2", "tls_version=TLSv1.2"},
		{"redis", `tls-protocols "TLSv1.1 TLSv1.2"`, `tls-protocols "TLSv1.2"`},
		{"kafka", "ssl.enabled.protocols=TLSv1,TLSv1.2", "ssl.enabled.protocols=TLSv1.2"},
		{"java", `OPTS="-Djdk.tls.server.protocols=TLSv1,TLSv1.2 -server"`, `OPTS="-Djdk.tls.server.protocols=TLSv1.2 -server"`},
		{"tomcat", `<SSLHostConfig protocols="TLSv1,TLSv1.2">`, `<SSLHostConfig protocols="TLSv1.2">`},
		{"envoy", "tls_minimum_protocol_version: TLSv1_0", "tls_minimum_protocol_version: TLSv1_2"},
		{"traefik", "      minVersion: VersionTLS10", "      minVersion: VersionTLS12"},
		{"stunnel", "sslVersionMin = TLSv1", "sslVersionMin = TLSv1.2"},
		{"lighttpd", `ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1")`, `ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2")`},
		{"jetty", `<Set name="IncludeProtocols"><Array type="String"><Item>TLSv1</Item><Item>TLSv1.2</Item></Array></Set>`, `<Set name="IncludeProtocols"><Array type="String"><Item>TLSv1.2</Item></Array></Set>`},
		{"erlang", "{versions, ['tlsv1', 'tlsv1.2']}", "{versions, ['tlsv1.2']}"},
		{"net-config", `<transport sslProtocols="Tls|Tls11|Tls12"/>`, `<transport sslProtocols="Tls12"/>`},
		{"istio", "  minProtocolVersion: TLSV1_0", "  minProtocolVersion: TLSV1_2"},
		{"libpq", "PGSSLMINPROTOCOLVERSION=TLSv1", "PGSSLMINPROTOCOLVERSION=TLSv1.2"},
		{"slapd", "TLSProtocolMin 3.1", ""},
	} {
		to, _, ok := p.lineOff(tc.layer)(tc.line)
		if !ok {
			to = ""
		}
		if to != tc.want {
			t.Errorf("%s: %q becomes %q, want %q", tc.layer, tc.line, to, tc.want)
		}
		if again, _, ok := p.lineOff(tc.layer)(to); to != "" && (!ok || again != to) {
			t.Errorf("%s: %q changes again to %q", tc.layer, to, again)
		}
	}
	for layer := range offDirectives {
		if productOf(layer) == nil {
			t.Errorf("%s is no product", layer)
		}
	}
}

// openConfigs do the floor and still let older versions in.
var openConfigs = map[string]string{
	"nginx.conf":   "events {}\nhttp {\n  server {\n    listen 443 ssl;\n    server_name a;\n    ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n  }\n}\n",
	"ssl.conf":     "Listen 443\n<VirtualHost *:443>\n  ServerName a\n  SSLEngine on\n  SSLProtocol all -SSLv3\n</VirtualHost>\n",
	"haproxy.cfg":  "global\n  ssl-default-bind-options ssl-min-ver TLSv1.0\nfrontend f\n  bind :443 ssl crt a.pem\n",
	"main.cf":      "smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /a\nsmtpd_tls_protocols = !SSLv2, !SSLv3\nsmtpd_tls_mandatory_protocols = >=TLSv1\n",
	"dovecot.conf": "protocols = imap\nssl = required\nssl_cert = </a\nssl_min_protocol = TLSv1\n",
}

// With the diff applied the reader of configurations finds nothing below the
// floor allowed; the rollback gives the file that was.
func TestDisableConfigRoundTrip(t *testing.T) {
	for name, text := range openConfigs {
		t.Run(name, func(t *testing.T) {
			path := "etc/" + name
			records := configured(t, path, text)
			fixes := WithFiles(PlanDisable(judged(t, records, tlswire.TLS12), records, tlswire.TLS12, nil), func(string) ([]byte, error) { return []byte(text), nil })
			if len(fixes) != 1 || fixes[0].Step != StepDisableServer || !strings.HasSuffix(fixes[0].Change, ".diff") || len(fixes[0].Advice) > 0 {
				t.Fatalf("%+v", fixes)
			}
			f := &fixes[0]
			now := patched(t, name, text, f.content(t, f.Change))
			after := configured(t, path, now)
			for _, v := range judged(t, after, tlswire.TLS12).Settings {
				t.Errorf("%s: %s (%s)\n%s", v.Verdict, v.Value, placeOf(v.Where), now)
			}
			for _, r := range after {
				s, ok := r.(*evidence.Server)
				for _, v := range tlswire.StreamVersions {
					if ok && s.Versions[v] != nil && (s.Versions[v].State == evidence.Accepted) == v.Below(tlswire.TLS12) && v != tlswire.TLS13 {
						t.Errorf("%s: %s is %s", s.Target, v, s.Versions[v].State)
					}
				}
			}
			if back := patched(t, name, now, f.content(t, f.Rollback)); back != text {
				t.Errorf("the rollback gives %q", back)
			}
		})
	}
}

// A line that stands above several listeners of no known host is a change of
// each of them, and says whose gates must be met.
func TestDisableSharedLine(t *testing.T) {
	weak := []tlswire.Version{tlswire.TLS10, tlswire.TLS12}
	where := evidence.Where{File: "n.conf", Line: 2}
	records, report := settings(&evidence.Setting{Role: "server", Layer: "nginx", Value: "ssl_protocols TLSv1 TLSv1.2", Effect: evidence.Pins, Versions: weak, Where: where})
	report.Settings[0].Verdict = "exposure"
	for _, name := range []string{"a", "b"} {
		records = append(records, &evidence.Server{Target: name + ":443", Port: 443, Basis: evidence.Declared, Layer: "nginx", Because: "n.conf:2"})
	}
	fixes := PlanDisable(report, records, tlswire.TLS12, nil)
	if len(fixes) != 2 || fixes[0].Host != "a" || fixes[1].Host != "b" {
		t.Fatalf("%+v", fixes)
	}
	for _, f := range fixes {
		if !strings.Contains(fmt.Sprint(f.Notes), "n.conf:2 decides for a, b") || !slices.Contains(f.Check, "tlsready scan "+f.Host+":443") {
			t.Errorf("%+v", f)
		}
	}
}
