package logs

import (
	"errors"
	"strings"
	"testing"
)

func TestLayout(t *testing.T) {
	tests := []struct{ layout, line, want string }{
		{
			`$remote_addr [$time_iso8601] $ssl_protocol/$ssl_cipher "$http_user_agent"`,
			`198.51.100.7 [2026-03-02T10:00:00+00:00] TLSv1/AES128-SHA "x"`, "198.51.100.7 TLS 1.0 TLS_RSA_WITH_AES_128_CBC_SHA",
		},
		{
			`log_format tls escape=json '${remote_addr}|$msec|'` + "\n\t" + `'$ssl_protocol|"$http_user_agent"';`,
			`198.51.100.7|1772445600.123|TLSv1.3|"x \"TLSv1\" y"`, "198.51.100.7 TLS 1.3",
		},
		{
			`{"ip":"$remote_addr","v":"$ssl_protocol","ua":"$http_user_agent"}`,
			`{"ip":"198.51.100.7","v":"TLSv1","ua":"a \" b"}`, "198.51.100.7 TLS 1.0",
		},
		{`$http_x_forwarded_for $remote_addr $ssl_protocol`, `203.0.113.5, 192.0.2.1 192.0.2.9 TLSv1.1`, "203.0.113.5 TLS 1.1"},
		{`$remote_addr $ssl_protocol`, `198.51.100.7 -`, reasonPlain},
		{`$remote_addr $ssl_protocol`, `198.51.100.7 TLSv9`, reasonNoVersion},
		{`$remote_addr $ssl_protocol $status`, `198.51.100.7 TLSv1`, "line does not fit the layout"},
		{`$remote_addr $ssl_protocol end`, `198.51.100.7 TLSv1 end and more`, "line does not fit the layout"},
		{`$remote_addr $ssl_protocol $time_local`, `198.51.100.7 TLSv1 yesterday`, "time cannot be read"},
		{`$remote_addr $status`, `198.51.100.7 200`, reasonUnmeasured},
		// Apache
		{
			`LogFormat "%h %l %u %t \"%r\" %>s %b %{SSL_PROTOCOL}x \"%{User-agent}i\"" tls`,
			`198.51.100.7 - ann [02/Mar/2026:10:00:00 +0000] "GET /\" TLSv1 HTTP/1.1" 200 5 TLSv1.3 "a"`, "198.51.100.7 TLS 1.3",
		},
		{
			`CustomLog logs/tls.log "%v:%p %a %t \"%r\" %!200s %{SSL_PROTOCOL}x/%{SSL_CIPHER}x"`,
			`www.example:443 198.51.100.7 [02/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" - TLS1.0/AES128-SHA`, "198.51.100.7 TLS 1.0 TLS_RSA_WITH_AES_128_CBC_SHA",
		},
		{`%{X-Forwarded-For}i %h %{version}c`, `203.0.113.5, 192.0.2.1 192.0.2.9 TLSv1.1`, "203.0.113.5 TLS 1.1"},
		{`%h %{sec}t 100%% %{SSL_PROTOCOL}x`, `pc7.example 1772445600 100% TLSv1`, "pc7.example TLS 1.0"},
		{`"%h %{SSL_PROTOCOL}x"`, `198.51.100.7 -`, reasonPlain},
		// HAProxy
		{
			`log-format "%ci:%cp [%tr] %ft %b/%s %hr %hs %{+Q}r %[ssl_fc_sni] %sslv %sslc"`,
			`Mar  2 10:00:00 lb1 haproxy[2121]: 198.51.100.7:13062 [02/Mar/2026:10:00:00.082] https-in~ be/web1 {a|b} "GET / HTTP/1.1" www.example TLSv1 AES128-SHA`, "198.51.100.7 TLS 1.0 TLS_RSA_WITH_AES_128_CBC_SHA",
		},
		{
			`%ci:%cp [%tr] %ft %b/%s %hr %hs %{+Q}r %sslv %sslc`,
			`198.51.100.7:13062 [02/Mar/2026:10:00:00.082] https-in~ be/web1 "GET / HTTP/1.1" TLSv1.2 -`, "198.51.100.7 TLS 1.2",
		},
		{`log-format %ci\ %ft\ %[ssl_fc_protocol]`, `198.51.100.7 http-in -`, reasonPlainProxy},
		{`%ci %ft`, `198.51.100.7 https-in~`, reasonTLSOnly},
		{`%ci %ft`, `198.51.100.7 http-in`, reasonUnmeasured},
		// Envoy
		{
			`[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% "%REQ(USER-AGENT)%" %DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_TLS_VERSION% %DOWNSTREAM_TLS_CIPHER%\n`,
			`[2026-03-02T10:00:00.123Z] "GET / HTTP/1.1" 200 "a \"TLSv1\"" 198.51.100.7:5000 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256`, "198.51.100.7 TLS 1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
		},
		{`%START_TIME(%Y-%m-%d %H:%M:%S)% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_TLS_VERSION%`, `2026-03-02 10:00:00 198.51.100.7 -`, "time cannot be read"},
		{`[%START_TIME(%Y-%m-%d %H:%M:%S)%] %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_TLS_VERSION%`, `[2026-03-02 10:00:00] 198.51.100.7 -`, reasonPlain},
		// W3C
		{"#Fields: date time c-ip x-tls-version cs(User-Agent)", "2026-03-02\t10:00:00\t198.51.100.7\tTLS/1.1\ta b", "198.51.100.7 TLS 1.1"},
		{"#Fields: c-ip ssl-protocol ssl-cipher", "198.51.100.7 TLSv1 AES128-SHA", "198.51.100.7 TLS 1.0 TLS_RSA_WITH_AES_128_CBC_SHA"},
		{"#Fields: c-ip ssl-protocol", "198.51.100.7 TLSv1 more", "row does not have the columns of its #Fields line"},
		// JSON
		{
			`json client=remote.ip version=tls.proto agent=request.headers.User-Agent suite=c time=ts`,
			`{"ts":1772445600.25,"remote":{"ip":"198.51.100.7","port":1},"tls":{"proto":769},"request":{"headers":{"User-Agent":["a","b"]}},"c":"AES128-SHA"}`, "198.51.100.7 TLS 1.0 TLS_RSA_WITH_AES_128_CBC_SHA",
		},
		{`json client=ip version=v`, `{"x":{"v":"TLSv1"},"ip":"198.51.100.7","v":""}`, reasonPlain},
		{`json client=ip version=v`, `{"ip":"198.51.100.7","v":null}`, reasonUnmeasured},
		{`json client=ip version=v`, `{"ip":"198.51.100.7","v":"1.2"}`, "198.51.100.7 TLS 1.2"},
	}
	for _, tt := range tests {
		if got := outcomes(t, tt.line+"\n", Options{Layout: tt.layout}); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.layout, got, tt.want)
		}
	}
}

