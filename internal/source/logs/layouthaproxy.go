package logs

import (
	"fmt"
	"strings"
)

// compileHAProxy reads the value of a log-format or error-log-format, or the
// whole directive (HAProxy's manual, "Custom log format").
func compileHAProxy(text, clientField string) (*layout, error) {
	text = haproxyLayoutText(text)
	var parts []layoutPart
	lit, quoteAll := "", false
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
		d, rest, err := readHAProxyVariable(after)
		if err != nil {
			return nil, err
		}
		text = rest
		if d.name == "o" { // nothing but flags for all that follow
			quoteAll = d.quoted
			continue
		}
		quote := ""
		if d.quoted || quoteAll {
			quote = `"`
		}
		v := d.variable(clientField)
		parts = append(parts, layoutPart{text: lit + quote, name: "%" + d.name, v: v})
		lit = quote
		if v.braces {
			text = strings.TrimPrefix(text, " ")
		}
	}
	return assemble(append(parts, layoutPart{text: lit}))
}

// haproxyVariable is %name, %[expression] or %{+Q}name.
type haproxyVariable struct {
	name   string
	quoted bool
}

// readHAProxyVariable reads what stands behind a %.
func readHAProxyVariable(s string) (v haproxyVariable, rest string, err error) {
	if inner, ok := strings.CutPrefix(s, "{"); ok {
		flags, after, ok := strings.Cut(inner, "}")
		if !ok {
			return v, "", fmt.Errorf("%w: %%{ without its }", errLayout)
		}
		v.quoted = strings.Contains(flags, "+Q")
		s = after
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		depth := 1
		for i := range len(inner) {
			switch inner[i] {
			case '[':
				depth++
			case ']':
				depth--
			}
			if depth == 0 {
				v.name = inner[:i]
				return v, inner[i+1:], nil
			}
		}
		return v, "", fmt.Errorf("%w: %%[ without its ]", errLayout)
	}
	end := 0
	for end < len(s) && isNameByte(s[end]) && s[end] != '_' {
		end++
	}
	if end == 0 {
		return v, "", fmt.Errorf("%w: %% without a name", errLayout)
	}
	v.name = s[:end]
	return v, s[end:], nil
}

// variable says what the variable tells.
func (v haproxyVariable) variable(clientField string) layoutVar {
	switch name, _, _ := strings.Cut(v.name, ","); name {
	case "ci", "src", "fc_src":
		return layoutVar{cell: cellPeer}
	case "t", "tr", "trg", "trl", "T", "Tl", "Ts":
		return layoutVar{cell: cellTime}
	case "f", "ft", "fe_name":
		return layoutVar{cell: cellListener}
	case "fi", "dst", "fc_dst":
		return layoutVar{cell: cellServerIP}
	case "fp", "dst_port", "fc_dst_port":
		return layoutVar{cell: cellServerPort}
	case "ST", "status":
		return layoutVar{cell: cellStatus}
	case "sslv", "ssl_fc_protocol":
		return layoutVar{cell: cellVersion}
	case "sslc", "ssl_fc_cipher":
		return layoutVar{cell: cellSuite}
	case "ssl_fc_curve":
		return layoutVar{cell: cellGroup}
	case "ssl_fc_sni":
		return layoutVar{cell: cellHost}
	case "ssl_c_s_dn", "ssl_c_s_dn(cn)", "ssl_c_s_dn(CN)":
		return layoutVar{cell: cellCertName}
	case "hr", "hs":
		return layoutVar{braces: true} // nothing at all, if nothing is captured
	default:
		return haproxyHeader(name, clientField)
	}
}

// haproxyHeader says what a fetched header tells: req.hdr(User-Agent).
func haproxyHeader(name, clientField string) layoutVar {
	fetch, arg, ok := strings.Cut(strings.TrimSuffix(name, ")"), "(")
	if !ok {
		return layoutVar{}
	}
	switch fetch {
	case "hdr", "req.hdr", "req.fhdr", "capture.req.hdr":
		return apacheHeader(strings.Split(arg, ",")[0], clientField)
	}
	return layoutVar{}
}

// haproxyLayoutText gives the value of the directive, which stands in quotes
// or has its spaces escaped.
func haproxyLayoutText(s string) string {
	s = strings.TrimSpace(s)
	for _, name := range []string{"error-log-format", "log-format"} {
		if rest, ok := strings.CutPrefix(s, name); ok {
			s = strings.TrimSpace(rest)
			break
		}
	}
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		s = s[1 : len(s)-1]
	}
	return strings.NewReplacer(`\ `, " ", `\"`, `"`, `\\`, `\`).Replace(s)
}
