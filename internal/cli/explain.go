package cli

import (
	"errors"
	"os"
	"slices"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/report"
)

type explainCmd struct {
	Args []string `arg:"" name:"client|server|evidence" help:"One party or a client and a server (names, addresses, host:port, * for any), then evidence, or the files themselves (logs, captures, exports ...), folders, or - for stdin."`
	answerFlags
}

// Run prints the chain behind a verdict.
func (c *explainCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	client, server, inputs, err := c.parties()
	if err != nil {
		return err
	}
	if c.Format != "text" && c.Format != "json" {
		return usage("explain prints text or json, not %s", c.Format)
	}
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	j, err := c.check(base)
	if err != nil {
		return err
	}
	opt := s.options(base)
	opt.Kinds = app.FileKinds()
	got, err := app.Collect(s.ctx, inputs, opt)
	if err != nil {
		return err
	}
	if err := got.NewerSchema(); err != nil {
		return err
	}
	if got.Readable == 0 {
		return errNothingRead
	}
	e, err := assess.Explain(got.Evidence, j.assess, client, server)
	if err != nil {
		return err
	}
	return s.explain(j, e)
}

// parties tells parties from inputs: the inputs begin with the first argument
// that is a file, a folder or -, after at least one party.
func (c *explainCmd) parties() (client, server string, inputs []string, err error) {
	at := slices.IndexFunc(c.Args, func(arg string) bool {
		if arg == "-" {
			return true
		}
		_, err := os.Stat(arg)
		return err == nil
	})
	switch {
	case at == 0 && len(c.Args) > 1: // a file that is called like the party
		at = 1
	case at < 0 && len(c.Args) > 2:
		at = 2 // Collect says what is wrong with it
	case at < 0:
		return "", "", nil, usage("no evidence: tlsready explain CLIENT SERVER EVIDENCE...")
	}
	switch at {
	case 1:
		return c.Args[0], "", c.Args[1:], nil
	case 2:
		return c.Args[0], c.Args[1], c.Args[2:], nil
	}
	return "", "", nil, usage("want one or two parties before the evidence: tlsready explain CLIENT SERVER EVIDENCE...")
}

// explain renders, and says by its error whether something breaks.
func (s *session) explain(j *judgement, e *assess.Explanation) error {
	w, done, err := s.output(j.flags.Output)
	if err != nil {
		return err
	}
	opt := report.Options{Color: j.flags.Output == "" && s.color(w), Width: min(width(w), 100), Version: s.version, Lang: s.lang}
	render := report.RenderExplanation
	if j.flags.Format == "json" {
		render = report.RenderExplanationJSON
	}
	if err := errors.Join(render(w, e, opt), done()); err != nil {
		return err
	}
	if e.Breaks {
		return errBreaks
	}
	return nil
}
