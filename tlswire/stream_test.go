package tlswire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// tap keeps what is written through it.
type tap struct {
	net.Conn
	mu      sync.Mutex
	written []byte
}

func (c *tap) Write(b []byte) (int, error) {
	c.mu.Lock()
	c.written = append(c.written, b...)
	c.mu.Unlock()
	return c.Conn.Write(b)
}

var testCertificate = sync.OnceValues(func() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0), DNSNames: []string{"mail.example"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
})

// loopback is a pipe that holds what is not read yet: both sides of a
// handshake may write at once.
func loopback(t testing.TB) (a, b net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if a, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if b, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// handshake runs crypto/tls against itself and returns both directions.
func handshake(t testing.TB, client, server *tls.Config) (toServer, toClient []byte) {
	t.Helper()
	cert, err := testCertificate()
	if err != nil {
		t.Fatal(err)
	}
	a, b := loopback(t)
	a.SetDeadline(time.Now().Add(5 * time.Second))
	b.SetDeadline(time.Now().Add(5 * time.Second))
	ca, cb := &tap{Conn: a}, &tap{Conn: b}
	client, server = client.Clone(), server.Clone()
	client.InsecureSkipVerify, client.ServerName = true, "mail.example"
	server.Certificates = []tls.Certificate{cert}
	done := make(chan error, 1)
	go func() {
		s := tls.Server(cb, server)
		err := s.Handshake()
		if err == nil {
			_, err = s.Write([]byte("hello"))
		}
		if err != nil {
			cb.Close()
		}
		done <- err
	}()
	c := tls.Client(ca, client)
	if c.Handshake() == nil {
		c.Read(make([]byte, 5))
	}
	ca.Conn.Close()
	<-done
	cb.Conn.Close()
	return ca.written, cb.written
}

func TestHandshakesOfGo(t *testing.T) {
	for _, c := range []struct {
		name           string
		client, server *tls.Config
		max, got       Version
		group          Group
		retry          bool
	}{
		{"default", &tls.Config{}, &tls.Config{}, TLS13, TLS13, GroupX25519MLKEM768, false},
		{"1.2 server", &tls.Config{}, &tls.Config{MaxVersion: tls.VersionTLS12}, TLS13, TLS12, 0, false},
		{
			"1.2 client", &tls.Config{MaxVersion: tls.VersionTLS12, NextProtos: []string{"h2"}},
			&tls.Config{NextProtos: []string{"h2"}}, TLS12, TLS12, 0, false,
		},
		{
			"1.0", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10},
			&tls.Config{MinVersion: tls.VersionTLS10}, TLS10, TLS10, 0, false,
		},
		{
			"1.1 server", &tls.Config{MinVersion: tls.VersionTLS10},
			&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, TLS13, TLS11, 0, false,
		},
		{
			"retry", &tls.Config{CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP384}},
			&tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP384}}, TLS13, TLS13, GroupSecp384r1, true,
		},
		{"client certificate", &tls.Config{MaxVersion: tls.VersionTLS12}, &tls.Config{ClientAuth: tls.RequestClientCert}, TLS12, TLS12, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			up, down := handshake(t, c.client, c.server)
			h, err := ReadClientHello(up, nil)
			if err != nil || h.MaxVersion() != c.max || string(h.ServerName()) != "mail.example" {
				t.Errorf("hello: max %v, name %s, %v", h.MaxVersion(), h.ServerName(), err)
			}
			if !h.ExtendedMasterSecret() || !h.SecureRenegotiation() || h.Fallback() || len(h.Random) != 32 {
				t.Errorf("hello: %+v", h)
			}
			f, err := ReadServerFlight(down, nil)
			if err != nil || !f.HasHello || !f.Encrypted || !f.Complete() {
				t.Fatalf("flight: %+v, %v", f, err)
			}
			if v := f.Hello.NegotiatedVersion(); v != c.got {
				t.Errorf("negotiated %v, want %v", v, c.got)
			}
			if g := f.Hello.SelectedGroup(); g != c.group {
				t.Errorf("group %v, want %v", g, c.group)
			}
			if f.HasRetried != c.retry || c.retry && !f.Retried.HelloRetryRequest() {
				t.Errorf("retried: %v", f.HasRetried)
			}
			if f.HasCertificate != (c.got != TLS13) {
				t.Errorf("certificate: %v", f.HasCertificate)
			}
			if c.got != TLS13 {
				checkTLS12Flight(t, &f, c.server.ClientAuth != 0)
			}
			if c.client.NextProtos != nil && (string(f.Hello.ALPN()) != "h2" || string(h.ALPN().First()) != "h2") {
				t.Errorf("ALPN %s, %s", h.ALPN(), f.Hello.ALPN())
			}
			checkDowngrade(t, &f.Hello, c.server.MaxVersion)
		})
	}
}

