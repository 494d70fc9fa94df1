package logs

import (
	"bytes"
	"errors"
	"io"
)

// maxValue bounds one JSON value: a report holds some thousand lines, and a
// stranger's nesting is not followed without end.
const maxValue = 16 << 20

// errBadRecord is for what cannot be cut into records; reading goes on
// behind it.
var errBadRecord = errors.New("not a JSON value, or one over 16 MiB")

// jsonValues cuts documents of JSON into records: objects one after the
// other, on lines or not; the elements of an array; the elements of the array
// that an object holds under one of the names that exports use.
type jsonValues struct {
	r          io.Reader
	buf        []byte
	start, end int
	err        error
	at         int // line that buf[start] is on
	began      int // line that the last record began on, 0 before the first
	inArray    bool
}

// listKeys are the members whose array holds the records.
var listKeys = [][]byte{[]byte(`"Records"`), []byte(`"records"`), []byte(`"value"`), []byte(`"Events"`)}

func newJSONValues(r io.Reader) *jsonValues {
	return &jsonValues{r: r, buf: make([]byte, smallRead), at: 1}
}

func (j *jsonValues) line() int { return j.began }

func (j *jsonValues) next() (record []byte, ended bool, err error) {
	for {
		c, err := j.peek()
		if err != nil {
			return nil, false, err
		}
		switch c {
		case '[':
			j.take(1)
			j.inArray = true
			continue
		case ']', ',', '}':
			j.take(1) // the end of a list, or of the object around it
			continue
		case '{':
			if !j.inArray && j.enterList() {
				continue
			}
			return j.object()
		}
		return j.passOver()
	}
}

// peek passes over white space and marks.
func (j *jsonValues) peek() (byte, error) {
	for {
		for j.start < j.end {
			switch c := j.buf[j.start]; c {
			case ' ', '\t', '\r', '\n', 0, bom[0], bom[1], bom[2]:
				j.take(1)
			default:
				return c, nil
			}
		}
		if err := j.fill(); err != nil {
			return 0, err
		}
	}
}

// take goes on by n bytes and counts their lines.
func (j *jsonValues) take(n int) {
	j.at += bytes.Count(j.buf[j.start:j.start+n], []byte("\n"))
	j.start += n
}

// enterList steps into {"Records":[, and reports whether it did.
func (j *jsonValues) enterList() bool {
	for j.end-j.start < 256 && j.fill() == nil {
	}
	rest := j.buf[j.start+1 : j.end]
	trimmed := bytes.TrimLeft(rest, " \t\r\n")
	for _, key := range listKeys {
		after, ok := bytes.CutPrefix(trimmed, key)
		if !ok {
			continue
		}
		after = bytes.TrimLeft(after, " \t\r\n")
		if after, ok = bytes.CutPrefix(after, []byte(":")); !ok {
			continue
		}
		after = bytes.TrimLeft(after, " \t\r\n")
		if len(after) > 0 && after[0] == '[' {
			j.take(j.end - j.start - len(after))
			return true
		}
	}
	return false
}

// object gives the object that begins here. One that never ends is passed
// over up to the next line that begins with a brace, which begins another,
// or, without any, as far as one value may reach.
func (j *jsonValues) object() ([]byte, bool, error) {
	depth, inString := 0, false
	for i := 0; i <= maxValue; i++ {
		for j.start+i >= j.end {
			if j.fill() != nil {
				return j.drop(i)
			}
		}
		switch c := j.buf[j.start+i]; {
		case c == '\n':
			if j.start+i+1 == j.end && j.fill() != nil {
				return j.drop(i)
			}
			if j.buf[j.start+i+1] == '{' {
				return j.drop(i + 1)
			}
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				record := j.buf[j.start : j.start+i+1]
				j.began = j.at
				j.take(i + 1)
				return record, true, nil
			}
		}
	}
	return j.drop(maxValue)
}

// drop passes over n bytes that are no value.
func (j *jsonValues) drop(n int) ([]byte, bool, error) {
	j.began = j.at
	j.take(min(n, j.end-j.start))
	return nil, false, errBadRecord
}

// passOver drops the rest of the line, which is no value.
func (j *jsonValues) passOver() ([]byte, bool, error) {
	j.began = j.at
	for {
		if i := bytes.IndexByte(j.buf[j.start:j.end], '\n'); i >= 0 {
			j.take(i + 1)
			return nil, false, errBadRecord
		}
		j.start = j.end
		if j.fill() != nil {
			return nil, false, errBadRecord
		}
	}
}

// fill reads once behind what is there; the buffer grows up to one value.
func (j *jsonValues) fill() error {
	if j.err != nil {
		return j.err
	}
	if j.start > 0 {
		j.end = copy(j.buf, j.buf[j.start:j.end])
		j.start = 0
	}
	if len(j.buf)-j.end < len(j.buf)/4 {
		j.buf = append(j.buf, make([]byte, len(j.buf))...)
	}
	for range 100 {
		n, err := j.r.Read(j.buf[j.end:])
		j.end += n
		if err != nil {
			j.err = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	j.err = io.ErrNoProgress
	return j.err
}