func TestBadOptions(t *testing.T) {
	tests := []struct {
		opt  Options
		want string
	}{
		{Options{Format: "nosuch"}, `"nosuch": log format not known: want one of iis, combined`},
		{Options{Days: "some"}, "days \"some\": want all, weak or none"},
		{Options{Format: "iis", Layout: "$status"}, "the layout is one of nginx, for the format combined, not iis"},
		{Options{Layout: "no variable"}, "it has no variable"},
		{Options{Layout: "$remote_addr$status"}, "nothing between $status and the variable before it"},
		{Options{Layout: "${remote_addr"}, "${ without its }"},
		{Options{Layout: "a $ b"}, "$ without a name"},
		{Options{Layout: "log_format x 'abc"}, "' is not closed"},
		{Options{Layout: "%h%{SSL_PROTOCOL}x"}, "nothing between %{SSL_PROTOCOL}x and the variable before it"},
		{Options{Layout: "%h %{SSL_PROTOCOL"}, "%{ without its }"},
		{Options{Layout: `LogFormat "%h`}, "\" is not closed"},
		{Options{Layout: "%ci %[ssl_fc_sni"}, "%[ without its ]"},
		{Options{Layout: "%ci %sslv %{+Q"}, "%{ without its }"},
		{Options{Layout: "%REQ(A)% %DOWNSTREAM_TLS_VERSION"}, "% without its %"},
		{Options{Layout: "#Fields: date time"}, "names no field for the client"},
		{Options{Layout: "json client=a"}, "it does not say where version is: version=PATH"},
		{Options{Layout: "json client=a version=b colour=c"}, `"colour=c": want NAME=PATH with a name of agent, client`},
		{Options{Format: "nginx", Layout: "%ci %sslv"}, "the layout is one of haproxy, for the format haproxy, not nginx"},
	}
	for _, tt := range tests {
		_, err := collect(t.Context(), "a.log", strings.NewReader("x\n"), tt.opt)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: error %v, want %q", tt.opt, err, tt.want)
		}
		if tt.opt.Format == "nosuch" && !errors.Is(err, ErrUnknownFormat) {
			t.Error("not ErrUnknownFormat")
		}
	}
}
