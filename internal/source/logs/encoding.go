package logs

import (
	"bufio"
	"bytes"
	"io"

	"github.com/tlsready/tlsready/internal/plaintext"
)

var bom = plaintext.BOM

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
	if order := plaintext.Order(raw); order != nil {
		return plaintext.AppendUTF8(nil, raw, order), plaintext.NewReader(text, order), err
	}
	return raw, text, err
}

type failedReader struct{ err error }

func (f failedReader) Read([]byte) (int, error) { return 0, f.err }

func plainHead(raw []byte) []byte {
	if order := plaintext.Order(raw); order != nil {
		return plaintext.AppendUTF8(nil, raw, order)
	}
	return raw
}
