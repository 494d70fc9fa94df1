package watch

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Format is the kind of capture file that bytes begin.
type Format int

// What Detect answers.
const (
	NotCapture Format = iota
	Pcap              // the classic format of tcpdump
	Pcapng            // the format of Wireshark
)

// Detect tells which capture format a file that begins with head is in. Four
// bytes are enough.
func Detect(head []byte) Format {
	if len(head) < 4 {
		return NotCapture
	}
	if binary.LittleEndian.Uint32(head) == blockSection {
		return Pcapng
	}
	if _, ok := pcapVariant(head); ok {
		return Pcap
	}
	return NotCapture
}

// A frame is one captured packet. Its data is valid until the next one is
// read.
type frame struct {
	data   []byte
	absent int   // bytes that were on the wire and not captured
	nanos  int64 // since 1970
	link   uint16
	number int // in the file, from 1, as tshark counts
	cut    bool
}

// A frameReader reads frames until io.EOF. Its other errors end the file,
// too: errDamaged when the rest cannot be understood.
type frameReader interface{ next(*frame) error }

// errDamaged means that where the next packet begins is no longer known.
var errDamaged = errors.New("the rest of the file cannot be read")

type pcapKind struct {
	order  binary.ByteOrder
	unit   int64 // nanoseconds of the fraction's unit
	header int   // of a packet
}

// pcapVariant reads the magic number, which also tells the byte order.
func pcapVariant(head []byte) (pcapKind, bool) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(head) {
		case 0xa1b2c3d4:
			return pcapKind{order, 1000, 16}, true
		case 0xa1b23c4d:
			return pcapKind{order, 1, 16}, true
		case 0xa1b2cd34: // a variant of old Linux systems, with eight bytes more a packet
			return pcapKind{order, 1000, 24}, true
		}
	}
	return pcapKind{}, false
}

// A pcapReader reads the classic format.
type pcapReader struct {
	in     *chunkReader
	kind   pcapKind
	little bool
	link   uint16
	number int
}

func newPcapReader(in *chunkReader) (*pcapReader, error) {
	const fileHeader = 24
	head, err := in.peek(fileHeader)
	if err != nil {
		if cutShort(err) {
			return nil, errors.New("the file ends inside its header")
		}
		return nil, err
	}
	kind, _ := pcapVariant(head)
	p := &pcapReader{in: in, kind: kind, little: kind.order == binary.LittleEndian}
	// The upper half of the field tells whether frames end with a checksum.
	p.link = uint16(p.uint32(head[20:]))
	in.skip(fileHeader)
	return p, nil
}

// uint32 is kind.order.Uint32 without the cost of an interface.
func (p *pcapReader) uint32(b []byte) uint32 {
	if p.little {
		return binary.LittleEndian.Uint32(b)
	}
	return binary.BigEndian.Uint32(b)
}

func (p *pcapReader) next(f *frame) error {
	head, err := p.in.peek(p.kind.header)
	if err != nil {
		if cutShort(err) && len(head) > 0 {
			p.in.skip(len(head))
			return fmt.Errorf("the file ends inside the header of packet %d: %w", p.number+1, errDamaged)
		}
		return err
	}
	length := p.uint32(head[8:])
	if length > maxPacket {
		return fmt.Errorf("packet %d claims %d bytes: %w", p.number+1, length, errDamaged)
	}
	seconds, fraction := int64(p.uint32(head)), int64(p.uint32(head[4:]))
	wire := p.uint32(head[12:])
	p.in.skip(p.kind.header)
	data, err := p.in.peek(int(length))
	if err != nil && !cutShort(err) {
		return err
	}
	p.in.skip(len(data))
	p.number++
	*f = frame{
		data: data, absent: absent(wire, len(data)), nanos: seconds*1e9 + fraction*p.kind.unit,
		link: p.link, number: p.number, cut: err != nil,
	}
	return nil
}

// absent is how many bytes of a packet were not captured.
func absent(wire uint32, captured int) int { return max(0, int(min(wire, maxPacket))-captured) }

// openCapture reads the head of a capture file of either format.
func openCapture(in *chunkReader) (frameReader, error) {
	head, err := in.peek(4)
	if err != nil && !cutShort(err) {
		return nil, err
	}
	switch Detect(head) {
	case Pcap:
		return newPcapReader(in)
	case Pcapng:
		return &pcapngReader{in: in}, nil
	}
	if len(head) == 0 {
		return nil, fmt.Errorf("the file is empty: %w", ErrNotCapture)
	}
	return nil, ErrNotCapture
}
