package code

import "bytes"

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func isHex(c byte) bool {
	c = fold[c]
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f'
}

// digitMark passes over the ' of 1'000 in C++.
func digitMark(l *lexer) bool {
	if l.src[l.i] != '\'' || !isHex(l.byteAt(l.i-1)) || !isHex(l.byteAt(l.i+1)) {
		return false
	}
	l.i++
	return true
}

// ifZero takes code that is switched off with #if 0 or #if false as a
// comment, up to its #else or #endif.
func ifZero(l *lexer) bool {
	if l.src[l.i] != '#' || !l.lineStart(l.i) {
		return false
	}
	f := bytes.Fields(l.src[l.i:l.lineEnd(l.i)])
	if len(f) < 2 || string(f[0]) != "#if" || string(f[1]) != "0" && string(f[1]) != "false" {
		return false
	}
	i := l.lineEnd(l.i) + 1
	for depth := 1; i < len(l.src); i = l.lineEnd(i) + 1 {
		line := bytes.TrimSpace(l.src[i:l.lineEnd(i)])
		switch {
		case bytes.HasPrefix(line, []byte("#if")):
			depth++
		case bytes.HasPrefix(line, []byte("#endif")):
			depth--
		case depth == 1 && bytes.HasPrefix(line, []byte("#el")):
			depth = 0
		}
		if depth == 0 {
			break
		}
	}
	l.mark(i, inComment)
	return true
}

// cppRaw is R"delim( ... )delim".
func cppRaw(l *lexer) bool {
	if !l.at(`R"`) || isWord(l.byteAt(l.i-1)) && !bytes.HasSuffix(l.src[:l.i], []byte("u8")) && !bytes.ContainsRune([]byte("LuU"), rune(l.byteAt(l.i-1))) {
		return false
	}
	open := l.find(l.i+2, "(")
	if open < 0 || open-l.i > 18 {
		return false
	}
	end := ")" + string(l.src[l.i+2:open]) + `"`
	l.mark(l.behind(open+1, end), inString)
	return true
}

// csharpString is @"...", $@"..." and """...""" of any number of quotes.
func csharpString(l *lexer) bool {
	i := l.i
	verbatim := false
	for ; l.byteAt(i) == '@' || l.byteAt(i) == '$'; i++ {
		verbatim = verbatim || l.src[i] == '@'
	}
	n := 0
	for l.byteAt(i+n) == '"' {
		n++
	}
	switch {
	case n >= 3 && !verbatim:
		end := l.behind(i+n, string(l.src[i:i+n]))
		l.mark(end, inString)
	case n >= 1 && verbatim:
		l.mark(l.quoteEnd(i+1, quote{close: `"`, multi: true, doubled: true}), inString)
	default:
		return false
	}
	return true
}

// hashString is Swift's #"..."# with any number of marks.
func hashString(l *lexer) bool {
	n := 0
	for l.byteAt(l.i+n) == '#' {
		n++
	}
	if n == 0 || l.byteAt(l.i+n) != '"' {
		return false
	}
	marks := string(l.src[l.i : l.i+n])
	l.mark(l.behind(l.i+n+1, `"`+marks), inString)
	return true
}

// rustRaw is r"..." and r#"..."#, with b or c before it.
func rustRaw(l *lexer) bool {
	prev := l.byteAt(l.i - 1)
	if l.src[l.i] != 'r' || isWord(prev) && prev != 'b' && prev != 'c' {
		return false
	}
	n := 0
	for l.byteAt(l.i+1+n) == '#' {
		n++
	}
	if l.byteAt(l.i+1+n) != '"' {
		return false
	}
	marks := string(l.src[l.i+1 : l.i+1+n])
	l.mark(l.behind(l.i+2+n, `"`+marks), inString)
	return true
}

// lifetime passes over Rust's 'a, which is no character.
func lifetime(l *lexer) bool {
	if l.src[l.i] != '\'' || l.byteAt(l.i+1) == '\\' || !isWord(l.byteAt(l.i+1)) || l.byteAt(l.i+1) >= 0x80 || l.byteAt(l.i+2) == '\'' {
		return false
	}
	l.i++
	return true
}

// docString takes a Python string that is a statement by itself as what it
// is: a comment.
func docString(l *lexer) bool {
	if !l.at(`"""`) && !l.at(`'''`) || !l.lineStart(l.i) {
		return false
	}
	switch l.byteAt(l.last) {
	case '=', '(', ',', '[', '{', '+', '\\', '%', '|':
		return false
	}
	q := triple
	q.close = string(l.src[l.i : l.i+3])
	l.mark(l.quoteEnd(l.i+3, q), inComment)
	return true
}

