package logs

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

var bom = []byte("\xef\xbb\xbf")

// plainText gives the start of a log, and the log from its first byte on, as
// UTF-8: tools that copy logs on Windows like to write UTF-16.
func plainText(r io.Reader) (head []byte, text io.Reader, err error) {
	br := bufio.NewReaderSize(r, headSize)
	raw, err := br.Peek(headSize)
	raw = bytes.Clone(raw)
	text = br
	if err == io.EOF {
		err = nil
	} else if err != nil {
		// A reader that failed need not fail the same way again.
		text = io.MultiReader(bytes.NewReader(raw), failedReader{err})
	}
	if order := utf16Order(raw); order != nil {
		return decodeUTF16(nil, raw, order), &utf16Reader{r: text, order: order}, err
	}
	return raw, text, err
}

type failedReader struct{ err error }

func (f failedReader) Read([]byte) (int, error) { return 0, f.err }

func plainHead(raw []byte) []byte {
	if order := utf16Order(raw); order != nil {
		return decodeUTF16(nil, raw, order)
	}
	return raw
}

// utf16Order is the byte order of UTF-16 text, with or without its mark, and
// nil for anything else: a run of NULs, as a crash leaves it, is not UTF-16.
func utf16Order(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return binary.BigEndian
	case len(head) < 16:
		return nil
	}
	var zero [2]int
	for i, c := range head[:16] {
		if c == 0 {
			zero[i%2]++
		}
	}
	switch zero {
	case [2]int{0, 8}:
		return binary.LittleEndian
	case [2]int{8, 0}:
		return binary.BigEndian
	}
	return nil
}

// decodeUTF16 appends raw as UTF-8, without the byte order mark. An odd last
// byte is dropped.
func decodeUTF16(dst, raw []byte, order binary.ByteOrder) []byte {
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

// utf16Reader reads UTF-16 as UTF-8.
type utf16Reader struct {
	r     io.Reader
	order binary.ByteOrder
	raw   []byte // read and not decoded: less than a character
	text  []byte // decoded and not handed out
	err   error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
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

func (u *utf16Reader) more() {
	var buf [32 << 10]byte
	kept := copy(buf[:], u.raw)
	n, err := u.r.Read(buf[kept:])
	u.err = err
	all := buf[:kept+n]
	whole := len(all) &^ 1
	// The first half of a surrogate pair waits for the second.
	if err == nil && whole >= 2 && u.order.Uint16(all[whole-2:])&0xfc00 == 0xd800 {
		whole -= 2
	}
	u.text = decodeUTF16(u.text[:0], all[:whole], u.order)
	u.raw = append(u.raw[:0], all[whole:]...)
}
