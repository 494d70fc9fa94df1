package logs

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Options say how to read a log. The zero value detects everything.
type Options struct {
	Format      string // the name of a format; empty detects it
	Layout      string // the log_format of nginx that wrote the log
	ClientField string // the field that holds the client's address behind a balancer
	Server      string // the name of the server, for rows that tell none
	Days        Days   // which records keep their counts a day
	// Floor is the version below which Days "weak" keeps them; zero is
	// TLS 1.2. It judges nothing: that is for a policy to do.
	Floor tlswire.Version
}

// Days says which handshake records keep their counts a day. Without them
// they take less memory; traffic records have the totals anyway.
type Days string

// The choices; empty is DaysAll.
const (
	DaysAll  Days = "all"
	DaysWeak Days = "weak"
	DaysNone Days = "none"
)

// Check finds options that cannot be meant, before any input is read.
func (o *Options) Check() error {
	if o.Format != "" {
		if _, err := formatByName(o.Format); err != nil {
			return err
		}
	}
	switch o.Days {
	case "", DaysAll, DaysWeak, DaysNone:
	default:
		return fmt.Errorf("days %q: want all, weak or none", o.Days)
	}
	if o.Layout != "" && o.Format != "" && o.Format != layoutFormat {
		return fmt.Errorf("a layout is for the format %s, not %s", layoutFormat, o.Format)
	}
	if o.Layout != "" {
		_, err := compileLayout(o.Layout, o.ClientField)
		return err
	}
	return nil
}

// keepDays reports whether records of a version keep their counts a day.
func (o *Options) keepDays(v tlswire.Version) bool {
	switch o.Days {
	case DaysNone:
		return false
	case DaysWeak:
		floor := o.Floor
		if floor == 0 {
			floor = tlswire.TLS12
		}
		return v.Below(floor)
	}
	return true
}

// Run reads one log and emits what it shows: handshake records folded by
// client, user agent, identity, server, version and suite; traffic records
// by server, day and version; and one coverage record, last. In coverage,
// read counts rows, and is what was used and skipped together. The name
// stands in references as it is given.
//
// Reading that fails half way emits what was read, says in coverage where it
// ended, and returns the error. A context that ends emits nothing.
func Run(ctx context.Context, name string, r io.Reader, opt Options, emit evidence.Emit) error {
	if err := opt.Check(); err != nil {
		return err
	}
	head, text, err := plainText(ctxReader{ctx, r})
	if err != nil && len(head) == 0 {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(head) == 0 && opt.Format == "" {
		return emit(&evidence.Coverage{Source: "log", Input: name, Failed: emptyInput})
	}
	f, err := choose(name, head, &opt)
	if err != nil {
		return err
	}
	p, err := f.parser(&opt, head)
	if err != nil {
		return err
	}
	fold := newFolder(f, &opt, name)
	readErr := readAll(f.cut(text), p, fold)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if readErr != nil {
		readErr = fmt.Errorf("%s: after line %d: %w", name, fold.lines, readErr)
		fold.readFailed = true
	}
	return errors.Join(fold.emit(emit), readErr)
}

const emptyInput = "the input is empty"

// readAll reads all records into the folder.
func readAll(in splitter, p lineParser, to *folder) error {
	var r row
	several, _ := p.(rowsParser)
	for {
		record, ended, err := in.next()
		n := in.line()
		to.lines = n
		switch {
		case err == nil:
		case errors.Is(err, errLongLine), errors.Is(err, errBadRecord):
			to.bad(n, err.Error())
			continue
		case errors.Is(err, io.EOF):
			return nil
		default:
			return err
		}
		whole := len(record)
		if record = cleanLine(record); len(record) == 0 {
			if whole > 1 {
				to.bad(n, "only NUL bytes, as a server that stopped hard leaves them")
			}
			continue
		}
		if several != nil {
			several.parseRows(record, func(s state, reason string, r *row) { to.add(n, s, reason, r) })
			continue
		}
		r.reset()
		s, reason := p.parse(record, &r)
		if !ended && (s == tlsRow || s == failedRow) {
			s, reason = judgeCut(record, &r, s)
		}
		to.add(n, s, reason, &r)
	}
}

// judgeCut decides about a row whose line has no end: it may be cut, and half
// of TLSv1.2 is TLSv1. It stands if what the line ends with is whole by its
// looks or decides nothing.
func judgeCut(line []byte, r *row, s state) (state, string) {
	for c := range cells {
		if !r.endsWith(line, c) {
			continue
		}
		whole := false
		switch c {
		case cellHash, cellKeyExchange:
			whole = true
		case cellForwarded:
			whole = r.known(c) == nil
		case cellSuite:
			_, whole = tlswire.SuiteByName(string(r.cell[c]))
		}
		if !whole {
			return badRow, "last line has no end: it may be cut"
		}
	}
	return s, ""
}
