package code

import (
	"path"
	"regexp"
	"strings"

	"github.com/tlsready/tlsready/internal/plaintext"
)

// ignoreRule is one line of a .gitignore.
type ignoreRule struct {
	re   *regexp.Regexp
	keep bool // the line began with !
	dir  bool // it ended with /
	base bool // it has no other slash: the last part of the name decides
}

func (r *ignoreRule) matches(name string, dir bool) bool {
	if r.dir && !dir {
		return false
	}
	if r.base {
		name = path.Base(name)
	}
	return r.re.MatchString(name)
}

// parseIgnore reads a .gitignore; a line that makes no sense is left out, as
// git does.
func parseIgnore(text []byte) []ignoreRule {
	var out []ignoreRule
	for line := range strings.Lines(string(plaintext.Whole(text))) {
		line = strings.TrimRight(line, "\r\n")
		if !strings.HasSuffix(line, `\ `) {
			line = strings.TrimRight(line, " \t")
		}
		if line == "" || line[0] == '#' {
			continue
		}
		var r ignoreRule
		line, r.keep = cutPrefix(line, "!")
		line, r.dir = cutSuffix(line, "/")
		r.base = !strings.Contains(line, "/")
		line = strings.TrimPrefix(line, "/")
		re, err := regexp.Compile("^" + globRegexp(line) + "$")
		if err != nil || line == "" || len(line) > 1000 {
			continue
		}
		r.re = re
		out = append(out, r)
	}
	return out
}

func cutPrefix(s, p string) (string, bool) { return strings.TrimPrefix(s, p), strings.HasPrefix(s, p) }

func cutSuffix(s, p string) (string, bool) { return strings.TrimSuffix(s, p), strings.HasSuffix(s, p) }

// globRegexp writes a pattern of .gitignore as a regular expression.
func globRegexp(glob string) string {
	var b strings.Builder
	for i := 0; i < len(glob); i++ {
		rest := glob[i:]
		switch c := glob[i]; {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString(`(?:.*/)?`)
			i += 2
		case strings.HasPrefix(rest, "/**") && len(rest) == 3:
			b.WriteString(`/.*`)
			i += 2
		case c == '*':
			b.WriteString(`[^/]*`)
		case c == '?':
			b.WriteString(`[^/]`)
		case c == '[':
			end := strings.IndexByte(rest[1:], ']')
			if end < 1 {
				b.WriteString(`\[`)
				continue
			}
			class := rest[1 : end+1]
			if class[0] == '!' {
				class = "^" + class[1:]
			}
			b.WriteString("[" + strings.ReplaceAll(class, `\`, `\\`) + "]")
			i += end + 1
		case c == '\\' && i+1 < len(glob):
			i++
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	return b.String()
}
