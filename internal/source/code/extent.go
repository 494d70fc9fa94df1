package code

import "bytes"

// How far a value reaches.
const (
	untilMatch  = "match"  // the match, or its group "v"
	untilArg    = "arg"    // an expression up to the next comma
	untilArgs   = "args"   // the rest of a bracket that was opened
	untilExpr   = "expr"   // a whole expression
	untilLine   = "line"   // a command, with lines that it continues on
	untilString = "string" // the rest of the string
)

var untils = []string{untilMatch, untilArg, untilArgs, untilExpr, untilLine, untilString}

// maxValue bounds a value: longer ones are no settings.
const maxValue = 4000

// extent is the end of the value that begins at i.
func (f *file) extent(i int, until string) int {
	limit := min(len(f.view), i+maxValue)
	switch until {
	case untilString:
		end := i
		for end < limit && f.mask[end] == inString {
			end++
		}
		return end
	case untilLine:
		return f.commandEnd(i, limit)
	}
	return f.exprEnd(i, limit, until)
}

// exprEnd reads on while brackets are open and, where a line end ends a
// statement, while the line or the next one says that it goes on.
func (f *file) exprEnd(i, limit int, until string) int {
	depth := 0
	for ; i < limit; i++ {
		if f.mask[i] == inString {
			continue
		}
		switch c := f.view[i]; c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth < 0 {
				return i
			}
		case ';':
			if depth == 0 {
				return i
			}
		case ',':
			if depth == 0 && until == untilArg {
				return i
			}
		case '\n':
			if depth == 0 && until != untilArgs && f.lang.newline && !f.goesOn(i) {
				return i
			}
		}
	}
	return i
}

// goesOn reports whether the statement continues behind the line end at i.
func (f *file) goesOn(i int) bool {
	before := bytes.TrimRight(f.view[max(0, i-200):i], " \t\r")
	after := bytes.TrimLeft(f.view[i:min(len(f.view), i+200)], " \t\r\n")
	if n := len(before); n > 0 {
		if bytes.IndexByte([]byte("|,=(+[{\\&`"), before[n-1]) >= 0 {
			return true
		}
		for _, w := range []string{" or", " -bor", " _"} {
			if n >= len(w) && hasFolded(before[n-len(w):], []byte(w)) {
				return true
			}
		}
	}
	if len(after) > 0 && (after[0] == '|' || after[0] == '.') {
		return true
	}
	return hasFolded(after, []byte("or ")) && f.lang.Name == "vb" || hasFolded(after, []byte("-bor "))
}

// commandEnd is the end of a shell command: the line with those it continues
// on, up to a pipe or the next command. A command inside of a string ends
// with the string at the latest.
func (f *file) commandEnd(i, limit int) int {
	start := f.kind(i)
	for ; i < limit; i++ {
		c := f.view[i]
		switch {
		case start == inString && f.mask[i] != inString:
			return i
		case c == '\n':
			before := bytes.TrimRight(f.view[max(0, i-20):i], " \t\r")
			if n := len(before); n == 0 || bytes.IndexByte([]byte("\\^`"), before[n-1]) < 0 {
				return i
			}
		case (c == '|' || c == ';' || c == '&') && (f.mask[i] != inString || start == inString):
			return i
		}
	}
	return i
}

func (f *file) kind(i int) byte {
	if i >= len(f.mask) {
		return inCode
	}
	return f.mask[i]
}
