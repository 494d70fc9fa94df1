package tlswire

// cursor reads from the front of a byte slice. After a read past the end it
// stays failed and returns nothing, so callers check once, at the end.
type cursor struct {
	b      []byte
	failed bool
}

func (c *cursor) take(n int) []byte {
	if c.failed || n > len(c.b) {
		c.failed = true
		return nil
	}
	p := c.b[:n:n]
	c.b = c.b[n:]
	return p
}

func (c *cursor) u8() int {
	if p := c.take(1); p != nil {
		return int(p[0])
	}
	return 0
}

func (c *cursor) u16() int {
	if p := c.take(2); p != nil {
		return int(p[0])<<8 | int(p[1])
	}
	return 0
}

func (c *cursor) u24() int {
	if p := c.take(3); p != nil {
		return int(p[0])<<16 | int(p[1])<<8 | int(p[2])
	}
	return 0
}

// vec8, vec16 and vec24 read a vector behind its length. When the input ends
// inside, they return what is there and fail: a cut hello still tells much.
func (c *cursor) vec8() []byte  { return c.vec(c.u8()) }
func (c *cursor) vec16() []byte { return c.vec(c.u16()) }
func (c *cursor) vec24() []byte { return c.vec(c.u24()) }

func (c *cursor) vec(n int) []byte {
	if c.failed {
		return nil
	}
	if n > len(c.b) {
		p := c.b[:len(c.b):len(c.b)]
		c.b, c.failed = nil, true
		return p
	}
	p := c.b[:n:n]
	c.b = c.b[n:]
	return p
}

func be16(b []byte) uint16 { return uint16(b[0])<<8 | uint16(b[1]) }
func be24(b []byte) int    { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }
