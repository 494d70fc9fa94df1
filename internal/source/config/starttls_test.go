package config_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// starters ask a server of a protocol to begin TLS.
var starters = map[string]func(net.Conn) error{
	"postgres": func(c net.Conn) error {
		if _, err := c.Write([]byte{0, 0, 0, 8, 4, 210, 22, 47}); err != nil {
			return err
		}
		var b [1]byte
		if _, err := io.ReadFull(c, b[:]); err != nil || b[0] != 'S' {
			return errors.Join(err, errors.New("no TLS"))
		}
		return nil
	},
	"mysql": func(c net.Conn) error {
		var head [4]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return err
		}
		greeting := make([]byte, int(head[0])|int(head[1])<<8|int(head[2])<<16)
		if _, err := io.ReadFull(c, greeting); err != nil {
			return err
		}
		request := make([]byte, 36)
		copy(request, []byte{32, 0, 0, 1, 0x85, 0xae, 0xff, 0, 0, 0, 0, 1, 33})
		_, err := c.Write(request)
		return err
	},
	"ldap": func(c net.Conn) error {
		oid := "1.3.6.1.4.1.1466.20037"
		msg := append([]byte{0x30, byte(7 + len(oid)), 2, 1, 1, 0x77, byte(2 + len(oid)), 0x80, byte(len(oid))}, oid...)
		if _, err := c.Write(msg); err != nil {
			return err
		}
		r := bufio.NewReaderSize(io.LimitReader(c, 2), 16)
		head, err := r.Peek(2)
		if err != nil {
			return err
		}
		_, err = io.ReadFull(c, make([]byte, int(head[1])))
		return err
	},
}

// ask tries each version with Go's own client, for protocols in which TLS is
// asked for first.
func ask(t *testing.T, u *url.URL) *evidence.Server {
	t.Helper()
	s := &evidence.Server{Target: u.Host, Status: evidence.StatusOK, Versions: map[tlswire.Version]*evidence.VersionState{}}
	var suites []uint16
	for _, c := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		suites = append(suites, c.ID)
	}
	for v := tlswire.TLS10; v <= tlswire.TLS13; v++ {
		c, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		if err := starters[u.Scheme](c); err != nil {
			t.Fatalf("%s: %v", u, err)
		}
		conn := tls.Client(c, &tls.Config{MinVersion: uint16(v), MaxVersion: uint16(v), CipherSuites: suites, InsecureSkipVerify: true})
		state, because := evidence.Accepted, "handshake"
		if err := conn.Handshake(); err != nil {
			state, because = evidence.Rejected, err.Error()
		}
		s.Versions[v] = &evidence.VersionState{State: state, Because: because}
		c.Close()
	}
	return s
}
