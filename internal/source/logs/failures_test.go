package logs

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// failures is each handshake of a log with its end, or the reasons why there
// is none.
func failures(t *testing.T, log string, opt Options) string {
	t.Helper()
	recs := mustRun(t, "a.log", []byte(log), opt)
	var out []string
	for _, h := range handshakesOf(recs) {
		var alert evidence.Alert
		if h.Alert != nil {
			alert = *h.Alert
		}
		words := []string{h.Client.IP, h.Server.Name, h.Server.IP, fmt.Sprint(h.Server.Port), string(h.Outcome), alert.From, alert.Name}
		words = slices.DeleteFunc(words, func(w string) bool { return w == "" || w == "0" })
		out = append(out, strings.Join(words, " "))
	}
	for _, s := range coverageOf(recs).Skipped {
		out = append(out, s.Reason)
	}
	return strings.Join(out, "; ")
}

func TestOpenSSLReasons(t *testing.T) {
	for text, want := range map[string]string{
		"error:0A000102:SSL routines::unsupported protocol":                                                    "refused server protocol_version",
		"error:1408A10B:SSL routines:SSL3_GET_CLIENT_HELLO:wrong version number":                               "refused server protocol_version",
		"error:140760FC:SSL routines:SSL23_GET_CLIENT_HELLO:unknown protocol":                                  "refused",
		"error:0A0000C1:SSL routines::no shared cipher":                                                        "refused server handshake_failure",
		"error:0A000175:SSL routines::inappropriate fallback":                                                  "refused server inappropriate_fallback",
		"error:0A00042E:SSL routines::tlsv1 alert protocol version:SSL alert number 70":                        "aborted client protocol_version",
		"error:0A000416:SSL routines::sslv3 alert certificate unknown (SSL alert number 46)":                   "aborted client certificate_unknown",
		"error:0A000126:SSL routines::unexpected eof while reading":                                            "unfinished",
		"error:0A00009C:SSL routines::http request":                                                            reasonPlainHTTP,
		"error:0A00010B:SSL routines::wrong version number":                                                    reasonPlainBytes,
		"error:0A00006C:SSL routines::bad key share":                                                           "refused",
		"error:0A000416:SSL routines::alert:SSL alert number 999999999999999999999999999999999999999999999999": "aborted",
	} {
		var r row
		r.reset()
		s, reason := opensslFailure([]byte(text), &r)
		got := reason
		if s == failedRow {
			outcome := r.outcome
			if outcome == "" {
				outcome = evidence.Refused
			}
			got = strings.TrimSpace(fmt.Sprint(outcome, " ", r.alert.From, " ", r.alert.Name))
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestNginxError(t *testing.T) {
	const start = "2026/03/02 10:00:00 [info] 7#7: *1 "
	for line, want := range map[string]string{
		start + "SSL_do_handshake() failed (SSL: error:0A000102:SSL routines::unsupported protocol) while SSL handshaking, client: 198.51.100.7, server: 0.0.0.0:443": "198.51.100.7 443 refused server protocol_version",
		start + "client closed connection while SSL handshaking, client: 2001:db8::7, server: [2001:db8::10]:443":                                                     "2001:db8::7 2001:db8::10 443 unfinished",
		start + "SSL_do_handshake() failed (SSL: error:0A00009C:SSL routines::http request) while SSL handshaking, client: 198.51.100.7, server: 192.0.2.10:443":      reasonPlainHTTP,
		start + "open() \"/x\" failed (2: No such file or directory), client: 198.51.100.7, server: www.example, request: \"GET /x HTTP/1.1\"":                        "",
		start + "peer closed connection in SSL handshake while SSL handshaking, client: 198.51.100.7":                                                                 "the line does not name the server to its end",
		strings.Replace(start, "03/02", "13/32", 1) + "x while SSL handshaking, client: 198.51.100.7, server: 192.0.2.10:443":                                         "time cannot be read",
		"no line of such a log": "not a line of nginx's error log",
	} {
		if got := failures(t, line+"\n", Options{Format: "nginx-error"}); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

// Apache names the client on one line and the reason on a later one of that
// thread; threads are mixed, and the reason may never come.
func TestApacheErrorJoins(t *testing.T) {
	const stamp = "[Mon Mar 02 10:00:00.000000 2026] [ssl:info] "
	failed := func(thread int) string {
		return stamp + fmt.Sprintf("[pid 1:tid %d] [client 198.51.100.%d:5000] AH02008: SSL library error 1 in handshake (server www.example:443)\n", thread, thread)
	}
	reason := func(thread int, text string) string {
		return stamp + fmt.Sprintf("[pid 1:tid %d] SSL Library Error: error:0A000102:SSL routines::%s\n", thread, text)
	}
	closed := stamp + "[pid 1:tid 7] [client 198.51.100.7:5000] AH01998: Connection closed to child 1 with abortive shutdown (server www.example:443)\n"
	var many strings.Builder
	for i := range maxPending + 1 {
		many.WriteString(failed(i + 1))
	}
	for log, want := range map[string]string{
		failed(7) + failed(8) + reason(8, "no shared cipher") + reason(7, "unsupported protocol"): "198.51.100.7 www.example 443 refused server protocol_version; 198.51.100.8 www.example 443 refused server handshake_failure",
		failed(7) + closed + reason(7, "unsupported protocol"):                                    "198.51.100.7 www.example 443 refused",
		reason(7, "unsupported protocol"):                                                         "",
		failed(7) + reason(7, "wrong version number"):                                             reasonPlainBytes,
		many.String(): "198.51.100.1 www.example 443 refused",
		"[Mon Mar  2 10:00:00 2026] [info] [client 2001:db8::7] SSL library error 1 in handshake (server www.example:443)\n" +
			"[Mon Mar  2 10:00:00 2026] [info] SSL Library Error: 336109835 error:1408A10B:SSL routines:SSL3_GET_CLIENT_HELLO:wrong version number\n": "2001:db8::7 www.example 443 refused server protocol_version",
	} {
		if got := failures(t, log, Options{Format: "apache-error"}); got != want {
			t.Errorf("%s: got %q, want %q", log, got, want)
		}
	}
}

func TestHAProxyLines(t *testing.T) {
	const start = "198.51.100.7:5000 [02/Mar/2026:10:00:00.082] "
	const suite = " TLS_RSA_WITH_AES_128_CBC_SHA"
	for line, want := range map[string]string{
		start + `in~ b/s 0/0/1/9/61 200 2694 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1" AES128-SHA TLSv1`:                                    "198.51.100.7 TLS 1.0" + suite,
		start + `in~ b/s 0/0/1/9/61 200 2694 - - ---- 1/1/1/1/0 0/0 {TLSv1 x|#22} "GET / HTTP/1.1" TLSv1.2`:                               "198.51.100.7 TLS 1.2",
		start + `in~ b/s 0/0/1/9/61 200 2694 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1" 0/0000000000000000/0/0/0 a.example/TLSv1/AES128-SHA`: "198.51.100.7 TLS 1.0" + suite,
		start + `in~ b/s 2/1/2 207 -- 2/1/0/0/0 0/0 TLSv1 AES128-SHA`:                                                                     "198.51.100.7 TLS 1.0" + suite,
		start + `in~ b/s 2/1/2 207 -- 2/1/0/0/0 0/0`:                                                                                      reasonTLSOnly,
		start + `in b/s 2/1/2 207 -- 2/1/0/0/0 0/0`:                                                                                       reasonPlainProxy,
		start + `in b/s 0/0/1/9/61 200 2694 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1"`:                                                      reasonPlainProxy,
		start + `in~ b/s 0/0/1/9/61 200 2694 - - ---- 1/1/1/1/0 0/0 "GET /`:                                                               "line does not fit httplog, httpslog or tcplog",
		`Connect from 198.51.100.7:5000 to 192.0.2.10:443 (www/HTTP)`:                                                                     "not a line of HAProxy's httplog, httpslog, tcplog or about an error",
	} {
		if got := outcomes(t, line+"\n", Options{Format: "haproxy"}); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
	for line, want := range map[string]string{
		start + "in/1: SSL handshake failure":                                                     "198.51.100.7 in refused",
		start + "in/1: SSL handshake failure (error:0A000102:SSL routines::unsupported protocol)": "198.51.100.7 in refused server protocol_version",
		start + "in/1: Timeout during SSL handshake":                                              "198.51.100.7 in unfinished",
		start + "in/1: SSL client certificate not trusted":                                        "198.51.100.7 in aborted",
		start + "in/1: Stopped a TLSv1 heartbeat attack (CVE-2014-0160)":                          "198.51.100.7 in aborted",
		start + "in/1: Timeout while waiting for PROXY protocol header":                           "",
	} {
		if got := failures(t, line+"\n", Options{Format: "haproxy"}); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

func TestNLBTellsWhoGaveUp(t *testing.T) {
	const row = "tls 2.0 2026-03-02T10:00:00 net/nlb/1 2 198.51.100.7:5639 192.0.2.10:443 5 2 98 246 %s arn - - - - www.example - - -\n"
	for alert, want := range map[string]string{
		"-": "198.51.100.7 www.example 192.0.2.10 443 unfinished", "70": "198.51.100.7 www.example 192.0.2.10 443 aborted client protocol_version",
	} {
		if got := failures(t, fmt.Sprintf(row, alert), Options{Format: "aws-nlb"}); got != want {
			t.Errorf("%s: got %q, want %q", alert, got, want)
		}
	}
}

func TestAWSEndpoints(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7:443": "192.0.2.7 443", "[2001:db8::7]:443": "[2001:db8::7] 443", "2001:db8::7:443": "2001:db8::7 443", "-": "- ",
	} {
		if host, port := awsEndpoint([]byte(in)); string(host)+" "+string(port) != want {
			t.Errorf("%s: got %s %s", in, host, port)
		}
	}
}

func TestVersionSpellings(t *testing.T) {
	for in, want := range map[string]tlswire.Version{
		"TLSv1": tlswire.TLS10, "TLSv1.0": tlswire.TLS10, "tlsv10": tlswire.TLS10, "tlsv13": tlswire.TLS13, "TLS1.2": tlswire.TLS12,
		"TLS/1.1": tlswire.TLS11, "TLS 1.3": tlswire.TLS13, "TLS1_2": tlswire.TLS12, "SSL3.0": tlswire.SSL30, "SSLv2": tlswire.SSL20,
		"TLSv2": 0, "TLS": 0, "TLSv1.4": 0, "TLS_AES_": 0, "SSLv1": 0, "TLSv1.2x": 0, "1.2": 0, "": 0, "TLSv": 0, "TLSv1.": 0,
	} {
		if got, ok := versionSpelled([]byte(in)); got != want || ok != (want != 0) {
			t.Errorf("%q: got %v", in, got)
		}
	}
	for in, want := range map[string]tlswire.Version{"1.2": tlswire.TLS12, "772": tlswire.TLS13, "0x0301": tlswire.TLS10, "3.1": 0, "2": 0} {
		if got, _ := versionBare([]byte(in)); got != want {
			t.Errorf("%q: got %v", in, got)
		}
	}
}
