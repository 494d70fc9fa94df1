package logs

import (
	"strings"
	"testing"
)

// What single rows of JSON formats come to: the handshake, or why there is
// none.
func TestJSONRows(t *testing.T) {
	caddy := func(tls string) string {
		return `{"ts":1772445600,"msg":"handled request","request":{"remote_ip":"198.51.100.7"` + tls + `}}`
	}
	traefik := func(rest string) string {
		return `{"ClientHost":"198.51.100.7","RequestMethod":"GET","DownstreamStatus":200` + rest + `}`
	}
	envoy := func(rest string) string {
		return `{"response_code":200,"downstream_remote_address":"198.51.100.7:1"` + rest + `}`
	}
	front := func(rest string) string {
		return `{"category":"FrontDoorAccessLog","properties":{"clientIp":"198.51.100.7","httpStatusCode":"200"` + rest + `}}`
	}
	tests := []struct{ format, line, want string }{
		{"caddy", caddy(`,"tls":{"version":769}`), "198.51.100.7 TLS 1.0"},
		{"caddy", caddy(`,"client_ip":"203.0.113.5","tls":{"version":770}`), "203.0.113.5 TLS 1.1"},
		{"caddy", caddy(`,"tls":{"version":9}`), "the version is none that is known"},
		{"caddy", caddy(``), reasonPlain},
		{"caddy", `{"ts":1,"level":"info","msg":"handled request"}`, ""},
		{"caddy", `{"a":1}`, "an object without the members that tell this log"},
		{"caddy", `{"a":`, reasonNoObject},
		{"traefik", traefik(`,"TLSVersion":"1.0"`), "198.51.100.7 TLS 1.0"},
		{"traefik", traefik(`,"RequestScheme":"http"`), reasonPlain},
		{"traefik", traefik(`,"RequestScheme":"https"`), reasonUnmeasured},
		{"traefik", traefik(`,"RequestScheme":"https","TLSVersion":"1.2","StartUTC":"soon"`), "time cannot be read"},
		{"traefik", "time=\"2026-03-02T10:00:00Z\" level=info", ""},
		{"envoy", envoy(`,"downstream_tls_version":"TLSv1"`), "198.51.100.7 TLS 1.0"},
		{"envoy", envoy(`,"downstream_tls_version":"-"`), reasonPlain},
		{"envoy", envoy(`,"downstream_tls_version":null`), reasonPlain},
		{"envoy", envoy(``), reasonUnmeasured},
		{"azure-frontdoor", front(`,"securityProtocol":"TLS 1.0"`), "198.51.100.7 TLS 1.0"},
		{"azure-frontdoor", front(`,"securityProtocol":"TLSv1"`), "198.51.100.7 TLS 1.0"},
		{"azure-frontdoor", front(`,"securityProtocol":null`), reasonPlain},
		{"azure-frontdoor", front(`,"securityProtocol":""`), reasonUnmeasured},
		{"azure-frontdoor", front(``), reasonUnmeasured},
		{"suricata", `{"timestamp":"2026-03-02T10:00:00.1+0000","event_type":"tls","src_ip":"198.51.100.7","tls":{"version":"TLSv1"}}`, "198.51.100.7 TLS 1.0"},
		{"suricata", `{"timestamp":"2026-03-02T10:00:00.1+0000","event_type":"tls","src_ip":"198.51.100.7","tls":{"version":"UNDETERMINED"}}`, reasonNoServerHello},
		{"suricata", `{"timestamp":"2026-03-02T10:00:00.1+0000","event_type":"alert","src_ip":"198.51.100.7","tls":{"version":"TLSv1"}}`, ""},
	}
	for _, tt := range tests {
		if got := outcomes(t, tt.line+"\n", Options{Format: tt.format}); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.format, tt.line, got, tt.want)
		}
	}
}

func TestClientFieldOfJSON(t *testing.T) {
	line := `{"ts":1772445600,"msg":"handled request","request":{"remote_ip":"192.0.2.1","headers":{"X-Forwarded-For":["203.0.113.5, 192.0.2.1"]},"tls":{"version":769}}}` + "\n"
	if got := outcomes(t, line, Options{Format: "caddy", ClientField: "request.headers.X-Forwarded-For"}); got != "203.0.113.5 TLS 1.0" {
		t.Error(got)
	}
}

// Programs write JSON of all kinds: none is a log of TLS for that.
func TestJSONThatIsNoLogIsNotClaimed(t *testing.T) {
	for _, text := range []string{
		`{"name":"x","version":"1.0","dependencies":{}}`,
		`{"level":"info","ts":1,"msg":"started"}`,
		`[{"key":"Legacy TLS","value":"True"}]`,
		`{"timestamp":"2026-03-02T10:00:00Z","message":"TLSv1"}`,
		`{"kind":"handshake","client":{"ip":"198.51.100.7"},"negotiated":"TLS 1.0"}`,
		`{"request":{"remote_ip":1}}`,
		"host,product,version,owner\nSRV1,Skype,TLS 1.0,ann\n",
		"protocol,port\nTLS 1.0,443\n",
		"date,volume\n2026-03-02,1\n",
		strings.Repeat(`{"a":`, 20000),
		strings.Repeat(`[`, 60000),
	} {
		if got, ok := Detect("x.json", []byte(text+"\n")); ok {
			t.Errorf("%.60s is claimed by %s", text, got)
		}
	}
}

func TestPortBehind(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7:443": "443", "[2001:db8::1]:8443": "8443", "2001:db8::1": "", "192.0.2.7": "", "": "", ":1": "",
	} {
		if got := string(portBehind([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestWholeSeconds(t *testing.T) {
	for in, want := range map[string]string{
		"1772445600": "1772445600", "1772445600123": "1772445600", "1772445600123456789": "1772445600", "1772445600.123": "1772445600.123", "12": "12",
	} {
		if got := string(wholeSeconds([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
