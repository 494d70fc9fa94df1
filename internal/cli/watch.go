package cli

import "github.com/tlsready/tlsready/internal/app"

type watchCmd struct {
	Files []string `arg:"" name:"file" help:"Capture files, folders of them, or - for stdin."`
	Fold  bool     `help:"With --json: fold connections that are alike into one record."`
	evidenceFlags
}

// Run reads captures.
func (c *watchCmd) Run(s *session) error {
	opt := s.options(nil)
	opt.Kinds = []app.Kind{app.KindCapture}
	return s.showConnections(c.evidenceFlags, !c.Fold, opt, append([]string{"watch"}, c.Files...), func(opt app.Options) (*app.Collection, error) {
		return app.Collect(s.ctx, c.Files, opt)
	})
}
