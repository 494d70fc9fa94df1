package watch

import (
	"context"
	"crypto/tls"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/quicwire"
)

// A quicSide is one end of a handshake that crypto/tls makes.
type quicSide struct {
	conn *tls.QUICConn
	sent int // bytes in Initial packets
	done bool
}

// quicReal has crypto/tls make a handshake of which the hellos go into Initial
// packets of at most size bytes of CRYPTO data, backwards.
func quicReal(t *testing.T, c *capture, client, server *tls.Config, size int) {
	ctx, q := context.Background(), c.quic(t, quicwire.V1)
	sides := [2]*quicSide{
		{conn: tls.QUICClient(&tls.QUICConfig{TLSConfig: client})},
		{conn: tls.QUICServer(&tls.QUICConfig{TLSConfig: server})},
	}
	for i, s := range sides {
		_, transport := quicwire.TransportParameters(quicwire.V1, []byte{byte(i)})
		s.conn.SetTransportParameters(transport)
		if err := s.conn.Start(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for moved := true; moved; {
		moved = false
		for who, s := range sides {
			for e := s.conn.NextEvent(); e.Kind != tls.QUICNoEvent; e = s.conn.NextEvent() {
				moved = true
				switch e.Kind {
				case tls.QUICHandshakeDone:
					s.done = true
				case tls.QUICWriteData:
					q.carry(who, s, e.Level, e.Data, size)
					if err := sides[1-who].conn.HandleData(e.Level, e.Data); err != nil {
						t.Log(err)
					}
				}
			}
		}
	}
	if sides[0].done {
		q.udp(0, quicShort())
	}
}

// carry puts handshake bytes of one level into datagrams.
func (q *quicTalker) carry(who int, s *quicSide, level tls.QUICEncryptionLevel, data []byte, size int) {
	if level != tls.QUICEncryptionLevelInitial {
		q.udp(who, quicHandshake(q.version, len(data)+20))
		return
	}
	for from := (len(data) - 1) / size * size; from >= 0; from -= size {
		q.udp(who, q.initial(who, crypto(s.sent+from, data[from:min(len(data), from+size)])))
	}
	s.sent += len(data)
}

// TestQUICOfGo reads the hellos of a real stack, with a key share for ML-KEM
// that needs two packets, and with a HelloRetryRequest.
func TestQUICOfGo(t *testing.T) {
	der, key := ownKeyPair(t)
	client := &tls.Config{ServerName: "a.example", InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, NextProtos: []string{"h3"}}
	server := &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS13, NextProtos: []string{"h3"},
	}
	retry := server.Clone()
	retry.CurvePreferences = []tls.CurveID{tls.CurveP384}
	other := server.Clone()
	other.NextProtos = []string{"doq"}
	for _, tt := range []struct {
		name   string
		server *tls.Config
		want   string
	}{
		{"completed", server, "TLS 1.3 completed X25519MLKEM768"},
		{"retry", retry, "TLS 1.3 completed secp384r1"},
		{"no protocol in common", other, "- unfinished "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, size := range []int{100, 700, 1100} {
				c := newCapture()
				quicReal(t, c, client, tt.server, size)
				h := one(t, c)
				if got := summary(h) + " " + h.Group; got != tt.want {
					t.Errorf("%d: got %q, want %q", size, got, tt.want)
				}
				if h.Server.Name != "a.example" || h.Client.JA4 == "" || h.Outcome == evidence.Refused {
					t.Errorf("%d: %+v", size, h)
				}
			}
		})
	}
}
