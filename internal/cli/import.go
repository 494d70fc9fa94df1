package cli

import (
	"time"

	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/source/logs"
	"github.com/tlsready/tlsready/tlswire"
)

type importCmd struct {
	Files       []string      `arg:"" name:"file" help:"Log files, folders of them, or - for stdin."`
	Format      string        `help:"Force a format instead of detecting it: ${log_formats}." placeholder:"NAME"`
	Layout      string        `help:"The log's own layout, as it is written in its server's configuration: nginx's log_format, Apache's LogFormat, HAProxy's log-format, Envoy's format; a #Fields line (W3C); or json client=PATH version=PATH ... with the names of JSON fields." placeholder:"LAYOUT"`
	ClientField string        `help:"IIS: the field that holds the client's address behind a balancer." placeholder:"FIELD"`
	Server      string        `help:"Name of the server, for logs that do not tell it." placeholder:"NAME"`
	Below       string        `help:"Keep only requests below this version (TLS 1.2): much faster, but it does not tell who also does better." placeholder:"VERSION"`
	Days        string        `help:"Keep counts a day for all, weak or none of the records." enum:"all,weak,none" default:"all"`
	Store       string        `help:"Evidence file that remembers how far each log was read: only what is new is added. Any answer command reads it." placeholder:"FILE"`
	Follow      bool          `help:"With --store: go on as the logs grow and rotate, until interrupted."`
	Poll        time.Duration `help:"With --follow: look at the logs this often." default:"1s" placeholder:"TIME"`
	evidenceFlags
}

// Run reads logs.
func (c *importCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	opt := s.options(nil)
	opt.Kinds = []app.Kind{app.KindLog}
	opt.Logs = logs.Options{Format: c.Format, Layout: c.Layout, ClientField: c.ClientField, Server: c.Server, Days: logs.Days(c.Days)}
	if c.Below != "" {
		var err error
		if opt.Logs.Below, err = tlswire.ParseVersion(c.Below); err != nil {
			return usage("--below: %v: want TLS 1.2, TLS 1.3 ...", err)
		}
	}
	if err := opt.Logs.Check(); err != nil {
		return usageError{err}
	}
	if c.Store != "" || c.Follow {
		return c.store(s, opt)
	}
	opt.Stream = c.JSON
	return s.showConnections(c.evidenceFlags, c.JSON, opt, append([]string{"import"}, c.Files...), func(opt app.Options) (*app.Collection, error) {
		return app.Collect(s.ctx, c.Files, opt)
	})
}
