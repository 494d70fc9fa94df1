package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/tlsready/tlsready/internal/app"
)

// store reads logs into a store, once or as they grow.
func (c *importCmd) store(s *session, opt app.Options) error {
	switch {
	case c.Store == "":
		return usage("--follow needs --store FILE, which remembers how far the logs were read")
	case c.Poll <= 0:
		return usage("--poll %v: want a time such as 1s", c.Poll)
	}
	st, err := app.OpenStore(c.Store, "tlsready "+s.version, opt.Logs)
	if err != nil {
		return err
	}
	if c.Follow {
		return c.follow(s, st, opt)
	}
	typed := append([]string{"import", "--store", c.Store}, c.Files...)
	return s.showConnections(c.evidenceFlags, false, opt, typed, func(opt app.Options) (*app.Collection, error) {
		got, err := app.ImportInto(s.ctx, st, c.Files, opt)
		if errors.Is(err, app.ErrStdin) {
			err = usageError{err}
		}
		return got, err
	})
}

// follow goes on until somebody ends it, which is its ordinary end.
func (c *importCmd) follow(s *session, st *app.Store, opt app.Options) error {
	ctx, stop := signal.NotifyContext(s.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	how := app.FollowOptions{Every: c.Poll}
	if !s.globals.Quiet && isTerminal(s.std.Err) {
		how.Status = func(now app.FollowStatus) { fmt.Fprintf(s.std.Err, "\r\x1b[K%s", followLine(c.Store, now)) }
		defer fmt.Fprintln(s.std.Err)
	}
	err := app.Follow(ctx, st, c.Files, opt, how)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	if errors.Is(err, app.ErrStdin) {
		return usageError{err}
	}
	return err
}

// followLine is the state in one line.
func followLine(store string, now app.FollowStatus) string {
	line := fmt.Sprintf("following %d files, %d logs known", now.Files, now.Logs)
	switch {
	case !now.Saved.IsZero():
		line += fmt.Sprintf(", %s saved %s", store, now.Saved.Format(time.TimeOnly))
	case !now.Dirty:
		line += ", nothing new yet"
	}
	if now.Dirty {
		line += ", more to save"
	}
	return line + " (Ctrl-C ends)"
}
