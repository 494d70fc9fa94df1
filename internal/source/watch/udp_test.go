package watch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

// datagram is a UDP datagram of side who in an IP packet.
func (t *talker) datagram(who int, data []byte) []byte {
	src, dst := t.addr[who], t.addr[1-who]
	b := binary.BigEndian.AppendUint16(nil, src.Port())
	b = binary.BigEndian.AppendUint16(b, dst.Port())
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(data)))
	b = append(append(b, 0, 0), data...)
	if src.Addr().Is6() {
		head := binary.BigEndian.AppendUint16([]byte{0x60, 0, 0, 0}, uint16(len(b)))
		head = append(head, protoUDP, 64)
		return join(head, src.Addr().AsSlice(), dst.Addr().AsSlice(), b)
	}
	head := binary.BigEndian.AppendUint16([]byte{0x45, 0}, uint16(20+len(b)))
	return join(head, []byte{0, 0, 0, 0, 64, protoUDP, 0, 0}, src.Addr().AsSlice(), dst.Addr().AsSlice(), b)
}

func (t *talker) udp(who int, data ...[]byte) { t.c.ip(t.datagram(who, join(data...)), t.snap) }

// A quicTalker is one QUIC connection in a capture.
type quicTalker struct {
	*talker
	tb                   testing.TB
	version              quicwire.Version
	origin, scid, server []byte
	number               [2]uint32
}

func (c *capture) quic(tb testing.TB, v quicwire.Version) *quicTalker {
	return &quicTalker{talker: c.connect(443), tb: tb, version: v, origin: []byte("original"), scid: []byte("client"), server: []byte("server-id")}
}

// initial is an Initial packet of side who.
func (q *quicTalker) initial(who int, frames ...[]byte) []byte {
	keys, err := quicwire.InitialKeys(q.version, q.origin, quicwire.Sender(who))
	if err != nil {
		q.tb.Fatal(err)
	}
	p := quicwire.InitialPacket{DCID: q.origin, SCID: q.scid, Number: q.number[who], Frames: join(frames...)}
	switch {
	case who == 1:
		p.DCID, p.SCID = q.scid, q.server
	case q.number[0] > 0 && q.number[1] > 0:
		p.DCID = q.server
	}
	if who == 0 {
		p.Size = quicwire.MinDatagram
	}
	q.number[who]++
	return keys.Seal(nil, &p)
}

func crypto(offset int, b []byte) []byte { return quicwire.AppendCrypto(nil, uint64(offset), b) }

// quicHandshake is a Handshake packet, sealed with nothing.
func quicHandshake(v quicwire.Version, size int) []byte {
	first := byte(0xe0)
	if v == quicwire.V2 {
		first = 0xf0
	}
	b := append(binary.BigEndian.AppendUint32([]byte{first}, uint32(v)), 0, 0)
	return append(append(b, byte(size>>8)|0x40, byte(size)), make([]byte, size)...)
}

func quicShort() []byte { return append([]byte{0x41}, make([]byte, 60)...) }

// Messages without their record.
func quicHello(name string, pad int) []byte {
	return clientHello(tlswire.TLS12, name, pad, tlswire.TLS13)[5:]
}
func quicAnswer() []byte { return serverHello(tlswire.TLS13, 0x1301, "")[5:] }

// end13 is what ends a handshake: the server's flight, the client's Finished
// and its first data.
func (q *quicTalker) end13() {
	q.udp(1, quicHandshake(q.version, 900))
	q.udp(0, q.initial(0, quicwire.AppendACK(nil, 0)), quicHandshake(q.version, 80), quicShort())
}

