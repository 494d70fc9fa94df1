package cli

import (
	"cmp"
	"errors"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/fix"
	"github.com/tlsready/tlsready/internal/report"
	"github.com/tlsready/tlsready/knowledge"
)

type auditCmd struct {
	Paths    []string `arg:"" optional:"" name:"path" help:"Registry exports and hives, inventories (CSV), server configurations, source code, folders of them, or - for stdin."`
	Platform string   `help:"System that configurations run on, for its defaults: \"Debian 12\"." placeholder:"NAME"`
	Live     bool     `help:"Read the registry of this machine (Windows)."`
	Rules    bool     `help:"List the rules instead, each with its fact, confidence and source."`
	Fix      string   `help:"Write the change, its check and its way back for each finding to this folder. Nothing is applied." placeholder:"DIR"`
	Policy   string   `help:"With --fix, --format and --exit-code: the floor to reach." default:"tls12" placeholder:"NAME"`
	Format   string   `help:"Judge what was found and print it as sarif, junit or any other format of tlsready report." placeholder:"FORMAT"`
	Output   string   `short:"o" help:"With --format: write to this file instead of the terminal." placeholder:"FILE"`
	ExitCode bool     `help:"End with 3 if a setting or product here breaks; without it only check and report do."`
	evidenceFlags
}

// Run reads settings, and writes the fixes if asked to.
func (c *auditCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	if c.Rules {
		return s.listRules(base, c.JSON)
	}
	j, err := c.judgement(base)
	if err != nil {
		return err
	}
	opt := s.options(base)
	opt.Kinds = []app.Kind{app.KindRegistry, app.KindHive, app.KindInventory, app.KindConfig, app.KindSource}
	opt.Platform, opt.Live = c.Platform, c.Live
	got, err := c.show(s, opt, j)
	if err != nil {
		return err
	}
	if c.Fix != "" {
		if err := s.writeFixes(c.Fix, got, j.assess); err != nil {
			return err
		}
	}
	return c.exit(got, j.assess)
}

// judgement finds every wrong flag before any work is done.
func (c *auditCmd) judgement(base *knowledge.Base) (*judgement, error) {
	switch {
	case len(c.Paths) == 0 && !c.Live:
		return nil, usage("nothing to audit: tlsready audit PATH..., or --live on Windows")
	case c.JSON && c.Format != "":
		return nil, usage("--json prints evidence, --format %s a judgement of it: choose one", c.Format)
	case c.Output != "" && c.Format == "":
		return nil, usage("-o needs --format, such as --format sarif")
	}
	return answerFlags{Policy: c.Policy, Format: cmp.Or(c.Format, "text"), Output: c.Output}.check(base)
}

// show prints evidence, or with --format what it comes to.
func (c *auditCmd) show(s *session, opt app.Options, j *judgement) (*app.Collection, error) {
	var got *app.Collection
	collect := func(opt app.Options) (*app.Collection, error) {
		var err error
		got, err = app.Collect(s.ctx, c.Paths, opt)
		return got, err
	}
	if c.Format == "" {
		err := s.show(c.evidenceFlags, false, opt, collect)
		return got, err
	}
	got, err := collect(opt)
	if err != nil {
		return nil, err
	}
	if err := s.print(j, got); !errors.Is(err, errBreaks) {
		return got, err
	}
	return got, nil
}

// exit says whether something breaks, for those who asked.
func (c *auditCmd) exit(got *app.Collection, opt assess.Options) error {
	if !c.ExitCode {
		return nil
	}
	r, err := app.Assess(got, opt)
	if err == nil && !r.Ready {
		err = errBreaks
	}
	return err
}

// listRules prints what audit looks for and what that rests on.
func (s *session) listRules(base *knowledge.Base, asJSON bool) error {
	rules, err := app.Rules(base)
	if err != nil {
		return err
	}
	if asJSON {
		return report.RulesNDJSON(s.std.Out, rules)
	}
	return report.Rules(s.std.Out, rules, report.Options{Color: s.color(s.std.Out), Width: min(width(s.std.Out), 100)})
}

// writeFixes writes, for what breaks under the policy, the files a person
// applies.
func (s *session) writeFixes(dir string, got *app.Collection, opt assess.Options) error {
	judged, err := app.Assess(got, opt)
	if err != nil {
		return err
	}
	fixes := fix.WithFiles(fix.Plan(judged, got.Evidence.Others, opt.Policy.Floor, s.lang), fix.ReadFile)
	paths, err := fix.Write(dir, fixes, s.lang)
	if err != nil {
		return err
	}
	if len(fixes) == 0 {
		s.say("nothing here keeps anything below %s: no fixes to write", opt.Policy.Floor)
		return nil
	}
	s.say("wrote %d files: read %s first; nothing was applied", len(paths), paths[0])
	return nil
}
