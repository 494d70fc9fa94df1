package cli

import (
	"github.com/tlsready/tlsready/internal/app"
)

type checkCmd struct {
	Args []string `arg:"" name:"target|path" help:"Hosts (mail.example:25, smtp://mail.example, 192.0.2.0/28), files (captures, logs, registry exports, inventories, saved evidence), folders of them, or - for stdin."`
	Save string   `help:"Write the evidence that the answer rests on to this file; tlsready report FILE answers again from it." placeholder:"FILE"`
	answerFlags
	scanFlags
}

// Run reads everything and prints the report.
func (c *checkCmd) Run(s *session) error {
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
	if err := c.apply(&opt); err != nil {
		return err
	}
	got, err := app.Collect(s.ctx, c.Args, opt)
	if err != nil {
		return err
	}
	if c.Save != "" {
		if err := s.save(c.Save, got.Evidence); err != nil {
			return err
		}
	}
	return s.print(j, got)
}
