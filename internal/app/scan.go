package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/scan"
)

// Scan asks targets what they accept. With Options.Stream nothing is kept of
// what is handed to Options.Emit, so that any number of targets takes the
// memory of those being asked.
func Scan(ctx context.Context, targets *Targets, opt Options) (*Collection, error) {
	opt.weak = weaknesses()
	return askAll(ctx, targets, opt, func(ctx context.Context, t scan.Target, emit evidence.Emit) error {
		return scan.Run(ctx, t, opt.Scan, opt.weighed(emit))
	})
}

// waiting is how many targets may wait for their address, for each that is
// asked: behind a list sorted by address the others would stand still.
const waiting = 4

// asking is a run over many targets.
type asking struct {
	opt Options
	ask func(context.Context, scan.Target, evidence.Emit) error

	mu       sync.Mutex
	fold     evidence.Folder
	kept     int //  failures kept of a stream
	total    Collection
	readable atomic.Int64
	left     evidence.Coverage // targets left out, and operands that are none
}

// mostFailures is how many failures of a stream are kept, to be told when
// there is nothing else.
const mostFailures = 20

// askAll asks each target, so many at one time, and hands on what each gave
// when it is done, so that a target is there as a whole or not at all.
func askAll(ctx context.Context, targets *Targets, opt Options, ask func(context.Context, scan.Target, evidence.Emit) error) (*Collection, error) {
	n, err := targets.Check()
	if err != nil {
		return nil, err
	}
	a := &asking{opt: opt, ask: ask, left: evidence.Coverage{Source: "scan", Input: "targets"}}
	hosts := cmp.Or(opt.Hosts, defaultHosts)
	if a.opt.Scan.Manners == nil {
		a.opt.Scan.Manners = scan.NewManners(hosts)
	}
	if p := opt.Progress; p != nil {
		p.Start(n, 0)
		defer p.Finish()
	}
	if opt.State != nil {
		if err := opt.State.Earlier(func(r evidence.Record) error { return a.take([]evidence.Record{r}) }); err != nil {
			return nil, err
		}
	}
	if err := a.run(ctx, targets, waiting*hosts); err != nil {
		return nil, err
	}
	if len(a.left.Skipped) > 0 {
		a.left.Used = a.total.Inputs
		if err := a.keep([]evidence.Record{&a.left}); err != nil {
			return nil, err
		}
	}
	a.total.Evidence, a.total.Readable = a.fold.Set(), int(a.readable.Load())
	return &a.total, nil
}

// run has workers take one target after the other.
func (a *asking) run(ctx context.Context, targets *Targets, workers int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan scan.Target)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for t := range queue {
				if err := a.one(ctx, t); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := a.feed(ctx, targets, queue)
	close(queue)
	if err != nil {
		cancel(err)
	}
	wg.Wait()
	return context.Cause(ctx)
}

// feed hands targets to the workers.
func (a *asking) feed(ctx context.Context, targets *Targets, queue chan<- scan.Target) error {
	for t, err := range targets.All() {
		a.left.Read++
		var bad *scan.BadTarget
		switch {
		case errors.As(err, &bad):
			a.total.Bad = cmp.Or(a.total.Bad, bad)
			a.left.Skip(bad.Ref, bad.Err.Error())
			continue
		case err != nil:
			return err
		}
		if why := a.opt.Scan.LeavesOut(t); why != "" {
			a.left.Skip(t.String(), why)
			continue
		}
		a.total.Inputs++
		if a.opt.State != nil && a.opt.State.Has(scanKey(t, &a.opt.Scan)) {
			if p := a.opt.Progress; p != nil {
				p.Done(t.String())
			}
			continue
		}
		select {
		case queue <- t:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// one asks one target.
func (a *asking) one(ctx context.Context, t scan.Target) error {
	if p := a.opt.Progress; p != nil {
		p.Input(t.String())
		defer p.Done(t.String())
	}
	var got []evidence.Record
	err := a.guarded(ctx, t, func(r evidence.Record) error {
		got = append(got, r)
		return ctx.Err()
	})
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		got = append(got, &evidence.Coverage{Source: "scan", Input: t.String(), Failed: reasonOf(err)})
	}
	if err := a.note(t, got); err != nil {
		return err
	}
	return a.take(got)
}

// note has a target stand in the state before anybody hears of it.
func (a *asking) note(t scan.Target, got []evidence.Record) error {
	if a.opt.State == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.opt.State.Add(scanKey(t, &a.opt.Scan), got)
}

// take keeps what a target gave, and whether that was anything.
func (a *asking) take(got []evidence.Record) error {
	if err := a.keep(got); err != nil {
		return err
	}
	if slices.ContainsFunc(got, readable) {
		a.readable.Add(1)
	}
	return nil
}

// guarded runs the source so that a fault in it costs one target and not the
// run.
func (a *asking) guarded(ctx context.Context, t scan.Target, emit evidence.Emit) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal fault while asking (%v): please report it with this target", p)
		}
	}()
	return a.ask(ctx, t, emit)
}

// keep hands on what a target gave and folds it.
func (a *asking) keep(got []evidence.Record) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range got {
		if a.opt.Emit != nil {
			if err := a.opt.Emit(r); err != nil {
				return err
			}
		}
		if a.opt.Stream && !a.remarkable(r) {
			continue
		}
		if err := a.fold.Add(r); err != nil {
			return err
		}
	}
	return nil
}

// remarkable reports whether a record of a stream is one of the first
// failures.
func (a *asking) remarkable(r evidence.Record) bool {
	c, ok := r.(*evidence.Coverage)
	if !ok || c.Failed == "" || a.kept == mostFailures {
		return false
	}
	a.kept++
	return true
}