func TestQUIC(t *testing.T) {
	hello := quicHello("quic.example", 0)
	for _, tt := range []struct {
		name string
		play func(*quicTalker)
		want string
	}{
		{"completed", func(q *quicTalker) {
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, q.initial(1, quicwire.AppendACK(nil, 0), crypto(0, quicAnswer())), quicHandshake(q.version, 900))
			q.end13()
		}, "TLS 1.3 completed"},
		{"no answer", func(q *quicTalker) {
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(0, q.initial(0, crypto(0, hello)))
		}, "- unfinished"},
		{"the capture ends", func(q *quicTalker) {
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, q.initial(1, crypto(0, quicAnswer())), quicHandshake(q.version, 900))
		}, "TLS 1.3 unfinished"},
		{"CRYPTO frames out of order in two packets", func(q *quicTalker) {
			big := quicHello("quic.example", 1500)
			q.udp(0, q.initial(0, crypto(900, big[900:]), []byte{1}, crypto(100, big[100:300])))
			q.udp(0, q.initial(0, crypto(0, big[:150]), crypto(300, big[300:901])))
			q.udp(1, q.initial(1, crypto(0, quicAnswer())))
			q.end13()
		}, "TLS 1.3 completed"},
		{"two Initial packets in a datagram", func(q *quicTalker) {
			a, b := q.initial(0, crypto(0, hello[:60])), q.initial(0, crypto(60, hello[60:]))
			q.udp(0, a, b)
			q.udp(1, q.initial(1, crypto(0, quicAnswer())))
			q.end13()
		}, "TLS 1.3 completed"},
		{"retry of TLS", func(q *quicTalker) {
			again := quicHello("quic.example", 40)
			retry := helloRetry()[5:]
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, q.initial(1, crypto(0, retry)))
			q.udp(0, q.initial(0, crypto(len(hello), again)))
			q.udp(1, q.initial(1, crypto(len(retry), quicAnswer())))
			q.end13()
		}, "TLS 1.3 completed"},
		{"Retry of QUIC", func(q *quicTalker) {
			q.udp(0, q.initial(0, crypto(0, hello)))
			retry, _ := quicwire.AppendRetry(nil, q.version, q.origin, q.scid, []byte("elsewhere"), []byte("token"))
			q.udp(1, retry)
			q.origin = []byte("elsewhere")
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, q.initial(1, crypto(0, quicAnswer())))
			q.end13()
		}, "TLS 1.3 completed"},
		{"Version Negotiation, and another version", func(q *quicTalker) {
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, quicwire.AppendVersionNegotiation(nil, q.scid, q.origin, quicwire.Draft29))
			q.version, q.number = quicwire.Draft29, [2]uint32{}
			other := bytes.Clone(hello)
			other[20] ^= 1 // of the random
			q.udp(0, q.initial(0, crypto(0, other)))
			q.udp(1, q.initial(1, crypto(0, quicAnswer())))
			q.end13()
		}, "TLS 1.3 completed"},
		{"Version Negotiation, and nothing more", func(q *quicTalker) {
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, quicwire.AppendVersionNegotiation(nil, q.scid, q.origin, quicwire.Draft29))
		}, "- refused"},
		{"the server closes with an alert", func(q *quicTalker) {
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, q.initial(1, quicwire.AppendClose(nil, 0x100|uint64(tlswire.AlertHandshakeFailure), "no")))
		}, "- refused server handshake_failure"},
		{"the server refuses the connection", func(q *quicTalker) {
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, q.initial(1, quicwire.AppendClose(nil, 2, "")))
		}, "- refused"},
		{"the client closes with an alert", func(q *quicTalker) {
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, q.initial(1, crypto(0, quicAnswer())))
			q.udp(0, q.initial(0, quicwire.AppendClose(nil, 0x100|uint64(tlswire.AlertIllegalParameter), "")))
		}, "TLS 1.3 aborted client illegal_parameter"},
		{"sent again after the end", func(q *quicTalker) {
			first := q.initial(0, crypto(0, hello))
			q.udp(0, first)
			q.udp(1, q.initial(1, crypto(0, quicAnswer())))
			q.end13()
			q.udp(0, first)
			q.udp(1, q.initial(1, quicwire.AppendACK(nil, 1)))
		}, "TLS 1.3 completed"},
		{"bad packets between", func(q *quicTalker) {
			bad := q.initial(0, crypto(0, hello))
			bad[len(bad)-1] ^= 1
			q.udp(0, bad)
			q.udp(0, []byte{0xc0, 0, 0, 0, 1, 200})
			q.udp(0, q.initial(0, crypto(0, hello)))
			q.udp(1, q.initial(1, crypto(0, quicAnswer())))
			q.end13()
		}, "TLS 1.3 completed"},
	} {
		for _, v := range []quicwire.Version{quicwire.V1, quicwire.V2} {
			t.Run(tt.name+" "+v.String(), func(t *testing.T) {
				c := newCapture()
				tt.play(c.quic(t, v))
				h := one(t, c)
				if got := summary(h); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				if h.Protocol != "quic" || h.Server.Name != "quic.example" || h.Client.Port != 50000 || !strings.HasPrefix(h.Client.JA4, "q13d") || h.OfferedMax != tlswire.TLS13 {
					t.Errorf("%+v", h)
				}
			})
		}
	}
}

