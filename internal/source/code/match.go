package code

import (
	"bytes"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// file is one text with everything known of its bytes.
type file struct {
	lang *Language
	text []byte
	mask []byte
	view []byte // the text with its comments blanked
	// taken are the stretches that a rule has judged: the first rule in the
	// data wins.
	taken [][2]int
}

func newFile(lang *Language, text []byte) *file {
	f := &file{lang: lang, text: text, mask: lex(text, &lang.syntax)}
	f.view = bytes.Clone(text)
	for i, k := range f.mask {
		if k == inComment && text[i] != '\n' {
			f.view[i] = ' '
		}
	}
	return f
}

// finding is what one rule says of one place.
type finding struct {
	rule   *Rule
	at     int // offset
	value  string
	result result
}

// match finds what the rules say; found tells which literals the text holds.
func (f *file) match(lr *langRules, found []bool) []finding {
	var out []finding
	for i, r := range lr.rules {
		if slices.ContainsFunc(lr.needs[i], func(n int) bool { return found[n] }) {
			out = append(out, f.apply(r)...)
		}
	}
	slices.SortStableFunc(out, func(a, b finding) int { return a.at - b.at })
	return out
}

func (f *file) apply(r *Rule) []finding {
	text := f.view
	if r.In == "comment" {
		text = f.text
	}
	var out []finding
	for from := 0; from < len(text); {
		m := r.match.FindSubmatchIndex(text[from:])
		if m == nil {
			break
		}
		for i := range m {
			if m[i] >= 0 {
				m[i] += from
			}
		}
		from = max(m[1], from+1)
		out = append(out, f.judge(r, text, m)...)
	}
	return out
}

// judge reads the value of one match and decides what it does.
func (f *file) judge(r *Rule, text []byte, m []int) []finding {
	at := m[0]
	for at < m[1] && text[at] <= ' ' {
		at++
	}
	start, end := m[1], m[1]
	if r.value > 0 {
		start, end = m[2*r.value], m[2*r.value+1]
	}
	if start < 0 || !f.rightPlace(r, at, start) || f.isTaken(at) {
		return nil
	}
	if r.Until != untilMatch {
		end = max(end, f.extent(start, r.Until))
	}
	if f.isCompared(r, at, start, m[1]) || r.never != nil && r.never.Match(text[m[0]:m[1]]) || r.within != nil && !r.within.Match(text[start:end]) {
		return nil
	}
	v := value{rule: r, effect: r.Effect, text: string(text[start:end]), tokens: f.tokens(start, end), fold: f.lang.fold}
	if r.In == "comment" {
		v.tokens = nil
	}
	v.added = r.add > 0 && m[2*r.add] < m[2*r.add+1] || f.refersToItself(r, m, start, end)
	if r.key > 0 {
		if v.effect = r.effectOf(group(text, m, r.key)); v.effect == "" {
			return nil
		}
	}
	results := r.read(&v)
	if len(results) > 0 {
		f.taken = append(f.taken, [2]int{at, max(end, m[1])})
	}
	var out []finding
	for _, res := range results {
		if res.effect == evidence.Caps && res.versions[0].Rank() >= tlswire.TLS13.Rank() {
			continue // there is nothing newer that it could keep out
		}
		out = append(out, finding{rule: r, at: at, value: shown(text[at:max(end, m[1])]), result: res})
	}
	return out
}

func group(text []byte, m []int, g int) string {
	if m[2*g] < 0 {
		return ""
	}
	return string(text[m[2*g]:m[2*g+1]])
}

// effectOf chooses by the group "key", without regard to case.
func (r *Rule) effectOf(key string) evidence.Effect {
	for k, e := range r.Keys {
		if strings.EqualFold(k, key) {
			return e
		}
	}
	return ""
}

// rightPlace reports whether match and value stand where the rule wants them.
func (f *file) rightPlace(r *Rule, at, start int) bool {
	switch r.In {
	case "code":
		return f.kind(at) == inCode
	case "string":
		return f.kind(at) == inString || f.kind(start) == inString
	case "comment":
		return f.kind(at) == inComment
	}
	return f.kind(at) != inComment
}

func (f *file) isTaken(at int) bool {
	return slices.ContainsFunc(f.taken, func(t [2]int) bool { return t[0] <= at && at < t[1] })
}

// refersToItself finds x = x | more, which adds.
func (f *file) refersToItself(r *Rule, m []int, start, end int) bool {
	if r.Until != untilExpr || r.Read != readSet {
		return false
	}
	name := lastWord(f.view[m[0]:start])
	return len(name) > 5 && wordIndex(f.view[start:end], name) >= 0
}

// lastWord is the name that is set: the last word before the operator.
func lastWord(b []byte) []byte {
	end := len(b)
	for end > 0 && !isWord(b[end-1]) {
		end--
	}
	start := end
	for start > 0 && isWord(b[start-1]) {
		start--
	}
	return b[start:end]
}

func wordIndex(text, word []byte) int {
	for from := 0; ; {
		n := bytes.Index(text[from:], word)
		if n < 0 {
			return -1
		}
		at, end := from+n, from+n+len(word)
		if (at == 0 || !isWord(text[at-1])) && (end == len(text) || !isWord(text[end])) {
			return at
		}
		from = end
	}
}

var (
	comparedBefore = lazyregexp.New(`(?i)(==|!=|<>|<=|>=|[^-=][<>]|[^-.\w](case|is|in|import|typeof|not in)\s*[(\[{]?|-(eq|ne|in|contains|like)|\b(HasFlag|contains\w*|equals\w*|includes|indexOf|has)\s*\()\s*$`)
	qualifier      = lazyregexp.New(`(\([\w\s]+\*\s*\)\s*|(\w+(\.|::|->))+)$`)
	question       = lazyregexp.New(`\b(has|is|can|supports?)(_\w+|[A-Z]\w*)?\s*\(\s*$`)
	imported       = lazyregexp.New(`\bimport\s*(\([^)]*|\{[^}]*)$`)
	toLineEnd      = lazyregexp.New(`^[ \t\r]*(\n|$)`)
	dictKey        = lazyregexp.New(`^\s*:`)
	comparedAfter  = lazyregexp.New(`^[\s)]*(==|!=|<>|[<>]|=[^=>~]|-(eq|ne|in|contains)\b|in\b|:=|\]\s*=[^=])`)
	// The last bracket opened must still be open: expect(x).y is no argument.
	asserted = lazyregexp.New(`(?i)\b((assert[\w.]*|expect\w*|require\.\w+|verify\w*|check_?equal\w*|t\.(Error|Fatal|Log)\w*|logger?\.\w+|print\w*|console\.\w+|fmt\.\w+|should\w*|raise \w+|throw new \w+)!?\s*\((?:[^;{}()]|\([^()]*\)|\()*|(assert|echo|Write-(Host|Output|Verbose|Warning|Error)|printf|print|puts|log|warn)\s[^;{}&|]*)$`)
)

// isCompared reports whether the match is asked about rather than used: a
// comparison, an import, an assertion, a message.
func (f *file) isCompared(r *Rule, at, start, end int) bool {
	line := f.before(at)
	switch {
	case r.unless != nil && r.unless.Match(line), asserted.Match(line) && !f.written(end):
		return true
	case r.Until != untilMatch || r.value == 0 || f.kind(at) != inCode || f.lang.dots:
		return false // shells have no such comparisons, and < is a redirection
	}
	before := append([]byte(" "), qualifier.ReplaceAll(line, nil)...)
	after := f.view[end:min(len(f.view), end+20)]
	// A constant that stands alone on its line does nothing.
	idle := f.lang.newline && at == start && len(bytes.TrimSpace(before)) == 0 && toLineEnd.Match(after)
	return idle || imported.Match(f.view[max(0, at-600):at]) || question.Match(before) || comparedBefore.Match(before) ||
		comparedAfter.Match(after) || f.lang.Name == "python" && dictKey.Match(after)
}

// written reports whether a shell writes what it echoes to a file.
func (f *file) written(end int) bool {
	rest := lineAt(f.view, end)
	return (f.lang.dots || f.lang.Name == "powershell") &&
		(bytes.IndexByte(rest, '>') >= 0 || bytes.Contains(rest, []byte("tee ")))
}

// before is what stands before a place in its statement: on its line, on the
// line above if that visibly goes on, and on all lines of a macro.
func (f *file) before(at int) []byte {
	floor := max(0, at-1000)
	start := f.lineStart(at, floor)
	for n := 0; start > floor; n++ {
		above := bytes.TrimRight(f.view[floor:start], " \t\r\n")
		k := len(above)
		macro := k > 0 && above[k-1] == '\\'
		if k == 0 || !macro && (n > 0 || bytes.IndexByte([]byte("(,=|&+?["), above[k-1]) < 0) {
			break
		}
		start = f.lineStart(floor+k-1, floor)
	}
	return f.view[start:at]
}

func (f *file) lineStart(i, floor int) int {
	return max(floor, bytes.LastIndexByte(f.view[:i], '\n')+1)
}

// shown is a value as one line of bounded length.
func shown(b []byte) string {
	s := strings.Join(strings.Fields(strings.ToValidUTF8(string(b), "?")), " ")
	const most = 160
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "..."
	}
	return s
}
