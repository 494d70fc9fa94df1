package logs

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
)

const combinedStart = `198.51.100.7 - - [02/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 15 "-" `

// outcomes is each handshake in a line, or the reasons why there is none.
func outcomes(t *testing.T, log string, opt Options) string {
	t.Helper()
	recs := mustRun(t, "a.log", []byte(log), opt)
	var out []string
	for _, h := range handshakesOf(recs) {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %v %s", cmp.Or(h.Client.IP, h.Client.Name), h.Negotiated, h.Suite)))
	}
	for _, s := range coverageOf(recs).Skipped {
		out = append(out, s.Reason)
	}
	return strings.Join(out, "; ")
}

func TestNginxTail(t *testing.T) {
	const suite = "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"
	tests := []struct{ tail, want string }{
		{`"a/1" TLSv1 ECDHE-RSA-AES256-SHA`, "198.51.100.7 TLS 1.0 " + suite},
		{`"a/1" ECDHE-RSA-AES256-SHA TLSv1.1`, "198.51.100.7 TLS 1.1 " + suite},
		{`"a/1" "-" 0.003 TLSv1.2 ECDHE-RSA-AES256-SHA 0.1, 0.2`, "198.51.100.7 TLS 1.2 " + suite},
		{`"a/1" rt=0.003 ssl=TLSv1 cipher=ECDHE-RSA-AES256-SHA`, "198.51.100.7 TLS 1.0 " + suite},
		{`"a/1" "TLSv1" "ECDHE-RSA-AES256-SHA"`, "198.51.100.7 TLS 1.0 " + suite},
		{`"a/1" SSLv3 NO-SUCH-CIPHER`, "198.51.100.7 SSLv3"},
		{`"a/1" TLSv1 ECDHE-RSA-AES128-GCM-SHA256`, "contradiction: TLS 1.0 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, which needs TLS 1.2"},
		{`"a/1"`, reasonUnmeasured},
		{`"a/1" - -`, reasonUnmeasured}, // nothing says that a dash is about TLS
		{`"\x22 TLSv1 \x22"`, reasonUnmeasured},
		{`"x\" TLSv1 ECDHE-RSA-AES256-SHA"`, reasonUnmeasured},
		{`"x\\" TLSv1 ECDHE-RSA-AES256-SHA`, "198.51.100.7 TLS 1.0 " + suite},
	}
	for _, tt := range tests {
		if got := outcomes(t, combinedStart+tt.tail+"\n", Options{}); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.tail, got, tt.want)
		}
	}
}

