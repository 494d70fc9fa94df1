package watch

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net/netip"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// A capture builds a pcap file packet by packet.
type capture struct {
	order binary.ByteOrder
	nano  bool
	link  uint32
	wrap  func(ip []byte) []byte // around each IP packet; Ethernet if nil
	out   []byte
	n     int
}

func newCapture() *capture { return &capture{order: binary.LittleEndian, link: linkEthernet} }

func (c *capture) header() {
	if c.out != nil {
		return
	}
	magic := uint32(0xa1b2c3d4)
	if c.nano {
		magic = 0xa1b23c4d
	}
	c.out = binary32(c.order, c.out, magic)
	c.out = c.order.(binary.AppendByteOrder).AppendUint16(c.out, 2)
	c.out = c.order.(binary.AppendByteOrder).AppendUint16(c.out, 4)
	for _, v := range []uint32{0, 0, 65535, c.link} {
		c.out = binary32(c.order, c.out, v)
	}
}

func binary32(o binary.ByteOrder, b []byte, v uint32) []byte {
	return o.(binary.AppendByteOrder).AppendUint32(b, v)
}

// frame adds a packet of which snap bytes are captured, all if zero.
func (c *capture) frame(data []byte, snap int) {
	c.header()
	c.n++
	wire := len(data)
	if snap > 0 && snap < len(data) {
		data = data[:snap]
	}
	fraction := uint32(c.n) * 1000
	for _, v := range []uint32{1772445600, fraction, uint32(len(data)), uint32(wire)} {
		c.out = binary32(c.order, c.out, v)
	}
	c.out = append(c.out, data...)
}

func (c *capture) ip(packet []byte, snap int) {
	if c.wrap != nil {
		packet = c.wrap(packet)
	} else {
		packet = append([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0}, packet...)
		if packet[14]>>4 == 6 {
			packet[12], packet[13] = 0x86, 0xdd
		}
	}
	c.frame(packet, snap)
}

// A talker is one TCP connection in a capture.
type talker struct {
	c    *capture
	addr [2]netip.AddrPort // client, server
	seq  [2]uint32
	snap int
}

func (c *capture) connect(server uint16) *talker {
	t := &talker{c: c, addr: [2]netip.AddrPort{
		netip.MustParseAddrPort("192.0.2.7:50000"),
		netip.AddrPortFrom(netip.MustParseAddr("198.51.100.9"), server),
	}, seq: [2]uint32{0xfffffff0, 7000}} // the client's numbers wrap soon
	return t
}

func (t *talker) open() *talker {
	t.send(0, flagSYN, t.seq[0], nil)
	t.seq[0]++
	t.send(1, flagSYN|flagACK, t.seq[1], nil)
	t.seq[1]++
	t.send(0, flagACK, t.seq[0], nil)
	return t
}

// segment is an IP packet with a TCP segment of side who.
func (t *talker) segment(who int, flags byte, seq uint32, data []byte) []byte {
	src, dst := t.addr[who], t.addr[1-who]
	b := binary.BigEndian.AppendUint16(nil, src.Port())
	b = binary.BigEndian.AppendUint16(b, dst.Port())
	b = binary.BigEndian.AppendUint32(b, seq)
	ack := t.seq[1-who]
	if flags&flagACK == 0 {
		ack = 0
	}
	b = binary.BigEndian.AppendUint32(b, ack)
	b = append(b, 5<<4, flags, 0xff, 0xff, 0, 0, 0, 0)
	b = append(b, data...)
	if src.Addr().Is6() {
		head := binary.BigEndian.AppendUint16([]byte{0x60, 0, 0, 0}, uint16(len(b)))
		head = append(head, protoTCP, 64)
		head = append(head, src.Addr().AsSlice()...)
		return append(append(head, dst.Addr().AsSlice()...), b...)
	}
	head := binary.BigEndian.AppendUint16([]byte{0x45, 0}, uint16(20+len(b)))
	head = append(head, 0, 0, 0x40, 0, 64, protoTCP, 0, 0)
	head = append(head, src.Addr().AsSlice()...)
	return append(append(head, dst.Addr().AsSlice()...), b...)
}

func (t *talker) send(who int, flags byte, seq uint32, data []byte) {
	t.c.ip(t.segment(who, flags, seq, data), t.snap)
}

// say sends the data in segments of at most size bytes, in order.
func (t *talker) say(who int, data []byte, size int) *talker {
	for len(data) > 0 {
		n := min(size, len(data))
		t.send(who, flagACK, t.seq[who], data[:n])
		t.seq[who] += uint32(n)
		data = data[n:]
	}
	return t
}

func (t *talker) client(data []byte) *talker { return t.say(0, data, 1460) }
func (t *talker) server(data []byte) *talker { return t.say(1, data, 1460) }

func (t *talker) end(who int, flags byte) *talker {
	t.send(who, flags, t.seq[who], nil)
	if flags&flagFIN != 0 {
		t.seq[who]++
	}
	return t
}

// Bytes of TLS.

func vec8(b []byte) []byte { return append([]byte{byte(len(b))}, b...) }

func vec16(b []byte) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...) }

func extension(t tlswire.ExtensionType, data []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(t)), vec16(data)...)
}

