package code

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// headSize is how much of a file decides what it is.
const headSize = 8 << 10

var bom = []byte("\xef\xbb\xbf")

// plainText is the text as UTF-8 without a byte order mark: editors on
// Windows write UTF-16. Text in older encodings stays as it is, since what
// rules look for is ASCII.
func plainText(raw []byte) []byte {
	if order := utf16Order(raw); order != nil {
		return decodeUTF16(raw, order)
	}
	return bytes.TrimPrefix(raw, bom)
}

func plainHead(raw []byte) []byte { return plainText(raw[:min(len(raw), headSize)]) }

// utf16Order is the byte order of UTF-16 text with or without its mark, and
// nil for anything else.
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

// decodeUTF16 drops the mark and an odd last byte.
func decodeUTF16(raw []byte, order binary.ByteOrder) []byte {
	dst := make([]byte, 0, len(raw)/2+16)
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
