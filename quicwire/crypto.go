package quicwire

import "slices"

// MaxCrypto is how many handshake bytes of one side are kept: hellos have a
// few kilobytes, and nothing longer comes in Initial packets.
const MaxCrypto = 64 << 10

// maxSpans bounds the pieces that lie apart. A hello comes in a few packets;
// senders that shuffle cut it into some dozens.
const maxSpans = 256

// A Stream puts the CRYPTO frames of one side in order (RFC 9000, 7.5): they
// come in any order, twice, and overlapping. Of bytes that come twice the
// first count. The zero value is ready.
type Stream struct {
	buf   []byte
	spans []span // what is there, in order, apart from each other
}

type span struct{ from, to int }

// Add takes a frame. ErrTooMuch means that it lies beyond what is kept, and
// was passed over.
func (s *Stream) Add(f *Frame) error {
	if len(f.Data) == 0 {
		return nil
	}
	if f.Offset > MaxCrypto || int(f.Offset)+len(f.Data) > MaxCrypto {
		return ErrTooMuch
	}
	add := span{int(f.Offset), int(f.Offset) + len(f.Data)}
	first, _ := slices.BinarySearchFunc(s.spans, add.from, func(x span, at int) int { return x.to - at })
	end := first
	for end < len(s.spans) && s.spans[end].from <= add.to {
		end++
	}
	if first == end && len(s.spans) >= maxSpans {
		return ErrTooMuch
	}
	if add.to > len(s.buf) {
		s.buf = append(s.buf, make([]byte, add.to-len(s.buf))...)
	}
	at := add.from // up to here all is there
	for _, have := range s.spans[first:end] {
		if at < have.from {
			copy(s.buf[at:have.from], f.Data[at-add.from:])
		}
		at = max(at, have.to)
	}
	if at < add.to {
		copy(s.buf[at:add.to], f.Data[at-add.from:])
	}
	if first < end {
		add = span{min(add.from, s.spans[first].from), max(add.to, s.spans[end-1].to)}
	}
	s.spans = slices.Replace(s.spans, first, end, add)
	return nil
}

// Bytes are the handshake bytes from the start that are there without a gap.
func (s *Stream) Bytes() []byte {
	if len(s.spans) == 0 || s.spans[0].from > 0 {
		return nil
	}
	return s.buf[:s.spans[0].to:s.spans[0].to]
}

// Gap reports whether bytes wait for others before them.
func (s *Stream) Gap() bool { return len(s.spans) > 1 || len(s.spans) == 1 && s.spans[0].from > 0 }

// Held is how many bytes of memory the stream takes.
func (s *Stream) Held() int { return cap(s.buf) + 16*cap(s.spans) }

// Reset forgets everything and keeps the memory.
func (s *Stream) Reset() { s.buf, s.spans = s.buf[:0], s.spans[:0] }