// TestQUICAnswerInV2 has a server that answers version 1 in version 2 (RFC
// 9368, compatible version negotiation).
func TestQUICAnswerInV2(t *testing.T) {
	c := newCapture()
	q := c.quic(t, quicwire.V1)
	q.udp(0, q.initial(0, crypto(0, quicHello("a.example", 0))))
	q.version = quicwire.V2
	q.udp(1, q.initial(1, crypto(0, quicAnswer())))
	q.end13()
	if h := one(t, c); summary(h) != "TLS 1.3 completed" {
		t.Error(summary(h))
	}
}

// TestQUICSecondConnection has two connections between the same ports.
func TestQUICSecondConnection(t *testing.T) {
	c := newCapture()
	for i, id := range []string{"original", "another1"} {
		q := c.quic(t, quicwire.V1)
		q.origin = []byte(id)
		hello := quicHello(fmt.Sprintf("%d.example", i), 0)
		hello[10], hello[37] = byte(i), byte(4*i)
		q.udp(0, q.initial(0, crypto(0, hello)))
		q.udp(1, q.initial(1, crypto(0, quicAnswer())))
		q.end13()
	}
	hs, _ := run(t, c.out)
	if len(hs) != 2 || hs[0].Server.Name != "0.example" || hs[1].Server.Name != "1.example" {
		t.Errorf("%+v", hs)
	}
}

// TestQUICUnread has what cannot be read, which must be said.
func TestQUICUnread(t *testing.T) {
	c := newCapture()
	q := c.quic(t, quicwire.V1)
	q.udp(1, q.initial(1, crypto(0, quicAnswer()))) // the client's packet came before the capture
	q = c.quic(t, quicwire.V1)
	q.addr[0] = netip.MustParseAddrPort("192.0.2.7:50001")
	q.udp(0, join([]byte{0xc3, 0xab, 0xcd, 0xef, 1, 8}, make([]byte, 1200))) // an unknown version
	hs, cov := run(t, c.out)
	if len(hs) != 0 || !strings.Contains(fmt.Sprint(cov.Blind), "connections of QUIC whose hellos could not be read") || !strings.HasSuffix(cov.Blind[0], ": 2") {
		t.Errorf("%v %q", hs, cov.Blind)
	}
}

// TestQUICCut has a snap length that takes the hello and leaves its
// connection id, with which the answer can be read.
func TestQUICCut(t *testing.T) {
	c := newCapture()
	q := c.quic(t, quicwire.V1)
	q.snap = 200
	q.udp(0, q.initial(0, crypto(0, quicHello("a.example", 0))))
	q.snap = 0
	q.udp(1, q.initial(1, crypto(0, quicAnswer())))
	if h := one(t, c); h.Negotiated != tlswire.TLS13 || h.OfferedMax != 0 || h.Server.Port != 443 {
		t.Errorf("%+v", h)
	}
}

// TestQUICHelloInParts leaves the second half of a hello out.
func TestQUICHelloInParts(t *testing.T) {
	c := newCapture()
	q := c.quic(t, quicwire.V1)
	q.udp(0, q.initial(0, crypto(0, quicHello("a.example", 1500)[:600])))
	hs, cov := run(t, c.out)
	if len(hs) != 1 || hs[0].Server.Name != "a.example" || hs[0].Client.JA4 != "" || !strings.Contains(fmt.Sprint(cov.Blind), "cut short or malformed: 1") {
		t.Errorf("%+v %v", hs, cov.Blind)
	}
}

