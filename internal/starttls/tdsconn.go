package starttls

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
)

// tdsConn carries TLS in packets of TDS, both ways.
type tdsConn struct {
	net.Conn
	r    *bufio.Reader
	left int  // of the packet being read
	raw  bool // the server has left the packets
}

func wrapTDS(c net.Conn) net.Conn { return &tdsConn{Conn: c, r: bufio.NewReaderSize(c, tdsPacket)} }

// Write sends b in packets.
func (c *tdsConn) Write(b []byte) (int, error) {
	if _, err := c.Conn.Write(appendTDS(nil, b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// maxEmpty bounds packets that carry nothing.
const maxEmpty = 100

// Read gives what is in the packets. What does not come in one is given as it
// is.
func (c *tdsConn) Read(b []byte) (int, error) {
	for range maxEmpty {
		switch {
		case c.raw:
			return c.r.Read(b)
		case c.left > 0:
			n, err := c.r.Read(b[:min(len(b), c.left)])
			c.left -= n
			return n, err
		}
		if err := c.head(); err != nil {
			return 0, err
		}
	}
	return 0, io.ErrNoProgress
}

// head reads the head of the next packet.
func (c *tdsConn) head() error {
	first, err := c.r.Peek(1)
	if err != nil {
		return err
	}
	if first[0] != tdsPrelogin && first[0] != tdsResult {
		c.raw = true
		return nil
	}
	head, err := c.r.Peek(tdsHead)
	n := 0
	if len(head) == tdsHead {
		n = int(binary.BigEndian.Uint16(head[2:]))
	}
	if n < tdsHead {
		if len(head) == tdsHead || err == io.EOF {
			c.raw = true
			return nil
		}
		return err
	}
	c.left = n - tdsHead
	_, err = c.r.Discard(tdsHead)
	return err
}
