package logs

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// A layout matches lines written by an nginx log_format: text that is always
// the same, with variables between.
type layout struct {
	prefix []byte
	vars   []layoutVar
}

// layoutVar is a variable and the text that ends it.
type layoutVar struct {
	cell   cell
	quoted bool // stands in double quotes, where quotes are escaped
	list   bool // "a, b" may stand there: a comma does not end it
	until  []byte
}

var errLayout = errors.New("log layout cannot be read")

// compileLayout reads what stands behind the name in log_format, or the
// whole directive.
func compileLayout(text, clientField string) (*layout, error) {
	text, err := layoutText(text)
	if err != nil {
		return nil, err
	}
	l := &layout{}
	before := ""
	for rest := text; rest != ""; {
		lit, name, after, err := nextVariable(rest)
		if err != nil {
			return nil, err
		}
		switch n := len(l.vars); {
		case n == 0:
			l.prefix = []byte(lit)
		case lit == "" && name != "":
			return nil, fmt.Errorf("%w: nothing between $%s and the variable before it", errLayout, name)
		default:
			v := &l.vars[n-1]
			v.until = []byte(lit)
			v.quoted = strings.HasSuffix(before, `"`) && strings.HasPrefix(lit, `"`)
		}
		if name != "" {
			l.vars = append(l.vars, layoutVar{cell: variableCell(name, clientField), list: isList(name)})
		}
		before, rest = lit, after
	}
	if len(l.vars) == 0 {
		return nil, fmt.Errorf("%w: %q has no $variable", errLayout, text)
	}
	return l, nil
}

// nextVariable cuts text at its next variable.
func nextVariable(text string) (lit, name, rest string, err error) {
	lit, after, found := strings.Cut(text, "$")
	if !found {
		return text, "", "", nil
	}
	if inner, ok := strings.CutPrefix(after, "{"); ok {
		name, rest, found = strings.Cut(inner, "}")
		if !found || name == "" {
			return "", "", "", fmt.Errorf("%w: ${ without its }", errLayout)
		}
		return lit, name, rest, nil
	}
	end := 0
	for end < len(after) && isNameByte(after[end]) {
		end++
	}
	if end == 0 {
		return "", "", "", fmt.Errorf("%w: $ without a name behind %q", errLayout, lit)
	}
	return lit, after[:end], after[end:], nil
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// isList tells the variables that nginx joins with ", ".
func isList(name string) bool {
	return strings.Contains(name, "forwarded_for") || strings.HasPrefix(name, "upstream_")
}

// layoutText gives the text of a layout that was copied with the directive
// around it.
func layoutText(s string) (string, error) {
	body, ok := strings.CutPrefix(strings.TrimSpace(s), "log_format")
	if !ok {
		return s, nil
	}
	var text strings.Builder
	word := 0
	for body = strings.TrimSpace(body); body != "" && body[0] != ';'; body = strings.TrimSpace(body) {
		var part string
		var err error
		if part, body, err = configWord(body); err != nil {
			return "", err
		}
		if word++; word > 1 && !strings.HasPrefix(part, "escape=") {
			text.WriteString(part)
		}
	}
	return text.String(), nil
}

// configWord reads one word of nginx's configuration, in quotes or not.
func configWord(s string) (word, rest string, err error) {
	quote := s[0]
	if quote != '\'' && quote != '"' {
		end := strings.IndexAny(s, " \t\r\n;")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return b.String(), s[i+1:], nil
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '\'' || s[i+1] == '"'):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", fmt.Errorf("%w: %c is not closed", errLayout, quote)
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
