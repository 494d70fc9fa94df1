package evidence

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
)

// A Batch is records that were read together.
type Batch struct {
	Others []Record // all but handshakes
	seen   []seen

	room    room
	lines   int // that held something
	fields  int // records with fields that are not known
	skipped []Skip
	err     error
}

// Handshakes is how many handshakes a batch holds.
func (b *Batch) Handshakes() int { return len(b.seen) }

// block is a piece of a stream that ends with a line.
type block struct {
	text []byte
	from int  // lines before it
	long bool // the line that follows is too long, and was passed over
	done chan *Batch
}

// blockSize is what a worker decodes at a time, in bytes.
const blockSize = 1 << 20

// ReadBatches reads NDJSON with all cores and hands it on in batches, in the
// order of the stream and one at a time. It says what could not be used, nil
// if all was; the errors are those of a Reader, and those of add.
func ReadBatches(ctx context.Context, r io.Reader, name string, add func(*Batch) error) (*Coverage, error) {
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	work, ordered := make(chan block, workers), make(chan block, 2*workers)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	for range workers {
		wg.Go(func() {
			d := lineDecoder{texts: texts{}}
			for b := range work {
				b.done <- d.batch(b, name)
			}
		})
	}
	var readErr error
	wg.Go(func() {
		defer close(ordered)
		defer close(work)
		c := blockCutter{r: bufio.NewReaderSize(r, blockSize)}
		readErr = c.each(func(b block) error {
			for _, ch := range [...]chan block{work, ordered} {
				select {
				case ch <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	})
	coverage, lines, fields := Coverage{Source: "evidence", Input: name}, 0, 0
	for b := range ordered {
		batch := <-b.done
		lines, fields = lines+batch.lines, fields+batch.fields
		for _, s := range batch.skipped {
			coverage.Skip(s.Ref, s.Reason)
		}
		if batch.err != nil {
			return nil, batch.err
		}
		if err := add(batch); err != nil {
			return nil, err
		}
	}
	if readErr != nil {
		return nil, readErr
	}
	return finish(coverage, lines, fields), nil
}

// batch decodes the lines of a block.
func (d *lineDecoder) batch(b block, name string) *Batch {
	out := &Batch{seen: make([]seen, 0, 1+len(b.text)/400)}
	d.UnknownFields = 0
	n := b.from
	skip := func(reason string) {
		out.skipped = append(out.skipped, Skip{Ref: fmt.Sprintf("%s:%d", name, n), Reason: reason})
	}
	for rest := b.text; len(rest) > 0 && out.err == nil; {
		line, more, _ := bytes.Cut(rest, []byte("\n"))
		rest = more
		n++
		if line = trimLine(line); len(line) == 0 {
			continue
		}
		out.lines++
		if len(line) >= MaxLine {
			skip(errLongLine.Error())
			continue
		}
		if reason := d.into(out, line); reason != "" {
			skip(reason)
			continue
		}
		if last := len(out.Others) - 1; last >= 0 {
			if s, ok := out.Others[last].(*Stream); ok {
				out.Others = out.Others[:last]
				out.err = s.readable(name, n)
			}
		}
	}
	if b.long && out.err == nil {
		n++
		out.lines++
		skip(errLongLine.Error())
	}
	out.fields = d.UnknownFields
	return out
}

// into adds the record of a line to a batch, or says why there is none.
func (d *lineDecoder) into(out *Batch, line []byte) (reason string) {
	if rest, ok := bytes.CutPrefix(line, []byte(handshakeStart)); ok {
		n := len(out.seen)
		out.seen = append(out.seen, seen{})
		if d.texts.parse(rest, &out.seen[n], &out.room) {
			return ""
		}
		out.seen = out.seen[:n]
	}
	rec, reason := d.decodeAny(line)
	switch rec := rec.(type) {
	case nil:
		return reason
	case *Handshake:
		out.seen = append(out.seen, seenOf(rec))
	default:
		out.Others = append(out.Others, rec)
	}
	return ""
}

// blockCutter cuts a stream into blocks of whole lines.
type blockCutter struct {
	r    *bufio.Reader
	line int // so far
}

func (c *blockCutter) each(do func(block) error) error {
	var rest []byte // begins a line
	for {
		text := append(make([]byte, 0, blockSize+len(rest)), rest...)
		n, err := io.ReadFull(c.r, text[len(text):cap(text)])
		text = text[:len(text)+n]
		end := bytes.LastIndexByte(text, '\n') + 1
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			end = len(text)
		}
		rest = text[end:]
		b := block{text: text[:end], from: c.line, done: make(chan *Batch, 1)}
		c.line += bytes.Count(b.text, []byte("\n"))
		if len(rest) > MaxLine {
			err = c.pass()
			rest, b.long = nil, true
			c.line++
		}
		if len(b.text) > 0 || b.long {
			if err := do(b); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// pass reads to the end of a line.
func (c *blockCutter) pass() error {
	for {
		if _, err := c.r.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}
