package logs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrUnknownFormat is returned for input that no format claims, and for the
// name of a format that does not exist.
var ErrUnknownFormat = errors.New("log format not known")

// A Format is one kind of log: how to know it, how to read its lines, and
// how to make it tell the version when it does not.
type Format struct {
	Name   string // what --format takes
	Doc    string // what the format is, in one line
	Source string // the source that its records name
	Enable string // the configuration that turns the TLS fields on

	aliases []string // other names that --format takes

	protocol string  // of its rows, unless a row says otherwise; empty is https
	records  records // how it is cut into records; the zero value is lines
	joins    bool    // a line may need an earlier one: they are read in order, by one worker

	blind  []string                                            // what no log of this format shows
	detect func(head []byte) int                               // how sure, 0 to 100
	parser func(opt *Options, head []byte) (lineParser, error) // head is the start of the log
	agent  func(raw string) string                             // undoes the escaping of the user agent
	text   func(raw string) string                             // undoes that of the other fields
	suite  func(r *row) suiteFact                              // what the suite cells of a row say
}

// A lineParser reads the lines of one log. It holds what earlier lines said
// about later ones.
type lineParser interface {
	// parse reads a line, which is not empty and has no line end, into a
	// row whose cells are empty. The reason is for rows that are bad.
	parse(line []byte, r *row) (s state, reason string)
}

// A rowsParser is a lineParser whose records may hold several rows, or none.
// The engine calls parseRows instead of parse.
type rowsParser interface {
	lineParser
	parseRows(record []byte, add func(s state, reason string, r *row))
}

// records is how a log is cut.
type records uint8

const (
	byLine      records = iota
	byJSONValue         // documents: values one after the other, elements of one array, or of the array in an object
	byEvent             // events of Windows, as XML
)

// Names are the names of the formats.
func Names() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

func formatByName(name string) (*Format, error) {
	all := Formats()
	if i := slices.IndexFunc(all, func(f *Format) bool { return f.Name == name || slices.Contains(f.aliases, name) }); i >= 0 {
		return all[i], nil
	}
	return nil, fmt.Errorf("%q: %w: want one of %s", name, ErrUnknownFormat, strings.Join(Names(), ", "))
}
