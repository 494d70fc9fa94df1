package code

import (
	"bytes"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"
)

// doc is a here-document that waits for the end of its line.
type doc struct {
	end    string
	indent bool // its last line may be indented
	kind   byte
}

var hereStart = lazyregexp.New(`^<<<?([-~]?)\s*(\\?)(["'` + "`" + `]?)([A-Za-z_][A-Za-z0-9_]*)`)

// hereString is <<EOF of shells, <<~EOF of Ruby, <<"EOF" of Perl and <<<EOF
// of PHP. Its text is a string.
func hereString(l *lexer) bool { return l.hereDoc(inString) }

// hereCode is the here-document of a Dockerfile, which is run: code.
func hereCode(l *lexer) bool { return l.hereDoc(inCode) }

func (l *lexer) hereDoc(kind byte) bool {
	if !l.at("<<") {
		return false
	}
	line := l.src[l.i:l.lineEnd(l.i)]
	m := hereStart.FindSubmatch(line)
	three := bytes.HasPrefix(line, []byte("<<<"))
	if m == nil || l.byteAt(l.i-1) == '<' {
		return false
	}
	// 1 << BITS, and class << self, are no here-documents.
	if spaced := bytes.ContainsAny(m[0][2:3], " \t"); spaced && len(m[3]) == 0 && strings.ToUpper(string(m[4])) != string(m[4]) {
		return false
	}
	if isWord(l.byteAt(l.i-1)) || l.find(l.i, "\n") < 0 || l.find(l.i, string(m[4])) < 0 {
		return false
	}
	l.here = append(l.here, doc{end: string(m[4]), indent: len(m[1]) > 0 || three, kind: kind})
	l.i += len(m[0]) + len(m[3])
	return true
}

// hereDocs marks the here-documents that begin behind this line end.
func (l *lexer) hereDocs() bool {
	if len(l.here) == 0 {
		return false
	}
	l.i++
	for _, d := range l.here {
		l.mark(l.hereEnd(d), d.kind)
	}
	l.here = l.here[:0]
	return true
}

// hereEnd is the place behind the document that begins here. One without an
// end was none: then nothing is taken.
func (l *lexer) hereEnd(d doc) int {
	for i := l.i; i < len(l.src); i = l.lineEnd(i) + 1 {
		line := bytes.TrimRight(l.src[i:l.lineEnd(i)], "\r")
		if d.indent {
			line = bytes.TrimLeft(line, " \t")
			// PHP lets ; or ) follow.
			line = bytes.TrimRight(line, ";), ")
		} else {
			line = bytes.TrimSuffix(line, []byte(";"))
		}
		if string(line) == d.end {
			return l.lineEnd(i)
		}
	}
	return l.i
}