// TestPlainUDP asks that what is neither QUIC nor DTLS leaves no trace.
func TestPlainUDP(t *testing.T) {
	c := newCapture()
	k := c.connect(53)
	k.udp(0, []byte("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example\x00\x00\x01\x00\x01"))
	k.udp(1, bytes.Repeat([]byte{0x80}, 300))
	k.udp(1, bytes.Repeat([]byte{0x16}, 300))
	k.udp(0, nil)
	hs, cov := run(t, c.out)
	if len(hs) != 0 || cov.Used != 0 || len(cov.Skipped) != 1 || !cov.Skipped[0].NotTLS || len(cov.Blind) != 0 {
		t.Errorf("%v %+v", hs, cov)
	}
}

// TestEncryptedTunnels: what is inside may be TLS, and nobody can see it.
func TestEncryptedTunnels(t *testing.T) {
	c := newCapture()
	c.ip(outer(50, make([]byte, 80)), 0)
	k := c.connect(4500)
	k.udp(0, bytes.Repeat([]byte{7}, 90))
	k.udp(0, make([]byte, 90)) // IKE
	k.udp(1, []byte{0xff})
	c.connect(51820).udp(1, []byte{4, 0, 0, 0}, make([]byte, 60))
	_, cov := run(t, c.out)
	if len(cov.Skipped) != 2 || cov.Skipped[1].Count != 3 || cov.Skipped[1].NotTLS || cov.Skipped[0].Count != 2 || !strings.Contains(fmt.Sprint(cov.Blind), "encrypted tunnels") {
		t.Errorf("%+v", cov)
	}
}

// TestUDPBounds has more connections, and more bytes waiting, than allowed.
func TestUDPBounds(t *testing.T) {
	c := newCapture()
	for i := range 50 {
		q := c.quic(t, quicwire.V1)
		q.addr[0] = netip.AddrPortFrom(q.addr[0].Addr(), uint16(10000+i))
		q.udp(0, q.initial(0, crypto(0, quicHello("a.example", 2000)[:1000])))
	}
	for _, opt := range []Options{{MaxFlows: 10}, {MaxHeld: 60000}} {
		hs, cov := runReader(t, bytes.NewReader(c.out), opt)
		if len(hs) != 50 || !strings.Contains(fmt.Sprint(cov.Blind), "connections given up") {
			t.Errorf("%d handshakes, %v", len(hs), cov.Blind)
		}
	}
}

// Bytes of DTLS.

// dtlsFragments are the records of a message, cut into fragments of size.
func dtlsFragments(v tlswire.Version, sequence uint16, message []byte, size int) (out [][]byte) {
	head, body := message[:4], message[4:]
	for at := 0; at == 0 || at < len(body); at += size {
		part := body[at:min(len(body), at+size)]
		b := append(bytes.Clone(head), byte(sequence>>8), byte(sequence), byte(at>>16), byte(at>>8), byte(at), byte(len(part)>>16), byte(len(part)>>8), byte(len(part)))
		out = append(out, tlswire.AppendDTLSRecord(nil, tlswire.ContentHandshake, v, uint64(sequence)<<8|uint64(at&0xff), append(b, part...)))
	}
	return out
}

func dtlsWhole(v tlswire.Version, sequence uint16, message []byte) []byte {
	return dtlsFragments(v, sequence, message, 1<<14)[0]
}

// dtlsHello is a ClientHello of DTLS with a cookie.
func dtlsHello(v tlswire.Version, cookie string, pad int, versions ...tlswire.Version) []byte {
	b := clientHello(tlswire.TLS12, "dtls.example", pad, versions...)[5:]
	body := append(bytes.Clone(b[4:4+35]), vec8([]byte(cookie))...)
	body = append(body, b[4+35:]...)
	binary.BigEndian.PutUint16(body, uint16(v))
	return tlswire.AppendHandshake(nil, tlswire.TypeClientHello, body)
}

