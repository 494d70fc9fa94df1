package scan

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/tlsready/tlsready/internal/plaintext"
)

// maxLine bounds a line of a list of targets.
const maxLine = 64 << 10

// BadTarget is a place in a list of targets that names none.
type BadTarget struct {
	Ref string // file:line
	Err error
}

// Error says where and why.
func (b *BadTarget) Error() string { return b.Ref + ": " + b.Err.Error() }

// Unwrap is why.
func (b *BadTarget) Unwrap() error { return b.Err }

// ReadOperands reads a list of targets as it comes: any number a line, in
// UTF-8 or UTF-16; what follows a # at the start of a line or behind a space
// is a comment. What names no target is a *BadTarget, after which the list
// goes on; any other error ends it. No more than a line is held.
func ReadOperands(r io.Reader, name string) iter.Seq2[Operand, error] {
	return func(yield func(Operand, error) bool) {
		for word, err := range readWords(r, name) {
			if err != nil {
				if !yield(Operand{}, err) {
					return
				}
				continue
			}
			o, err := ParseOperand(word.text)
			if err != nil {
				err = &BadTarget{word.ref(name), err}
			}
			if !yield(o, err) {
				return
			}
		}
	}
}

// word is one entry of a list.
type word struct {
	text string
	line int
}

func (w word) ref(name string) string { return fmt.Sprintf("%s:%d", name, w.line) }

var errLongLine = fmt.Errorf("longer than %d bytes; one target a line is enough", maxLine)

// readWords takes a list apart.
func readWords(r io.Reader, name string) iter.Seq2[word, error] {
	return func(yield func(word, error) bool) {
		lines := utf8Lines(r)
		for n := 1; ; n++ {
			line, err := nextLine(lines)
			if errors.Is(err, errLongLine) {
				if !yield(word{}, &BadTarget{word{line: n}.ref(name), errLongLine}) {
					return
				}
				continue
			}
			for _, text := range strings.Fields(string(line)) {
				if text[0] == '#' {
					break
				}
				if !yield(word{text, n}, nil) {
					return
				}
			}
			if err == nil {
				continue
			}
			if err != io.EOF {
				yield(word{}, fmt.Errorf("%s: %w", name, err))
			}
			return
		}
	}
}

// utf8Lines gives a text as UTF-8. It waits for no more than comes at first:
// whoever writes the list may write its next line only later.
func utf8Lines(r io.Reader) *bufio.Reader {
	in := bufio.NewReaderSize(r, maxLine)
	in.Peek(1)
	head, _ := in.Peek(min(in.Buffered(), 512))
	if order := plaintext.Order(head); order != nil {
		return bufio.NewReaderSize(plaintext.NewReader(in, order), maxLine)
	}
	if bytes.HasPrefix(head, []byte(plaintext.BOM)) {
		in.Discard(len(plaintext.BOM))
	}
	return in
}

// nextLine is the next line, which is valid until the one after it is read.
func nextLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		return line, err
	}
	for err == bufio.ErrBufferFull {
		_, err = in.ReadSlice('\n')
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	return nil, errLongLine
}
