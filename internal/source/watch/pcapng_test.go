package watch

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// An ng builds a pcapng file.
type ng struct {
	order binary.AppendByteOrder
	out   []byte
}

func (g *ng) u32(v ...uint32) []byte {
	var b []byte
	for _, x := range v {
		b = g.order.AppendUint32(b, x)
	}
	return b
}

func (g *ng) block(kind uint32, body []byte) {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	n := uint32(len(body) + 12)
	g.out = append(g.out, join(g.u32(kind, n), body, g.u32(n))...)
}

func (g *ng) section() {
	g.block(blockSection, g.u32(0x1a2b3c4d, 1, 0xffffffff, 0xffffffff))
}

func (g *ng) iface(link uint16, options []byte) {
	b := g.order.AppendUint16(nil, link)
	b = g.order.AppendUint16(b, 0)
	g.block(blockInterface, join(b, g.u32(0), options))
}

func (g *ng) option(code uint16, data []byte) []byte {
	b := g.order.AppendUint16(nil, code)
	b = append(g.order.AppendUint16(b, uint16(len(data))), data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func (g *ng) packet(id uint32, ticks uint64, data []byte) {
	n := uint32(len(data))
	g.block(blockEnhanced, append(g.u32(id, uint32(ticks>>32), uint32(ticks), n, n), data...))
}

// packets are the IP packets of one handshake.
func packets() [][]byte {
	var out [][]byte
	c := newCapture()
	c.wrap = func(ip []byte) []byte {
		out = append(out, ip)
		return ip
	}
	c.connect(443).open().plain12("ng.example")
	return out
}

func TestPcapng(t *testing.T) {
	second := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC).Unix()
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		g := &ng{order: order}
		g.section()
		g.iface(147, nil) // of no use
		g.iface(linkRaw, g.option(9, []byte{9}))
		g.iface(linkRaw, g.option(9, []byte{0x80 | 10}))
		g.iface(linkRaw, g.option(14, order.AppendUint64(nil, 100)))
		g.block(5, g.u32(0, 0, 0)) // statistics
		for i, p := range packets() {
			id := uint32(1 + i%3)
			ticks := []uint64{uint64(second) * 1e9, uint64(second) << 10, uint64(second-100) * 1e6}[i%3]
			g.packet(id, ticks, p)
		}
		g.packet(99, 0, []byte{1, 2, 3}) // an interface that is not there
		hs, cov := run(t, g.out)
		if len(hs) != 1 || summary(hs[0]) != "TLS 1.2 completed" || hs[0].First.Unix() != second || hs[0].Last.Unix() != second {
			t.Errorf("%v: %+v %+v", order, hs, cov)
		}
		if len(cov.Skipped) != 1 || cov.Skipped[0].Reason != "unknown link type 65535" {
			t.Errorf("%v: %+v", order, cov)
		}
	}
}

// TestPcapngSections has a section of each byte order, and simple packets.
func TestPcapngSections(t *testing.T) {
	var file []byte
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		g := &ng{order: order}
		g.section()
		g.iface(linkRaw, nil)
		for _, p := range packets() {
			g.block(blockSimple, append(g.u32(uint32(len(p))), p...))
		}
		file = append(file, g.out...)
	}
	hs, _ := run(t, file)
	if len(hs) != 2 || hs[1].Outcome != evidence.Completed || hs[1].Refs[0] != "t.pcap:13" {
		t.Errorf("%+v", hs)
	}
	for n := range file {
		if n > 0 && Detect(file[:n]) == Pcapng {
			run(t, file[:n])
		}
	}
}
