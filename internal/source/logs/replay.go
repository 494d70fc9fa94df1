package logs

import (
	"bytes"
	"errors"
	"io"
)

// replayed is how much of a log before a position its lines may need again.
const replayed = 4 << 20

// replayFile has the start of a log, and the last before the position, read
// again before what is new. Of logs whose lines stand alone nothing is.
func (r *resumed) replayFile() error {
	offset := r.from.Offset
	if !r.format.joins || offset == 0 {
		return nil
	}
	file := r.text.File
	if offset <= headSize+replayed {
		r.replay = io.NewSectionReader(file, 0, offset)
		return nil
	}
	head := r.head[:bytes.LastIndexByte(r.head, '\n')+1]
	from := offset - replayed
	step := make([]byte, headSize)
	n, err := file.ReadAt(step, from)
	if n < len(step) {
		return err
	}
	from += int64(bytes.IndexByte(step, '\n') + 1)
	r.replay = io.MultiReader(bytes.NewReader(head), io.NewSectionReader(file, from, offset-from))
	return nil
}

// again has the parser read what stands before the position, and counts
// nothing of it.
func (w *worker) again(text io.Reader, ended bool) error {
	drop := func(state, string, *row) {}
	several, _ := w.parser.(rowsParser)
	in := newLines(text)
	var r row
	for {
		line, _, err := in.next()
		switch {
		case errors.Is(err, io.EOF):
			if e, ok := w.parser.(ender); ok && ended {
				e.end(drop) // these were counted
			}
			return nil
		case errors.Is(err, errLongLine):
			continue
		case err != nil:
			return err
		}
		if line = cleanLine(line); len(line) == 0 {
			continue
		}
		if several != nil {
			several.parseRows(line, drop)
			continue
		}
		r.reset()
		w.parser.parse(line, &r)
	}
}

// lastLine gives the offset behind the last line end in [from, size), or from.
func lastLine(r io.ReaderAt, from, size int64) (int64, error) {
	buf := make([]byte, min(size-from, 64<<10))
	for at := size; at > from; {
		n := min(at-from, int64(len(buf)))
		got, err := r.ReadAt(buf[:n], at-n)
		if int64(got) < n {
			if err == io.EOF {
				err = errShrank
			}
			return 0, err
		}
		if i := bytes.LastIndexByte(buf[:n], '\n'); i >= 0 {
			return at - n + int64(i) + 1, nil
		}
		at -= n
	}
	return from, nil
}

// documentsEnd is how far a text holds whole documents.
type documentsEnd struct {
	mark  tailKeeper // of what is whole
	lines int        // line ends in it
	rest  bool       // something follows that is not
}

// wholeDocuments looks for the end of the last JSON value that is whole, and
// knows no more of JSON than braces, brackets and strings.
func wholeDocuments(text io.Reader) (*documentsEnd, error) {
	var out documentsEnd
	var all tailKeeper
	var j jsonDepth
	buf := make([]byte, readSize)
	for {
		n, err := text.Read(buf)
		whole := j.read(buf[:n])
		if whole > 0 {
			all.Write(buf[:whole])
			out.mark = tailKeeper{all.n, bytes.Clone(all.tail)}
			out.lines, out.rest = j.wholeLines, false
		}
		all.Write(buf[whole:n])
		out.rest = out.rest || len(bytes.TrimSpace(buf[whole:n])) > 0
		if err == io.EOF {
			return &out, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// jsonDepth follows how deep JSON is nested.
type jsonDepth struct {
	depth             int
	inString, escaped bool
	lines, wholeLines int // line ends, and those before the last whole value's end
}

// read gives the place behind the last value that ends at the top, or 0.
func (j *jsonDepth) read(b []byte) (whole int) {
	for i, c := range b {
		if c == '\n' {
			j.lines++
		}
		switch {
		case j.escaped:
			j.escaped = false
		case j.inString:
			j.escaped, j.inString = c == '\\', c != '"'
		case c == '"':
			j.inString = true
		case c == '{', c == '[':
			j.depth++
		case c == '}', c == ']':
			if j.depth = max(0, j.depth-1); j.depth == 0 {
				whole, j.wholeLines = i+1, j.lines
			}
		}
	}
	return whole
}

// goOn begins a log whose lines may need those before the position.
func (w *worker) goOn() error {
	r := w.resumed
	if r == nil || r.replay == nil {
		return nil
	}
	w.begin()
	if err := w.newParser(); err != nil {
		return err
	}
	var scratch row
	for _, line := range r.seen().lines {
		scratch.reset()
		w.parser.parse(line, &scratch)
	}
	return w.again(r.replay, !r.from.Open)
}

// last is for what the parser still holds when there are no more lines. Read
// on later, it waits.
func (w *worker) last() error {
	if r := w.resumed; r != nil && r.format.joins {
		if r.waits() {
			return nil
		}
		if w.parser != nil && len(w.parts) == 0 {
			if err := w.piece(&piece{}); err != nil {
				return err
			}
		}
	}
	w.end()
	return nil
}
