package code

import (
	"bytes"
	"strconv"
	"strings"
)

// token is one word of a value: an identifier or number in code, or a piece
// of a string.
type token struct {
	text    string
	negated bool // ! ~ or - stands right before it
	quoted  bool
}

// tokens cuts a value into words.
func (f *file) tokens(from, to int) []token {
	var out []token
	for i := from; i < to; {
		quoted := f.mask[i] == inString
		if !isWord(f.view[i]) {
			i++
			continue
		}
		start := i
		for i < to && (isWord(f.view[i]) || f.view[i] == '.' && (quoted || f.lang.dots || f.isDecimal(i))) && (f.mask[i] == inString) == quoted {
			i++
		}
		text := strings.TrimRight(string(f.view[start:i]), ".")
		if start > from && f.view[start-1] == '&' && f.lang.Name == "vb" && fold[text[0]] == 'h' {
			text = "0x" + text[1:] // &HC0
		}
		out = append(out, token{text: text, negated: f.negated(start, from), quoted: quoted})
	}
	return out
}

// isDecimal reports whether a dot stands between digits, as in TLSv1.2.
func (f *file) isDecimal(dot int) bool {
	return dot > 0 && dot+1 < len(f.view) && isDigit(f.view[dot-1]) && isDigit(f.view[dot+1])
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (f *file) negated(at, from int) bool {
	i := at - 1
	// Step over what qualifies the word: ~SslProtocols.Tls, ~(Tls | ...).
	for i >= from && (isWord(f.view[i]) || bytes.IndexByte([]byte(".:[("), f.view[i]) >= 0) && f.mask[i] != inString {
		i--
	}
	if i < from {
		return false
	}
	switch f.view[i] {
	case '!', '~', '^':
		return true
	case '-':
		return f.mask[i] == inString
	}
	before := bytes.TrimRight(f.view[max(from, i-12):i+1], " \t")
	for _, w := range []string{"-bnot", "-bxor", " not", " xor"} {
		if len(before) >= len(w) && hasFolded(before[len(before)-len(w):], []byte(w)) {
			return true
		}
	}
	return false
}

// meaning looks a word up, as a number in bits if it is one.
func (w *Words) meaning(text string, folded bool) (meaning, bool) {
	if w == nil {
		return meaning{}, false
	}
	if m, ok := w.exact[text]; ok {
		return m, true
	}
	if folded {
		if m, ok := w.folded[strings.ToLower(text)]; ok {
			return m, true
		}
	}
	return w.number(text)
}

// number takes a number apart into the bits that stand for versions. One
// with other bits is something else.
func (w *Words) number(text string) (meaning, bool) {
	if len(w.Bits) == 0 || text == "" || text[0] < '0' || text[0] > '9' {
		return meaning{}, false
	}
	n, err := strconv.ParseUint(strings.TrimRight(text, "uUlL"), 0, 32)
	if err != nil || n == 0 {
		return meaning{}, false
	}
	var m meaning
	for bits, v := range w.Bits {
		if n&bits != 0 {
			m.versions = append(m.versions, v)
			n &^= bits
		}
	}
	return m, n == 0
}
