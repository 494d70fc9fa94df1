package audit

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// sniffLen is how much of a file decides its encoding and its kind.
const sniffLen = 4096

// textEncoding is how the bytes of a file make characters. What is neither
// UTF-16 is taken line by line: UTF-8 where it is valid, else the western
// ANSI code page, since REGEDIT4 and old spreadsheets name none.
type textEncoding int

const (
	bytewise textEncoding = iota
	utf16LE
	utf16BE
)

// sniff finds the encoding of a file from its first bytes. UTF-16 without a
// byte order mark shows in the zeros that every ASCII character brings.
func sniff(head []byte) textEncoding {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return utf16LE
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return utf16BE
	}
	head = head[:min(len(head), 512)&^1]
	var even, odd int
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	switch pairs := len(head) / 2; {
	case pairs == 0:
	case odd*10 >= pairs*6 && even*10 <= pairs:
		return utf16LE
	case even*10 >= pairs*6 && odd*10 <= pairs:
		return utf16BE
	}
	return bytewise
}

// decodeHead gives the start of a file as UTF-8, for detection.
func decodeHead(head []byte) []byte {
	head = head[:min(len(head), sniffLen)]
	enc := sniff(head)
	if enc == bytewise {
		return toUTF8(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	}
	out, err := io.ReadAll(newUTF16Reader(bytes.NewReader(head), enc))
	if err != nil {
		return nil
	}
	return bytes.TrimPrefix(out, []byte("\ufeff"))
}

// newTextReader gives r in UTF-8, except for lines in an ANSI code page, which
// toUTF8 mends one by one.
func newTextReader(r *bufio.Reader) io.Reader {
	head, _ := r.Peek(sniffLen) // an error comes again on reading
	if enc := sniff(head); enc != bytewise {
		return newUTF16Reader(r, enc)
	}
	return r
}

// utf16Reader turns UTF-16 into UTF-8 piece by piece.
type utf16Reader struct {
	src  io.Reader
	big  bool
	in   []byte // read and not yet decoded
	out  []byte // decoded and not yet handed on
	err  error
	bufs struct{ in, out [32 << 10]byte }
}

func newUTF16Reader(src io.Reader, enc textEncoding) *utf16Reader {
	r := &utf16Reader{src: src, big: enc == utf16BE}
	r.in = r.bufs.in[:0]
	return r
}

// Read implements io.Reader.
func (r *utf16Reader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil && len(r.in) == 0 {
			return 0, r.err
		}
		r.fill()
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// fill reads a piece and decodes it. A third of the buffer is read at a time
// because two bytes of UTF-16 can become three of UTF-8.
func (r *utf16Reader) fill() {
	held := copy(r.bufs.in[:], r.in)
	if r.err == nil {
		n, err := r.src.Read(r.bufs.in[held : len(r.bufs.in)/3])
		held += n
		r.err = err
	}
	in, out := r.bufs.in[:held], r.bufs.out[:0]
	for len(in) >= 2 {
		u := rune(r.unit(in))
		if u < 0x80 {
			out = append(out, byte(u))
			in = in[2:]
			continue
		}
		if utf16.IsSurrogate(u) {
			if len(in) < 4 && r.err == nil {
				break // the other half comes with the next piece
			}
			if len(in) >= 4 {
				if full := utf16.DecodeRune(u, rune(r.unit(in[2:]))); full != utf8.RuneError {
					out = utf8.AppendRune(out, full)
					in = in[4:]
					continue
				}
			}
			u = utf8.RuneError
		}
		out = utf8.AppendRune(out, u)
		in = in[2:]
	}
	if r.err != nil && len(in) == 1 { // cut in the middle of a character
		out = utf8.AppendRune(out, utf8.RuneError)
		in = nil
	}
	r.in, r.out = in, out
}

func (r *utf16Reader) unit(b []byte) uint16 {
	if r.big {
		return uint16(b[0])<<8 | uint16(b[1])
	}
	return uint16(b[1])<<8 | uint16(b[0])
}

// highANSI is what Windows code page 1252 has at 0x80 to 0x9f; above that it
// equals Unicode.
const highANSI = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

var ansiTable = []rune(highANSI)

// toUTF8 gives b itself if it is UTF-8, else b read as code page 1252.
func toUTF8(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b)+16)
	for _, c := range b {
		switch {
		case c < 0x80:
			out = append(out, c)
		case c < 0xa0:
			out = utf8.AppendRune(out, ansiTable[c-0x80])
		default:
			out = utf8.AppendRune(out, rune(c))
		}
	}
	return out
}
