package logs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

const iisHeader = "#Fields: date time s-ip s-port cs-username c-ip cs(User-Agent) sc-status crypt-protocol crypt-cipher crypt-hash crypt-keyexchange\n"

func iisRow(client, agent, crypt string) string {
	return fmt.Sprintf("2026-03-02 10:00:00 192.0.2.10 443 - %s %s 200 %s\n", client, agent, crypt)
}

func TestIISVersionsAndSuites(t *testing.T) {
	tests := []struct{ crypt, want string }{
		{"40 6610 8004 a400", "TLS 1.0 TLS_RSA_WITH_AES_256_CBC_SHA"},
		{"80 660e 8004 a400", "TLS 1.0 TLS_RSA_WITH_AES_128_CBC_SHA"},
		{"100 6603 8004 a400", "TLS 1.1 TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
		{"200 6801 8003 a400", "TLS 1.1 TLS_RSA_WITH_RC4_128_MD5"},
		{"10 6801 8004 a400", "SSLv3 TLS_RSA_WITH_RC4_128_SHA"},
		{"20 6601 8004 a400", "SSLv3 TLS_RSA_WITH_DES_CBC_SHA"},
		{"4 6801 8003 a400", "contradiction: SSLv2 with TLS_RSA_WITH_RC4_128_MD5, which needs SSLv3"},
		{"8 6603 8003 a400", "SSLv2 "},
		{"400 6610 800d a400", "TLS 1.2 TLS_RSA_WITH_AES_256_GCM_SHA384"},
		{"800 6610 800c a400", "TLS 1.2 TLS_RSA_WITH_AES_256_CBC_SHA256"},
		{"400 660e 800c a400", "TLS 1.2 "}, // CBC or GCM
		{"400 6610 800d ae06", "TLS 1.2 "}, // RSA or ECDSA, CBC or GCM
		{"40 6610 8004 ae06", "TLS 1.0 "},
		{"1000 6610 800d 0", "TLS 1.3 TLS_AES_256_GCM_SHA384"},
		{"2000 660e 800c 0", "TLS 1.3 TLS_AES_128_GCM_SHA256"},
		{"40 6610 800d ae06", "contradiction: TLS 1.0 with crypt-hash 800d, which needs TLS 1.2"},
		{"400 6610 800d 0", "contradiction: TLS 1.2 with TLS_AES_256_GCM_SHA384, which needs TLS 1.3"},
		{"1000 6610 8004 a400", "contradiction: TLS 1.3 with TLS_RSA_WITH_AES_256_CBC_SHA, which ended with TLS 1.2"},
		{"- - - -", reasonPlain},
		{"0 0 0 0", "crypt-protocol is no version"},
		{"4000 6610 800d 0", "crypt-protocol is no version"},
		{"TLSv1 6610 800d 0", "crypt-protocol is no version"},
		{"40 6610 8004", "row does not have the columns of its #Fields line"},
		{"40 6610 8004 a400 x", "row does not have the columns of its #Fields line"},
	}
	for _, tt := range tests {
		recs := mustRun(t, "u.log", []byte(iisHeader+iisRow("198.51.100.7", "a/1", tt.crypt)), Options{Format: "iis"})
		got := ""
		if h := handshakesOf(recs); len(h) > 0 {
			got = fmt.Sprintf("%v %s", h[0].Negotiated, h[0].Suite)
		} else {
			got = coverageOf(recs).Skipped[0].Reason
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.crypt, got, tt.want)
		}
	}
}

func TestIISClientBehindBalancer(t *testing.T) {
	tests := []struct{ field, option, value, want string }{
		{"OriginalIP", "", "203.0.113.5", "203.0.113.5"},
		{"originalip", "", "203.0.113.5:4711", "203.0.113.5"},
		{"X-Forwarded-For", "", "203.0.113.5,+10.0.0.1", "203.0.113.5"},
		{"cs(X-Forwarded-For)", "", "2001:DB8::5,10.0.0.1", "2001:db8::5"},
		{"X-Original-IP", "", "[2001:db8::5%eth0]:4711", "2001:db8::5"},
		{"True-Client-IP", "", "::ffff:203.0.113.5", "203.0.113.5"},
		{"X-Forwarded-For", "", "-", "192.0.2.1"},
		{"X-Forwarded-For", "", "unknown", "192.0.2.1"},
		{"X-Forwarded-For", "", "999.1.1.1", "the client's address is none"},
		{"X-My-Header", "", "203.0.113.5", "192.0.2.1"},
		{"X-My-Header", "x-my-header", "203.0.113.5", "203.0.113.5"},
		{"OriginalIP", "X-My-Header", "203.0.113.5", "192.0.2.1"},
		{"OriginalIP", "c-ip", "203.0.113.5", "192.0.2.1"},
	}
	for _, tt := range tests {
		log := strings.TrimSuffix(iisHeader, "\n") + " " + tt.field + "\n" +
			strings.TrimSuffix(iisRow("192.0.2.1", "a/1", "400 6610 800d ae06"), "\n") + " " + tt.value + "\n"
		recs := mustRun(t, "u.log", []byte(log), Options{ClientField: tt.option})
		got := ""
		if h := handshakesOf(recs); len(h) > 0 {
			got = h[0].Client.IP
		} else {
			got = coverageOf(recs).Skipped[0].Reason
		}
		if got != tt.want {
			t.Errorf("%+v: got %q", tt, got)
		}
		hint := strings.Contains(strings.Join(coverageOf(recs).Blind, " "), "a header that a balancer sets")
		if hint != strings.HasPrefix(tt.want, "20") && tt.want != "the client's address is none" {
			t.Errorf("%+v: hint about the balancer: %v", tt, hint)
		}
	}
}

