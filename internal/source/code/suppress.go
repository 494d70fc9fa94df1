package code

import (
	"bytes"
	"strings"
)

const ignoreMark = "tlsready:ignore"

// suppressed looks for a comment "tlsready:ignore RULE reason" on the line of
// the finding or alone on the line above. One without a reason does not
// count: asked says that there was one.
func (f *file) suppressed(fd finding) (ok, asked bool) {
	start := bytes.LastIndexByte(f.text[:fd.at], '\n') + 1
	lines := [][]byte{lineAt(f.text, start)}
	mask := [][]byte{f.mask[start : start+len(lines[0])]}
	if start > 0 {
		above := bytes.LastIndexByte(f.text[:start-1], '\n') + 1
		l := lineAt(f.text, above)
		lines, mask = append(lines, l), append(mask, f.mask[above:above+len(l)])
	}
	for i, line := range lines {
		at := bytes.Index(line, []byte(ignoreMark))
		if at < 0 || mask[i][at] != inComment {
			continue
		}
		rule, reason, _ := strings.Cut(strings.TrimSpace(string(line[at+len(ignoreMark):])), " ")
		if rule != fd.rule.ID {
			continue
		}
		asked = true
		if strings.Trim(reason, " \t\r*/->#") != "" {
			return true, true
		}
	}
	return false, asked
}

func lineAt(text []byte, start int) []byte {
	if n := bytes.IndexByte(text[start:], '\n'); n >= 0 {
		return text[start : start+n]
	}
	return text[start:]
}
