package lang

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// A form is a sentence that stands in evidence, where it is English and
// finished: it is known again by the words between its arguments.
type form struct {
	head  string // what it begins with
	match *regexp.Regexp
	said  string
}

// longestForm bounds a sentence that is compared with forms, in bytes.
const longestForm = 4096

// deepestForm bounds how many sentences stand in each other: ours have five at
// most, hostile ones as many as fit.
const deepestForm = 6

// formsOf makes forms of the patterns that have arguments, the most telling
// first.
func formsOf(patterns map[string]string) []form {
	var order []string
	for p := range patterns {
		if strings.Contains(p, "%s") {
			order = append(order, p)
		}
	}
	letters := func(p string) int { return len(strings.ReplaceAll(p, "%s", "")) }
	slices.SortFunc(order, func(a, b string) int { return cmp.Or(letters(b)-letters(a), strings.Compare(a, b)) })
	var out []form
	for _, p := range order {
		parts := strings.Split(p, "%s")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		head, _, _ := strings.Cut(p, "%s")
		out = append(out, form{head, regexp.MustCompile(`(?s)^` + strings.Join(parts, `(.+?)`) + `$`), patterns[p]})
	}
	return out
}

// recognise says a sentence of evidence in the language, "" if it is not
// known. What stands in it may be such a sentence, too.
func (l *Language) recognise(s string, depth int) string {
	if len(s) > longestForm || depth >= deepestForm {
		return ""
	}
	if said, ok := l.seen[s]; ok {
		return said
	}
	for _, f := range l.forms {
		if !strings.HasPrefix(s, f.head) {
			continue
		}
		m := f.match.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		args := make([]any, len(m)-1)
		for i, a := range m[1:] {
			args[i] = cmp.Or(l.recognise(a, depth+1), a)
		}
		return (&Language{}).T(f.said, args...)
	}
	return ""
}
