package logs

import (
	"fmt"
	"strings"
)

// looksEnvoy knows commands of Envoy that no other server has.
func looksEnvoy(text string) bool {
	for _, own := range []string{"%DOWNSTREAM_", "%REQ(", "%START_TIME"} {
		if strings.Contains(text, own) {
			return true
		}
	}
	return false
}

// compileEnvoy reads a format string of Envoy: text with commands between
// percent signs (Envoy's manual, "Access log format strings").
func compileEnvoy(text, clientField string) (*layout, error) {
	var parts []layoutPart
	lit := ""
	for text = strings.TrimSuffix(text, `\n`); text != ""; {
		before, after, found := strings.Cut(text, "%")
		lit += before
		if !found {
			break
		}
		if rest, ok := strings.CutPrefix(after, "%"); ok {
			lit, text = lit+"%", rest
			continue
		}
		end := envoyEnd(after)
		if end < 0 {
			return nil, fmt.Errorf("%w: %% without its %%", errLayout)
		}
		command := after[:end]
		parts = append(parts, layoutPart{text: lit, name: "%" + command + "%", v: envoyVariable(command, clientField)})
		lit, text = "", after[end+1:]
	}
	return assemble(append(parts, layoutPart{text: lit}))
}

// envoyEnd finds the percent sign that ends a command: those in brackets
// belong to the format of a time.
func envoyEnd(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case '%':
			if depth <= 0 {
				return i
			}
		}
	}
	return -1
}

// envoyVariable says what a command tells.
func envoyVariable(command, clientField string) layoutVar {
	name, arg, _ := strings.Cut(command, "(")
	arg, _, _ = strings.Cut(arg, ")")
	switch name {
	case "START_TIME":
		if arg == "" {
			return layoutVar{cell: cellTime}
		}
		return layoutVar{cell: apacheTime(arg)}
	case "DOWNSTREAM_REMOTE_ADDRESS", "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
		"DOWNSTREAM_DIRECT_REMOTE_ADDRESS", "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT":
		return layoutVar{cell: cellPeer}
	case "DOWNSTREAM_LOCAL_ADDRESS", "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT":
		return layoutVar{cell: cellServerIP}
	case "DOWNSTREAM_LOCAL_PORT":
		return layoutVar{cell: cellServerPort}
	case "DOWNSTREAM_TLS_VERSION":
		return layoutVar{cell: cellVersion}
	case "DOWNSTREAM_TLS_CIPHER":
		return layoutVar{cell: cellSuite}
	case "DOWNSTREAM_PEER_SUBJECT":
		return layoutVar{cell: cellCertName}
	case "REQUESTED_SERVER_NAME":
		return layoutVar{cell: cellHost}
	case "RESPONSE_CODE":
		return layoutVar{cell: cellStatus}
	case "REQ":
		header, _, _ := strings.Cut(arg, "?")
		if header == ":AUTHORITY" {
			return layoutVar{cell: cellHost}
		}
		return apacheHeader(header, clientField)
	}
	return layoutVar{}
}
