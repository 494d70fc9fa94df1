package cli

import "github.com/tlsready/tlsready/internal/app"

type watchCmd struct {
	Files []string `arg:"" name:"file" help:"Capture files, folders of them, or - for stdin."`
	Fold  bool     `help:"With --json: fold connections that are alike into one record."`

	Certificates bool `help:"With --json, and not with --fold: also the server's certificate, which is in clear text up to TLS 1.2."`

	Record string `placeholder:"NAME" help:"Write the ClientHello of each sort of client to NAME.yaml, NAME-2.yaml ... as a known client, and print these paths."`
	evidenceFlags
}

// Run reads captures.
func (c *watchCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	opt := s.options(nil)
	opt.Kinds, opt.Certificates = []app.Kind{app.KindCapture}, c.Certificates
	if c.Record != "" {
		return c.record(s, opt)
	}
	return s.showConnections(c.evidenceFlags, !c.Fold, opt, append([]string{"watch"}, c.Files...), func(opt app.Options) (*app.Collection, error) {
		return app.Collect(s.ctx, c.Files, opt)
	})
}
