package logs

import (
	"fmt"
	"strings"
)

// compileApache reads the format of a LogFormat or CustomLog of Apache, or
// the whole directive (mod_log_config, "Custom Log Formats").
func compileApache(text, clientField string) (*layout, error) {
	text, err := apacheLayoutText(text)
	if err != nil {
		return nil, err
	}
	var parts []layoutPart
	lit := ""
	for text != "" {
		before, after, found := strings.Cut(text, "%")
		lit += before
		if !found {
			break
		}
		if rest, ok := strings.CutPrefix(after, "%"); ok {
			lit, text = lit+"%", rest
			continue
		}
		var d apacheDirective
		if d, text, err = readApacheDirective(after); err != nil {
			return nil, err
		}
		open, end := "", ""
		if d.name == "t" && d.arg == "" {
			open, end = "[", "]" // Apache writes the time in brackets
		}
		parts = append(parts, layoutPart{text: lit + open, name: d.String(), v: d.variable(clientField)})
		lit = end
	}
	return assemble(append(parts, layoutPart{text: lit}))
}

// An apacheDirective is %{Arg}name, without its modifiers.
type apacheDirective struct{ arg, name string }

func (d apacheDirective) String() string {
	if d.arg == "" {
		return "%" + d.name
	}
	return "%{" + d.arg + "}" + d.name
}

// readApacheDirective reads what stands behind a %: conditions on the status
// and < or > for which request is meant come first.
func readApacheDirective(s string) (d apacheDirective, rest string, err error) {
	s = strings.TrimLeft(s, "!,<>0123456789")
	if inner, ok := strings.CutPrefix(s, "{"); ok {
		if d.arg, s, ok = strings.Cut(inner, "}"); !ok {
			return d, "", fmt.Errorf("%w: %%{ without its }", errLayout)
		}
	}
	s = strings.TrimLeft(s, "<>")
	if s == "" || !isNameByte(s[0]) && s[0] != '^' {
		return d, "", fmt.Errorf("%w: %% without a letter behind %q", errLayout, d.arg)
	}
	n := 1
	if s[0] == '^' { // %^FB, %{x}^ti, %{x}^to
		n = min(3, len(s))
	}
	d.name = s[:n]
	return d, s[n:], nil
}

// variable says what the directive tells.
func (d apacheDirective) variable(clientField string) layoutVar {
	switch d.name {
	case "h", "a":
		return layoutVar{cell: cellPeer}
	case "u":
		return layoutVar{cell: cellUser}
	case "t":
		return layoutVar{cell: apacheTime(d.arg)}
	case "s":
		return layoutVar{cell: cellStatus}
	case "v":
		return layoutVar{cell: cellListener}
	case "V":
		return layoutVar{cell: cellHost}
	case "A":
		return layoutVar{cell: cellServerIP}
	case "p":
		return layoutVar{cell: cellServerPort}
	case "i":
		return apacheHeader(d.arg, clientField)
	case "x", "e", "c", "n":
		return layoutVar{cell: apacheSSL(d.arg)}
	}
	return layoutVar{}
}

// apacheHeader says what a header of the request tells.
func apacheHeader(name, clientField string) layoutVar {
	switch {
	case strings.EqualFold(name, "User-Agent"):
		return layoutVar{cell: cellAgent}
	case strings.EqualFold(name, "Host"):
		return layoutVar{cell: cellHost}
	case forwardedRank(name, clientField) > 0:
		return layoutVar{cell: cellForwarded, list: true}
	}
	return layoutVar{}
}

// apacheSSL says what a variable of mod_ssl tells, or one of mod_gnutls,
// which gives them the same names. %{version}c is how mod_ssl once wrote it.
func apacheSSL(name string) cell {
	switch name {
	case "SSL_PROTOCOL", "version":
		return cellVersion
	case "SSL_CIPHER", "cipher":
		return cellSuite
	case "SSL_TLS_SNI":
		return cellHost
	case "SSL_CLIENT_S_DN", "SSL_CLIENT_S_DN_CN", "subjectdn":
		return cellCertName
	}
	return cellNone
}

// apacheTime says whether %{arg}t is a time that can be read.
func apacheTime(arg string) cell {
	for _, prefix := range []string{"begin:", "end:"} {
		arg = strings.TrimPrefix(arg, prefix)
	}
	switch {
	case arg == "", arg == "sec", strings.HasPrefix(arg, "%Y-%m-%d"), strings.HasPrefix(arg, "%d/%b/%Y:"), strings.HasPrefix(arg, "%F"):
		return cellTime
	}
	return cellNone
}

// apacheLayoutText gives the format of a directive: the first argument of
// LogFormat, and the second of CustomLog and TransferLog.
func apacheLayoutText(s string) (string, error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	switch {
	case strings.EqualFold(name, "LogFormat"):
		s = rest
	case strings.EqualFold(name, "CustomLog"):
		_, after, err := apacheWord(strings.TrimSpace(rest))
		if err != nil {
			return "", err
		}
		s = after
	default:
		if t := strings.TrimSpace(s); len(t) < 2 || t[0] != '"' || strings.Contains(strings.ReplaceAll(t[1:len(t)-1], `\"`, ""), `"`) {
			return unescapeApache(s), nil
		}
	}
	word, _, err := apacheWord(strings.TrimSpace(s))
	return unescapeApache(word), err
}

// apacheWord cuts off one word of Apache's configuration, in quotes or not.
func apacheWord(s string) (word, rest string, err error) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		word, rest, _ = strings.Cut(s, " ")
		return word, rest, nil
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return s[1:i], s[i+1:], nil
		}
	}
	return "", "", fmt.Errorf("%w: %c is not closed", errLayout, s[0])
}

// unescapeApache gives the text that \", \t and \n stand for.
func unescapeApache(s string) string {
	return strings.NewReplacer(`\"`, `"`, `\t`, "\t", `\n`, "", `\\`, `\`).Replace(s)
}
