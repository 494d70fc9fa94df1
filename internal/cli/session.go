package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/knowledge"
)

// Globals are the flags every command takes.
type Globals struct {
	Color   string           `help:"Colour: auto, always or never; NO_COLOR is honoured." enum:"auto,always,never" default:"auto"`
	Quiet   bool             `short:"q" help:"No progress and no messages, only results."`
	Verbose bool             `short:"v" help:"Name each input as it is read, in place of the progress bar."`
	Version kong.VersionFlag `help:"Print the version and end."`
}

// commands are what a person can type.
type commands struct {
	Globals

	Check    checkCmd    `cmd:"" help:"The main job: find out what each argument is, read it, and say what breaks."`
	Scan     scanCmd     `cmd:"" help:"Ask servers what they accept."`
	Watch    watchCmd    `cmd:"" help:"Read packet captures, or listen on an interface."`
	Import   importCmd   `cmd:"" help:"Read logs."`
	Audit    auditCmd    `cmd:"" help:"Read registry, configuration, source code and inventories."`
	Report   reportCmd   `cmd:"" help:"Verdicts from saved evidence."`
	Simulate simulateCmd `cmd:"" help:"Every client with every server: what they agree on, or why not."`
	Explain  explainCmd  `cmd:"" help:"One verdict with all that led to it."`
	Plan     planCmd     `cmd:"" help:"The ordered steps, with the change, its check and its way back for each."`
}

// session is one run of a command.
type session struct {
	ctx     context.Context
	std     Streams
	globals Globals
	version string
	heap    *heap
	lang    *lang.Language // nil is English
}

// color reports whether a writer gets colour.
func (s *session) color(w io.Writer) bool {
	switch s.globals.Color {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width is the width of a terminal, 80 elsewhere.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n >= 40 {
			return n
		}
	}
	return 80
}

// options are what all sources get.
func (s *session) options(base *knowledge.Base) app.Options {
	opt := app.Options{Knowledge: base, Stdin: s.std.In}
	switch {
	case s.globals.Quiet:
	case s.globals.Verbose:
		opt.Progress = talk{s.std.Err}
	case isTerminal(s.std.Err):
		opt.Progress = newBar(s.std.Err)
	}
	return opt
}

// knowledge loads the embedded facts.
func (s *session) knowledge() (*knowledge.Base, error) {
	base, err := knowledge.Load()
	if err != nil {
		return nil, fmt.Errorf("embedded knowledge: %w", err)
	}
	return base, nil
}

// stream starts an NDJSON stream on w.
func (s *session) stream(w io.Writer) (*evidence.Writer, error) {
	return evidence.NewWriter(w, "tlsready "+s.version, time.Now())
}

// output opens the file of -o, or stdout.
func (s *session) output(path string) (w io.Writer, done func() error, err error) {
	if path == "" || path == "-" {
		return s.std.Out, func() error { return nil }, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}

// say prints a message for the person in their language, unless they asked
// for quiet.
func (s *session) say(pattern string, args ...any) {
	if !s.globals.Quiet {
		fmt.Fprintln(s.std.Err, s.lang.T(pattern, args...))
	}
}
