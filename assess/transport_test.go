package assess

import "testing"

func TestScanTarget(t *testing.T) {
	for _, tt := range []struct{ server, protocol, want string }{
		{"web.example:443", "https", "web.example:443"},
		{"web.example:8443", "https", "web.example:8443"},
		{"web.example", "tls", "web.example"},
		{"web.example:443/udp", "quic", "quic://web.example:443"},
		{"[2001:db8::1]:5684/udp", "dtls", "dtls://[2001:db8::1]:5684"},
		{"mail.example:25", "smtp", "mail.example:25"},
		{"mail.example:465", "smtp", "mail.example:465"},
		{"mail.example:2525", "smtp", "smtp://mail.example:2525"},
		{"mail.example", "smtp", "smtp://mail.example"},
		{"[2001:db8::1]:2525", "smtp", "smtp://[2001:db8::1]:2525"},
		{"2001:db8::1", "imap", "imap://[2001:db8::1]"},
		{"mail.example:10993", "imaps", "mail.example:10993"},
		{"db.example:15432", "postgres", "postgres://db.example:15432"},
		{"db.example:15432", "no such protocol", "db.example:15432"},
	} {
		if got := ScanTarget(tt.server, tt.protocol); got != tt.want {
			t.Errorf("%s of %s: got %s, want %s", tt.server, tt.protocol, got, tt.want)
		}
	}
}
