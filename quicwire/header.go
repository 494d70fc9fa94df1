package quicwire

import (
	"encoding/binary"
	"iter"
)

// PacketType is the type of a packet with a long header.
type PacketType uint8

// The types (RFC 9000, 17.2), whatever number a version gives them.
const (
	Initial PacketType = iota
	ZeroRTT
	Handshake
	Retry
	VersionNegotiation
	Unreadable // of a version that is not known: its connection ids alone can be read
)

// String is the name in RFC 9000.
func (t PacketType) String() string {
	return [...]string{"Initial", "0-RTT", "Handshake", "Retry", "Version Negotiation", "unreadable"}[min(t, Unreadable)]
}

// MinDatagram is how long a datagram is at least in which a client sends an
// Initial packet (RFC 9000, 14.1).
const MinDatagram = 1200

const (
	longHeader = 0x80
	fixedBit   = 0x40
	// maxConnectionID is the longest connection id of the versions that can
	// be read (RFC 9000, 17.2).
	maxConnectionID = 20
)

// Header is the long header of one packet as far as it is not protected. All
// slices are parts of the datagram.
type Header struct {
	Type       PacketType
	Version    Version
	DCID, SCID []byte // connection ids of the receiver and of the sender
	Token      []byte // of an Initial, and of a Retry

	versions []byte // that Version Negotiation lists
	packet   []byte // the whole packet
	number   int    // where the packet number begins
}

// ParseHeader reads the header of the packet at the start of a datagram, and
// returns what follows the packet: a datagram may hold several. A short
// header, which begins no connection, is ErrNotLong; so is padding.
func ParseHeader(datagram []byte) (h Header, rest []byte, err error) {
	if len(datagram) == 0 {
		return h, nil, ErrShort
	}
	if datagram[0]&longHeader == 0 {
		return h, datagram, ErrNotLong
	}
	c := cursor{b: datagram}
	first := c.u8()
	h.Version = Version(c.u32())
	h.DCID, h.SCID = c.vec8(), c.vec8()
	if c.failed {
		return h, nil, ErrShort
	}
	rules, known := h.Version.rules()
	switch {
	case h.Version == Negotiation:
		h.Type, h.versions, h.packet = VersionNegotiation, c.b, datagram
		return h, nil, nil
	case !known:
		h.Type, h.packet = Unreadable, datagram
		return h, nil, nil
	case len(h.DCID) > maxConnectionID || len(h.SCID) > maxConnectionID:
		return h, nil, ErrMalformed
	}
	h.Type = PacketType(first >> 4 & 3)
	if rules.rotated { // Retry is 0, Initial is 1 ...
		h.Type = (h.Type + 3) & 3
	}
	return h.body(c, datagram)
}

// body reads what a packet of a known version has behind its connection ids.
func (h Header) body(c cursor, datagram []byte) (Header, []byte, error) {
	if h.Type == Retry {
		h.packet = datagram
		if len(c.b) < tagSize {
			return h, nil, ErrShort
		}
		h.Token = c.b[: len(c.b)-tagSize : len(c.b)-tagSize]
		return h, nil, nil
	}
	if h.Type == Initial {
		h.Token = c.vec()
	}
	size := c.varint()
	h.number = len(datagram) - len(c.b)
	c.take(size)
	if c.failed {
		return h, nil, ErrShort
	}
	end := len(datagram) - len(c.b)
	h.packet = datagram[:end:end]
	return h, c.b, nil
}

// Versions runs through the versions that a Version Negotiation lists, the
// reserved ones among them.
func (h *Header) Versions() iter.Seq[Version] {
	return func(yield func(Version) bool) {
		for b := h.versions; len(b) >= 4; b = b[4:] {
			if !yield(Version(binary.BigEndian.Uint32(b))) {
				return
			}
		}
	}
}

// appendIDs writes the start of a long header.
func appendIDs(dst []byte, first byte, v Version, dcid, scid []byte) []byte {
	dst = binary.BigEndian.AppendUint32(append(dst, first), uint32(v))
	dst = append(append(dst, byte(len(dcid))), dcid...)
	return append(append(dst, byte(len(scid))), scid...)
}

// AppendVersionNegotiation writes what a server answers to a version that it
// does not know; dcid is the client's own connection id.
func AppendVersionNegotiation(dst, dcid, scid []byte, versions ...Version) []byte {
	dst = appendIDs(dst, longHeader|fixedBit, Negotiation, dcid, scid)
	for _, v := range versions {
		dst = binary.BigEndian.AppendUint32(dst, uint32(v))
	}
	return dst
}