// rubyDoc is =begin ... =end, each at the start of a line.
func rubyDoc(l *lexer) bool {
	if !l.at("=begin") || l.i > 0 && l.src[l.i-1] != '\n' {
		return false
	}
	end := l.find(l.i, "\n=end")
	if end < 0 {
		end = len(l.src)
	}
	l.mark(l.lineEnd(end+1), inComment)
	return true
}

// pod is Perl's documentation: =word ... =cut.
func pod(l *lexer) bool {
	if l.src[l.i] != '=' || l.i > 0 && l.src[l.i-1] != '\n' || !isWord(l.byteAt(l.i+1)) {
		return false
	}
	end := l.find(l.i, "\n=cut")
	if end < 0 {
		end = len(l.src)
	}
	l.mark(l.lineEnd(end+1), inComment)
	return true
}

// endOfSource is what follows __END__ or __DATA__.
func endOfSource(l *lexer) bool {
	if !l.at("__END__") && !l.at("__DATA__") || l.i > 0 && l.src[l.i-1] != '\n' {
		return false
	}
	l.mark(len(l.src), inComment)
	return true
}

// sigil passes over Perl's $', $", $# and the like, which open nothing.
func sigil(l *lexer) bool {
	switch c, next := l.src[l.i], l.byteAt(l.i+1); {
	case c == '$' && (next == '\'' || next == '"' || next == '#' || next == '/' || next == '`'):
	case (c == '$' || c == '@' || c == '%' || c == '&') && isWord(next): // $q, %s: no quote operator
	default:
		return false
	}
	l.i += 2
	return true
}

// hashComment is # of Perl, not behind a word as in s#a#b#.
func hashComment(l *lexer) bool {
	if l.src[l.i] != '#' || isWord(l.byteAt(l.i-1)) {
		return false
	}
	l.mark(l.lineEnd(l.i), inComment)
	return true
}

// wordHash is # where a word may begin: neither $# nor ${x#y}.
func wordHash(l *lexer) bool {
	if l.src[l.i] != '#' || bytes.IndexByte([]byte(" \t\n\r;()|&\x00{"), l.byteAt(l.i-1)) < 0 || l.byteAt(l.i-1) == '{' && l.byteAt(l.i-2) == '$' {
		return false
	}
	l.mark(l.lineEnd(l.i), inComment)
	return true
}

// dockerHash is # at the start of a line.
func dockerHash(l *lexer) bool {
	if l.src[l.i] != '#' || !l.lineStart(l.i) {
		return false
	}
	l.mark(l.lineEnd(l.i), inComment)
	return true
}

func phpHash(l *lexer) bool {
	if l.src[l.i] != '#' || l.byteAt(l.i+1) == '[' {
		return false
	}
	l.mark(l.lineEnd(l.i), inComment)
	return true
}

// shellEscape passes over \" and \' outside of strings.
func shellEscape(l *lexer) bool {
	if l.src[l.i] != '\\' || l.byteAt(l.i+1) == '\n' || l.byteAt(l.i+1) == '\r' {
		return false
	}
	l.i += 2
	return true
}

func backtick(l *lexer) bool {
	if l.src[l.i] != '`' || l.byteAt(l.i+1) == '\n' || l.byteAt(l.i+1) == '\r' {
		return false
	}
	l.i += 2
	return true
}

// remark is REM of VB and of batch files, with @ or not.
func remark(l *lexer) bool {
	i := l.i
	if l.src[i] == '@' {
		i++
	}
	if !hasFolded(l.src[i:], []byte("rem")) || isWord(l.byteAt(i+3)) || !l.lineStart(l.i) {
		return false
	}
	l.mark(l.lineEnd(l.i), inComment)
	return true
}

// labelComment is :: of batch files.
func labelComment(l *lexer) bool {
	if !l.at("::") || !l.lineStart(l.i) {
		return false
	}
	l.mark(l.lineEnd(l.i), inComment)
	return true
}

// phpOpen passes over the page before the first <?. A piece of PHP without
// any is read as code.
func phpOpen(l *lexer) {
	if n := l.find(0, "<?"); n >= 0 {
		l.mark(n, inComment)
	}
}

// phpClose passes over the page between ?> and the next <?.
func phpClose(l *lexer) bool {
	if !l.at("?>") {
		return false
	}
	next := l.find(l.i, "<?")
	if next < 0 {
		next = len(l.src)
	}
	l.mark(next, inComment)
	return true
}
