package watch

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// The blocks of pcapng that hold packets or say how to read them
// (draft-ietf-opsawg-pcapng).
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 2 // obsolete, still written by some
	blockSimple    = 3
	blockEnhanced  = 6
)

// maxInterfaces bounds what one section may declare.
const maxInterfaces = 1 << 16

// A pcapngReader reads the blocks of a pcapng file. Interfaces, byte order
// and time units change within a file.
type pcapngReader struct {
	in     *chunkReader
	big    bool
	ifaces []ngInterface
	number int
}

type ngInterface struct {
	link    uint16
	snap    uint32
	power   int8  // the unit of time is 10^-power seconds ...
	binary  bool  // ... or 2^-power
	seconds int64 // to be added
}

func (p *pcapngReader) uint32(b []byte) uint32 {
	if p.big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

func (p *pcapngReader) uint16(b []byte) uint16 {
	if p.big {
		return binary.BigEndian.Uint16(b)
	}
	return binary.LittleEndian.Uint16(b)
}

func (p *pcapngReader) next(f *frame) error {
	for {
		kind, body, cut, err := p.block()
		if err != nil {
			return err
		}
		isPacket := kind == blockEnhanced || kind == blockPacket || kind == blockSimple
		if cut && !isPacket {
			return fmt.Errorf("the file ends inside the block after packet %d: %w", p.number, errDamaged)
		}
		switch kind {
		case blockSection:
			p.ifaces = p.ifaces[:0]
		case blockInterface:
			if len(p.ifaces) < maxInterfaces {
				p.ifaces = append(p.ifaces, p.iface(body))
			}
		case blockEnhanced, blockPacket, blockSimple:
			p.number++
			*f = frame{number: p.number, cut: cut}
			p.packet(f, kind, body)
			return nil
		}
	}
}

// block reads the next block and returns its body. A block that the file
// cuts off comes with what is there.
func (p *pcapngReader) block() (kind uint32, body []byte, cut bool, err error) {
	head, err := p.in.peek(12)
	if err != nil {
		if cutShort(err) && len(head) > 0 {
			p.in.skip(len(head))
			err = fmt.Errorf("the file ends inside the block after packet %d: %w", p.number, errDamaged)
		}
		return 0, nil, false, err
	}
	if binary.LittleEndian.Uint32(head) == blockSection {
		p.big = binary.BigEndian.Uint32(head[8:]) == 0x1a2b3c4d
	}
	kind = p.uint32(head)
	length := p.uint32(head[4:])
	if length < 12 || length > maxPacket {
		return 0, nil, false, fmt.Errorf("the block after packet %d claims %d bytes: %w", p.number, length, errDamaged)
	}
	// Blocks are padded to four bytes; some writers do not count that.
	b, err := p.in.peek(int(length+3) &^ 3)
	if err != nil && !cutShort(err) {
		return 0, nil, false, err
	}
	p.in.skip(len(b))
	if uint32(len(b)) < length {
		return kind, b[8:], true, nil
	}
	return kind, b[8 : length-4], false, nil
}

// iface reads an interface description and its two options about time.
func (p *pcapngReader) iface(b []byte) ngInterface {
	i := ngInterface{power: 6}
	if len(b) < 8 {
		return i
	}
	i.link, i.snap = p.uint16(b), p.uint32(b[4:])
	for opts := b[8:]; len(opts) >= 4; {
		code, n := p.uint16(opts), int(p.uint16(opts[2:]))
		opts = opts[4:]
		if code == 0 || n > len(opts) {
			break
		}
		switch {
		case code == 9 && n >= 1: // if_tsresol
			i.binary, i.power = opts[0]&0x80 != 0, int8(opts[0]&0x7f)
		case code == 14 && n >= 8: // if_tsoffset
			hi, lo := p.uint32(opts), p.uint32(opts[4:])
			if !p.big {
				hi, lo = lo, hi
			}
			i.seconds = int64(uint64(hi)<<32 | uint64(lo))
		}
		opts = opts[min(len(opts), (n+3)&^3):]
	}
	return i
}

// packet takes the packet out of a block. One of an interface that was never
// described has no link type, which the caller reports.
func (p *pcapngReader) packet(f *frame, kind uint32, b []byte) {
	f.link = linkUnknown
	head := 20
	if kind == blockSimple {
		head = 4
	}
	if len(b) < head {
		f.cut = true
		return
	}
	id, length, wire := uint32(0), uint32(0), uint32(0)
	switch kind {
	case blockEnhanced:
		id, length, wire = p.uint32(b), p.uint32(b[12:]), p.uint32(b[16:])
	case blockPacket:
		id, length, wire = uint32(p.uint16(b)), p.uint32(b[12:]), p.uint32(b[16:])
	case blockSimple:
		length, wire = p.uint32(b), p.uint32(b)
	}
	data := b[head:]
	if id < uint32(len(p.ifaces)) {
		i := &p.ifaces[id]
		f.link = i.link
		if kind == blockSimple {
			if i.snap > 0 {
				length = min(length, i.snap)
			}
		} else {
			f.nanos = i.nanos(uint64(p.uint32(b[4:]))<<32 | uint64(p.uint32(b[8:])))
		}
	}
	f.cut = f.cut || int64(length) > int64(len(data))
	f.data = data[:min(int64(length), int64(len(data)))]
	f.absent = absent(wire, len(f.data))
}

// nanos turns a count of the interface's units of time into nanoseconds.
func (i *ngInterface) nanos(ticks uint64) int64 {
	perSecond := uint64(1)
	if i.binary {
		if i.power > 62 {
			return 0
		}
		perSecond <<= uint(i.power)
	} else {
		if i.power > 19 {
			return 0
		}
		for range i.power {
			perSecond *= 10
		}
	}
	sec, rest := ticks/perSecond, ticks%perSecond
	hi, lo := bits.Mul64(rest, 1e9)
	frac, _ := bits.Div64(hi, lo, perSecond)
	return (int64(sec)+i.seconds)*1e9 + int64(frac)
}
