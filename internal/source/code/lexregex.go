package code

import "bytes"

// regexLiteral is /.../ of JavaScript, Ruby and Perl, where a value is
// expected; else it is a division. A quote inside would open a string. It
// sets nothing, so it counts as a comment.
func regexLiteral(l *lexer) bool {
	if l.src[l.i] != '/' || l.byteAt(l.i+1) == '/' || l.byteAt(l.i+1) == '*' || !l.valueExpected() {
		return false
	}
	class := false
	for i := l.i + 1; i < len(l.src) && l.src[i] != '\n'; i++ {
		switch c := l.src[i]; {
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			l.mark(i+1, inComment)
			return true
		}
	}
	return false
}

// valueExpected reports whether what stands before makes "/" open something.
func (l *lexer) valueExpected() bool {
	if l.last < 0 {
		return true
	}
	c := l.src[l.last]
	if bytes.IndexByte([]byte("(,=:[!&|?{};~<>+-*%"), c) >= 0 {
		return true
	}
	word := l.src[max(0, l.last-9) : l.last+1]
	for _, w := range []string{"return", "typeof", "case", "in", "of", "if", "unless", "when", "and", "or", "not", "split", "grep"} {
		if bytes.HasSuffix(word, []byte(w)) && (len(word) == len(w) || !isWord(word[len(word)-len(w)-1])) {
			return true
		}
	}
	return false
}

// perlQuote is q(...), qq{...}, qw[...], qr/.../, m{...} and s/.../.../.
func perlQuote(l *lexer) bool {
	c := l.src[l.i]
	if c != 'q' && c != 'm' && c != 's' || isWord(l.byteAt(l.i-1)) || l.byteAt(l.i-1) == '>' {
		return false
	}
	i := l.i + 1
	if n := l.byteAt(i); c == 'q' && (n == 'q' || n == 'w' || n == 'r' || n == 'x') {
		i++
	}
	open := l.byteAt(i)
	if open <= ' ' || isWord(open) || bytes.IndexByte([]byte(",=;)-."), open) >= 0 {
		return false
	}
	end := l.delimited(i, open)
	if c == 's' && end > 0 {
		if closing(open) == open {
			end-- // the middle mark ends one part and begins the next
		}
		end = l.delimited(end, l.byteAt(end))
	}
	if end < 0 {
		return false
	}
	l.mark(end, inString)
	return true
}

func closing(open byte) byte {
	if n := bytes.IndexByte([]byte("([{<"), open); n >= 0 {
		return ")]}>"[n]
	}
	return open
}

// delimited is the place behind what opens at i, or -1.
func (l *lexer) delimited(i int, open byte) int {
	closing := closing(open)
	depth := 1
	for i++; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == '\\':
			i++
		case c == closing:
			depth--
		case c == open:
			depth++
		}
		if depth == 0 {
			return i + 1
		}
	}
	return -1
}
