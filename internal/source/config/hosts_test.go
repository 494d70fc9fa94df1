package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPostfixMaster: the -o of a service decides for that service alone.
func TestPostfixMaster(t *testing.T) {
	tr := tree{"/c/etc/postfix/master.cf": "# c\nsmtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\n  -o syslog_name=x\n  -o smtpd_tls_security_level=encrypt\n  -o smtpd_tls_mandatory_protocols=>=TLSv1.3\n" +
		"192.0.2.1:465 inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes -o { smtpd_tls_mandatory_protocols = TLSv1.2 }\npickup unix n - y 60 1 pickup\nnobody inet n - y - - smtpd\n"}
	f := run(t, "/c/etc/postfix/main.cf", "myhostname = a.example\nsmtpd_tls_security_level = may\nsmtpd_tls_protocols = >=TLSv1.1\n", tr.options())
	want := []string{"a.example:25 +11,12,13", "a.example:587 +13", "a.example:465 +12"}
	if got := f.sums(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if s := f.servers[1]; s.Because != "/c/etc/postfix/master.cf:6" {
		t.Errorf("submission because %s", s.Because)
	}
	if len(f.cov.Skipped) != 1 || f.cov.Skipped[0].Ref != "/c/etc/postfix/master.cf:10" {
		t.Errorf("%+v", f.cov.Skipped)
	}
}

// TestNginxSockets: one name on two sockets of which different servers are
// the default has one record, and it says what is not the same.
func TestNginxSockets(t *testing.T) {
	f := run(t, "nginx.conf", "events {}\nhttp {\nserver { listen 443 ssl; server_name a.example; ssl_protocols TLSv1.3; }\nserver { listen 443 ssl; listen [::]:443 ssl; server_name b.example; ssl_protocols TLSv1.2 TLSv1.3; }\n}\n", debian12)
	if got, want := f.sums(), []string{"a.example:443 +13", "b.example:443 +13 ?12"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLinks: links of a copied tree are followed within it, what they lead to
// is not read twice, and what is not enabled decides nothing.
func TestLinks(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const main = "events {}\nhttp {\n include /etc/nginx/sites-enabled/*;\n}\n"
	write("etc/nginx/nginx.conf", main)
	write("etc/nginx/sites-available/on", "server {\n listen 443 ssl;\n ssl_protocols TLSv1.3;\n}\n")
	write("etc/nginx/sites-available/off", "server {\n listen 444 ssl;\n ssl_protocols TLSv1;\n}\n")
	write("etc/nginx/sites-enabled/.keep", "")
	if err := os.Symlink("/etc/nginx/sites-available/on", filepath.Join(root, "etc/nginx/sites-enabled/10-on")); err != nil {
		t.Fatal(err)
	}
	var included []string
	f := run(t, root+"/etc/nginx/nginx.conf", main, Options{Included: func(s string) { included = append(included, s) }})
	if got := f.sums(); !slices.Equal(got, []string{"0.0.0.0:443 +13"}) {
		t.Errorf("%q %+v", got, f.cov)
	}
	if !slices.Contains(included, root+"/etc/nginx/sites-available/on") {
		t.Errorf("included %q", included)
	}
	off := root + "/etc/nginx/sites-available/off"
	text, err := os.ReadFile(off)
	if err != nil {
		t.Fatal(err)
	}
	f = run(t, off, string(text), Options{Dialect: "nginx"})
	if len(f.servers) != 0 || !slices.Equal(f.lines(), []string{"3 server none 10"}) || !strings.Contains(strings.Join(f.cov.Blind, " "), "not enabled") {
		t.Errorf("%q %q %q", f.sums(), f.lines(), f.cov.Blind)
	}
}

// TestHostname: the etc/hostname of a copied tree names the host of all that is
// read of it, unless the caller names it.
func TestHostname(t *testing.T) {
	for text, want := range map[string]string{
		"web1.example\n": "web1.example", "# c\n\n mail \n": "mail", "a b\n": "", "": "", "<script>\n": "", "..\nweb\n": "",
	} {
		opt := tree{"/c/etc/hostname": text}.options()
		opt.Systems = new(Systems)
		f := run(t, "/c/etc/nginx/nginx.conf", "http {\nserver { listen 443 ssl; ssl_protocols TLSv1; }\n}\n", opt)
		if f.settings[0].Host != want || f.servers[0].Host != want {
			t.Errorf("%q names %q and %q, want %q", text, f.settings[0].Host, f.servers[0].Host, want)
		}
	}
	opt := tree{"/c/etc/hostname": "web1\n"}.options()
	opt.Systems, opt.Host = new(Systems), "asset 7"
	if f := run(t, "/c/etc/nginx/nginx.conf", "ssl_protocols TLSv1;\n", opt); f.settings[0].Host != "asset 7" {
		t.Errorf("%q", f.settings[0].Host)
	}
}
