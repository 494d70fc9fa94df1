package code

import "bytes"

// What a byte of a file belongs to.
const (
	inCode byte = iota
	inString
	inComment
)

// syntax is what of a language decides where comments and strings are.
type syntax struct {
	line   []string // comments that end with the line
	block  []block
	quotes []quote
	hooks  []hook // tried first, in order
	// prepare sees the whole text before the first byte is looked at.
	prepare func(l *lexer)
	starts  string // further bytes at which hooks want to be asked
}

type block struct {
	open, close string
	nested      bool
}

type quote struct {
	open, close string
	esc         byte // 0: none
	multi       bool // may go over lines
	doubled     bool // the closing mark written twice stands for itself
}

// A hook takes what begins at l.i, if it is something of its own, marks it
// and moves l.i behind it.
type hook func(l *lexer) bool

// lexer marks every byte of a text as code, string or comment. It never
// fails: what does not close ends with its line or with the text.
type lexer struct {
	src  []byte
	mask []byte
	i    int
	last int   // place of the last byte of code that is not white
	here []doc // here-documents that begin with the next line
}

// lex gives the mask of a text.
func lex(src []byte, s *syntax) []byte {
	l := &lexer{src: src, mask: make([]byte, len(src)), last: -1}
	if s.prepare != nil {
		s.prepare(l)
	}
	var start [256]bool
	for _, c := range []byte(s.starts + "\n") {
		start[c] = true
	}
	for _, p := range s.line {
		start[p[0]] = true
	}
	for _, b := range s.block {
		start[b.open[0]] = true
	}
	for _, q := range s.quotes {
		start[q.open[0]] = true
	}
	for l.i < len(src) {
		if c := src[l.i]; !start[c] || !l.take(s) {
			if c > ' ' {
				l.last = l.i
			}
			l.i++
		}
	}
	return l.mask
}

// take moves over a comment or string that begins here.
func (l *lexer) take(s *syntax) bool {
	at := l.i
	if l.src[at] == '\n' {
		return l.hereDocs()
	}
	for _, h := range s.hooks {
		if h(l) {
			if l.i <= at { // a hook that takes nothing would never end
				l.i = at + 1
			}
			if l.mask[at] != inComment {
				l.last = l.i - 1
			}
			return true
		}
	}
	for _, p := range s.line {
		if l.at(p) {
			l.mark(l.lineEnd(l.i), inComment)
			return true
		}
	}
	for _, b := range s.block {
		if l.at(b.open) {
			l.mark(l.blockEnd(b), inComment)
			return true
		}
	}
	for _, q := range s.quotes {
		if l.at(q.open) {
			l.quoted(q)
			return true
		}
	}
	return false
}

func (l *lexer) quoted(q quote) {
	l.mark(l.quoteEnd(l.i+len(q.open), q), inString)
	l.last = l.i - 1
}

func (l *lexer) at(p string) bool {
	rest := l.src[l.i:]
	return len(rest) >= len(p) && string(rest[:len(p)]) == p
}

// byteAt is the byte at i, or 0 outside the text.
func (l *lexer) byteAt(i int) byte {
	if i < 0 || i >= len(l.src) {
		return 0
	}
	return l.src[i]
}

// mark gives the bytes from here to end their kind and moves there.
func (l *lexer) mark(end int, kind byte) {
	end = min(end, len(l.src))
	for ; l.i < end; l.i++ {
		l.mask[l.i] = kind
	}
}

func (l *lexer) lineEnd(i int) int {
	if i >= len(l.src) {
		return len(l.src)
	}
	if n := bytes.IndexByte(l.src[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(l.src)
}

// lineStart reports whether only white space stands before i on its line.
func (l *lexer) lineStart(i int) bool {
	for i--; i >= 0; i-- {
		switch l.src[i] {
		case ' ', '\t', '\r':
		case '\n':
			return true
		default:
			return false
		}
	}
	return true
}

func (l *lexer) find(from int, s string) int {
	if from < len(l.src) {
		if n := bytes.Index(l.src[from:], []byte(s)); n >= 0 {
			return from + n
		}
	}
	return -1
}

// behind is the place behind the next s, or the end of the text.
func (l *lexer) behind(from int, s string) int {
	if n := l.find(from, s); n >= 0 {
		return n + len(s)
	}
	return len(l.src)
}

func (l *lexer) blockEnd(b block) int {
	i := l.i + len(b.open)
	if !b.nested {
		return l.behind(i, b.close)
	}
	for depth := 1; i < len(l.src); {
		rest := l.src[i:]
		switch {
		case bytes.HasPrefix(rest, []byte(b.close)):
			i += len(b.close)
			if depth--; depth == 0 {
				return i
			}
		case bytes.HasPrefix(rest, []byte(b.open)):
			depth++
			i += len(b.open)
		default:
			i++
		}
	}
	return i
}

// quoteEnd is the place behind the string whose inside begins at i. One that
// may not go over lines ends before the line does.
func (l *lexer) quoteEnd(i int, q quote) int {
	for i < len(l.src) {
		c := l.src[i]
		switch {
		case q.esc != 0 && c == q.esc:
			i += 2
		case c == '\n' && !q.multi:
			return i
		case c == q.close[0] && bytes.HasPrefix(l.src[i:], []byte(q.close)):
			i += len(q.close)
			if !q.doubled || l.byteAt(i) != q.close[0] {
				return i
			}
			i++
		default:
			i++
		}
	}
	return len(l.src)
}