func dtlsAnswer(v tlswire.Version) []byte {
	b := bytes.Clone(serverHello(tlswire.TLS12, 0xC02F, "")[5:])
	binary.BigEndian.PutUint16(b[4:], uint16(v))
	return b
}

func dtlsAnswer13() []byte {
	b := bytes.Clone(serverHello(tlswire.TLS13, 0x1301, "")[5:])
	binary.BigEndian.PutUint16(b[4:], uint16(tlswire.DTLS12))
	return bytes.Replace(b, []byte{0, 43, 0, 2, 3, 4}, []byte{0, 43, 0, 2, 0xfe, 0xfc}, 1)
}

// dtlsFinish is ChangeCipherSpec and Finished.
func dtlsFinish(v tlswire.Version) []byte {
	fin := tlswire.AppendDTLSRecord(nil, tlswire.ContentHandshake, v, 0, make([]byte, 48))
	fin[4] = 1 // epoch
	return join(tlswire.AppendDTLSRecord(nil, tlswire.ContentChangeCipherSpec, v, 9, []byte{1}), fin)
}

func TestDTLS(t *testing.T) {
	const v = tlswire.DTLS12
	verify := tlswire.AppendHandshake(nil, tlswire.TypeHelloVerifyRequest, []byte{0xfe, 0xff, 2, 'o', 'k'})
	hello, again := dtlsHello(v, "", 0), dtlsHello(v, "ok", 0)
	flight := func() []byte {
		return join(dtlsWhole(v, 1, dtlsAnswer(v)), dtlsWhole(v, 2, message(tlswire.TypeCertificate, 700)[5:]), dtlsWhole(v, 3, keyExchange()[5:]))
	}
	alert := tlswire.AppendDTLSRecord(nil, tlswire.ContentAlert, v, 3, []byte{2, byte(tlswire.AlertProtocolVersion)})
	hello13 := dtlsHello(v, "", 0, tlswire.DTLS13, tlswire.DTLS12)
	for _, tt := range []struct {
		name string
		play func(*talker)
		want string
	}{
		{"cookie", func(k *talker) {
			k.udp(0, dtlsWhole(v, 0, hello))
			k.udp(1, dtlsWhole(v, 0, verify))
			k.udp(0, dtlsWhole(v, 1, again))
			k.udp(1, flight())
			k.udp(0, dtlsFinish(v))
			k.udp(1, dtlsFinish(v))
		}, "DTLS 1.2 completed secp256r1"},
		{"sent again", func(k *talker) {
			for range 3 {
				k.udp(0, dtlsWhole(v, 0, hello))
			}
			k.udp(1, flight())
			k.udp(1, flight())
			k.udp(0, dtlsFinish(v))
			k.udp(1, dtlsFinish(v))
			k.udp(0, dtlsWhole(v, 0, hello))
		}, "DTLS 1.2 completed secp256r1"},
		{"the flight backwards", func(k *talker) {
			k.udp(0, dtlsWhole(v, 0, hello))
			k.udp(1, dtlsWhole(v, 3, keyExchange()[5:]))
			k.udp(1, dtlsWhole(v, 1, dtlsAnswer(v)))
			k.udp(0, dtlsFinish(v))
			k.udp(1, dtlsFinish(v))
		}, "DTLS 1.2 completed secp256r1"},
		{"resumed", func(k *talker) {
			k.udp(0, dtlsWhole(v, 0, hello))
			k.udp(1, dtlsWhole(v, 1, dtlsAnswer(v)), dtlsFinish(v))
			k.udp(0, dtlsFinish(v))
		}, "DTLS 1.2 completed "},
		{"refused", func(k *talker) {
			k.udp(0, dtlsWhole(v, 0, hello))
			k.udp(1, alert)
		}, "- refused server protocol_version "},
		{"the client ends it", func(k *talker) {
			k.udp(0, dtlsWhole(v, 0, hello))
			k.udp(1, flight())
			k.udp(0, alert)
		}, "DTLS 1.2 aborted client protocol_version secp256r1"},
		{"no answer", func(k *talker) { k.udp(0, dtlsWhole(v, 0, hello)) }, "- unfinished "},
		{"1.3", func(k *talker) {
			k.udp(0, dtlsWhole(v, 0, hello13))
			k.udp(1, dtlsWhole(v, 0, dtlsAnswer13()), join([]byte{0x2e, 1, 2, 0, 90}, make([]byte, 90)))
			k.udp(0, join([]byte{0x2e, 1, 2, 0, 70}, make([]byte, 70)))
		}, "DTLS 1.3 completed x25519"},
		{"1.3, an acknowledgement alone", func(k *talker) {
			k.udp(0, dtlsWhole(v, 0, hello13))
			k.udp(1, dtlsWhole(v, 0, dtlsAnswer13()))
			k.udp(0, join([]byte{0x2e, 1, 2, 0, 35}, make([]byte, 35)))
		}, "DTLS 1.3 unfinished x25519"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCapture()
			tt.play(c.connect(4433))
			h := one(t, c)
			if got := summary(h) + " " + h.Group; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if h.Protocol != "dtls" || h.Server.Name != "dtls.example" || !strings.HasPrefix(h.Client.JA4, "dd") || h.Refs[0] != "t.pcap:1" {
				t.Errorf("%+v", h)
			}
		})
	}
}

