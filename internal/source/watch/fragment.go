package watch

import "slices"

// Bounds of the IP packets that wait for fragments. A packet has at most 64
// KiB.
const (
	maxPackets       = 256
	maxFragmentBytes = 4 << 20
	maxIPPacket      = 1 << 16
	maxPieces        = 256
)

// A fragment is the place of a piece in its IP packet.
type fragment struct {
	is, v6, more bool
	id           uint32
	offset       int
}

// A packetID tells the fragments of one IP packet from others (RFC 791, 3.2;
// RFC 8200, 4.5).
type packetID struct {
	src, dst addr
	id       uint32
	proto    byte
	v6       bool
}

// A partial is an IP packet of which fragments came.
type partial struct {
	id     packetID
	proto  byte
	pieces []piece // in order; they may overlap
	total  int     // bytes of the payload; zero until the last fragment came
	held   int
}

type piece struct {
	offset int
	data   []byte
}

// fragments are the packets that wait, in the order in which they began. The
// zero value is ready.
type fragments struct {
	packets []*partial
	held    int
	lost    int // packets given up
	given   int // bytes of packets that became whole, since somebody asked
}

// join takes a fragment and returns the packet if that made it whole. Else
// the reason is fragmentKept.
func (d *decoder) join(ip ipPayload, s *segment) (ipPayload, reason) {
	f, end := &ip.fragment, ip.offset+len(ip.payload)
	if ip.missing > 0 {
		return ip, reasonCut
	}
	if len(ip.payload) == 0 || end > maxIPPacket || f.more && len(ip.payload)%8 != 0 {
		return ip, reasonFragment
	}
	id := packetID{src: s.key[0].addr, dst: s.key[1].addr, id: f.id, v6: f.v6}
	if !f.v6 {
		id.proto = ip.proto
	}
	p := d.parts.find(id)
	if f.offset == 0 || p.proto == 0 {
		p.proto = ip.proto // of IPv6, that of the first fragment counts
	}
	if !f.more {
		p.total = end
	}
	d.parts.add(p, f.offset, ip.payload)
	if !p.complete() {
		d.parts.bound()
		return ip, fragmentKept
	}
	whole := d.parts.take(p)
	if !f.v6 {
		return ipPayload{proto: p.proto, payload: whole}, used
	}
	ip, why := skipExtensions(p.proto, whole, 0)
	if ip.fragment.is { // of a fragment: nobody sends that
		return ip, reasonFragment
	}
	return ip, why
}

func (f *fragments) find(id packetID) *partial {
	for _, p := range f.packets {
		if p.id == id {
			return p
		}
	}
	p := &partial{id: id}
	f.packets = append(f.packets, p)
	return p
}

// add puts a piece in its place. One that came before is left out.
func (f *fragments) add(p *partial, offset int, data []byte) {
	i, _ := slices.BinarySearchFunc(p.pieces, offset, func(x piece, at int) int { return x.offset - at })
	if i < len(p.pieces) && p.pieces[i].offset == offset && len(p.pieces[i].data) >= len(data) || len(p.pieces) >= maxPieces {
		return
	}
	p.pieces = slices.Insert(p.pieces, i, piece{offset, slices.Clone(data)})
	const overhead = 64 // of a piece
	p.held += len(data) + overhead
	f.held += len(data) + overhead
}

// complete reports whether the pieces leave no hole up to the end.
func (p *partial) complete() bool {
	at := 0
	for _, x := range p.pieces {
		if x.offset > at {
			return false
		}
		at = max(at, x.offset+len(x.data))
	}
	return p.total > 0 && at >= p.total
}

// take makes a packet whole and forgets its pieces. Of bytes that came twice,
// those further to the front count.
func (f *fragments) take(p *partial) []byte {
	whole := make([]byte, 0, p.total)
	for _, x := range p.pieces {
		skip := len(whole) - x.offset
		if skip < 0 { // behind what the last fragment says is the end
			break
		}
		if skip < len(x.data) {
			whole = append(whole, x.data[skip:]...)
		}
	}
	f.given += p.total
	f.forget(slices.Index(f.packets, p))
	return whole[:p.total]
}

// missing is how many packets never became whole, at the end of a capture.
func (f *fragments) missing() int { return f.lost + len(f.packets) }

func (f *fragments) forget(i int) {
	f.held -= f.packets[i].held
	f.packets = slices.Delete(f.packets, i, i+1)
}

// bound gives up the packets that wait longest when there are too many.
func (f *fragments) bound() {
	for len(f.packets) > maxPackets || f.held > maxFragmentBytes {
		f.forget(0)
		f.lost++
	}
}
