package watch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// split cuts an IP packet into fragments of size bytes, which eight divides.
func split(packet []byte, id uint32, size int) (out [][]byte) {
	head := 20
	if packet[0]>>4 == 6 {
		head = 40
	}
	body := packet[head:]
	for at := 0; at < len(body); at += size {
		part := body[at:min(len(body), at+size)]
		more := at+size < len(body)
		f := bytes.Clone(packet[:head])
		if head == 20 {
			binary.BigEndian.PutUint16(f[2:], uint16(20+len(part)))
			binary.BigEndian.PutUint16(f[4:], uint16(id))
			place := uint16(at / 8)
			if more {
				place |= 0x2000
			}
			binary.BigEndian.PutUint16(f[6:], place)
		} else {
			binary.BigEndian.PutUint16(f[4:], uint16(8+len(part)))
			place := uint16(at)
			if more {
				place |= 1
			}
			ext := binary.BigEndian.AppendUint16([]byte{f[6], 0}, place)
			f[6] = protoFragment
			f = append(f, binary.BigEndian.AppendUint32(ext, id)...)
		}
		out = append(out, append(f, part...))
	}
	return out
}

// fragmented sends what one side says in packets that are cut, in any order.
func (t *talker) fragmented(r *rand.Rand, who int, data []byte, id uint32) {
	parts := split(t.segment(who, flagACK, t.seq[who], data), id, 8*(4+r.IntN(20)))
	parts = append(parts, parts[r.IntN(len(parts))])
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	for _, p := range parts {
		t.c.ip(p, 0)
	}
	t.seq[who] += uint32(len(data))
}

func TestFragments(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 3))
		c := newCapture()
		k := c.connect(443)
		if seed%2 == 1 {
			k.addr[0], k.addr[1] = netip.MustParseAddrPort("[2001:db8::1]:50000"), netip.MustParseAddrPort("[2001:db8::2]:443")
		}
		k.open()
		k.fragmented(r, 0, clientHello(tlswire.TLS12, "a.example", 1700), uint32(seed))
		k.fragmented(r, 1, flight12(3000), uint32(seed))
		k.client(clientFinish12()).server(finish())
		hs, cov := run(t, c.out)
		if len(hs) != 1 || summary(hs[0])+hs[0].Server.Name != "TLS 1.2 completeda.example" || len(cov.Blind) != 0 {
			// A piece that came twice may begin a packet that is never whole.
			if len(hs) != 1 || hs[0].Outcome != evidence.Completed || len(cov.Blind) != 1 || !strings.Contains(cov.Blind[0], "fragments are missing") {
				t.Fatalf("seed %d: %+v %v", seed, hs, cov.Blind)
			}
		}
	}
}

// TestFragmentsInTunnel has the outer packet of a tunnel cut, as VXLAN's are
// when the inner one is full.
func TestFragmentsInTunnel(t *testing.T) {
	c := newCapture()
	c.link = linkRaw
	id := uint32(0)
	c.wrap = func(ip []byte) []byte { return ip }
	inner := newCapture()
	inner.link = linkRaw
	inner.wrap = func(ip []byte) []byte {
		id++
		packet := outer(17, join(udp(4789), []byte{8, 0, 0, 0, 0, 0, 9, 0}, make([]byte, 12), []byte{8, 0}, ip))
		for _, p := range split(packet, id, 512) {
			c.ip(p, 0)
		}
		return ip
	}
	inner.connect(443).open().plain12("a.example")
	if h := one(t, c); summary(h) != "TLS 1.2 completed" {
		t.Error(summary(h))
	}
}

// TestFragmentsBad has fragments that never add up, which must stay bounded
// and be counted.
func TestFragmentsBad(t *testing.T) {
	c := newCapture()
	k := c.connect(443)
	packet := k.segment(0, flagACK, 1, make([]byte, 1200))
	for i := range 400 {
		c.ip(split(packet, uint32(i), 800)[i%2], 0)
	}
	odd := split(packet, 9999, 800)[0]
	odd = odd[:len(odd)-3] // a length that eight does not divide
	binary.BigEndian.PutUint16(odd[2:], uint16(len(odd)))
	c.ip(odd, 0)
	far := split(packet, 9998, 800)[1]
	binary.BigEndian.PutUint16(far[6:], 0x1fff) // behind the end of any packet
	c.ip(far, 0)
	end := split(packet, 9997, 800) // the end before other parts
	binary.BigEndian.PutUint16(end[1][6:], 1)
	c.ip(end[0], 0)
	c.ip(end[1], 0)
	_, cov := run(t, c.out)
	if !strings.Contains(fmt.Sprint(cov.Blind), "of which fragments are missing in the capture: 400") {
		t.Errorf("blind %q", cov.Blind)
	}
	if len(cov.Skipped) != 1 || cov.Skipped[0].Count != 2 || cov.Skipped[0].Reason != reasonTexts[reasonFragment] {
		t.Errorf("skipped %+v", cov.Skipped)
	}
}

// TestFragmentsHeld holds the bound on memory.
func TestFragmentsHeld(t *testing.T) {
	var d decoder
	k := newCapture().connect(443)
	packet := k.segment(0, flagACK, 1, make([]byte, 60000))
	for i := range 3000 {
		for _, p := range split(packet, uint32(i), 8000)[:7] {
			d.transport(p, 0, new(segment))
		}
		if d.parts.held > maxFragmentBytes || len(d.parts.packets) > maxPackets {
			t.Fatalf("%d bytes in %d packets", d.parts.held, len(d.parts.packets))
		}
	}
	for len(d.parts.packets) > 0 {
		d.parts.forget(0)
	}
	if d.parts.held != 0 {
		t.Errorf("%d bytes are still held", d.parts.held)
	}
}

// TestExtensionHeaders has IPv6 with headers before TCP.
func TestExtensionHeaders(t *testing.T) {
	for _, tt := range []struct {
		name string
		head []byte // the next header is filled in
	}{
		{"hop by hop", []byte{0, 0, 1, 4, 0, 0, 0, 0}},
		{"destination options of 16 bytes", append([]byte{0, 1}, make([]byte, 14)...)},
		{"routing", append([]byte{0, 2, 4, 0}, make([]byte, 20)...)},
		{"authentication", append([]byte{0, 4}, make([]byte, 22)...)},
		{"the only fragment", []byte{0, 0, 0, 0, 0, 0, 0, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kind := map[string]byte{"hop by hop": protoHop, "routing": protoRouting, "authentication": protoAH, "the only fragment": protoFragment}[tt.name]
			if tt.name[0] == 'd' {
				kind = protoDest
			}
			c := newCapture()
			c.link = linkRaw
			c.wrap = func(ip []byte) []byte {
				head := bytes.Clone(tt.head)
				head[0] = ip[6]
				b := join(ip[:40], head, ip[40:])
				b[6] = kind
				binary.BigEndian.PutUint16(b[4:], uint16(len(b)-40))
				return b
			}
			k := c.connect(443)
			k.addr[0], k.addr[1] = netip.MustParseAddrPort("[2001:db8::1]:50000"), netip.MustParseAddrPort("[2001:db8::2]:443")
			k.open().plain12("a.example")
			if h := one(t, c); summary(h) != "TLS 1.2 completed" {
				t.Error(summary(h))
			}
		})
	}
}
