package evidence

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// lineReader cuts a stream into lines.
type lineReader struct {
	r    *bufio.Reader
	name string
	line int
}

// errLongLine is of a line that was passed over.
var errLongLine = errors.New("line over 16 MiB")

// readLine gives the next line without its end. A line over MaxLine is
// passed over: errLongLine.
func (r *lineReader) readLine() ([]byte, error) {
	var long []byte
	for {
		part, err := r.r.ReadSlice('\n')
		if long == nil && err == nil {
			r.line++
			return trimLine(part), nil
		}
		if len(long)+len(part) > MaxLine {
			r.line++
			if err := r.discardLine(err); err != nil {
				return nil, err
			}
			return nil, errLongLine
		}
		long = append(long, part...)
		switch {
		case err == nil, err == io.EOF && len(long) > 0:
			r.line++
			return trimLine(long), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

func (r *lineReader) discardLine(err error) error {
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.r.ReadSlice('\n')
	}
	if err == io.EOF {
		return nil // the next read reports it
	}
	return err
}

func trimLine(b []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
}
