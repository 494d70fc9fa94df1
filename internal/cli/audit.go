package cli

import (
	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/fix"
	"github.com/tlsready/tlsready/knowledge"
)

type auditCmd struct {
	Paths    []string `arg:"" optional:"" name:"path" help:"Registry exports and hives, inventories (CSV), server configurations, source code, folders of them, or - for stdin."`
	Platform string   `help:"System that configurations run on, for its defaults: \"Debian 12\"." placeholder:"NAME"`
	Live     bool     `help:"Read the registry of this machine (Windows)."`
	Fix      string   `help:"Write the change, its check and its way back for each finding to this folder. Nothing is applied." placeholder:"DIR"`
	Policy   string   `help:"With --fix: the floor to reach." default:"tls12" placeholder:"NAME"`
	evidenceFlags
}

// Run reads settings, and writes the fixes if asked to.
func (c *auditCmd) Run(s *session) error {
	if len(c.Paths) == 0 && !c.Live {
		return usage("nothing to audit: tlsready audit PATH..., or --live on Windows")
	}
	policy, err := assess.ParsePolicy(c.Policy)
	if err != nil {
		return usageError{err}
	}
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	opt := s.options(base)
	opt.Kinds = []app.Kind{app.KindRegistry, app.KindHive, app.KindInventory, app.KindConfig, app.KindSource}
	opt.Platform, opt.Live = c.Platform, c.Live
	var got *app.Collection
	err = s.show(c.evidenceFlags, false, opt, func(opt app.Options) (*app.Collection, error) {
		var err error
		got, err = app.Collect(s.ctx, c.Paths, opt)
		return got, err
	})
	if err != nil || c.Fix == "" {
		return err
	}
	return s.writeFixes(c.Fix, got, policy, base)
}

// writeFixes writes, for what breaks under the policy, the files a person
// applies.
func (s *session) writeFixes(dir string, got *app.Collection, policy assess.Policy, base *knowledge.Base) error {
	report := app.Assess(got, assess.Options{Policy: policy, Knowledge: base, Today: today()})
	fixes := fix.WithFiles(fix.Plan(report, got.Records, policy.Floor), fix.ReadFile)
	paths, err := fix.Write(dir, fixes)
	if err != nil {
		return err
	}
	if len(fixes) == 0 {
		s.say("nothing here keeps anything below %s: no fixes to write", policy.Floor)
		return nil
	}
	s.say("wrote %d files: read %s first; nothing was applied", len(paths), paths[0])
	return nil
}
