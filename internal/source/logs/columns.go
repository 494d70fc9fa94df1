package logs

import "bytes"

// columnParser reads logs whose columns stand in a fixed order, between
// spaces; "strings" and [times] hold spaces. More columns may follow than are
// known: the services that write such logs add new ones at the end.
type columnParser struct {
	cells []cell // what each column tells
	least int    // columns that a row must have
	clock clock
	judge func(columns [][]byte, r *row) (state, string)

	columns [][]byte
}

func (p *columnParser) parse(line []byte, r *row) (state, string) {
	p.columns = cutColumns(p.columns[:0], line, len(p.cells))
	if len(p.columns) < p.least {
		return badRow, "row has fewer columns than it must have"
	}
	for i, value := range p.columns {
		if c := p.cells[i]; c != cellNone {
			r.set(c, value)
		}
	}
	at, ok := p.clock.time(r.cell[cellTime])
	if !ok {
		return badRow, "time cannot be read"
	}
	r.at = at
	return p.judge(p.columns, r)
}

// cutColumns appends the columns of a line, at most max.
func cutColumns(columns [][]byte, line []byte, max int) [][]byte {
	for len(columns) < max {
		for len(line) > 0 && line[0] == ' ' {
			line = line[1:]
		}
		if len(line) == 0 {
			break
		}
		var column []byte
		if column, line = cutColumn(line); column == nil {
			break
		}
		columns = append(columns, column)
	}
	return columns
}

// cutColumn cuts off one column. What is not closed is none.
func cutColumn(line []byte) (column, rest []byte) {
	end := -1
	switch line[0] {
	case '"':
		end = closingQuote(line[1:])
	case '[':
		end = bytes.IndexByte(line, ']') - 1
	default:
		if end = bytes.IndexByte(line, ' '); end < 0 {
			return line, nil
		}
		return line[:end:end], line[end:]
	}
	if end < 0 {
		return nil, nil
	}
	return line[1 : end+1 : end+1], line[end+2:]
}

// detectColumns counts lines that look like a format.
func detectColumns(head []byte, max int, looks func(columns [][]byte) bool) int {
	rows := headLines(head, 50)
	if len(rows) == 0 {
		return 0
	}
	good := 0
	var columns [][]byte
	for _, line := range rows {
		if columns = cutColumns(columns[:0], line, max); looks(columns) {
			good++
		}
	}
	return 90 * good / len(rows)
}

// looksTime reports whether a column is a time.
func looksTime(b []byte) bool {
	var c clock
	_, ok := c.time(b)
	return ok
}
