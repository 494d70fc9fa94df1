package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"time"
)

// serverName is the name in recorded hellos; the figures are replaced.
const serverName = "s0000.bench.example"

// A template is a recorded connection.
type template struct {
	writes                                       []write
	offered, negotiated, suite, outcome, limited string
	resumed                                      bool
	reset                                        bool    // ended by the server with RST
	randoms                                      []place // of both hellos, to be made fresh
	names                                        []place
}

// A write is what one side handed to TCP at once.
type write struct {
	dir  int // 0 from the client
	data []byte
}

// A place is one in the writes of a template.
type place struct {
	write, at, size int
	dir             int // whose random
}

// A pair names a sort of client and a sort of server.
type pair struct{ client, server int }

// record has each client meet each server, twice where that resumes.
func record() (map[pair][]*template, error) {
	cert, roots, err := certificate()
	if err != nil {
		return nil, err
	}
	all := map[pair][]*template{}
	offered := map[int]string{} // by clients; a server that does not look cannot say
	for si, s := range servers() {
		s.config.Certificates = []tls.Certificate{cert}
		for ci, c := range clients() {
			if !meet(c, s) {
				continue
			}
			c.config.ServerName, c.config.ClientSessionCache = serverName, tls.NewLRUClientSessionCache(4)
			if c.deed != distrust {
				c.config.RootCAs = roots
			} else {
				c.config.RootCAs = x509.NewCertPool()
			}
			for range 3 {
				t, err := recordOne(c, s)
				if err != nil {
					return nil, fmt.Errorf("%s with %s: %w", c.name, s.name, err)
				}
				if t.offered != "" {
					offered[ci] = t.offered
				}
				t.offered = offered[ci]
				all[pair{ci, si}] = append(all[pair{ci, si}], t)
			}
		}
	}
	return all, nil
}

func certificate() (tls.Certificate, *x509.CertPool, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	sheet := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: serverName}, DNSNames: []string{serverName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, sheet, sheet, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots, err
}

// A tap notes what is written to a connection.
type tap struct {
	net.Conn
	dir int
	t   *template
	mu  *sync.Mutex
}

func (c tap) Write(b []byte) (int, error) {
	c.mu.Lock()
	c.t.writes = append(c.t.writes, write{c.dir, bytes.Clone(b)})
	c.mu.Unlock()
	return c.Conn.Write(b)
}

// recordOne has two parties talk over loopback and notes what crypto/tls says
// of it.
func recordOne(c, s *party) (*template, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	t, mu := &template{reset: s.deed == resets}, new(sync.Mutex)
	served := make(chan tls.ConnectionState, 1)
	serverConfig := s.config.Clone()
	serverConfig.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		t.offered = versions(hello.SupportedVersions)
		return nil, nil
	}
	go func() {
		conn, err := l.Accept()
		if err != nil {
			served <- tls.ConnectionState{}
			return
		}
		defer conn.Close()
		served <- serve(tap{conn, 1, t, mu}, s.deed, serverConfig)
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	state, cerr := ask(tap{conn, 0, t, mu}, c.config.Clone())
	conn.Close()
	other := <-served
	t.judge(state, other, cerr)
	return t, t.findPlaces()
}

const request = "GET / HTTP/1.1\r\nHost: bench.example\r\nAccept: */*\r\n\r\n"

// answerSize makes connections 6.4 kB long on average.
const answerSize = 5800

func ask(conn net.Conn, config *tls.Config) (tls.ConnectionState, error) {
	tc := tls.Client(conn, config)
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if err := tc.Handshake(); err != nil {
		return tls.ConnectionState{}, err
	}
	if _, err := io.WriteString(tc, request); err != nil {
		return tls.ConnectionState{}, err
	}
	if _, err := io.ReadFull(tc, make([]byte, answerSize)); err != nil {
		return tls.ConnectionState{}, err
	}
	return tc.ConnectionState(), tc.CloseWrite()
}

func serve(conn net.Conn, do deed, config *tls.Config) tls.ConnectionState {
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if do != proper {
		conn.Read(make([]byte, 4<<10))
		return tls.ConnectionState{}
	}
	tc := tls.Server(conn, config)
	defer tc.Close()
	if err := tc.Handshake(); err == nil {
		if _, err := io.ReadFull(tc, make([]byte, len(request))); err == nil {
			tc.Write(make([]byte, answerSize))
			tc.Read(make([]byte, 1))
		}
	}
	return tc.ConnectionState()
}

// judge fills in the truth.
func (t *template) judge(client, server tls.ConnectionState, err error) {
	const alert, serverHello = 21, 2
	answered := false // with a ServerHello
	for _, w := range t.writes {
		if w.dir == 1 {
			answered = w.data[0] != alert && w.data[5] == serverHello
			break
		}
	}
	version := server.Version
	switch {
	case err == nil:
		t.outcome = "completed"
	case answered:
		t.outcome = "aborted"
	default:
		t.outcome, version = "refused", 0
	}
	if version != 0 {
		t.negotiated, t.suite = tls.VersionName(version), tls.CipherSuiteName(server.CipherSuite)
	}
	t.resumed = client.DidResume
	if t.outcome == "completed" && version < tls.VersionTLS12 {
		t.limited = "client"
		if strings.Contains(t.offered, "TLS 1.2") || strings.Contains(t.offered, "TLS 1.3") {
			t.limited = "server"
		}
	}
}

func versions(list []uint16) string {
	var names []string
	for _, v := range list {
		names = append([]string{tls.VersionName(v)}, names...)
	}
	return strings.Join(names, ",")
}

// retryRandom begins the random of a HelloRetryRequest (RFC 8446, 4.1.3).
var retryRandom = []byte{0xcf, 0x21, 0xad, 0x74}

// findPlaces finds what is different in each connection.
func (t *template) findPlaces() error {
	const at = 5 + 4 + 2 // record, message, version
	var seen [2][]byte
	for i, w := range t.writes {
		if len(w.data) < at+32 || w.data[0] != 22 {
			// After a retry a ChangeCipherSpec comes before the second hello.
		} else if r := w.data[at : at+32]; seen[w.dir] == nil && !bytes.HasPrefix(r, retryRandom) {
			seen[w.dir] = r
		}
		if r := seen[w.dir]; r != nil {
			if n := bytes.Index(w.data, r); n >= 0 {
				size := 32
				if bytes.HasPrefix(r[24:], []byte("DOWNGRD")) {
					size = 24
				}
				t.randoms = append(t.randoms, place{i, n, size, w.dir})
			}
		}
		if n := bytes.Index(w.data, []byte(serverName)); n >= 0 && w.dir == 0 {
			t.names = append(t.names, place{write: i, at: n + 1, size: 4})
		}
	}
	if len(t.names) == 0 || seen[0] == nil {
		return fmt.Errorf("no ClientHello in %d writes", len(t.writes))
	}
	return nil
}
