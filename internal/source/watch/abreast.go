package watch

import (
	"cmp"
	"context"

	"github.com/tlsready/tlsready/evidence"
)

// How much may wait between two steps: enough that neither stands still when
// the other takes a little longer once.
const (
	waitingChunks  = 3
	waitingBatches = 4
	waitingRecords = 4
	// recordsAtOnce is how many records are handed on together.
	recordsAtOnce = 64
)

// readAbreast does each step on a core of its own, if there are as many: one
// goroutine reads the file, one cuts and decodes it, this one follows the
// connections, and one gives out the records. Nothing is divided: no
// connection lies on a border, and the records come as from one core.
func (t *tracker) readAbreast(in *input) (err error) {
	s := newSteps()
	defer s.end()
	give := t.emit
	out := s.emitter(give)
	t.emit = out.add
	chunks := s.chunks(in)
	batches, empty := make(chan *batch, waitingBatches), make(chan *batch, waitingBatches+2)
	for range cap(empty) - 1 { // the cutter has one
		empty <- new(batch)
	}
	c := newCutter(chunks.next, func(b *batch) (*batch, error) {
		if !send(s, batches, b) {
			return b, context.Canceled
		}
		return receive(s, empty)
	})
	s.run(func() {
		defer close(batches)
		err = c.run()
	})
	for b := range batches {
		t.follow(b)
		chunks.giveBack(b)
		t.emitErr = cmp.Or(t.emitErr, out.flush())
		empty <- b
	}
	t.flush()
	out.close()
	s.end()
	t.emit, t.emitErr = give, out.err
	t.tally.fragments = c.parts.missing()
	return err
}

// chunks are those of an input, read ahead.
type chunks struct {
	s     *steps
	ready chan chunk
	free  chan []byte
}

type chunk struct {
	data []byte
	err  error // behind it
}

func (s *steps) chunks(in *input) *chunks {
	p := &chunks{s, make(chan chunk, waitingChunks), make(chan []byte, waitingChunks)}
	for range waitingChunks {
		p.free <- nil
	}
	s.run(func() {
		for {
			buf, err := receive(s, p.free)
			if err != nil {
				return
			}
			data, err := in.next(buf)
			if !send(s, p.ready, chunk{data, err}) || err != nil {
				return
			}
		}
	})
	return p
}

// next waits for the next chunk. The one before comes back with its last batch.
func (p *chunks) next([]byte) ([]byte, error) {
	x, err := receive(p.s, p.ready)
	return x.data, cmp.Or(err, x.err)
}

func (p *chunks) giveBack(b *batch) {
	if b.spent != nil {
		p.free <- b.spent
		b.spent = nil
	}
}

// An emitter gives out records in their order.
type emitter struct {
	s    *steps
	some []evidence.Record
	out  chan []evidence.Record
	done chan struct{}
	err  error // why a record could not be given out; known once done
}

func (s *steps) emitter(emit evidence.Emit) *emitter {
	e := &emitter{s: s, out: make(chan []evidence.Record, waitingRecords), done: make(chan struct{})}
	s.run(func() {
		defer close(e.done)
		for {
			some, err := receive(s, e.out)
			if err != nil || some == nil {
				return
			}
			for _, r := range some {
				if e.err = emit(r); e.err != nil {
					s.halt()
					return
				}
			}
		}
	})
	return e
}

func (e *emitter) add(r evidence.Record) error {
	e.some = append(e.some, r)
	if len(e.some) < recordsAtOnce {
		return nil
	}
	return e.flush()
}

// flush hands on what there is.
func (e *emitter) flush() error {
	if len(e.some) == 0 {
		return nil
	}
	some := e.some
	e.some = make([]evidence.Record, 0, recordsAtOnce)
	if !send(e.s, e.out, some) {
		return context.Canceled
	}
	return nil
}

// close waits until all records are given out.
func (e *emitter) close() {
	_ = e.flush() // if it fails, the emitter has ended
	close(e.out)
	<-e.done
}
