package scan

import (
	"net/netip"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for _, c := range []struct {
		arg, want, protocol, starttls string
		portSet                       bool
	}{
		{"mail.example", "mail.example:443", "https", "", false},
		{"Mail.Example.", "mail.example:443", "https", "", false},
		{"web01", "web01:443", "https", "", false},
		{"my_host.corp", "my_host.corp:443", "https", "", false},
		{"mail.example:8443", "mail.example:8443", "tls", "", true},
		{"mail.example:443", "mail.example:443", "https", "", true},
		{"mail.example:25", "mail.example:25", "smtp", "smtp", true},
		{"mail.example:587", "mail.example:587", "smtp", "smtp", true},
		{"mail.example:993", "mail.example:993", "imaps", "", true},
		{"192.0.2.7", "192.0.2.7:443", "https", "", false},
		{"192.0.2.7:636", "192.0.2.7:636", "ldaps", "", true},
		{"2001:db8::1", "[2001:db8::1]:443", "https", "", false},
		{"::1", "[::1]:443", "https", "", false},
		{"[2001:DB8:0::1]", "[2001:db8::1]:443", "https", "", false},
		{"[2001:db8::1]:8443", "[2001:db8::1]:8443", "tls", "", true},
		{"::ffff:192.0.2.7", "192.0.2.7:443", "https", "", false},
		{"https://mail.example/", "mail.example:443", "https", "", true},
		{"HTTPS://mail.example:8443/owa?x=1#y", "mail.example:8443", "https", "", true},
		{"https://[2001:db8::1]/", "[2001:db8::1]:443", "https", "", true},
		{"smtp://mail.example", "mail.example:25", "smtp", "smtp", true},
		{"submission://mail.example", "mail.example:587", "smtp", "smtp", true},
		{"smtp://mail.example:2525", "mail.example:2525", "smtp", "smtp", true},
		{"imap://mail.example", "mail.example:143", "imap", "imap", true},
		{"pop3://mail.example", "mail.example:110", "pop3", "pop3", true},
		{"smtps://mail.example", "mail.example:465", "smtps", "", true},
		{"pop3s://mail.example", "mail.example:995", "pop3s", "", true},
		{"tls://mail.example:25", "mail.example:25", "tls", "", true},
		{"quic://mail.example", "quic://mail.example:443", "quic", "", true},
		{"QUIC://[2001:db8::1]:8443/", "quic://[2001:db8::1]:8443", "quic", "", true},
		{"dtls://coap.example:5684", "dtls://coap.example:5684", "dtls", "", true},
		{" mail.example ", "mail.example:443", "https", "", false},
	} {
		got, err := ParseTarget(c.arg)
		if err != nil || len(got) != 1 {
			t.Errorf("%q: %v, %v", c.arg, got, err)
			continue
		}
		g := got[0]
		if g.String() != c.want || g.Protocol != c.protocol || g.StartTLS != c.starttls || g.PortSet != c.portSet {
			t.Errorf("%q: got %s %+v", c.arg, g, g)
		}
	}
}

