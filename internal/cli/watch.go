package cli

import (
	"context"
	"os"
	"os/signal"
	"slices"

	"github.com/tlsready/tlsready/internal/app"
)

type watchCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Capture files, folders of them, or - for stdin."`
	Fold  bool     `help:"With --json: fold connections that are alike into one record."`

	Certificates bool `help:"With --json, and not with --fold: also the server's certificate, which is in clear text up to TLS 1.2."`

	Record string `placeholder:"NAME" help:"Write the ClientHello of each sort of client to NAME.yaml, NAME-2.yaml ... as a known client, and print these paths."`
	liveFlags
	evidenceFlags
}

// Run reads captures, or listens.
func (c *watchCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	opt := s.options(nil)
	opt.Kinds, opt.Certificates = []app.Kind{app.KindCapture}, c.Certificates
	collect := func(opt app.Options) (*app.Collection, error) {
		ctx, cancel := s.secondInterrupt()
		defer cancel()
		opt.Enough = s.ctx.Done()
		opt.Stream = opt.Stream || c.JSON && !c.Fold
		return app.Collect(ctx, c.Files, opt)
	}
	if c.JSON && !c.Fold {
		defer s.heap.collectToFit()()
		// What is printed need not be kept, and of files not at once.
		opt.Stream = len(c.Interfaces) == 0 && !slices.Contains(c.Files, "-")
	}
	typed := append([]string{"watch"}, c.Files...)
	if err := c.check(c.Files); err != nil {
		return err
	}
	if len(c.Interfaces) > 0 {
		listening, err := s.listen(c.liveFlags)
		if err != nil {
			return err
		}
		defer listening.close()
		opt.Progress = nil // there is no end to show the way to
		collect = func(opt app.Options) (*app.Collection, error) {
			opt.Stream = opt.Stream || c.Record != "" || c.JSON && !c.Fold // it may go on for days
			return listening.collect(opt)
		}
		for _, name := range c.Interfaces {
			typed = slices.Concat(typed, []string{"-i", name})
		}
	}
	if c.Record != "" {
		return c.record(s, opt, collect)
	}
	if !c.JSON {
		collect = s.onScreen(c.Interfaces, collect)
	}
	err := s.showConnections(c.evidenceFlags, !c.Fold, opt, typed, collect)
	if err == nil && slices.ContainsFunc(c.Files, func(name string) bool { return name != "-" }) {
		err = s.ctx.Err() // of files, not all was read; a pipe is ended so
	}
	return err
}

// secondInterrupt is a context that the first ctrl-C leaves alone: what was
// read until then is still shown. The second one ends all.
func (s *session) secondInterrupt() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.ctx))
	stop := context.AfterFunc(s.ctx, func() {
		again := make(chan os.Signal, 1)
		signal.Notify(again, os.Interrupt)
		defer signal.Stop(again)
		select {
		case <-again:
			cancel()
		case <-ctx.Done():
		}
	})
	return ctx, func() { stop(); cancel() }
}