func TestCombinedLayouts(t *testing.T) {
	const request = `[02/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 15`
	const suite = " TLS_RSA_WITH_AES_128_CBC_SHA"
	for line, want := range map[string]string{
		`198.51.100.7 - - ` + request + ` TLSv1 AES128-SHA`:                                    "198.51.100.7 TLS 1.0" + suite,
		`198.51.100.7 - - ` + request:                                                          reasonUnmeasured,
		`pc7.example - ann ` + request + ` "-" "a" TLS1.1 AES128-SHA`:                          "pc7.example TLS 1.1" + suite, // mod_gnutls
		`www.example:443 198.51.100.7 - ann ` + request + ` "-" "a" TLSv1.1 AES128-SHA`:        "198.51.100.7 TLS 1.1" + suite,
		`www.example:443 2001:db8::7 - ann ` + request + ` "-" "a \"TLSv1" TLSv1.3 AES128-SHA`: "contradiction: TLS 1.3 with TLS_RSA_WITH_AES_128_CBC_SHA, which ended with TLS 1.2",
		`2001:db8::7 - ann ` + request + ` "-" "a" "TLSv1" "AES128-SHA"`:                       "2001:db8::7 TLS 1.0" + suite,
	} {
		if got := outcomes(t, line+"\n", Options{}); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

// A client that writes a version into a header must not make evidence.
func TestNginxHeadersAreNoEvidence(t *testing.T) {
	quiet := combinedStart + `"a/1" "-"` + "\n"
	log := strings.Repeat(quiet, 10) + combinedStart + `"evil" "TLSv1"` + "\n" + quiet
	if got := outcomes(t, log, Options{}); got != reasonUnmeasured {
		t.Errorf("got %q", got)
	}
	log = strings.Repeat(combinedStart+`"a/1" "-" TLSv1.3 TLS_AES_256_GCM_SHA384`+"\n", 3) +
		combinedStart + `"evil" "ECDHE-RSA-AES256-SHA" TLSv1.3 TLS_AES_256_GCM_SHA384` + "\n"
	if got := outcomes(t, log, Options{}); got != "198.51.100.7 TLS 1.3 TLS_AES_256_GCM_SHA384; 198.51.100.7 TLS 1.3 TLS_AES_256_GCM_SHA384" {
		t.Errorf("got %q", got)
	}
}

func TestNginxLayoutChangesOnTheWay(t *testing.T) {
	var log strings.Builder
	for range 1000 {
		log.WriteString(combinedStart + `"a/1"` + "\n")
	}
	log.WriteString(combinedStart + `"a/1" TLSv1 AES128-SHA` + "\n")
	log.WriteString(combinedStart + `"a/1" - -` + "\n")
	log.WriteString(combinedStart + `"a/1" 0.1 TLSv1.2 AES128-SHA` + "\n")
	recs := mustRun(t, "a.log", []byte(log.String()), Options{})
	c := coverageOf(recs)
	if c.Used != 2 || !strings.Contains(fmt.Sprint(c.Blind), "no TLS fields before line 1001") {
		t.Errorf("used %d, blind %v", c.Used, c.Blind)
	}
}

func TestNginxWithoutTLSFieldsSaysHowToTurnThemOn(t *testing.T) {
	recs := mustRun(t, "a.log", []byte(combinedStart+`"a/1"`+"\n"), Options{})
	if len(recs) != 1 || !strings.Contains(fmt.Sprint(coverageOf(recs).Blind), "$ssl_protocol $ssl_cipher';") {
		t.Errorf("got %s", ndjson(t, recs))
	}
}

func TestNginxJSON(t *testing.T) {
	tests := []struct{ line, want string }{
		{`{"remote_addr":"198.51.100.7","ssl_protocol":"TLSv1"}`, "198.51.100.7 TLS 1.0"},
		{`{ "remote_addr" : "198.51.100.7" , "x":[{"ssl_protocol":"TLSv1.3"},"}"], "y":null,"ssl_protocol":"TLSv1.1" }`, "198.51.100.7 TLS 1.1"},
		{`{"remote_addr":"198.51.100.7","http_user_agent":"\",\"ssl_protocol\":\"TLSv1","ssl_protocol":""}`, reasonPlain},
		{`{"remote_addr":"198.51.100.7","ssl_protocol":"-"}`, reasonPlain},
		{`{"remote_addr":"198.51.100.7","ssl_protocol":null}`, reasonUnmeasured},
		{`{"remote_addr":"198.51.100.7"}`, reasonUnmeasured},
		{`{"remote_addr":"198.51.100.7","ssl_protocol":"TLSv1","http_x_forwarded_for":"203.0.113.5, 10.0.0.1"}`, "203.0.113.5 TLS 1.0"},
		{`{"remote_addr":"198.51.100.7","ssl_protocol":"TLSv1","http_x_forwarded_for":""}`, "198.51.100.7 TLS 1.0"},
		{`{"remote_addr":"198.51.100.7","ssl_protocol":"TLSv1"`, "not a JSON object on a line of its own"},
		{`{"remote_addr":"198.51.100.7","ssl_protocol":"TLSv1"} x`, "not a JSON object on a line of its own"},
		{`{"remote_addr":"unix:","ssl_protocol":"TLSv1"}`, "no address or name of a client"},
		{`[]`, "not a JSON object on a line of its own"},
		{`{}`, reasonUnmeasured},
		{`{"a":[}`, "not a JSON object on a line of its own"},
		{`{"a":`, "not a JSON object on a line of its own"},
	}
	for _, tt := range tests {
		if got := outcomes(t, tt.line+"\n", Options{Format: "nginx-json"}); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestNginxNamesOfGroups(t *testing.T) {
	for in, want := range map[string]string{
		"prime256v1": "secp256r1", "P-384": "secp384r1", "X25519": "x25519", "X25519MLKEM768": "X25519MLKEM768",
		"0x11ec": "X25519MLKEM768", "": "", "nonsense": "",
	} {
		if got := groupName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		`plain`: "plain", `a \x22TLSv1\x22`: `a "TLSv1"`, `a \"b\" \\ \/`: `a "b" \ /`,
		`\u00e9\n`: "é ", `\xZZ \x2`: `\xZZ \x2`, `end\`: `end\`, `\q`: `\q`,
	} {
		if got := unescape(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