func checkTLS12Flight(t *testing.T, f *ServerFlight, mutual bool) {
	t.Helper()
	cert, _ := testCertificate()
	if string(f.Certificate.Leaf()) != string(cert.Certificate[0]) || f.Certificate.Len() != 1 {
		t.Errorf("certificate differs")
	}
	k, err := f.ParseKeyExchange()
	if err != nil || k.Group == 0 || len(k.Point) < 32 || len(k.Signature) == 0 {
		t.Errorf("key exchange: %+v, %v", k, err)
	}
	if (k.Scheme != 0) != (f.Hello.NegotiatedVersion() == TLS12) {
		t.Errorf("scheme %v", k.Scheme)
	}
	if f.CertificateRequest != mutual || !f.Done {
		t.Errorf("certificate request %v, done %v", f.CertificateRequest, f.Done)
	}
}

// A server of Go marks each version below its own best one.
func checkDowngrade(t *testing.T, h *ServerHello, serverMax uint16) {
	t.Helper()
	want := Version(0)
	switch got := h.NegotiatedVersion(); {
	case got == TLS12 && serverMax == 0:
		want = TLS13
	case got.Below(TLS12) && (serverMax == 0 || serverMax >= tls.VersionTLS12):
		want = TLS12
	}
	if m := h.DowngradeMarker(); m != want {
		t.Errorf("%v of a server that can do 0x%x: marker %v, want %v", h.NegotiatedVersion(), serverMax, m, want)
	}
}

func TestMLKEMHello(t *testing.T) {
	up, _ := handshake(t, &tls.Config{}, &tls.Config{})
	h, err := ReadClientHello(up, nil)
	if err != nil || !h.PostQuantum() || !h.Groups().Has(GroupX25519MLKEM768) {
		t.Fatalf("groups %v, %v", h.Groups().Append(nil), err)
	}
	var shares []Group
	for g, key := range h.KeyShares().All() {
		shares = append(shares, g)
		if g == GroupX25519MLKEM768 && len(key) != 1184+32 {
			t.Errorf("a share of %d bytes", len(key))
		}
	}
	if len(shares) != 2 {
		t.Errorf("shares %v", shares)
	}
}

func TestRefusal(t *testing.T) {
	up, down := handshake(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, &tls.Config{})
	f, err := ReadServerFlight(down, nil)
	if err != nil || f.HasHello || !f.HasAlert || f.Alert != AlertProtocolVersion || !f.Complete() {
		t.Errorf("%+v, %v", f, err)
	}
	h, err := ReadClientHello(up, nil)
	if err != nil || h.MaxVersion() != TLS10 || h.RecordVersion != TLS10 {
		t.Errorf("%v, %v", h.MaxVersion(), err)
	}
}

