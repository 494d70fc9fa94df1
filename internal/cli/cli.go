// Package cli is the command line: one file a command, the flags they share,
// and the one place where an outcome becomes an exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/tlsready/tlsready/internal/source/logs"
)

// Streams are what a command talks to. Results go to Out, everything else to
// Err.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// The exit codes, the same for every format.
const (
	ExitReady  = 0 // ready, or an evidence command that could look
	ExitFailed = 1 // the work could not be done
	ExitUsage  = 2 // wrong usage
	ExitBreaks = 3 // something will break
)

// errBreaks ends an answer command whose report says that something breaks.
var errBreaks = errors.New("something will break")

// usageError is an error of the person who typed, with a hint.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Main runs one command and gives its exit code.
func Main(ctx context.Context, args []string, std Streams) int {
	run := &session{ctx: ctx, std: std, version: version(), heap: collectLate()}
	exited := -1
	grammar, globals := grammarOf(args)
	parser, err := kong.New(grammar,
		kong.Name("tlsready"),
		kong.Description("Who and what breaks when old TLS versions go off, for which reason, and how to fix it.\n\n"+
			"Start with:  tlsready check FOLDER-OR-HOST..."),
		kong.Writers(std.Out, std.Err),
		kong.Exit(func(code int) { exited = code }),
		kong.Vars{"version": run.version, "log_formats": strings.Join(logs.Names(), ", ")},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 80}),
	)
	if err != nil {
		fmt.Fprintln(std.Err, "tlsready:", err)
		return ExitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help or --version
	}
	if err != nil {
		fmt.Fprintf(std.Err, "tlsready: %v\n  type: tlsready --help\n", err)
		return ExitUsage
	}
	run.globals = globals()
	return run.exitCode(parsed.Run(run))
}

// exitCode turns the end of a command into its exit code, with a message
// unless the report has said it all.
func (s *session) exitCode(err error) int {
	var wrong usageError
	switch {
	case err == nil:
		return ExitReady
	case errors.Is(err, errBreaks):
		return ExitBreaks
	case errors.As(err, &wrong):
		fmt.Fprintf(s.std.Err, "tlsready: %v\n", err)
		return ExitUsage
	case s.ctx.Err() != nil:
		fmt.Fprintln(s.std.Err, "tlsready:", s.lang.T("interrupted"))
	case errors.Is(err, errNothingRead):
		fmt.Fprintln(s.std.Err, "tlsready:", s.lang.T("nothing could be read: see the reasons above"))
	default:
		fmt.Fprintf(s.std.Err, "tlsready: %v\n", err)
	}
	return ExitFailed
}

// version is the module version that the build recorded.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
