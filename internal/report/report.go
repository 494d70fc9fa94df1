package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/lang"
)

// Options are how a report is rendered. The zero value is plain text of 80
// columns.
type Options struct {
	Color   bool   // ANSI colours, for a terminal
	ASCII   bool   // nothing beyond ASCII, for a terminal without Unicode
	Width   int    // columns of text, 80 if zero
	Title   string // the estate's or the reader's own title
	Version string // of the tool
	// Lang is the language people are addressed in; nil is English. What
	// programs read (JSON, keys, enums) is English in all of them.
	Lang *lang.Language
	// Root is the folder that a repository or a set of evidence lies in.
	// Formats that programs read name the files below it relative to it.
	Root string
}

// Format is one way to render a report.
type Format struct {
	Name      string // as given to --format
	Extension string // of a file that holds it, with the dot
	Binary    bool   // nothing for a terminal
	Render    func(w io.Writer, r *assess.Report, opt Options) error
}

// ErrUnknownFormat is wrapped by the error of Find.
var ErrUnknownFormat = errors.New("unknown format")

// Formats are all formats there are. A new one is a new file and one line
// here.
func Formats() []Format {
	return []Format{
		textFormat,
		jsonFormat,
		htmlFormat,
		csvFormat,
		xlsxFormat,
		sarifFormat,
		junitFormat,
		prometheusFormat,
	}
}

// Find gives the format of a name.
func Find(name string) (Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("%w %q: want %s", ErrUnknownFormat, name, strings.Join(names, ", "))
}

// Render writes the report in the named format.
func Render(w io.Writer, name string, r *assess.Report, opt Options) error {
	f, err := Find(name)
	if err != nil {
		return err
	}
	return f.Render(w, r, opt)
}

// write hands a finished rendering on, so that a failure on the way leaves no
// half report behind.
func write(w io.Writer, what string, b *bytes.Buffer) error {
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("writing the %s report: %w", what, err)
	}
	return nil
}
