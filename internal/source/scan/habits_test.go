package scan

import (
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

// TestChaCha20First: a server with an order of its own may yet put ChaCha20
// first for a client that does.
func TestChaCha20First(t *testing.T) {
	for name, c := range map[string]struct{ addr, want string }{
		"OpenSSL":            {sServer(t, "-serverpref", "-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20"), ""},
		"OpenSSL, told to":   {sServer(t, "-serverpref", "-prioritize_chacha", "-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20"), "client"},
		"OpenSSL, by itself": {sServer(t, "-serverpref", "-cipher", "ECDHE+CHACHA20:ECDHE+AESGCM"), ""},
	} {
		got := scanServer(t, c.addr, Options{})
		if s := got.Versions[tlswire.TLS12]; s.Order != "server" || s.ChaCha20 != c.want {
			t.Errorf("%s: order %q, ChaCha20 %q, want server and %q", name, s.Order, s.ChaCha20, c.want)
		}
	}
}

// TestDHBits: the size of the DH group stands in the record where DHE is done.
func TestDHBits(t *testing.T) {
	for name, c := range map[string]struct {
		cipher string
		want   int
	}{
		"DHE":   {"kDHE+AESGCM", 2048}, // as long as the key, when OpenSSL picks the group
		"ECDHE": {"kECDHE+AESGCM", 0},
	} {
		if got := scanServer(t, sServer(t, "-no_tls1_3", "-cipher", c.cipher), Options{}).DHBits; got != c.want {
			t.Errorf("%s: %d bits, want %d", name, got, c.want)
		}
	}
}
