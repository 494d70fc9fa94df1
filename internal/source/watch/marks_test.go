package watch

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"math/big"
	"testing"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// withSession puts a session id into a hello of clientHello or serverHello.
func withSession(hello []byte, id byte) []byte {
	body := bytes.Clone(hello[9:])
	body = append(append(bytes.Clone(body[:34]), vec8(bytes.Repeat([]byte{id}, 32))...), body[35:]...)
	return record(tlswire.ContentHandshake, tlswire.AppendHandshake(nil, tlswire.HandshakeType(hello[5]), body))
}

// withExtension adds an empty extension to a hello that ends in extensions.
func withExtension(hello []byte, t tlswire.ExtensionType, exts int) []byte {
	body := append(bytes.Clone(hello[9:]), extension(t, nil)...)
	at := len(body) - 4 - exts - 2
	binary.BigEndian.PutUint16(body[at:], uint16(exts+4))
	return record(tlswire.ContentHandshake, tlswire.AppendHandshake(nil, tlswire.HandshakeType(hello[5]), body))
}

func TestResumed(t *testing.T) {
	hello12, hello13 := clientHello(tlswire.TLS12, "", 0, tlswire.TLS12), clientHello(tlswire.TLS12, "", 0, tlswire.TLS13)
	answer12, answer13 := serverHello(tlswire.TLS12, 0xC02F, ""), serverHello(tlswire.TLS13, 0x1301, "")
	for _, tt := range []struct {
		name           string
		client, server []byte
		want           bool
	}{
		{"1.2, the session given back", withSession(hello12, 7), withSession(answer12, 7), true},
		{"1.2, another session", withSession(hello12, 7), withSession(answer12, 8), false},
		{"1.2, none", hello12, answer12, false},
		{"1.3, given back for old middleboxes", withSession(hello13, 7), withSession(answer13, 7), false},
		{"1.3, with a key", hello13, withExtension(answer13, tlswire.ExtPreSharedKey, 6+40), true},
	} {
		c := newCapture()
		c.connect(443).open().client(tt.client).server(tt.server)
		if h := one(t, c); h.Resumed != tt.want || h.Negotiated == 0 {
			t.Errorf("%s: %+v", tt.name, h)
		}
	}
}

func TestECHMarked(t *testing.T) {
	c := newCapture()
	c.connect(443).open().client(withExtension(clientHello(tlswire.TLS12, "", 0, tlswire.TLS13), tlswire.ExtECH, 7))
	if h := one(t, c); !h.ECH || h.OfferedMax != tlswire.TLS13 {
		t.Errorf("%+v", h)
	}
}

// ownKeyPair is a certificate made for the test, in DER, and its key.
func ownKeyPair(t *testing.T) ([]byte, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a.example"}, DNSNames: []string{"a.example"},
		NotBefore: time.Unix(1700000000, 0), NotAfter: time.Unix(1800000000, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der, key
}

func TestCertificates(t *testing.T) {
	der, _ := ownKeyPair(t)
	vec24 := func(b []byte) []byte { return append([]byte{0, byte(len(b) >> 8), byte(len(b))}, b...) }
	shown := tlswire.AppendHandshake(nil, tlswire.TypeCertificate, vec24(vec24(der)))
	flight := join(serverHello(tlswire.TLS12, 0xC02F, ""), record(tlswire.ContentHandshake, shown), keyExchange())
	c := newCapture()
	for range 2 {
		k := c.connect(443)
		k.seq = [2]uint32{uint32(c.n) * 100000, uint32(c.n) * 7000}
		k.open().client(clientHello(tlswire.TLS12, "a.example", 0)).say(1, flight, 100).client(clientFinish12()).server(finish())
	}
	k := c.connect(4433)
	k.udp(0, dtlsWhole(tlswire.DTLS12, 0, dtlsHello(tlswire.DTLS12, "", 0)))
	k.udp(1, dtlsWhole(tlswire.DTLS12, 1, shown))
	k.udp(1, dtlsWhole(tlswire.DTLS12, 0, dtlsAnswer(tlswire.DTLS12)))
	for _, asked := range []bool{false, true} {
		hs, _ := runReader(t, bytes.NewReader(c.out), Options{Certificates: asked})
		if len(hs) != 3 {
			t.Fatalf("%d handshakes", len(hs))
		}
		for _, h := range hs {
			if (h.Certificate != nil) != asked {
				t.Errorf("asked %v: %+v", asked, h.Certificate)
			}
			if asked && (h.Certificate.Subject != "CN=a.example" || h.Certificate.KeyType != "ECDSA" || h.Certificate.KeyBits != 256 || h.Certificate.NotAfter.Unix() != 1800000000) {
				t.Errorf("%+v", h.Certificate)
			}
		}
	}
}
