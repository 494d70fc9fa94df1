// Package plaintext gives text files as UTF-8, whatever wrote them: logs,
// exports and scripts from Windows come in UTF-16 as often as not.
package plaintext

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// BOM is the byte order mark of UTF-8.
var BOM = []byte("\xef\xbb\xbf")

// sniffed is how much of a head is looked at for the zeros of UTF-16.
const sniffed = 512

// Order is the byte order of UTF-16 text that begins with head, and nil for
// anything else. Without a mark UTF-16 shows in the zero that every ASCII
// character brings; a run of zeros, as a crash leaves it, is not UTF-16.
func Order(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	head = head[:min(len(head), sniffed)&^1]
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
		return binary.LittleEndian
	case even*10 >= pairs*6 && odd*10 <= pairs:
		return binary.BigEndian
	}
	return nil
}

// Whole is a text in memory as UTF-8 without a byte order mark. What is not
// UTF-16 stays as it is.
func Whole(raw []byte) []byte {
	if order := Order(raw); order != nil {
		return AppendUTF8(make([]byte, 0, len(raw)/2+16), raw, order)
	}
	return bytes.TrimPrefix(raw, BOM)
}

// AppendUTF8 appends UTF-16 as UTF-8, without the byte order mark. An odd
// last byte is dropped.
func AppendUTF8(dst, raw []byte, order binary.ByteOrder) []byte {
	for len(raw) >= 2 {
		c := rune(order.Uint16(raw))
		raw = raw[2:]
		if utf16.IsSurrogate(c) && len(raw) >= 2 {
			if pair := utf16.DecodeRune(c, rune(order.Uint16(raw))); pair != utf8.RuneError {
				c, raw = pair, raw[2:]
			}
		}
		if c != 0xfeff {
			dst = utf8.AppendRune(dst, c)
		}
	}
	return dst
}

// NewReader reads UTF-16 as UTF-8, piece by piece.
func NewReader(r io.Reader, order binary.ByteOrder) io.Reader {
	return &reader{r: r, order: order}
}

type reader struct {
	r     io.Reader
	order binary.ByteOrder
	raw   []byte // read and not decoded: less than a character
	text  []byte // decoded and not handed out
	err   error
	buf   [32 << 10]byte
}

// Read implements io.Reader.
func (u *reader) Read(p []byte) (int, error) {
	for len(u.text) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.more()
	}
	n := copy(p, u.text)
	u.text = u.text[n:]
	return n, nil
}

func (u *reader) more() {
	kept := copy(u.buf[:], u.raw)
	n, err := u.r.Read(u.buf[kept:])
	u.err = err
	all := u.buf[:kept+n]
	whole := len(all) &^ 1
	// The first half of a surrogate pair waits for the second.
	if err == nil && whole >= 2 && u.order.Uint16(all[whole-2:])&0xfc00 == 0xd800 {
		whole -= 2
	}
	u.text = AppendUTF8(u.text[:0], all[:whole], u.order)
	u.raw = append(u.raw[:0], all[whole:]...)
	if err != nil && len(all)%2 == 1 {
		u.text = utf8.AppendRune(u.text, utf8.RuneError) // cut in the middle of a character
	}
}