// clientHello is a ClientHello in a record; versions, if any, go into
// supported_versions. pad makes it longer.
func clientHello(legacy tlswire.Version, name string, pad int, versions ...tlswire.Version) []byte {
	body := binary.BigEndian.AppendUint16(nil, uint16(legacy))
	body = append(body, bytes.Repeat([]byte{0xC1}, 32)...)
	body = append(body, vec8(nil)...)
	body = append(body, vec16([]byte{0x13, 0x01, 0xC0, 0x2F, 0x00, 0x2F})...)
	body = append(body, vec8([]byte{0})...)
	var exts []byte
	if name != "" {
		exts = append(exts, extension(tlswire.ExtServerName, vec16(append([]byte{0}, vec16([]byte(name))...)))...)
	}
	if pad > 0 {
		exts = append(exts, extension(21, make([]byte, pad))...)
	}
	if len(versions) > 0 {
		var list []byte
		for _, v := range versions {
			list = binary.BigEndian.AppendUint16(list, uint16(v))
		}
		exts = append(exts, extension(tlswire.ExtSupportedVersions, vec8(list))...)
	}
	body = append(body, vec16(exts)...)
	return record(tlswire.ContentHandshake, tlswire.AppendHandshake(nil, tlswire.TypeClientHello, body))
}

func serverHello(v tlswire.Version, suite uint16, marker string) []byte {
	random := bytes.Repeat([]byte{0x5E}, 32)
	copy(random[24:], marker)
	legacy := min(v, tlswire.TLS12)
	body := binary.BigEndian.AppendUint16(nil, uint16(legacy))
	body = append(append(body, random...), 0)
	body = binary.BigEndian.AppendUint16(body, suite)
	body = append(body, 0)
	if v == tlswire.TLS13 {
		exts := extension(tlswire.ExtSupportedVersions, []byte{3, 4})
		exts = append(exts, extension(tlswire.ExtKeyShare, append([]byte{0, 29}, vec16(make([]byte, 32))...))...)
		body = append(body, vec16(exts)...)
	}
	return record(tlswire.ContentHandshake, tlswire.AppendHandshake(nil, tlswire.TypeServerHello, body))
}

func helloRetry() []byte {
	b := serverHello(tlswire.TLS13, 0x1301, "")
	copy(b[11:], "\xCF\x21\xAD\x74\xE5\x9A\x61\x11\xBE\x1D\x8C\x02\x1E\x65\xB8\x91\xC2\xA2\x11\x16\x7A\xBB\x8C\x5E\x07\x9E\x09\xE2\xC8\xA8\x33\x9C")
	return b
}

func message(t tlswire.HandshakeType, size int) []byte {
	return record(tlswire.ContentHandshake, tlswire.AppendHandshake(nil, t, make([]byte, size)))
}

// keyExchange is a ServerKeyExchange with the group secp256r1.
func keyExchange() []byte {
	body := append([]byte{3, 0, 23}, vec8(make([]byte, 65))...)
	body = append(append(body, 4, 1), vec16(make([]byte, 256))...)
	return record(tlswire.ContentHandshake, tlswire.AppendHandshake(nil, tlswire.TypeServerKeyExchange, body))
}

func record(t tlswire.ContentType, b []byte) []byte {
	return tlswire.AppendRecord(nil, t, tlswire.TLS12, b)
}

func alertRecord(level tlswire.AlertLevel, a tlswire.Alert) []byte {
	return record(tlswire.ContentAlert, []byte{byte(level), byte(a)})
}

// finish is ChangeCipherSpec and Finished.
func finish() []byte {
	return append(record(tlswire.ContentChangeCipherSpec, []byte{1}), record(tlswire.ContentHandshake, bytes.Repeat([]byte{0xEE}, 40))...)
}

func appData(n int) []byte {
	return record(tlswire.ContentApplicationData, bytes.Repeat([]byte{0xDD}, n))
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// flight12 is the server's answer in TLS 1.2.
func flight12(certificate int) []byte {
	return join(serverHello(tlswire.TLS12, 0xC02F, ""), message(tlswire.TypeCertificate, certificate), keyExchange(), message(tlswire.TypeServerHelloDone, 0))
}

func clientFinish12() []byte { return join(message(tlswire.TypeClientKeyExchange, 66), finish()) }

// plain12 is a whole handshake of TLS 1.2.
func (t *talker) plain12(name string) *talker {
	return t.client(clientHello(tlswire.TLS12, name, 0)).server(flight12(3000)).client(clientFinish12()).server(finish())
}

// run reads a capture.
func run(tb testing.TB, b []byte) ([]*evidence.Handshake, *evidence.Coverage) {
	tb.Helper()
	return runReader(tb, bytes.NewReader(b), Options{})
}

func runReader(tb testing.TB, r io.Reader, opt Options) (hs []*evidence.Handshake, cov *evidence.Coverage) {
	tb.Helper()
	err := Run(context.Background(), "t.pcap", r, opt, func(r evidence.Record) error {
		switch r := r.(type) {
		case *evidence.Handshake:
			hs = append(hs, r)
		case *evidence.Coverage:
			cov = r
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if cov == nil {
		tb.Fatal("no coverage record")
	}
	return hs, cov
}

// one reads a capture with a single handshake.
func one(tb testing.TB, c *capture) *evidence.Handshake {
	tb.Helper()
	hs, cov := run(tb, c.out)
	if len(hs) != 1 {
		tb.Fatalf("%d handshakes, want one; coverage %+v", len(hs), cov)
	}
	return hs[0]
}
