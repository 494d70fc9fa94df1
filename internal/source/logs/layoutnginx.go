package logs

import (
	"fmt"
	"strings"
)

// compileNginx reads what stands behind the name in log_format, or the
// whole directive.
func compileNginx(text, clientField string) (*layout, error) {
	text, err := nginxLayoutText(text)
	if err != nil {
		return nil, err
	}
	var parts []layoutPart
	for rest := text; rest != ""; {
		lit, name, after, err := nextVariable(rest)
		if err != nil {
			return nil, err
		}
		p := layoutPart{text: lit}
		if name != "" {
			p.name = "$" + name
			p.v = layoutVar{cell: variableCell(name, clientField), list: isList(name)}
		}
		parts, rest = append(parts, p), after
	}
	return assemble(parts)
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

// nginxLayoutText gives the text of a layout that was copied with the directive
// around it.
func nginxLayoutText(s string) (string, error) {
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
