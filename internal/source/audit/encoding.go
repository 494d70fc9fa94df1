package audit

import (
	"bufio"
	"io"
	"unicode/utf8"

	"github.com/tlsready/tlsready/internal/plaintext"
)

// sniffLen is how much of a file decides its encoding and its kind.
const sniffLen = 4096

// decodeHead gives the start of a file as UTF-8, for detection.
func decodeHead(head []byte) []byte {
	return toUTF8(plaintext.Whole(head[:min(len(head), sniffLen)]))
}

// newTextReader gives r in UTF-8. What is not UTF-16 is taken line by line,
// UTF-8 where it is valid, else by toUTF8 as the western ANSI code page, since
// REGEDIT4 and old spreadsheets name none.
func newTextReader(r *bufio.Reader) io.Reader {
	head, _ := r.Peek(sniffLen) // an error comes again on reading
	if order := plaintext.Order(head); order != nil {
		return plaintext.NewReader(r, order)
	}
	return r
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
