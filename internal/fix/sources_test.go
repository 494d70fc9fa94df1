package fix

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/code"
	"github.com/tlsready/tlsready/internal/source/config"
	"github.com/tlsready/tlsready/tlswire"
)

// patched applies a diff to a file's text.
func patched(t *testing.T, name, text string, diff []byte) string {
	t.Helper()
	tool, err := exec.LookPath("patch")
	if err != nil {
		if os.Getenv("TLSREADY_NO_SERVERS") != "" {
			t.Skip("TLSREADY_NO_SERVERS is set and patch is not installed")
		}
		t.Fatal("needs patch: apt-get install patch, or make test, which does")
	}
	file := filepath.Join(t.TempDir(), filepath.Base(name))
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool, "--binary", file)
	cmd.Stdin = bytes.NewReader(diff)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, diff)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func configured(t *testing.T, name, text string) (out []evidence.Record) {
	t.Helper()
	opt := config.Options{Knowledge: base(t), Host: "web01"}
	err := config.Run(context.Background(), name, strings.NewReader(text), opt, func(r evidence.Record) error {
		out = append(out, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// weakConfigs hold everything that keeps a server below TLS 1.2 in ways that a
// line can be changed for.
var weakConfigs = map[string]string{
	"nginx.conf":   "events {}\nhttp {\n  ssl_protocols TLSv1;\n  server {\n    listen 443 ssl;\n  }\n  server {\n    listen 8443 ssl;\n    ssl_protocols TLSv1 TLSv1.1;\n    location / { proxy_pass https://b; proxy_ssl_protocols TLSv1.1; }\n  }\n}\n",
	"ssl.conf":     "Listen 443\nSSLProtocol TLSv1\n<VirtualHost *:443>\n  ServerName a\n  SSLEngine on\n  SSLProtocol all -TLSv1.2 -TLSv1.3\n  SSLProxyEngine on\n  SSLProxyProtocol TLSv1\n</VirtualHost>\n",
	"haproxy.cfg":  "global\n  ssl-default-bind-options ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.1\nfrontend f\n  bind :443 ssl crt a.pem\n  bind :444 ssl crt a.pem force-tlsv10\n  default_backend b\nbackend b\n  server s1 10.0.0.1:443 ssl verify none force-tlsv11\n",
	"main.cf":      "smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /a\nsmtpd_tls_protocols = TLSv1\nsmtpd_tls_mandatory_protocols = TLSv1, TLSv1.1\nsmtp_tls_security_level = may\nsmtp_tls_protocols = !SSLv2, !SSLv3, !TLSv1.2, !TLSv1.3\nsmtp_tls_mandatory_protocols = TLSv1\n",
	"dovecot.conf": "protocols = imap\nssl = required\nssl_cert = </a\nssl_protocols = TLSv1 TLSv1.1\n",
	"openssl.cnf":  "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = sys\n[sys]\nMinProtocol = TLSv1\nMaxProtocol = TLSv1.1\n",
}

// A configuration that breaks, with the diff applied, breaks no more and
// loses no version, as the reader of configurations sees it.
func TestConfigRoundTrip(t *testing.T) {
	for name, text := range weakConfigs {
		t.Run(name, func(t *testing.T) {
			path := "etc/" + name
			records := configured(t, path, text)
			fixes := WithFiles(Plan(judged(t, records, tlswire.TLS12), records, tlswire.TLS12, nil), func(string) ([]byte, error) { return []byte(text), nil })
			if len(fixes) != 1 || !strings.HasSuffix(fixes[0].Change, ".diff") || len(fixes[0].Advice) > 0 {
				t.Fatalf("%+v", fixes)
			}
			f := &fixes[0]
			now := patched(t, name, text, f.content(t, f.Change))
			after := configured(t, path, now)
			for _, v := range judged(t, after, tlswire.TLS12).Settings {
				if v.Verdict == "breaks" {
					t.Errorf("still breaks: %s (%s)\n%s", v.Value, placeOf(v.Where), now)
				}
			}
			keepsVersions(t, records, after)
			if back := patched(t, name, now, f.content(t, f.Rollback)); back != text {
				t.Errorf("the rollback gives %q", back)
			}
		})
	}
}

func keepsVersions(t *testing.T, before, after []evidence.Record) {
	t.Helper()
	for _, b := range before {
		b, ok := b.(*evidence.Server)
		if !ok {
			continue
		}
		for _, a := range after {
			a, ok := a.(*evidence.Server)
			if !ok || a.Target != b.Target || a.SNI != b.SNI {
				continue
			}
			for v, st := range b.Versions {
				if st.State == evidence.Accepted && a.Versions[v].State != evidence.Accepted {
					t.Errorf("%s lost %s", a.Target, v)
				}
			}
			if a.Versions[tlswire.TLS12].State == evidence.Rejected {
				t.Errorf("%s still refuses TLS 1.2 (%s)", a.Target, a.Versions[tlswire.TLS12].Because)
			}
		}
	}
}

// Whatever the reader of source code calls breaking and we have a diff for,
// it calls breaking no more once that is applied.
func TestCodeRoundTrip(t *testing.T) {
	rules, err := code.Rules()
	if err != nil {
		t.Fatal(err)
	}
	diffs, breaking := 0, 0
	for _, rule := range rules {
		for i, c := range rule.Bad {
			language := c.Language
			if language == "" {
				language = rule.Languages[0]
			}
			records := coded(t, language, c.Code)
			fixes := WithFiles(Plan(judged(t, records, tlswire.TLS12), records, tlswire.TLS12, nil), func(string) ([]byte, error) { return []byte(c.Code), nil })
			if len(fixes) == 0 {
				continue
			}
			breaking++
			f := &fixes[0]
			if !strings.HasSuffix(f.Change, ".diff") {
				continue
			}
			diffs++
			if len(f.Advice) > 0 {
				continue // some lines are left for a person
			}
			now := patched(t, "a", c.Code, f.content(t, f.Change))
			for _, v := range judged(t, coded(t, language, now), tlswire.TLS12).Settings {
				if v.Verdict == "breaks" {
					t.Errorf("%s, bad case %d: still breaks: %s\n%s", rule.ID, i+1, v.Value, now)
				}
			}
		}
	}
	t.Logf("%d cases break, %d of them get a diff", breaking, diffs)
	if diffs < 10 {
		t.Errorf("only %d diffs", diffs)
	}
}

func coded(t *testing.T, language, text string) (out []evidence.Record) {
	t.Helper()
	err := code.Run(context.Background(), "a", strings.NewReader(text), code.Options{Language: language}, func(r evidence.Record) error {
		out = append(out, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clip(out)
}
