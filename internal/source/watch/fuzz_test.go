package watch

import (
	"bytes"
	"context"
	"encoding/binary"
	"reflect"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

func ignore(evidence.Record) error { return nil }

func FuzzCapture(f *testing.F) {
	c := newCapture()
	c.connect(443).open().plain12("a.example")
	f.Add(c.out)
	c = newCapture()
	c.order, c.nano = binary.BigEndian, true
	c.connect(25).open().say(1, []byte("220 x\r\n"), 9).client(clientHello(tlswire.TLS10, "", 0)).end(1, flagRST)
	f.Add(c.out)
	g := &ng{order: binary.LittleEndian}
	g.section()
	g.iface(linkRaw, g.option(9, []byte{9}))
	for _, p := range packets() {
		g.packet(0, 1, p)
	}
	f.Add(g.out)
	f.Fuzz(func(t *testing.T, in []byte) {
		err := Run(context.Background(), "x", bytes.NewReader(in), Options{MaxFlows: 4, MaxHeld: 4 << 10}, func(r evidence.Record) error {
			_, err := evidence.Marshal(r)
			return err
		})
		if err != nil && Detect(in) != NotCapture && len(in) >= 24 {
			t.Error(err)
		}
	})
}

func FuzzPacket(f *testing.F) {
	for i, p := range packets() {
		f.Add(uint16(linkRaw), p)
		f.Add(uint16(linkEthernet), join(make([]byte, 12), []byte{0x81, 0, 0, byte(i), 8, 0}, p))
		f.Add(uint16(linkRaw), outer(47, join([]byte{0x30, 0, 0x88, 0xbe, 0, 0, 0, 1, 0, 0, 0, 2}, make([]byte, 22), []byte{8, 0}, p)))
		f.Add(uint16(linkRaw), outer(17, join(udp(2152), []byte{0x34, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0}, p)))
	}
	f.Fuzz(func(t *testing.T, link uint16, b []byte) {
		var d decoder
		var s, usual packet
		d.decode(&frame{link: link, data: b, absent: len(b)}, &s)
		if link == linkEthernet && usual.usual(b) {
			var long decoder
			ip, why := skipLink(link, b)
			if why == used {
				why = long.transport(ip, len(b), &s.segment)
			}
			if s.hash, usual.hash = 0, 0; why != used || !reflect.DeepEqual(s.segment, usual.segment) {
				t.Errorf("the usual way %+v, the long one %+v %s", usual.segment, s.segment, reasonTexts[why])
			}
		}
		if s.why == used && (len(s.payload) > len(b) || s.missing < 0 || s.missing > len(b)) {
			t.Errorf("payload %d missing %d of %d", len(s.payload), s.missing, len(b))
		}
	})
}

// FuzzStreams cuts the bytes of two directions into segments, reorders and
// drops some as the script says, and asks that nothing is kept in the end.
func FuzzStreams(f *testing.F) {
	f.Add([]byte{9, 1, 200, 3}, clientHello(tlswire.TLS12, "a.example", 0), flight12(200))
	f.Add([]byte{50}, join([]byte("EHLO x\r\nSTARTTLS\r\n"), clientHello(tlswire.TLS12, "", 100, tlswire.TLS13)), join([]byte("220 x\r\n"), helloRetry()))
	f.Add([]byte{0, 7}, join([]byte{0x80, 31, 1, 0, 2, 0, 6, 0, 0, 0, 16}, make([]byte, 22)), []byte{0x80, 11, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, script, client, server []byte) {
		tr := newTracker("x", Options{}.withDefaults(), ignore)
		data := [2][]byte{client, server}
		var at [2]int
		for i := 0; i < 400 && (at[0] < len(client) || at[1] < len(server)); i++ {
			op := byte(1)
			if len(script) > 0 {
				op = script[i%len(script)]
			}
			d := int(op) & 1
			if at[d] >= len(data[d]) {
				d = 1 - d
			}
			n := min(len(data[d])-at[d], 1+int(op>>1)*4)
			seg := segment{dir: d, seq: 1000 + uint32(at[d]), flags: flagACK, ack: 1000 + uint32(at[1-d]), payload: data[d][at[d] : at[d]+n]}
			seg.key[0].port, seg.key[1].port = 1, 2
			switch op % 7 {
			case 3: // late: send what follows first
				late := seg
				late.seq += uint32(n)
				late.payload = data[d][at[d]+n : min(len(data[d]), at[d]+2*n)]
				tr.segment(&late)
			case 4:
				seg.missing = int(op)
			case 5: // never captured
				seg.payload, seg.missing = nil, 0
			case 6:
				seg.flags |= flagFIN
			}
			tr.frame++
			tr.segment(&seg)
			at[d] += n
		}
		tr.flush()
		if tr.held != 0 {
			t.Errorf("%d bytes are still held", tr.held)
		}
	})
}

// FuzzFragments has pieces of one IP packet in the order and of the lengths
// that the script says, and asks that memory stays within its bound.
func FuzzFragments(f *testing.F) {
	f.Add([]byte{0, 1, 1, 1, 2, 0}, []byte("0123456789abcdef0123456789abcdef"), false)
	f.Add([]byte{3, 9, 1, 1, 0, 200}, make([]byte, 3000), true)
	f.Fuzz(func(t *testing.T, script, data []byte, v6 bool) {
		var d decoder
		for i := 0; i+1 < len(script); i += 2 {
			at := min(len(data), int(script[i])*8)
			ip := ipPayload{proto: script[i] & 63, payload: data[at:min(len(data), at+int(script[i+1])*8)]}
			ip.fragment = fragment{is: true, v6: v6, id: uint32(script[i+1] & 3), offset: at, more: script[i+1]&4 == 0}
			whole, why := d.join(ip, new(segment))
			if why == used && len(whole.payload) > maxIPPacket {
				t.Errorf("%d bytes", len(whole.payload))
			}
		}
		held := 0
		for _, p := range d.parts.packets {
			held += p.held
		}
		if held != d.parts.held || held > maxFragmentBytes {
			t.Errorf("%d bytes are held, %d are counted", held, d.parts.held)
		}
	})
}

// FuzzDatagrams sends datagrams of either side and asks that nothing is kept
// in the end.
func FuzzDatagrams(f *testing.F) {
	q := newCapture().quic(f, quicwire.V1)
	f.Add(q.initial(0, crypto(0, quicHello("a.example", 0))), q.initial(1, crypto(0, quicAnswer())), quicShort())
	f.Add(dtlsWhole(tlswire.DTLS12, 0, dtlsHello(tlswire.DTLS12, "", 0)), dtlsWhole(tlswire.DTLS12, 1, dtlsAnswer(tlswire.DTLS12)), dtlsFinish(tlswire.DTLS12))
	f.Add(dtlsFragments(tlswire.DTLS12, 0, dtlsHello(tlswire.DTLS12, "", 0), 50)[1], []byte{0x2e, 1, 2, 0, 1, 0}, quicHandshake(quicwire.V2, 9))
	f.Fuzz(func(t *testing.T, a, b, c []byte) {
		tr := newTracker("x", Options{}.withDefaults(), ignore)
		for i, p := range [][]byte{a, b, c, b, a, c} {
			seg := segment{udp: true, dir: i & 1, payload: p, missing: i / 5}
			seg.key[1].port = 443
			tr.frame++
			tr.datagram(&seg)
		}
		tr.flush()
		if tr.held != 0 {
			t.Errorf("%d bytes are still held", tr.held)
		}
	})
}

// FuzzInitial has any frames in Initial packets of both sides.
func FuzzInitial(f *testing.F) {
	f.Add(crypto(0, quicHello("a.example", 0)), crypto(0, quicAnswer()), quicwire.AppendClose(nil, 0x128, "no"))
	f.Add(crypto(40, quicHello("a.example", 0)[40:]), crypto(0, helloRetry()[5:]), crypto(0, quicHello("a.example", 0)))
	f.Fuzz(func(t *testing.T, a, b, c []byte) {
		tr := newTracker("x", Options{}.withDefaults(), ignore)
		q := newCapture().quic(t, quicwire.V1)
		for i, frames := range [][]byte{a, b, c} {
			seg := segment{udp: true, dir: i & 1, payload: q.initial(i&1, frames[:min(len(frames), 8000)])}
			seg.key[1].port = 443
			tr.frame++
			tr.datagram(&seg)
		}
		tr.flush()
		if tr.held != 0 {
			t.Errorf("%d bytes are still held", tr.held)
		}
	})
}

// FuzzDTLS cuts the messages of both sides into fragments as the script says.
func FuzzDTLS(f *testing.F) {
	f.Add([]byte{1, 0, 30, 7, 90}, dtlsHello(tlswire.DTLS12, "c", 300), dtlsAnswer(tlswire.DTLS12))
	f.Add([]byte{0}, dtlsHello(tlswire.DTLS12, "", 0, tlswire.DTLS13), dtlsAnswer13())
	f.Fuzz(func(t *testing.T, script, client, server []byte) {
		if len(client) < 4 || len(server) < 4 || len(script) == 0 || len(client)+len(server) > 1<<12 {
			return
		}
		tr := newTracker("x", Options{}.withDefaults(), ignore)
		for i, op := range script[:min(len(script), 100)] {
			side := int(op) & 1
			message := [][]byte{client, server}[side]
			parts := dtlsFragments(tlswire.DTLS12, uint16(op>>6), message, 1+int(op)*4)
			seg := segment{udp: true, dir: side, payload: parts[i%len(parts)]}
			tr.frame++
			tr.datagram(&seg)
		}
		tr.flush()
		if tr.held != 0 {
			t.Errorf("%d bytes are still held", tr.held)
		}
	})
}
