package watch

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"github.com/tlsready/tlsready/evidence"
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
		s := &d.seg
		ip, why := skipLink(link, b)
		if why == used {
			why = d.decode(ip, len(b))
		}
		if why == used && (len(s.payload) > len(b) || s.missing < 0 || s.missing > len(b)) {
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
