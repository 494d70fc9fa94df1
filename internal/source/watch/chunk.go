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

// An input is read in chunks, each as large as one read gives it.
type input struct {
	ctx  context.Context
	r    io.Reader
	full bool // the last read filled its buffer
}

// next reads a chunk into buf, or into a larger buffer once the input has
// shown that it is worth one. With the error that ends the input there may
// still be bytes.
func (in *input) next(buf []byte) ([]byte, error) {
	if in.full && cap(buf) < chunkSize {
		buf = make([]byte, chunkSize)
	}
	if buf = buf[:cap(buf)]; len(buf) == 0 {
		buf = make([]byte, firstChunk)
	}
	if err := in.ctx.Err(); err != nil {
		return buf[:0], err
	}
	// A reader that returns nothing forever must not hang us.
	for range 100 {
		n, err := in.r.Read(buf)
		if in.full = n == len(buf); n > 0 || err != nil {
			return buf[:n], err
		}
	}
	return buf[:0], io.ErrNoProgress
}

// A chunkReader hands out slices of the chunks of an input, so that a packet
// costs neither a system call nor a copy. Only one that two chunks share is
// copied.
type chunkReader struct {
	// more gives the next chunk and takes back the one before, of which
	// nothing will be handed out any more.
	more  func(spent []byte) ([]byte, error)
	chunk []byte
	now   []byte // handed out of: the chunk, or a copy
	at    int
	own   bool   // now is a copy
	after []byte // of the chunk, behind a copy
	err   error  // behind the chunk
}

func newChunkReader(more func(spent []byte) ([]byte, error)) *chunkReader {
	return &chunkReader{more: more}
}

// peek returns the next n bytes without moving on. With fewer left it
// returns those and the error that ended the input. The slice is valid as long
// as its chunk is not read over.
func (c *chunkReader) peek(n int) ([]byte, error) {
	for len(c.now)-c.at < n {
		if !c.fill(n) {
			return c.now[c.at:], c.err
		}
	}
	return c.now[c.at : c.at+n], nil
}

// fill comes closer to n bytes that lie side by side; at the end of the input
// it fails.
func (c *chunkReader) fill(n int) bool {
	left := len(c.now) - c.at
	switch {
	case len(c.after) > 0 && left == 0:
		c.now, c.at, c.own, c.after = c.after, 0, false, nil
	case len(c.after) > 0:
		k := min(n-left, len(c.after))
		c.now, c.after = append(c.now, c.after[:k]...), c.after[k:]
	case c.err != nil:
		return false
	default:
		if !c.own { // before the chunk is read over
			c.now, c.at, c.own = append([]byte(nil), c.now[c.at:]...), 0, true
		}
		c.chunk, c.err = c.more(c.chunk)
		c.after = c.chunk
	}
	return true
}

// skip moves on over n bytes that were peeked.
func (c *chunkReader) skip(n int) { c.at += n }

// cutShort tells the end of the input inside a packet from other errors.
func cutShort(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
