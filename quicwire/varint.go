package quicwire

import "encoding/binary"

// cursor reads from the front of a packet. After a read past the end it stays
// failed, so callers check once, at the end.
type cursor struct {
	b      []byte
	failed bool
}

func (c *cursor) take(n uint64) []byte {
	if c.failed || n > uint64(len(c.b)) {
		c.failed = true
		return nil
	}
	p := c.b[:n:n]
	c.b = c.b[n:]
	return p
}

func (c *cursor) u8() byte {
	if p := c.take(1); p != nil {
		return p[0]
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if p := c.take(4); p != nil {
		return binary.BigEndian.Uint32(p)
	}
	return 0
}

// varint reads a number whose first two bits tell its length (RFC 9000, 16).
func (c *cursor) varint() uint64 {
	if c.failed || len(c.b) == 0 {
		c.failed = true
		return 0
	}
	p := c.take(1 << (c.b[0] >> 6))
	if p == nil {
		return 0
	}
	n := uint64(p[0] & 0x3f)
	for _, b := range p[1:] {
		n = n<<8 | uint64(b)
	}
	return n
}

// vec8 reads bytes behind a length of one byte, vec behind a varint.
func (c *cursor) vec8() []byte { return c.take(uint64(c.u8())) }
func (c *cursor) vec() []byte  { return c.take(c.varint()) }

// AppendVarint writes a number below 2^62 in the fewest bytes.
func AppendVarint(dst []byte, n uint64) []byte {
	switch {
	case n < 1<<6:
		return append(dst, byte(n))
	case n < 1<<14:
		return binary.BigEndian.AppendUint16(dst, uint16(n)|1<<14)
	case n < 1<<30:
		return binary.BigEndian.AppendUint32(dst, uint32(n)|2<<30)
	}
	return binary.BigEndian.AppendUint64(dst, n|3<<62)
}

func appendVec(dst, b []byte) []byte {
	return append(AppendVarint(dst, uint64(len(b))), b...)
}