// recut puts the handshake messages of a stream into records of n bytes.
func recut(stream []byte, n int) []byte {
	var out, pending []byte
	flush := func() {
		for len(pending) > 0 {
			k := min(n, len(pending))
			out = AppendRecord(out, ContentHandshake, TLS10, pending[:k])
			pending = pending[k:]
		}
	}
	encrypted := false
	for len(stream) > 0 {
		r, rest, err := ParseRecord(stream)
		if err != nil {
			return append(out, stream...)
		}
		if r.Type == ContentHandshake && !encrypted {
			pending = append(pending, r.Fragment...)
		} else {
			flush()
			encrypted = encrypted || r.Type == ContentChangeCipherSpec
			out = AppendRecord(out, r.Type, r.Version, r.Fragment)
		}
		stream = rest
	}
	flush()
	return out
}

// However the same messages are cut into records, they read the same, and
// every prefix asks for more.
func TestFragments(t *testing.T) {
	up, down := handshake(t, &tls.Config{MaxVersion: tls.VersionTLS12}, &tls.Config{})
	want, _ := ReadClientHello(up, nil)
	flight, _ := ReadServerFlight(down, nil)
	for _, n := range []int{1, 2, 3, 4, 5, 7, 50, 1000, 1 << 14} {
		cut := recut(up, n)
		h, err := ReadClientHello(cut, nil)
		if err != nil || JA4(&h, TransportTCP) != JA4(&want, TransportTCP) || string(h.Random) != string(want.Random) {
			t.Fatalf("records of %d: %v", n, err)
		}
		f, err := ReadServerFlight(recut(down, n), nil)
		if err != nil || string(f.Certificate.Leaf()) != string(flight.Certificate.Leaf()) ||
			string(f.KeyExchange) != string(flight.KeyExchange) || !f.Done || !f.Finished {
			t.Fatalf("flight in records of %d: %v", n, err)
		}
		end := len(recut(firstRecord(up), n))
		for i := range end {
			if _, err := ReadClientHello(cut[:i], nil); err != ErrShort {
				t.Fatalf("records of %d, %d bytes of %d: %v", n, i, end, err)
			}
		}
	}
}

func firstRecord(b []byte) []byte {
	_, rest, _ := ParseRecord(b)
	return b[:len(b)-len(rest)]
}

func TestCutHello(t *testing.T) {
	up, _ := handshake(t, &tls.Config{}, &tls.Config{})
	h, err := ReadClientHello(up[:150], nil)
	if err != ErrShort || len(h.Random) != 32 || h.Suites.Len() == 0 || h.RecordVersion != TLS10 {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestReadClientHelloErrors(t *testing.T) {
	hello := mustBuild(t, &ClientHelloSpec{Max: TLS12, Suites: []Suite{0x2F}})
	edit := func(i int, v byte) []byte {
		b := append([]byte(nil), hello...)
		b[i] = v
		return b
	}
	for _, c := range []struct {
		name string
		in   []byte
		want error
	}{
		{"empty", nil, ErrShort},
		{"http", []byte("GET / HTTP/1.1\r\n"), ErrNotTLS},
		{"ssh", []byte("SSH-2.0-OpenSSH_9.2\r\n"), ErrNotTLS},
		{"alert", []byte{21, 3, 1, 0, 2, 2, 40}, ErrNotTLS},
		{"server hello", edit(5, 2), ErrMalformed},
		{"record too long", edit(3, 0xff), ErrMalformed},
		{"message too long", edit(6, 0xff), ErrMalformed},
		{"session id of 200", edit(43, 200), ErrMalformed},
		{"odd suites", edit(45, 3), ErrMalformed},
		{"suites past the end", edit(44, 0x7f), ErrMalformed},
		{"alert inside", append(append([]byte{22, 3, 1, 0, 4}, hello[5:9]...), 21, 3, 1, 0, 2, 2, 40), ErrMalformed},
		{"empty record", []byte{22, 3, 1, 0, 0}, ErrMalformed},
	} {
		if _, err := ReadClientHello(c.in, nil); !isError(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}
