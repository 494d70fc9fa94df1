package scan

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// TestTDS: there is no SQL Server to start, so this one does as [MS-TDS] says
// (sections 2.2.6.5 and 3.3.5.2): an answer of type 4, then TLS in packets of
// type 18 until the handshake is done.
func TestTDS(t *testing.T) {
	serve := func(encryption byte) string {
		return listen(t, func(c net.Conn, _ int) {
			p := &tdsServer{Conn: c}
			if _, err := p.packet(); err != nil {
				return
			}
			c.Write([]byte{4, 1, 0, 26, 0, 0, 1, 0, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 255, 16, 0, 16, 125, 0, 0, encryption})
			tls.Server(p, goConfig(t)).Handshake()
		})
	}
	got := scanServer(t, "mssql://"+serve(1), Options{})
	goTruth(all4...).check(t, got)
	if got.Protocol != "tds" {
		t.Errorf("protocol %s", got.Protocol)
	}
	got = scanServer(t, "mssql://"+serve(2), Options{})
	allUnknown(t, got)
	if !strings.Contains(got.Error, "ENCRYPT_NOT_SUP") {
		t.Errorf("error %q", got.Error)
	}
}

// tdsServer is the server's side of TLS in packets.
type tdsServer struct {
	net.Conn
	left []byte
}

func (s *tdsServer) packet() ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(s.Conn, head[:]); err != nil {
		return nil, err
	}
	b := make([]byte, int(binary.BigEndian.Uint16(head[2:]))-8)
	if _, err := io.ReadFull(s.Conn, b); err != nil || head[0] != 0x12 {
		return nil, io.ErrUnexpectedEOF
	}
	return b, nil
}

func (s *tdsServer) Read(b []byte) (int, error) {
	for len(s.left) == 0 {
		p, err := s.packet()
		if err != nil {
			return 0, err
		}
		s.left = p
	}
	n := copy(b, s.left)
	s.left = s.left[n:]
	return n, nil
}

func (s *tdsServer) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		n := min(len(rest), 500) // records do not end where packets do
		head := []byte{0x12, 0, byte((n + 8) >> 8), byte(n + 8), 0, 0, 1, 0}
		if _, err := s.Conn.Write(append(head, rest[:n]...)); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(b), nil
}

// TestInsistsOnALPN: TDS 8 and PostgreSQL's direct TLS hang up on clients that
// do not say which protocol they want.
func TestInsistsOnALPN(t *testing.T) {
	for scheme, alpn := range map[string]string{"mssql-strict": "tds/8.0", "postgres-direct": "postgresql"} {
		addr := behind(t, goConfig(t), func(c net.Conn, h tlswire.ClientHello, _, _ int) bool {
			return string(h.ALPN().First()) != alpn
		})
		goTruth(all4...).check(t, scanServer(t, scheme+"://"+addr, Options{}))
	}
}

// TestTelnet: a server with START_TLS, after draft-altman-telnet-starttls-02.
func TestTelnet(t *testing.T) {
	addr := listen(t, func(c net.Conn, _ int) {
		io.WriteString(c, "\xff\xfd\x18\xff\xfd\x2e") // DO TERMINAL-TYPE, DO START_TLS
		var got []byte
		buf := make([]byte, 1)
		for !bytes.HasSuffix(got, []byte("\xff\xfa\x2e\x01\xff\xf0")) {
			if _, err := c.Read(buf); err != nil {
				return
			}
			got = append(got, buf...)
		}
		io.WriteString(c, "\xff\xfa\x2e\x01\xff\xf0")
		tls.Server(c, goConfig(t)).Handshake()
	})
	goTruth(all4...).check(t, scanServer(t, "telnet://"+addr, Options{}))
}

// TestSlowGreeting: a server that keeps its greeting back for longer than the
// usual wait, as postscreen does, is waited for in SMTP.
func TestSlowGreeting(t *testing.T) {
	conf := goConfig(t)
	conf.MinVersion = tls.VersionTLS13 // few suites, few connections
	addr := listen(t, func(c net.Conn, _ int) {
		io.WriteString(c, "220-wait\r\n")
		time.Sleep(300 * time.Millisecond)
		io.WriteString(c, "220 go\r\n")
		c.Read(make([]byte, 512))
		io.WriteString(c, "250 STARTTLS\r\n")
		c.Read(make([]byte, 512))
		io.WriteString(c, "220 go\r\n")
		tls.Server(c, conf).Handshake()
	})
	goTruth(tlswire.TLS13).check(t, scanServer(t, "smtp://"+addr, Options{Timeout: 200 * time.Millisecond}))
}

// TestBreaksOffInDialog: a server that closes every fourth connection before
// TLS has not refused a hello, which was never sent.
func TestBreaksOffInDialog(t *testing.T) {
	conf := goConfig(t)
	conf.MinVersion = tls.VersionTLS13
	addr := mail(t, conf, func(command string, _ int) (string, bool) {
		return map[string]string{"": "+OK\r\n", "STLS": "+OK\r\n"}[command], command == "STLS"
	})
	front := listen(t, func(c net.Conn, n int) {
		if n%4 == 0 {
			io.WriteString(c, "+OK\r\n")
			return
		}
		to, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		defer to.Close()
		go func() { io.Copy(to, c); to.Close() }()
		io.Copy(c, to)
	})
	neverWrong(t, scanServer(t, "pop3://"+front, short), goTruth(tlswire.TLS13))

	closes := listen(t, func(c net.Conn, _ int) { io.WriteString(c, "+OK\r\n") })
	got := scanServer(t, "pop3://"+closes, short)
	allUnknown(t, got)
	if got.Status != evidence.StatusPartial || !strings.Contains(got.Error, "before the answer to STLS") {
		t.Errorf("status %s: %s", got.Status, got.Error)
	}
}
