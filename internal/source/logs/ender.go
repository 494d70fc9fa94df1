package logs

// An ender is a parser that may still hold rows when the log ends: of
// sessions whose end the log does not show.
type ender interface {
	end(add func(s state, reason string, r *row))
}

// end is the end of what was read by pieces: its rows belong to the last.
func (w *worker) end() {
	if len(w.parts) == 0 {
		return
	}
	last := w.parts[len(w.parts)-1]
	w.fold.coverage, w.fold.piece = last.coverage, last.piece
	w.endAt(last.lines)
}

// endAt has the parser hand out what it still holds, as rows of a line.
func (w *worker) endAt(line int) {
	if e, ok := w.parser.(ender); ok {
		w.at = line
		e.end(w.oneOfSeveral)
	}
}

// byRows is for parsers that only know rowsParser's way.
type byRows struct{}

func (byRows) parse([]byte, *row) (state, string) { return notRow, "" }
