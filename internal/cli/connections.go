package cli

import (
	"cmp"
	"os"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/report"
	"github.com/tlsready/tlsready/internal/source/logs"
)

// showConnections is show for sources of handshakes: NDJSON for programs, a
// summary for a person, made in one pass, so that no log is too long for it.
// typed is the command and its arguments.
func (s *session) showConnections(f evidenceFlags, stream bool, opt app.Options, typed []string, collect func(app.Options) (*app.Collection, error)) error {
	if f.JSON {
		return s.show(f, stream, opt, collect)
	}
	base, err := s.knowledge()
	if err != nil {
		return err
	}
	sum := report.NewConnections(base, 0)
	sum.Cut, sum.Typed, sum.TurnOn = opt.Logs.Below != 0, typed, turnOn()
	sum.Passed = len(typed) > 1 && typed[1] == "-i"
	opt.Stream = true
	opt.Emit = func(r evidence.Record) error {
		switch r.(type) {
		case *evidence.Handshake, *evidence.Traffic:
			return sum.Add(r)
		}
		return nil // comes folded
	}
	got, err := collect(opt)
	if err != nil {
		return err
	}
	for r := range got.Evidence.All() {
		if err := sum.Add(r); err != nil {
			return err
		}
	}
	if err := sum.Render(s.std.Out, s.pageOptions()); err != nil {
		return err
	}
	if got.Readable == 0 {
		s.sayFailures(got)
		return errNothingRead
	}
	return nil
}

// turnOn is what makes the logs of each source tell the version.
func turnOn() map[string]string {
	out := map[string]string{}
	for _, f := range logs.Formats() {
		if out[f.Source] == "" {
			out[f.Source] = f.Enable
		}
	}
	return out
}

// pageOptions suit the terminal, if stdout is one.
func (s *session) pageOptions() report.Options {
	return report.Options{Color: s.color(s.std.Out), ASCII: s.ascii() && s.lang == nil, Width: min(width(s.std.Out), 100), Lang: s.lang}
}

// ascii reports whether stdout is a terminal that cannot be trusted with more
// than ASCII: a dumb one, or one of a locale that says so.
func (s *session) ascii() bool {
	if !isTerminal(s.std.Out) {
		return false
	}
	locale := strings.ToLower(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_CTYPE"), os.Getenv("LANG")))
	utf8 := strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
	return os.Getenv("TERM") == "dumb" || locale != "" && !utf8
}
