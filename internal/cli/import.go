package cli

import (
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/source/logs"
)

type importCmd struct {
	Files       []string `arg:"" name:"file" help:"Log files, folders of them, or - for stdin."`
	Format      string   `help:"Force a format instead of detecting it: iis, nginx, nginx-json." placeholder:"NAME"`
	Layout      string   `help:"The log's own layout, as nginx's log_format has it." placeholder:"LAYOUT"`
	ClientField string   `help:"IIS: the field that holds the client's address behind a balancer." placeholder:"FIELD"`
	Server      string   `help:"Name of the server, for logs that do not tell it." placeholder:"NAME"`
	Days        string   `help:"Keep counts a day for all, weak or none of the records." enum:"all,weak,none" default:"all"`
	evidenceFlags
}

// Run reads logs.
func (c *importCmd) Run(s *session) error {
	opt := s.options(nil)
	opt.Kinds = []app.Kind{app.KindLog}
	opt.Logs = logs.Options{Format: c.Format, Layout: c.Layout, ClientField: c.ClientField, Server: c.Server, Days: logs.Days(c.Days)}
	if err := opt.Logs.Check(); err != nil {
		return usageError{err}
	}
	return s.show(c.evidenceFlags, false, opt, func(opt app.Options) (*app.Collection, error) {
		return app.Collect(s.ctx, c.Files, opt)
	})
}