func TestIISBestClientFieldWins(t *testing.T) {
	log := "#Fields: date time s-ip c-ip X-Forwarded-For OriginalIP crypt-protocol\n" +
		"2026-03-02 10:00:00 192.0.2.10 192.0.2.1 203.0.113.9 203.0.113.5 400\n"
	h := handshakesOf(mustRun(t, "u.log", []byte(log), Options{}))
	if len(h) != 1 || h[0].Client.IP != "203.0.113.5" {
		t.Errorf("got %s", brief(h[0]))
	}
}

// Rows that differ only in how a hop, a name or a port is written are one.
func TestIISSpellingsFold(t *testing.T) {
	log := "#Fields: date time s-ip s-port c-ip cs-host crypt-protocol crypt-cipher crypt-hash crypt-keyexchange X-Forwarded-For\n"
	for i, v := range []string{"2001:db8::5", "2001:DB8:0::5", "[2001:db8::5]:4711", "2001:db8::5,+10.0.0.1", "2001:db8::5%3"} {
		log += fmt.Sprintf("2026-03-02 10:00:0%d 192.0.2.10 443 192.0.2.1 %s 40 6610 8004 ae06 %s\n", i, []string{"Mail.Example", "mail.example:443"}[i%2], v)
	}
	h := handshakesOf(mustRun(t, "u.log", []byte(log), Options{}))
	if len(h) != 1 || h[0].Count != 5 || len(h[0].Refs) != evidence.MaxRefs || h[0].Server.Name != "mail.example" {
		t.Errorf("%d records, first %s", len(h), brief(h[0]))
	}
}

func TestIISBrokenFiles(t *testing.T) {
	row := iisRow("198.51.100.7", "a/1", "40 6610 8004 a400")
	plain := "#Fields: date time s-ip c-ip\n2026-03-02 09:00:00 192.0.2.10 198.51.100.7\n"
	tests := []struct {
		name, log string
		used      int
		say       string // stands in skipped or blind
	}{
		{"row before #Fields", row + iisHeader + row, 1, "row before any #Fields line"},
		{"fields come later", plain + iisHeader + row, 1, "no TLS fields before line 3"},
		{"fields come and go", iisHeader + row + plain + iisHeader + row + plain, 2, "no TLS fields in line 4, line 8"},
		{"no fields", plain, 0, "CRYPT_PROTOCOL"},
		{"all plain", iisHeader + iisRow("198.51.100.7", "a/1", "- - - -"), 0, "nothing here came over TLS"},
		{"NULs, then a restart", iisHeader + row + strings.Repeat("\x00", 5000) + "#Software: x\n" + iisHeader + row, 2, "IIS writes nothing"},
		{"half a row, then a restart", iisHeader + row + "2026-03-02 10:00#Software: x\n" + iisHeader + row, 2, "does not have the columns"},
		{"two rows in one", iisHeader + strings.TrimSuffix(row, "\n") + row, 0, "does not have the columns"},
		{"bad date", iisHeader + strings.Replace(row, "2026-03-02", "2026-13-02", 1), 0, "date or time cannot be read"},
		{"date on #Date", "#Date: 2026-03-02 09:00:00\n" + strings.Replace(iisHeader, "date ", "", 1) + strings.TrimPrefix(row, "2026-03-02 "), 1, "IIS writes"},
		{"quoted", iisHeader + iisRow("198.51.100.7", `"Agent with ""spaces"" 1.0"`, "40 6610 8004 a400"), 1, "IIS writes"},
		{"a quote that means nothing", iisHeader + iisRow("198.51.100.7", `"a/1`, "40 6610 8004 a400"), 1, "IIS writes"},
		{"files joined", "\xef\xbb\xbf" + iisHeader + row + "\xef\xbb\xbf" + iisHeader + row, 2, "IIS writes"},
		{"no address", iisHeader + iisRow("-", "a/1", "40 6610 8004 a400"), 0, "no address or name of a client"},
		{"server without a name", strings.Replace(iisHeader, "s-ip s-port ", "", 1) + strings.Replace(row, "192.0.2.10 443 ", "", 1), 1, "does not name its server"},
	}
	for _, tt := range tests {
		recs := mustRun(t, "u.log", []byte(tt.log), Options{Format: "iis"})
		c := coverageOf(recs)
		if c.Used != tt.used {
			t.Errorf("%s: used %d, want %d: %+v", tt.name, c.Used, tt.used, c.Skipped)
		}
		if said := fmt.Sprint(c.Skipped, c.Blind); !strings.Contains(said, tt.say) {
			t.Errorf("%s: %q is not in %s", tt.name, tt.say, said)
		}
		for _, h := range handshakesOf(recs) {
			if h.Negotiated == 0 {
				t.Errorf("%s: a handshake without a version: %s", tt.name, brief(h))
			}
		}
	}
}

func TestIISAgent(t *testing.T) {
	for in, want := range map[string]string{
		"Mozilla/4.0+(compatible;+MSIE+8.0)": "Mozilla/4.0 (compatible; MSIE 8.0)",
		"bot/1.0;++http://bot.example/":      "bot/1.0; +http://bot.example/",
		"a%2Bb":                              "a%2Bb",
		"plain":                              "plain",
	} {
		if got := plusToSpace(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
