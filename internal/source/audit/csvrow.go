package audit

import (
	"bytes"
	"strings"
)

// splitRow cuts a row into fields: RFC 4180 quoting, a quote inside an
// unquoted field being itself. It fails on a quoted field that does not end.
func splitRow(text []byte, delim byte) ([]string, bool) {
	var fields []string
	for {
		text = bytes.TrimLeft(text, " ")
		if len(text) == 0 || text[0] != '"' {
			field, rest, more := bytes.Cut(text, []byte{delim})
			fields = append(fields, string(bytes.TrimSpace(field)))
			if !more {
				return fields, true
			}
			text = rest
			continue
		}
		field, rest, ok := quotedField(text[1:])
		if !ok {
			return nil, false
		}
		fields = append(fields, strings.TrimSpace(field))
		rest = bytes.TrimLeft(rest, " ")
		if len(rest) == 0 {
			return fields, true
		}
		if rest[0] != delim {
			return nil, false
		}
		text = rest[1:]
	}
}

// quotedField reads up to the closing quote; two quotes are one.
func quotedField(b []byte) (field string, rest []byte, ok bool) {
	var out []byte
	for {
		part, after, closed := bytes.Cut(b, []byte{'"'})
		if !closed {
			return "", nil, false
		}
		out = append(out, part...)
		if len(after) == 0 || after[0] != '"' {
			return string(out), after, true
		}
		out = append(out, '"')
		b = after[1:]
	}
}
