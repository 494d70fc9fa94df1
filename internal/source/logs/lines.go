package logs

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// MaxLine bounds a line. A longer one is passed over and noted, never held:
// a log is partly written by strangers.
const MaxLine = 1 << 20

// readSize is about what is asked of the reader at a time: large enough for
// speed, small enough to stay in a processor's cache.
const readSize = 256 << 10

// errLongLine is for a line over MaxLine; reading goes on behind it.
var errLongLine = errors.New("line over 1 MiB")

// A splitter cuts a log into records.
type splitter interface {
	// next gives the next record, valid until the next call, and whether it
	// had its end: a last line without one may be cut. Reading goes on behind
	// errLongLine and errBadRecord; io.EOF and all others end it.
	next() (record []byte, ended bool, err error)
	// line is the number of the line that the record begins on.
	line() int
}

// cut is the splitter for the format's records. Lines are read by pieces
// instead wherever speed counts.
func (f *Format) cut(text io.Reader) splitter {
	switch f.records {
	case byJSONValue:
		return newJSONValues(text)
	case byEvent:
		return newEvents(text)
	}
	return newLines(text)
}

// lines cuts a log into lines without copying them.
type lines struct {
	r          io.Reader
	buf        []byte
	start, end int   // not handed out yet: buf[start:end]
	scan       int   // buf[start:scan] holds no line end
	err        error // of the last read
	n          int   // number of the line handed out last
}

func (l *lines) line() int { return l.n }

func newLines(r io.Reader) *lines {
	return &lines{r: r, buf: make([]byte, readSize)}
}

// next gives the next line, valid until the next call, and whether it had a
// line end: a last line without one may be cut.
func (l *lines) next() (line []byte, ended bool, err error) {
	for {
		if i := bytes.IndexByte(l.buf[l.scan:l.end], '\n'); i >= 0 {
			line = l.buf[l.start : l.scan+i]
			l.start += len(line) + 1
			l.scan = l.start
			return l.hand(line, true)
		}
		l.scan = l.end
		switch {
		case l.end-l.start > MaxLine:
			return nil, false, l.passOver()
		case l.err == nil:
			l.fill()
		case l.start == l.end:
			return nil, false, l.err
		default:
			line = l.buf[l.start:l.end]
			l.start = l.end
			return l.hand(line, false)
		}
	}
}

func (l *lines) hand(line []byte, ended bool) ([]byte, bool, error) {
	l.n++
	if len(line) > MaxLine {
		return nil, ended, errLongLine
	}
	return line, ended, nil
}

// passOver drops the rest of a line that is too long.
func (l *lines) passOver() error {
	l.n++
	for {
		if i := bytes.IndexByte(l.buf[l.scan:l.end], '\n'); i >= 0 {
			l.start = l.scan + i + 1
			l.scan = l.start
			return errLongLine
		}
		l.start, l.scan, l.end = 0, 0, 0
		if l.err != nil {
			return errLongLine
		}
		l.fill()
	}
}

// fill reads once behind what is there, which is no longer than MaxLine. The
// buffer grows once, for the first long line.
func (l *lines) fill() {
	if l.start > 0 {
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.scan -= l.start
		l.start = 0
	}
	if len(l.buf)-l.end < readSize/2 {
		l.buf = append(make([]byte, 0, MaxLine+readSize), l.buf...)
		l.buf = l.buf[:cap(l.buf)]
	}
	for range 100 {
		n, err := l.r.Read(l.buf[l.end:])
		l.end += n
		l.err = err
		if n > 0 || err != nil {
			return
		}
	}
	l.err = io.ErrNoProgress
}

// cleanLine takes away what is not part of a row: CR, a byte order mark
// where files were joined, and the NULs that a server which stopped hard
// leaves in space it had reserved.
func cleanLine(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && (line[0] == 0 || line[n-1] == 0) {
		line = bytes.Trim(line, "\x00\r")
	}
	if len(line) > 0 && line[0] == bom[0] {
		line = bytes.TrimPrefix(line, bom)
	}
	return line
}

// ctxReader ends reading when the context does.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
