package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/report"
)

// evidenceFlags are what commands share that print evidence.
type evidenceFlags struct {
	JSON bool `name:"json" help:"Print evidence as NDJSON, one record a line."`
	langFlag
}

// show runs a source and prints what it gives: NDJSON for programs, a table
// for a person. With stream, records are printed as they come, unfolded.
func (s *session) show(f evidenceFlags, stream bool, opt app.Options, collect func(app.Options) (*app.Collection, error)) error {
	var w *evidence.Writer
	if f.JSON {
		var err error
		if w, err = s.stream(s.std.Out); err != nil {
			return err
		}
		if stream {
			opt.Emit = func(r evidence.Record) error {
				if err := w.Write(r); err != nil || opt.Stream {
					return err
				}
				return w.Flush() // somebody may be looking on
			}
		}
	}
	got, err := collect(opt)
	if err != nil {
		return err
	}
	switch {
	case w == nil:
		err = report.Evidence(s.std.Out, got.Evidence.Records(), s.pageOptions())
	case stream:
		err = w.Flush()
	default:
		err = writeAll(w, got.Evidence)
	}
	if err != nil {
		return err
	}
	if got.Readable == 0 {
		s.sayFailures(got)
		return errNothingRead
	}
	return nil
}

func writeAll(w *evidence.Writer, all *evidence.Set) error {
	for r := range all.All() {
		if err := w.Write(r); err != nil {
			return err
		}
	}
	return w.Flush()
}

// sayFailures names, on stderr, what could not be read.
func (s *session) sayFailures(got *app.Collection) {
	for _, r := range got.Evidence.Others {
		if c, ok := r.(*evidence.Coverage); ok && c.Failed != "" {
			s.say("tlsready: %s: %s", c.Input, cmp.Or(s.lang.Look(c.Failed), c.Failed))
		}
	}
}

// save writes evidence to a file.
func (s *session) save(path string, all *evidence.Set) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("saving the evidence: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := s.stream(f)
	if err != nil {
		return err
	}
	return writeAll(w, all)
}
