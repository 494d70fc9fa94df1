package app

import (
	"context"
	"sync/atomic"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/sniff"
	"github.com/tlsready/tlsready/internal/source/watch"
)

// CollectLive reads interfaces until stop is done, and gives the folded
// evidence as Collect does. That nothing came by is no failure.
func CollectLive(stop context.Context, from []*sniff.Handle, opt Options) (*Collection, error) {
	opt.Hosts = len(from)
	var quiet atomic.Int32
	var inputs []input
	for _, h := range from {
		inputs = append(inputs, input{name: h.Name(), remote: true, run: func(ctx context.Context, emit evidence.Emit) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			defer context.AfterFunc(stop, cancel)()
			return watch.Live(ctx, h, opt.live(h.Name()), func(r evidence.Record) error {
				if c, ok := r.(*evidence.Coverage); ok && c.Read == 0 && c.Failed == "" {
					quiet.Add(1)
				}
				return emit(r)
			})
		}})
	}
	got, err := collect(context.WithoutCancel(stop), inputs, nil, nil, opt)
	if got != nil {
		got.Readable += int(quiet.Load())
	}
	return got, err
}

func (o Options) live(name string) watch.Options {
	w := o.watch()
	if o.Heard != nil {
		w.Heard = func(read int, dropped uint64) { o.Heard(name, read, dropped) }
	}
	return w
}

func (o Options) watch() watch.Options {
	return watch.Options{Hello: o.Hello, Clients: o.Clients, Certificates: o.Certificates}
}
