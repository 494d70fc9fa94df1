package watch

import (
	"context"
	"errors"
	"io"
)

const (
	firstChunk = 64 << 10 // most captures in a folder are small
	chunkSize  = 1 << 20
	// maxPacket bounds one packet or block. libpcap writes at most 256 KiB;
	// a length beyond this is damage, not data.
	maxPacket = 4 << 20
)

// A chunkReader hands out slices of a large read buffer, so that a packet
// costs neither a system call nor a copy.
type chunkReader struct {
	ctx    context.Context
	r      io.Reader
	buf    []byte
	lo, hi int
	full   bool // the last read filled the buffer
	err    error
}

func newChunkReader(ctx context.Context, r io.Reader) *chunkReader {
	return &chunkReader{ctx: ctx, r: r, buf: make([]byte, firstChunk)}
}

// peek returns the next n bytes without moving on. With fewer left it
// returns those and the error that ended the input. The slice is valid until
// the next peek.
func (c *chunkReader) peek(n int) ([]byte, error) {
	for c.hi-c.lo < n {
		if c.err != nil {
			return c.buf[c.lo:c.hi], c.err
		}
		c.fill(n)
	}
	return c.buf[c.lo : c.lo+n], nil
}

func (c *chunkReader) fill(n int) {
	if c.lo > 0 {
		c.hi = copy(c.buf, c.buf[c.lo:c.hi])
		c.lo = 0
	}
	if c.full && len(c.buf) < chunkSize {
		n = max(n, chunkSize)
	}
	if n > len(c.buf) {
		c.buf = append(c.buf, make([]byte, n-len(c.buf))...)
	}
	if err := c.ctx.Err(); err != nil {
		c.err = err
		return
	}
	// A reader that returns nothing forever must not hang us.
	for range 100 {
		got, err := c.r.Read(c.buf[c.hi:])
		c.hi += got
		c.full = c.hi == len(c.buf)
		if c.err = err; got > 0 || err != nil {
			return
		}
	}
	c.err = io.ErrNoProgress
}

// skip moves on over n bytes that were peeked.
func (c *chunkReader) skip(n int) { c.lo += n }

// cutShort tells the end of the input inside a packet from other errors.
func cutShort(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
