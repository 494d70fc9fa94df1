package cli

import "github.com/tlsready/tlsready/internal/app"

type auditCmd struct {
	Paths []string `arg:"" name:"path" help:"Registry exports (.reg), inventories (CSV), folders of them, or - for stdin."`
	evidenceFlags
}

// Run reads settings.
func (c *auditCmd) Run(s *session) error {
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	opt := s.options(base)
	opt.Kinds = []app.Kind{app.KindRegistry, app.KindInventory}
	return s.show(c.evidenceFlags, false, opt, func(opt app.Options) (*app.Collection, error) {
		return app.Collect(s.ctx, c.Paths, opt)
	})
}
