package scan

import (
	"crypto/tls"
	"net"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// TestCutAfterHandshake: a server that ends the connection with what was said
// last unread resets it. That is no word about tickets; without it the server
// is heard to the end.
func TestCutAfterHandshake(t *testing.T) {
	conf := goConfig(t)
	conf.MinVersion, conf.SessionTicketsDisabled = tls.VersionTLS13, true
	got := scanServer(t, listen(t, func(c net.Conn, _ int) {
		if tls.Server(c, conf).Handshake() == nil {
			time.Sleep(20 * time.Millisecond) // so that the word comes before the end
		}
		c.Close()
	}), Options{})
	if got.Facts == nil || got.Facts.PSK != evidence.NotDone {
		t.Errorf("facts %+v", got.Facts)
	}
}