func TestParseTargetRefuses(t *testing.T) {
	for arg, hint := range map[string]string{
		"":                                    "give a host",
		"   ":                                 "give a host",
		"mail.example:":                       "missing",
		"https://mail.example:":               "missing",
		"dtls://coap.example":                 "dtls://host:5684",
		"mail.example:0":                      "1 to 65535",
		"mail.example:65536":                  "1 to 65535",
		"mail.example:https":                  "1 to 65535",
		":443":                                "missing",
		"2001:db8::1:x":                       "[2001:db8::1]:443",
		"[2001:db8::1":                        "bracket",
		"[192.0.2.1]:443":                     "bracket",
		"[2001:db8::1]443":                    ":port",
		"[2001:db8::1]:":                      ":port",
		"gopher://mail.example":               "https://",
		"file:///etc/passwd":                  "known are",
		"https://":                            "missing",
		"10.0.0.0/8":                          "16777216 addresses",
		"0.0.0.0/0":                           "split",
		"2001:db8::/64":                       "more than 16777216 addresses",
		"10.0.0.0/33":                         "/0 to /32",
		"10.0.0.0/x":                          "CIDR",
		"10.0.0.0/24:":                        "missing",
		"mail.example/path":                   "https://",
		"a/b":                                 "CIDR",
		"1.2.3":                               "four numbers",
		"1.2.3.256":                           "four numbers",
		"a..b":                                "part of a host name",
		"-a.example":                          "part of a host name",
		"a b":                                 "cannot stand",
		"*.log":                               "cannot stand",
		"bücher.example":                      "xn--",
		`C:\logs`:                             "1 to 65535",
		strings.Repeat("a.", 130) + "example": "253",
	} {
		got, err := ParseTarget(arg)
		if err == nil {
			t.Errorf("%q: accepted as %v", arg, got)
			continue
		}
		if !strings.Contains(err.Error(), hint) || !strings.Contains(err.Error(), "target ") {
			t.Errorf("%q: %v; want the hint %q", arg, err, hint)
		}
	}
}

func TestParseBlock(t *testing.T) {
	got, err := ParseTarget("192.0.2.77/24")
	if err != nil || len(got) != 256 || got[0].String() != "192.0.2.0:443" || got[255].String() != "192.0.2.255:443" {
		t.Errorf("%d targets, %v", len(got), err)
	}
	got, err = ParseTarget("192.0.2.8/30:25")
	if err != nil || len(got) != 4 || got[3].String() != "192.0.2.11:25" || got[0].StartTLS != "smtp" {
		t.Errorf("%v, %v", got, err)
	}
	got, err = ParseTarget("255.255.255.255/32")
	if err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	got, err = ParseTarget("2001:db8::/112")
	if err != nil || len(got) != MaxTargets {
		t.Errorf("%d targets, %v", len(got), err)
	}
}

func TestLooksLikeTarget(t *testing.T) {
	for _, s := range []string{
		"mail.example", "web01", "web01:443", "192.0.2.1", "192.0.2.0/24", "10.0.0.0/8", "::1", "[::1]:443", "https://a/", "smtp://a",
		"https://a:port/", "example.sh", "example.zip", "report.csv:443", "localhost",
	} {
		if !LooksLikeTarget(s) {
			t.Errorf("%q: not taken for a target", s)
		}
	}
	for _, s := range []string{
		"", "-", ".", "..", "./web01", "/var/log", "logs/", "a/b", `C:\logs`, `logs\u_ex.log`, "u_ex260302.log", "trace.pcap", "x.ndjson",
		"*.log", "my file", "file:///tmp/x", "export.reg", "https.reg", "~/logs",
	} {
		if LooksLikeTarget(s) {
			t.Errorf("%q: taken for a target", s)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"a:1", "[::1]:443", "1.2.3.0/24:25", "https://a.example:1/x", "smtp://[::1]", "fe80::1%eth0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTarget(s)
		LooksLikeTarget(s)
		if err != nil {
			return
		}
		if len(got) == 0 || len(got) > MaxTargets {
			t.Fatalf("%q: %d targets", s, len(got))
		}
		for _, g := range got[:min(len(got), 3)] {
			if g.Host == "" || g.Port == 0 || g.Protocol == "" {
				t.Fatalf("%q: %+v", s, g)
			}
			// What was understood can be said again.
			again, err := ParseTarget(g.String())
			if err != nil || again[0].Host != g.Host || again[0].Port != g.Port {
				t.Fatalf("%q: %s does not parse back: %v %v", s, g, again, err)
			}
			if _, err := netip.ParseAddrPort(g.String()); err != nil && strings.ContainsAny(g.Host, ":") {
				t.Fatalf("%q: %s", s, g)
			}
		}
	})
}
