package code

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/evidence"
)

// Tree reads all source code below a folder, side by side, and emits the
// settings in the order of the files' names, then one coverage record about
// all of it if anything was passed over or suppressed. Names in records begin with prefix.
func Tree(ctx context.Context, fsys fs.FS, prefix string, opt Options, emit evidence.Emit) (*Totals, error) {
	t := &tree{fsys: fsys, prefix: prefix, opt: opt, totals: new(Totals)}
	t.opt.Totals = t.totals
	work := make(chan string, 256)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() { t.worker(ctx, work) })
	}
	err := t.walk(ctx, work)
	close(work)
	group.Wait()
	if err = errors.Join(err, ctx.Err()); err != nil {
		return t.totals, err
	}
	slices.SortStableFunc(t.found, func(a, b *evidence.Setting) int {
		return strings.Compare(a.Where.File, b.Where.File)
	})
	for _, s := range t.found {
		if err := emit(s); err != nil {
			return t.totals, err
		}
	}
	if t.totals.Incomplete() {
		return t.totals, emit(t.totals.Coverage(prefix))
	}
	return t.totals, nil
}

type tree struct {
	fsys   fs.FS
	prefix string
	opt    Options
	totals *Totals

	mu    sync.Mutex
	found []*evidence.Setting
}

// walk sends the files worth reading. Links are not followed.
func (t *tree) walk(ctx context.Context, work chan<- string) error {
	skipper := NewSkipper(t.fsys)
	return fs.WalkDir(t.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			t.totals.Skip(t.name(name), "cannot be read")
			return nil
		}
		if d.IsDir() {
			if reason, skip := skipper.Dir(name); skip {
				t.totals.Skip(t.name(name), reason)
				return fs.SkipDir
			}
			return ctx.Err()
		}
		if !d.Type().IsRegular() || byName(name) == nil && path.Ext(name) != "" {
			return nil
		}
		if reason, skip := skipper.File(name); skip {
			t.totals.Skip(t.name(name), reason)
			return nil
		}
		select {
		case work <- name:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

func (t *tree) name(name string) string { return path.Join(t.prefix, name) }

func (t *tree) worker(ctx context.Context, work <-chan string) {
	var rd reading
	for name := range work {
		if err := t.file(ctx, &rd, name); err != nil && ctx.Err() == nil && !errors.Is(err, ErrNotSource) {
			t.totals.Skip(t.name(name), "cannot be read")
		}
	}
}

func (t *tree) file(ctx context.Context, rd *reading, name string) error {
	r, err := t.fsys.Open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	return rd.run(ctx, t.name(name), r, t.opt, func(rec evidence.Record) error {
		t.mu.Lock()
		defer t.mu.Unlock()
		if s, ok := rec.(*evidence.Setting); ok {
			t.found = append(t.found, s)
		}
		return nil
	})
}
