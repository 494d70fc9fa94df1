package code

import (
	"bytes"
	"strings"
)

const ignoreMark = "tlsready:ignore"

// suppression is a comment "tlsready:ignore RULE reason" about a finding.
type suppression struct {
	reason  string // why; empty if it does not count
	problem string // why it does not count; empty if there is none
}

// suppressed looks for a suppression on the line of the finding or on the
// line above. One that names no rule or gives no reason does not count.
func (f *file) suppressed(set *ruleSet, fd finding) (s suppression) {
	start := bytes.LastIndexByte(f.text[:fd.at], '\n') + 1
	s = f.suppressionAt(set, fd.rule, start)
	if s.reason == "" && start > 0 {
		above := f.suppressionAt(set, fd.rule, bytes.LastIndexByte(f.text[:start-1], '\n')+1)
		if above != (suppression{}) {
			s = above
		}
	}
	return s
}

func (f *file) suppressionAt(set *ruleSet, r *Rule, start int) suppression {
	line := lineAt(f.text, start)
	at := bytes.Index(line, []byte(ignoreMark))
	if at < 0 || f.mask[start+at] != inComment {
		return suppression{}
	}
	from, to := at+len(ignoreMark), at
	for to < len(line) && f.mask[start+to] == inComment {
		to++ // what stands behind the comment is no reason
	}
	id, reason, _ := strings.Cut(strings.Trim(string(line[from:max(from, to)]), commentMarks), " ")
	reason = strings.Trim(reason, commentMarks)
	switch {
	case id == "":
		return suppression{problem: "the suppression beside it names no rule and does not count"}
	case id != r.ID && !set.has(id):
		return suppression{problem: "the suppression beside it names a rule that there is not"}
	case id != r.ID:
		return suppression{}
	case reason == "":
		return suppression{problem: "the suppression beside it gives no reason and does not count"}
	}
	return suppression{reason: reason}
}

// commentMarks are what comments begin and end with, and white space.
const commentMarks = " \t\r\n*/-<>!#:"

func (s *ruleSet) has(id string) bool {
	for _, r := range s.rules {
		if r.ID == id {
			return true
		}
	}
	return false
}

func lineAt(text []byte, start int) []byte {
	if n := bytes.IndexByte(text[start:], '\n'); n >= 0 {
		return text[start : start+n]
	}
	return text[start:]
}