func TestDTLSVersions(t *testing.T) {
	for _, v := range []tlswire.Version{tlswire.DTLS09, tlswire.DTLS10, tlswire.DTLS12} {
		c := newCapture()
		k := c.connect(4433)
		k.udp(0, dtlsWhole(v, 0, dtlsHello(v, "", 0)))
		k.udp(1, dtlsWhole(v, 0, dtlsAnswer(v)))
		if h := one(t, c); !reflect.DeepEqual(h.Offered, []tlswire.Version{v}) || h.Negotiated != v {
			t.Errorf("%v: %+v", v, h)
		}
	}
}

// TestDTLSFragments sends a long hello in fragments in any order, some twice.
func TestDTLSFragments(t *testing.T) {
	const v = tlswire.DTLS12
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 7))
		parts := dtlsFragments(v, 0, dtlsHello(v, "", 1700), 1+r.IntN(300))
		parts = append(parts, parts[r.IntN(len(parts))])
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		c := newCapture()
		k := c.connect(4433)
		for _, p := range parts {
			k.udp(0, p)
		}
		k.udp(1, dtlsWhole(v, 0, dtlsAnswer(v)))
		if h := one(t, c); h.Server.Name != "dtls.example" || h.Client.JA4 == "" || h.Negotiated != v {
			t.Fatalf("seed %d: %+v", seed, h)
		}
	}
}

// TestDTLSEnds has the capture begin in an open connection, end in a hello,
// and another connection between the same ports.
func TestDTLSEnds(t *testing.T) {
	const v = tlswire.DTLS12
	c := newCapture()
	k := c.connect(4433)
	data := tlswire.AppendDTLSRecord(nil, tlswire.ContentApplicationData, v, 77, make([]byte, 60))
	data[4] = 1
	k.udp(0, data)
	k.udp(1, data)
	hs, cov := run(t, c.out)
	if len(hs) != 0 || !strings.Contains(fmt.Sprint(cov.Blind), "their hellos are not in it: 1") {
		t.Errorf("open: %+v %v", hs, cov.Blind)
	}
	second := dtlsHello(v, "", 0)
	second[4+2+31] ^= 2 // of the random
	k.udp(0, dtlsWhole(v, 0, dtlsHello(v, "", 0)))
	k.udp(1, dtlsWhole(v, 0, dtlsAnswer(v)), dtlsFinish(v))
	k.udp(0, dtlsFinish(v))
	k.udp(0, dtlsFragments(v, 0, second, 60)[0])
	hs, cov = run(t, c.out)
	if len(hs) != 2 || hs[0].Outcome != evidence.Completed || hs[1].Client.JA4 != "" || hs[1].Client.IP == "" || !strings.Contains(fmt.Sprint(cov.Blind), "malformed: 1") {
		t.Errorf("%+v %v", hs, cov.Blind)
	}
}
