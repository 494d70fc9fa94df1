package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/scan"
)

// Progress is told how far the work is. Nil methods are not called; the
// command line gives a bar on a terminal and nothing elsewhere.
type Progress interface {
	Start(inputs int, bytes int64) // inputs is -1 when that is not known
	Input(name string)
	Bytes(n int)
	Done(name string)
	Finish()
}

// input is one thing to read and how.
type input struct {
	name   string
	size   int64
	remote bool // waits for the network rather than for this machine
	run    func(ctx context.Context, emit evidence.Emit) error
}

// Collection is what the sources gave.
type Collection struct {
	Evidence *evidence.Set // folded, in fixed order
	// Readable is how many inputs gave evidence or at least could be looked
	// at; when none could, the work was not done.
	Readable int
	Inputs   int
	// Bad, of a scan, is the first operand that is none and stood where that
	// could not be checked before; nil without any.
	Bad    *scan.BadTarget
	failed []error
}

// NewerSchema is the error of an input that a newer tlsready wrote; nil
// without one.
func (c *Collection) NewerSchema() error {
	for _, err := range c.failed {
		if errors.Is(err, evidence.ErrNewerSchema) {
			return err
		}
	}
	return nil
}

// defaultHosts is how many hosts are asked at one time.
const defaultHosts = 16

// collector runs inputs side by side and folds what they emit.
type collector struct {
	mu       sync.Mutex
	fold     evidence.Folder
	out      func(evidence.Record) error // records as they come; may be nil
	stream   bool                        // connections go to out alone
	progress Progress
	readable map[string]bool
	failed   []error
	said     map[string]bool // inputs whose source reported the failure itself
}

// collect runs all inputs, at most workers at once. An input that fails is a
// coverage record, not the end; only a cancelled context or a broken output
// ends early. What files left for later is done afterwards.
func collect(ctx context.Context, inputs []input, gathered []*evidence.Coverage, files *reading, opt Options) (*Collection, error) {
	c := &collector{out: opt.Emit, stream: opt.Stream, progress: opt.Progress, readable: map[string]bool{}, said: map[string]bool{}}
	if c.progress != nil {
		var total int64
		for _, in := range inputs {
			total += in.size
		}
		c.progress.Start(len(inputs), total)
		defer c.progress.Finish()
	}
	for _, cov := range gathered {
		if err := c.emit("", cov); err != nil {
			return nil, err
		}
	}
	if files != nil && c.out == nil {
		files.batches = c.emitBatch
	}
	if err := c.runAll(ctx, inputs, cmp.Or(opt.Hosts, defaultHosts)); err != nil {
		return nil, err
	}
	if files != nil {
		for _, in := range files.configurations() {
			if err := c.runOne(ctx, in); err != nil {
				return nil, err
			}
		}
		if err := files.fold.Emit(c.emitFolded); err != nil {
			return nil, err
		}
	}
	return &Collection{Evidence: c.fold.Set(), Readable: len(c.readable), Inputs: len(inputs), failed: c.failed}, nil
}

// runAll reads files with a worker a core, and asks hosts with as many as
// the person allows.
func (c *collector) runAll(ctx context.Context, inputs []input, hosts int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var remote, local []input
	for _, in := range inputs {
		if in.remote {
			remote = append(remote, in)
		} else {
			local = append(local, in)
		}
	}
	var wg sync.WaitGroup
	pool := func(inputs []input, workers int) {
		queue := make(chan input)
		for range min(workers, len(inputs)) {
			wg.Go(func() {
				for in := range queue {
					if err := c.runOne(ctx, in); err != nil {
						cancel(err)
					}
				}
			})
		}
		wg.Go(func() {
			defer close(queue)
			for _, in := range inputs {
				select {
				case queue <- in:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	pool(local, max(2, runtime.GOMAXPROCS(0)))
	pool(remote, hosts)
	wg.Wait()
	return context.Cause(ctx)
}

// errOutput marks an error of the output, which ends everything.
type errOutput struct{ error }

func (e errOutput) Unwrap() error { return e.error }

func (c *collector) runOne(ctx context.Context, in input) error {
	if c.progress != nil {
		c.progress.Input(in.name)
		defer c.progress.Done(in.name)
	}
	err := c.guard(ctx, in)
	var broken errOutput
	switch {
	case err == nil:
		return nil
	case errors.As(err, &broken):
		return broken.error
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	c.mu.Lock()
	c.failed = append(c.failed, err)
	said := c.said[in.name]
	c.mu.Unlock()
	if said {
		return nil // the source's own coverage says so
	}
	return c.emit(in.name, &evidence.Coverage{Source: "input", Input: in.name, Failed: reasonOf(err)})
}

// guard runs a source so that a fault in it costs one input and not the run.
func (c *collector) guard(ctx context.Context, in input) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal fault while reading (%v): please report it with this input", p)
		}
	}()
	return in.run(ctx, func(r evidence.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return c.emit(in.name, r)
	})
}

// emit folds a record in and hands it on.
func (c *collector) emit(name string, r evidence.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if name != "" && readable(r) {
		c.readable[name] = true
	}
	if cov, ok := r.(*evidence.Coverage); ok && cov.Failed != "" {
		c.said[name] = true
	}
	if c.out != nil {
		if err := c.out(r); err != nil {
			return errOutput{err}
		}
	}
	switch r.(type) {
	case *evidence.Handshake, *evidence.Traffic:
		if c.stream {
			return nil
		}
	}
	return c.fold.Add(r)
}

// emitBatch is emit for all records of a batch.
func (c *collector) emitBatch(name string, b *evidence.Batch) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b.Handshakes() > 0 || slices.ContainsFunc(b.Others, readable) {
		c.readable[name] = true
	}
	for _, r := range b.Others {
		if cov, ok := r.(*evidence.Coverage); ok && cov.Failed != "" {
			c.said[name] = true
		}
	}
	return c.fold.AddBatch(b)
}

// emitFolded takes what the logs of all inputs came to.
func (c *collector) emitFolded(r evidence.Record) error {
	name := ""
	if cov, ok := r.(*evidence.Coverage); ok {
		name = cov.Input
	}
	return c.emit(name, r)
}

// readable reports whether a record shows that its input could be looked at.
func readable(r evidence.Record) bool {
	switch r := r.(type) {
	case *evidence.Coverage:
		return r.Failed == "" && r.Read > 0
	case *evidence.Server:
		for _, v := range r.Versions {
			if v.State != evidence.Unknown {
				return true
			}
		}
		return false
	case *evidence.Replay:
		return r.Version.Known() || strings.HasPrefix(r.Answer, "alert")
	}
	return true
}
