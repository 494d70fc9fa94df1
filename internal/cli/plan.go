package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/report"
	"github.com/tlsready/tlsready/knowledge"
)

type planCmd struct {
	Evidence []string `arg:"" help:"Evidence (NDJSON, from --json or check --save), or the files themselves: logs, captures, exports, configurations; folders, or - for stdin."`
	Policy   string   `help:"Plan for this policy: tls12, tls13 or another of tlsready report, or a file." default:"tls12" placeholder:"NAME|FILE"`
	At       string   `help:"Judge as of this day; without it as if all announced dates had come." placeholder:"DATE"`
	Waivers  string   `help:"CSV of party,reason,owner,until: a party that may break until that day, or a gate that somebody answers for (con.sfb-cqd-first/HOST)." placeholder:"FILE"`
	Owners   string   `help:"CSV of pattern,owner,contact,window: who answers for what, and for how long it is to be watched." placeholder:"FILE"`
	Strict   bool     `help:"Let what is at risk or unknown count as not ready."`
	Window   string   `help:"What must be watched before anything goes off: quarter (a month end and a quarter end), month, 30d or none; never a gap over 7 days." default:"quarter" placeholder:"WINDOW"`
	Order    string   `help:"YAML of orders of your own: before and after, each a host, a step, or STEP/HOST." placeholder:"FILE"`
	Since    string   `help:"An earlier plan (its folder or plan.json): what is done, what came back, what is left." placeholder:"PLAN"`
	Format   string   `help:"Print as text, json, html, svg, ics or csv." default:"text" placeholder:"FORMAT"`
	Output   string   `short:"o" help:"Write the plan and the files of its steps to this folder. Nothing is applied." placeholder:"FOLDER"`
	langFlag
}

// Run orders the work.
func (c *planCmd) Run(s *session) error {
	if err := s.speak(c.langFlag); err != nil {
		return err
	}
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	format, opt, err := c.check(base)
	if err != nil {
		return err
	}
	collect := s.options(base)
	collect.Kinds = app.FileKinds()
	got, err := app.Collect(s.ctx, c.Evidence, collect)
	if err != nil {
		return err
	}
	if err := got.NewerSchema(); err != nil {
		return err
	}
	planned, err := app.Plan(got, opt, s.lang)
	var order *assess.OrderError
	if errors.As(err, &order) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	if err := c.print(s, planned, format); err != nil {
		return err
	}
	return s.planEnd(planned, got)
}

// check finds every wrong flag before any work is done.
func (c *planCmd) check(base *knowledge.Base) (format report.Format, opt assess.PlanOptions, err error) {
	if format, err = report.FindPlan(c.Format); err != nil {
		return format, opt, usageError{err}
	}
	j, err := answerFlags{Policy: c.Policy, At: c.At, Waivers: c.Waivers, Owners: c.Owners, Strict: c.Strict, Format: "text"}.check(base)
	if err != nil {
		return format, opt, err
	}
	opt.Options = j.assess
	if opt.Window, err = assess.ParseWindow(c.Window); err != nil {
		return format, opt, usageError{err}
	}
	if c.Order != "" {
		if opt.Orders, err = app.ReadOrders(c.Order); err != nil {
			return format, opt, usageError{err}
		}
	}
	if c.Since != "" {
		if opt.Since, err = app.ReadPlan(c.Since); err != nil {
			return format, opt, usageError{err}
		}
	}
	if info, err := os.Stat(c.Output); c.Output != "" && err == nil && !info.IsDir() {
		return format, opt, usage("-o %s: a plan is written to a folder; for one file say --format %s > FILE", c.Output, c.Format)
	}
	return format, opt, nil
}

// print writes the folder, if one was named, and shows the plan.
func (c *planCmd) print(s *session, planned *app.Planned, format report.Format) error {
	render := report.Options{Root: workingFolder(), Color: s.color(s.std.Out), Width: min(width(s.std.Out), 100), Version: s.version, Lang: s.lang}
	if err := format.Render(s.std.Out, planned.Report, render); err != nil {
		return err
	}
	if c.Output == "" {
		return nil
	}
	paths, err := app.WritePlan(c.Output, planned, report.Options{Version: s.version, Lang: s.lang})
	if err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	s.say("wrote %d files to %s: read plan.html first; nothing was applied", len(paths), c.Output)
	return nil
}

// planEnd says by its error whether something breaks.
func (s *session) planEnd(planned *app.Planned, got *app.Collection) error {
	if got.Readable == 0 {
		return errNothingRead
	}
	if !planned.Report.Ready {
		return errBreaks
	}
	return nil
}
