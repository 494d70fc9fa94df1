package logs

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// A layout matches lines of a server whose administrator chose what they
// hold: text that is always the same, with variables between.
type layout struct {
	prefix []byte
	vars   []layoutVar
}

// layoutVar is a variable and the text that ends it.
type layoutVar struct {
	cell   cell
	quoted bool // stands in double quotes, where quotes are escaped
	list   bool // "a, b" may stand there: a comma does not end it
	braces bool // {a|b} and a space, or nothing at all
	until  []byte
}

// layoutPart is a piece of a layout as a person wrote it: text, then a
// variable; the last may have none.
type layoutPart struct {
	text string
	name string // of the variable, for messages; empty for none
	v    layoutVar
}

var errLayout = errors.New("log layout cannot be read")

// assemble makes the layout of its parts.
func assemble(parts []layoutPart) (*layout, error) {
	l := &layout{}
	before := ""
	for _, p := range parts {
		switch n := len(l.vars); {
		case n == 0:
			l.prefix = []byte(p.text)
		case p.text == "" && p.name != "" && !l.vars[n-1].braces:
			return nil, fmt.Errorf("%w: nothing between %s and the variable before it", errLayout, p.name)
		default:
			v := &l.vars[n-1]
			v.until = []byte(p.text)
			v.quoted = strings.HasSuffix(before, `"`) && strings.HasPrefix(p.text, `"`)
		}
		if p.name != "" {
			l.vars = append(l.vars, p.v)
		}
		before = p.text
	}
	if len(l.vars) == 0 {
		return nil, fmt.Errorf("%w: it has no variable", errLayout)
	}
	return l, nil
}

// match puts the variables of a line into their cells. It gives what follows
// the layout; the last variable takes all that is left.
func (l *layout) match(line []byte, r *row) (rest []byte, ok bool) {
	line, ok = bytes.CutPrefix(line, l.prefix)
	if !ok {
		return nil, false
	}
	for i := range l.vars {
		v := &l.vars[i]
		if v.braces {
			if line, ok = bytes.CutPrefix(withoutBraces(line), v.until); !ok {
				return nil, false
			}
			continue
		}
		end := v.end(line)
		if end < 0 {
			return nil, false
		}
		if v.cell != cellNone {
			r.set(v.cell, line[:end:end])
		}
		line = line[end+len(v.until):]
	}
	return line, true
}

// withoutBraces passes over {a|b} and the space behind it.
func withoutBraces(line []byte) []byte {
	if len(line) > 0 && line[0] == '{' {
		if i := bytes.Index(line, []byte("} ")); i >= 0 {
			return line[i+2:]
		}
	}
	return line
}

// end is where the text behind the variable begins, or -1.
func (v *layoutVar) end(line []byte) int {
	if len(v.until) == 0 {
		return len(line)
	}
	if v.quoted {
		end := closingQuote(line)
		if end < 0 || !bytes.HasPrefix(line[end:], v.until) {
			return -1
		}
		return end
	}
	for from := 0; ; {
		i := bytes.Index(line[from:], v.until)
		if i < 0 {
			return -1
		}
		end := from + i
		if !v.list || end == 0 || line[end-1] != ',' {
			return end
		}
		from = end + 1
	}
}

// closingQuote finds the quote that ends a quoted field. nginx writes a
// quote inside as \x22, Apache as \".
func closingQuote(b []byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '"')
		if i < 0 {
			return -1
		}
		end := from + i
		slashes := 0
		for slashes < end && b[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return end
		}
		from = end + 1
	}
}
