package app

import (
	"errors"
	"io"
	"os"

	"github.com/tlsready/tlsready/evidence"
)

// endedEarly is said of a capture that somebody stopped the reading of.
const endedEarly = "reading was ended early (ctrl-C): what comes after that is not known"

// isDone reports whether a channel is closed; nil never is.
func isDone(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// An enoughReader ends as if its input did once somebody has seen enough.
type enoughReader struct {
	io.Reader
	enough <-chan struct{}
	ended  bool
}

func (r *enoughReader) Read(p []byte) (int, error) {
	if isDone(r.enough) {
		r.ended = true
		return 0, io.EOF
	}
	n, err := r.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && isDone(r.enough) {
		r.ended, err = true, io.EOF
	}
	return n, err
}

// noting has the coverage record say that the reading was ended early.
func (r *enoughReader) noting(emit evidence.Emit) evidence.Emit {
	return func(rec evidence.Record) error {
		if c, ok := rec.(*evidence.Coverage); ok && r.ended {
			c.Blind = append(c.Blind, endedEarly)
		}
		return emit(rec)
	}
}

// A waitingReader waits for a pipe so that it can stop doing so: a read of a
// pipe that nobody writes to could not be ended.
type waitingReader struct {
	*os.File
	enough <-chan struct{}
}

func (r waitingReader) Read(p []byte) (int, error) {
	if !waitReadable(r.File, r.enough) {
		return 0, io.EOF
	}
	return r.File.Read(p)
}

// untilEnough makes stdin one that can be ended early.
func (o Options) untilEnough(in io.Reader) io.Reader {
	if f, ok := in.(*os.File); ok && o.Enough != nil {
		return waitingReader{f, o.Enough}
	}
	return in
}
