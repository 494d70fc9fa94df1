package audit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
)

// maxLine bounds one line, maxSpan what one value or row may span: hostile
// input must not fill memory. What a rule asks for is far smaller than both.
const (
	maxLine = 1 << 20
	maxSpan = 64 << 10
)

// line is one line of a text file, without its end.
type line struct {
	text []byte // valid until the next call of next
	no   int    // counted from 1
	long bool   // over maxLine: text is empty
	open bool   // the file ends here without a line end
}

// lineReader reads lines, counts them, and takes lines back: a value that
// turns out not to end is re-read from its second line on.
type lineReader struct {
	ctx  context.Context
	r    *bufio.Reader
	no   int
	long []byte
	back []line // re-read first, last one first
}

func newLineReader(ctx context.Context, r *bufio.Reader) *lineReader {
	return &lineReader{ctx: ctx, r: bufio.NewReaderSize(newTextReader(r), 64<<10)}
}

// next gives the next line, or io.EOF.
func (l *lineReader) next() (line, error) {
	if n := len(l.back); n > 0 {
		ln := l.back[n-1]
		l.back = l.back[:n-1]
		return ln, nil
	}
	if l.no&1023 == 0 {
		if err := l.ctx.Err(); err != nil {
			return line{}, err
		}
	}
	text, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return l.nextLong(text)
	}
	if err == io.EOF && len(text) == 0 || err != nil && err != io.EOF {
		return line{}, err
	}
	l.no++
	return line{text: trimEnd(text), no: l.no, open: err == io.EOF}, nil
}

// nextLong gathers a line that does not fit the buffer, up to maxLine.
func (l *lineReader) nextLong(text []byte) (line, error) {
	l.no++
	l.long = append(l.long[:0], text...)
	ln := line{no: l.no}
	for {
		if err := l.ctx.Err(); err != nil {
			return line{}, err
		}
		part, err := l.r.ReadSlice('\n')
		if !ln.long {
			l.long = append(l.long, part...)
			ln.long = len(l.long) > maxLine
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && err != io.EOF:
			return line{}, err
		}
		ln.open = err == io.EOF
		if !ln.long {
			ln.text = trimEnd(l.long)
		}
		return ln, nil
	}
}

// unread hands lines back, the first of them first. They must be copies.
func (l *lineReader) unread(lines []line) {
	for i := len(lines) - 1; i >= 0; i-- {
		l.back = append(l.back, lines[i])
	}
}

// copied is ln with a text of its own.
func (ln line) copied() line {
	ln.text = bytes.Clone(ln.text)
	return ln
}

// trimEnd takes the line end off, and a byte order mark in front, which also
// stands in the middle of files that were joined with copy /b.
func trimEnd(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	b = bytes.TrimSuffix(b, []byte("\r"))
	return toUTF8(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
}
