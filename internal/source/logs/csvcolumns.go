package logs

import (
	"bytes"
	"strings"
)

// csvTable is a report in CSV whose columns are found by their headers: each
// service, language and release names them a little differently.
type csvTable struct {
	separator byte
	columns   []string // what each column is, by csvColumn
	fields    [][]byte // of the last row
}

// maxColumns bounds a row.
const maxColumns = 200

// newCSVTable reads a header. The names say what a column is, by its header
// in lower case without anything but letters and digits.
func newCSVTable(header []byte, names map[string]string) *csvTable {
	t := &csvTable{separator: ','}
	for _, c := range []byte{';', '\t'} {
		if bytes.Count(header, []byte{c}) > bytes.Count(header, []byte{t.separator}) {
			t.separator = c
		}
	}
	t.split(header)
	for _, f := range t.fields {
		t.columns = append(t.columns, names[plainHeader(f)])
	}
	return t
}

// plainHeader makes TLS 1.0 (%) and Tls10 one name.
func plainHeader(b []byte) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, string(b))
}

// has reports whether there are columns of all these names.
func (t *csvTable) has(names ...string) bool {
	for _, n := range names {
		if t.index(n) < 0 {
			return false
		}
	}
	return true
}

func (t *csvTable) index(name string) int {
	for i, c := range t.columns {
		if c == name {
			return i
		}
	}
	return -1
}

// get is the field of a column, and nil if there is none.
func (t *csvTable) get(name string) []byte {
	i := t.index(name)
	if i < 0 || i >= len(t.fields) {
		return nil
	}
	return t.fields[i]
}

// read cuts a row, and says whether it has as many fields as the header.
func (t *csvTable) read(line []byte) bool {
	return t.split(line) && len(t.fields) == len(t.columns)
}

// split cuts a line into fields without their quotes. Doubled quotes stay
// doubled. It fails for a quote that is not closed.
func (t *csvTable) split(line []byte) bool {
	t.fields = t.fields[:0]
	for len(t.fields) < maxColumns {
		field, rest, more := line, []byte(nil), false
		if len(line) > 0 && line[0] == '"' {
			end := csvQuoteEnd(line[1:])
			if end < 0 {
				return false
			}
			field, rest = line[1:end+1], line[end+2:]
			if more = len(rest) > 0; more && rest[0] != t.separator {
				return false
			}
		} else if i := bytes.IndexByte(line, t.separator); i >= 0 {
			field, rest, more = line[:i], line[i:], true
		}
		t.fields = append(t.fields, bytes.TrimSpace(field))
		if !more {
			return true
		}
		line = rest[1:]
	}
	return false
}

// csvQuoteEnd finds the quote that ends a field: one that is not doubled.
func csvQuoteEnd(b []byte) int {
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		if i+1 == len(b) || b[i+1] != '"' {
			return i
		}
		i++
	}
	return -1
}

// csvText undoes the doubling of quotes.
func csvText(s string) string { return strings.ReplaceAll(s, `""`, `"`) }

// headCSV gives the header of a report, and the row behind it.
func headCSV(head []byte) (header, row []byte) {
	for _, line := range headLines(head, 5) {
		switch {
		case line[0] == '#': // Export-Csv begins with #TYPE
		case header == nil:
			header = line
		default:
			return header, line
		}
	}
	return header, nil
}
