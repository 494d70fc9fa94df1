package logs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tlsready/tlsready/tlswire"
)

// A worker reads pieces of one log.
type worker struct {
	format *Format
	opt    *Options
	head   []byte
	parser lineParser
	fold   *folder // nil until there is something to read
	groups func() *groups
	row    row    // scratch
	parts  []part // what it read

	resumed *resumed // the log is read on; may be nil

	at     int // the line of the record whose rows come
	addRow func(s state, reason string, r *row)
}

// part is what one piece gave beside groups.
type part struct {
	piece, lines int
	coverage     *coverage
}

// A cloner is a parser that is costly to make: one that has seen nothing but
// the start of the log is copied for each piece.
type cloner interface{ clone() lineParser }

// A skimmer is a parser that can tell without reading all of a line that it
// surely is a good row of at least this version.
type skimmer interface {
	atLeast(line []byte, floor tlswire.Version) bool
}

// guarded is run, of which a fault in a parser costs one log and not the
// program.
func (w *worker) guarded(ctx context.Context, from pieceSource) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal fault while reading (%v): please report it with this log", p)
		}
	}()
	return w.run(ctx, from)
}

// run reads pieces until there are none.
func (w *worker) run(ctx context.Context, from pieceSource) error {
	if err := w.goOn(); err != nil {
		return err
	}
	var p piece
	for {
		err := from.next(ctx, &p)
		switch {
		case errors.Is(err, io.EOF):
			return w.last()
		case err != nil:
			return err
		}
		w.begin()
		if err := w.piece(&p); err != nil {
			return err
		}
	}
}

// begin makes the folder, which a worker that comes too late never needs.
func (w *worker) begin() {
	if w.fold == nil {
		w.fold = newFolder(w.format, w.groups())
	}
}

// piece reads one. A format whose lines need earlier ones has one worker and
// one parser; else each piece has a parser that knows the directives before.
func (w *worker) piece(p *piece) error {
	if w.parser == nil || !w.format.joins {
		if err := w.newParser(); err != nil {
			return err
		}
		var r row
		for _, line := range p.context {
			r.reset()
			w.parser.parse(line, &r)
		}
	}
	w.fold.coverage, w.fold.piece = &coverage{}, p.index
	defer func() { // after a fault, too: groups name this piece already
		w.parts = append(w.parts, part{p.index, w.fold.lines, w.fold.coverage})
	}()
	w.fold.parser = w.parser
	defer w.fold.flush() // what was read before a fault counts
	w.lines(p)
	return nil
}

func (w *worker) newParser() error {
	if c, ok := w.parser.(cloner); ok {
		w.parser = c.clone()
		return nil
	}
	var err error
	w.parser, err = w.format.parser(w.opt, w.head)
	return err
}

func (w *worker) lines(p *piece) {
	several, _ := w.parser.(rowsParser)
	skim, _ := w.parser.(skimmer)
	floor := w.opt.Below
	to, n := w.fold, 0
	for data := p.data; len(data) > 0; {
		n++
		line, ended := data, false
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			line, data, ended = data[:i], data[i+1:], true
		} else {
			data = nil
		}
		switch {
		case floor != 0 && skim != nil && ended && skim.atLeast(line, floor):
			to.passed++
		case len(line) > MaxLine:
			to.bad(n, errLongLine.Error())
		case several != nil:
			w.severalRows(line, n, several)
		default:
			w.line(line, n, ended)
		}
	}
	if p.long {
		n++
		to.bad(n, errLongLine.Error())
	}
	to.coverage.lines = n
}

// line reads a row.
func (w *worker) line(line []byte, n int, ended bool) {
	if line = w.clean(line, n); len(line) == 0 {
		return
	}
	to, r := w.fold, &w.row
	if line[0] == '#' {
		to.flush() // a directive may change how rows are read
	}
	r.reset()
	s, reason := w.parser.parse(line, r)
	if !ended && (s == tlsRow || s == failedRow) {
		s, reason = judgeCut(line, r, s)
	}
	switch {
	case w.opt.above(s, r):
		to.passed++
	case ended && !w.format.joins && w.format.records == byLine:
		to.addLine(n, s, reason, r, line)
	default:
		to.add(n, s, reason, r)
	}
}

// clean takes away what is no part of a row, and notes what holds nothing else.
func (w *worker) clean(line []byte, n int) []byte {
	out := cleanLine(line)
	if len(out) == 0 && len(line) > 1 {
		w.fold.bad(n, onlyNULs)
	}
	return out
}

const onlyNULs = "only NUL bytes, as a server that stopped hard leaves them"

// severalRows reads the rows of one record.
func (w *worker) severalRows(record []byte, n int, p rowsParser) {
	if record = w.clean(record, n); len(record) == 0 {
		return
	}
	w.at = n
	if w.addRow == nil {
		w.addRow = w.oneOfSeveral // made once: a row must cost no memory
	}
	p.parseRows(record, w.addRow)
}

// oneOfSeveral takes a row of a record that holds several. It belongs to the
// parser, and is gone with the next.
func (w *worker) oneOfSeveral(s state, reason string, r *row) {
	to := w.fold
	if w.opt.above(s, r) {
		to.passed++
		return
	}
	to.add(w.at, s, reason, r)
}

// records reads what is no lines: documents and events.
func (w *worker) records(ctx context.Context, in splitter) error {
	w.begin()
	w.fold.coverage, w.fold.piece = &coverage{}, 0
	defer func() {
		w.parts = append(w.parts, part{0, w.fold.lines, w.fold.coverage})
	}()
	if err := w.newParser(); err != nil {
		return err
	}
	several, _ := w.parser.(rowsParser)
	for {
		record, ended, err := in.next()
		n := in.line()
		w.fold.lines = max(w.fold.lines, n)
		switch {
		case err == nil && several != nil:
			w.severalRows(record, n, several)
		case err == nil:
			w.line(record, n, ended)
		case errors.Is(err, errLongLine), errors.Is(err, errBadRecord):
			w.fold.bad(n, err.Error())
		case errors.Is(err, io.EOF):
			w.endAt(w.fold.lines)
			return nil
		default:
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}
