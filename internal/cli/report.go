package cli

import "github.com/tlsready/tlsready/internal/app"

type reportCmd struct {
	Evidence []string `arg:"" help:"Evidence files (NDJSON, from --json or check --save), folders of them, or - for stdin."`
	answerFlags
}

// Run judges saved evidence.
func (c *reportCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	j, err := c.answerFlags.check(base)
	if err != nil {
		return err
	}
	opt := s.options(base)
	opt.Kinds = []app.Kind{app.KindEvidence}
	got, err := app.Collect(s.ctx, c.Evidence, opt)
	if err != nil {
		return err
	}
	if err := got.NewerSchema(); err != nil {
		return err
	}
	return s.print(j, got)
}
