package logs

import (
	"bytes"
	"errors"
	"io"

	"github.com/tlsready/tlsready/internal/evtx"
)

// errBadEvent is for what stands where an event should; reading goes on
// behind it.
var errBadEvent = errors.New("not an event of a Windows event log, or one over 1 MiB")

// newEvents cuts Windows event logs into events, each as XML on its own:
// event logs themselves, exports with a root element, and what wevtutil
// prints, which has none.
func newEvents(r io.Reader) splitter {
	x := &xmlEvents{jsonValues: newJSONValues(r)}
	for x.end-x.start < len("ElfFile\x00") && x.fill() == nil {
	}
	if evtx.Is(x.buf[x.start:x.end]) {
		rest := io.MultiReader(bytes.NewReader(x.buf[x.start:x.end]), failing{r, x.err})
		return &binaryEvents{in: evtx.NewReader(rest)}
	}
	return x
}

// failing is a reader that has failed already, if it has.
type failing struct {
	r   io.Reader
	err error
}

func (f failing) Read(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return f.r.Read(p)
}

// binaryEvents are those of an event log. Their lines are their numbers in
// the file.
type binaryEvents struct {
	in  *evtx.Reader
	n   int
	xml []byte
}

func (b *binaryEvents) line() int { return b.n }

func (b *binaryEvents) next() (record []byte, ended bool, err error) {
	e, err := b.in.Next()
	switch {
	case err == nil:
		b.n++
		b.xml = e.Root.AppendXML(b.xml[:0])
		return b.xml, true, nil
	case errors.Is(err, evtx.ErrDamage):
		b.n++
		return nil, false, errDamagedEvent
	case errors.Is(err, evtx.ErrNotEventLog):
		err = io.EOF
	}
	return nil, false, err
}

var errDamagedEvent = errorsAs(errBadRecord, "a part of the event log is damaged: the events in it were not seen")

// xmlEvents are events in text. The buffer is that of JSON's values.
type xmlEvents struct {
	*jsonValues
	passing bool // within what is no event, and was noted
}

var (
	eventOpen  = []byte("<Event")
	eventClose = []byte("</Event>")
)

func (x *xmlEvents) next() (record []byte, ended bool, err error) {
	for {
		if _, err := x.peek(); err != nil {
			return nil, false, err
		}
		for x.end-x.start < len(eventOpen)+1 && x.fill() == nil {
		}
		b := x.buf[x.start:x.end]
		switch {
		case isEventStart(b):
			return x.event()
		case b[0] == '<' && x.tag():
			continue
		}
		if !x.passOn() {
			continue
		}
		return nil, false, errorsAs(errBadRecord, errBadEvent.Error())
	}
}

// line is 0 before the first byte.
func (x *xmlEvents) line() int {
	if x.end == 0 {
		return 0
	}
	return x.jsonValues.line()
}

func isEventStart(b []byte) bool {
	return len(b) > len(eventOpen) && bytes.HasPrefix(b, eventOpen) && (b[len(eventOpen)] == ' ' || b[len(eventOpen)] == '>' || b[len(eventOpen)] == '\r' || b[len(eventOpen)] == '\n' || b[len(eventOpen)] == '\t')
}

// tag passes over a tag or declaration between events, and reports whether
// there was one.
func (x *xmlEvents) tag() bool {
	const most = 4096
	for i := 1; i < most; i++ {
		if x.start+i >= x.end && x.fill() != nil {
			return false
		}
		switch x.buf[x.start+i] {
		case '>':
			x.take(i + 1)
			x.passing = false
			return true
		case '<', 0:
			return false
		}
	}
	return false
}

// passOn passes over a run of what is no event, up to the next tag, and
// reports whether it is one that was not noted yet.
func (x *xmlEvents) passOn() bool {
	noted := x.passing
	x.passing = true
	if !noted {
		x.began = x.at
	}
	i := 1
	if j := bytes.IndexByte(x.buf[x.start+1:x.end], '<'); j >= 0 {
		i += j
	} else {
		i = x.end - x.start
	}
	x.take(i)
	return !noted
}

// event gives the event that begins here. One that another begins within, or
// that never ends, is none.
func (x *xmlEvents) event() ([]byte, bool, error) {
	x.passing = false
	from := 1
	for {
		b := x.buf[x.start:x.end]
		end := bytes.Index(b[from:], eventClose)
		inner := bytes.Index(b[from:], eventOpen)
		for inner >= 0 && !isEventStart(b[from+inner:]) {
			step := bytes.Index(b[from+inner+1:], eventOpen)
			if step < 0 {
				inner = -1
				break
			}
			inner += 1 + step
		}
		switch {
		case inner >= 0 && (end < 0 || inner < end):
			return x.drop(from + inner)
		case end >= 0:
			n := from + end + len(eventClose)
			record := b[:n:n]
			x.began = x.at
			x.take(n)
			return record, true, nil
		case len(b) > MaxLine:
			return x.drop(len(b))
		}
		from = max(1, len(b)-len(eventClose))
		if x.fill() != nil {
			return x.drop(len(x.buf[x.start:x.end]))
		}
	}
}

// errorsAs is an error of a kind with its own words.
func errorsAs(kind error, words string) error { return &wordedError{kind, words} }

type wordedError struct {
	kind  error
	words string
}

func (e *wordedError) Error() string { return e.words }
func (e *wordedError) Unwrap() error { return e.kind }
