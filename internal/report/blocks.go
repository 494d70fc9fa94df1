package report

import (
	"bytes"
	"io"
	"runtime"
	"sync"
)

// blockOf is how many verdicts are rendered together.
const blockOf = 2000

// inBlocks renders what has the numbers below n, in blocks and with all cores,
// and writes the blocks in their order. Few of them are in memory at a time.
func inBlocks(w io.Writer, n int, render func(out *bytes.Buffer, from, to int) error) error {
	type block struct {
		from int
		out  *bytes.Buffer
		done chan error
	}
	workers := runtime.GOMAXPROCS(0)
	work, ordered := make(chan *block), make(chan *block, workers)
	stop := make(chan struct{})
	spare := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(stop)
	for range workers {
		wg.Go(func() {
			for b := range work {
				b.done <- render(b.out, b.from, min(b.from+blockOf, n))
			}
		})
	}
	wg.Go(func() {
		defer close(ordered)
		defer close(work)
		for from := 0; from < n; from += blockOf {
			b := &block{from, spare.Get().(*bytes.Buffer), make(chan error, 1)}
			for _, ch := range [...]chan *block{work, ordered} {
				select {
				case ch <- b:
				case <-stop:
					return
				}
			}
		}
	})
	for b := range ordered {
		if err := <-b.done; err != nil {
			return err
		}
		if _, err := b.out.WriteTo(w); err != nil {
			return err
		}
		spare.Put(b.out)
	}
	return nil
}
