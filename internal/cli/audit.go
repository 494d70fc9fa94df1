package cli

import "github.com/tlsready/tlsready/internal/app"

type auditCmd struct {
	Paths    []string `arg:"" name:"path" help:"Registry exports and hives, inventories (CSV), server configurations, source code, folders of them, or - for stdin."`
	Platform string   `help:"System that configurations run on, for its defaults: \"Debian 12\"." placeholder:"NAME"`
	evidenceFlags
}

// Run reads settings.
func (c *auditCmd) Run(s *session) error {
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	opt := s.options(base)
	opt.Kinds = []app.Kind{app.KindRegistry, app.KindHive, app.KindInventory, app.KindConfig, app.KindSource}
	opt.Platform = c.Platform
	return s.show(c.evidenceFlags, false, opt, func(opt app.Options) (*app.Collection, error) {
		return app.Collect(s.ctx, c.Paths, opt)
	})
}
