package watch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/sniff"
)

const (
	// silence is how long a connection of a live capture may say nothing
	// before what is known of it is given out: nobody waits for the end of a
	// capture that has none.
	silence = 2 * time.Minute
	// hearEvery is how many packets of a busy interface are read before
	// Options.Heard is told and silent connections are looked for.
	hearEvery = 1 << 12
)

// Live is Run for packets as they come in, until ctx is cancelled or the
// interface goes down; both are ends like that of a file. References count the
// packets of the interface ("eth0:12").
func Live(ctx context.Context, from *sniff.Handle, opt Options, emit evidence.Emit) error {
	t := newTracker(from.Name(), opt.withDefaults(), emit)
	err := t.listen(ctx, from)
	t.flush()
	t.count(from)
	if t.emitErr != nil {
		return t.emitErr
	}
	if err != nil {
		t.tally.failed = err.Error()
		err = fmt.Errorf("%s: %w", from.Name(), err)
	}
	if emitErr := emit(t.tally.record()); emitErr != nil {
		return emitErr
	}
	return err
}

// listen takes packets until the capture ends.
func (t *tracker) listen(ctx context.Context, from *sniff.Handle) error {
	var (
		d     = decoder{seed: newHashSeed()}
		found packet
	)
	defer func() { t.tally.fragments = d.parts.missing() }()
	for t.emitErr == nil && ctx.Err() == nil {
		p, err := from.Next()
		switch {
		case errors.Is(err, sniff.ErrIdle):
			t.pause(from, time.Now().UnixNano())
			continue
		case errors.Is(err, sniff.ErrDown):
			t.tally.damage = &evidence.Skip{Ref: t.tally.ref(t.tally.read), Reason: "the interface went down: the capture ended here"}
			return nil
		case err != nil:
			return err
		}
		d.decode(&frame{
			data: p.Data, absent: absent(uint32(p.Wire), len(p.Data)), nanos: p.Time,
			link: p.Link, number: t.tally.read + 1,
		}, &found)
		t.packet(&found)
		if t.tally.read%hearEvery == 0 {
			t.pause(from, p.Time)
		}
	}
	return nil
}

// pause is what is done now and then.
func (t *tracker) pause(from *sniff.Handle, now int64) {
	t.silent(now - int64(silence))
	t.count(from)
	if t.opt.Heard != nil {
		t.opt.Heard(t.tally.read, t.tally.dropped)
	}
}

// count asks what the kernel has dropped.
func (t *tracker) count(from *sniff.Handle) {
	if s, err := from.Stats(); err == nil {
		t.tally.received, t.tally.dropped = s.Received, s.Dropped
	}
}

// silent gives out what is known of connections of which nothing was heard
// since a time.
func (t *tracker) silent(since int64) {
	for f := t.oldest; f != nil; f = f.newer {
		switch {
		case f.s == nil:
		case f.s.at.nanos > since:
			return
		default:
			t.finish(f)
		}
	}
}
