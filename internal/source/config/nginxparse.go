package config

import "strings"

// ngxItem is one directive, with its block if it has one.
type ngxItem struct {
	name  string
	args  []string
	at    pos
	block *ngxBlock
}

func (d *ngxItem) text() string { return strings.TrimSpace(d.name + " " + strings.Join(d.args, " ")) }

type ngxBlock struct {
	name     string
	args     []string
	items    []*ngxItem
	at       pos
	fragment bool // the top of a file that is no whole configuration
}

// ngxParser makes blocks of words. Its tokens are those of nginx: words,
// quoted strings, ";", "{", "}" and comments.
type ngxParser struct {
	j   *job
	dir string // the folder of the main file, from where includes are taken
}

// ngxOpen is a block that is being read.
type ngxOpen struct {
	item *ngxItem
	list []*ngxItem
}

// parse reads a file into directives; those of included files stand in the
// place of the include.
func (p *ngxParser) parse(f *file) []*ngxItem {
	t := &ngxLexer{file: f, line: 1}
	stack := []ngxOpen{{}}
	var words []string
	var at pos
	for {
		tok := t.next()
		if words == nil {
			at = f.at(t.line)
		}
		top := &stack[len(stack)-1]
		switch tok.kind {
		case ngxWord:
			if words == nil {
				at = f.at(tok.line)
			}
			words = append(words, tok.text)
			continue
		case ngxSemicolon:
			if words != nil {
				top.list = append(top.list, p.directive(f, words, at)...)
			}
		case ngxOpenBrace:
			stack = p.open(t, stack, words, at)
		case ngxCloseBrace:
			if len(words) > 0 {
				p.j.skip(at, "directive without its semicolon: %s", bounded(words[0]))
			}
			if len(stack) == 1 {
				p.j.skip(f.at(tok.line), "a closing brace without its block")
				break
			}
			stack = closeBlock(stack)
		case ngxBad:
			p.j.skip(f.at(tok.line), "%s", tok.text)
		case ngxEnd:
			return p.end(stack, words, at)
		}
		words = nil
	}
}

// open begins a block. Code of other languages is passed over whole.
func (p *ngxParser) open(t *ngxLexer, stack []ngxOpen, words []string, at pos) []ngxOpen {
	if len(words) == 0 {
		p.j.skip(at, "a block without a name")
		words = []string{"?"}
	}
	if strings.HasSuffix(words[0], "_by_lua_block") {
		if !t.skipCode() {
			p.j.skip(at, "%s does not end", words[0])
		}
		return stack
	}
	item := &ngxItem{name: words[0], args: words[1:], at: at}
	p.j.cov.Read++
	if len(stack) > maxDepth {
		p.j.skip(at, "blocks nest deeper than %d", maxDepth)
		t.skipCode()
		return stack
	}
	return append(stack, ngxOpen{item: item})
}

func closeBlock(stack []ngxOpen) []ngxOpen {
	done := stack[len(stack)-1]
	stack = stack[:len(stack)-1]
	done.item.block = &ngxBlock{name: done.item.name, args: done.item.args, items: done.list, at: done.item.at}
	top := &stack[len(stack)-1]
	top.list = append(top.list, done.item)
	return stack
}

func (p *ngxParser) end(stack []ngxOpen, words []string, at pos) []*ngxItem {
	if len(words) > 0 {
		p.j.skip(at, "directive without its semicolon: %s", bounded(words[0]))
	}
	for len(stack) > 1 {
		top := stack[len(stack)-1]
		p.j.skip(top.item.at, "block %s does not end", bounded(top.item.name))
		stack = closeBlock(stack)
	}
	return stack[0].list
}

// directive is one simple directive, or what it includes.
func (p *ngxParser) directive(f *file, words []string, at pos) []*ngxItem {
	p.j.cov.Read++
	if words[0] != "include" || len(words) != 2 {
		return []*ngxItem{{name: words[0], args: words[1:], at: at}}
	}
	var out []*ngxItem
	p.j.follow(at, p.dir, words[1], f.depth, strings.Contains(words[1], "mime.types"), func(in *file) {
		out = append(out, p.parse(in)...)
	})
	return out
}

const (
	ngxWord = iota
	ngxSemicolon
	ngxOpenBrace
	ngxCloseBrace
	ngxBad
	ngxEnd
)

type ngxToken struct {
	kind int
	text string
	line int
}

type ngxLexer struct {
	file *file
	off  int
	line int
}

func (t *ngxLexer) next() ngxToken {
	s := t.file.text
	for t.off < len(s) {
		switch c := s[t.off]; c {
		case '\n':
			t.line++
			t.off++
		case ' ', '\t', '\r':
			t.off++
		case '#':
			t.comment()
		case ';', '{', '}':
			t.off++
			return ngxToken{kind: map[byte]int{';': ngxSemicolon, '{': ngxOpenBrace, '}': ngxCloseBrace}[c], line: t.line}
		case '"', '\'':
			return t.quoted(c)
		default:
			return t.word()
		}
	}
	return ngxToken{kind: ngxEnd, line: t.line}
}

func (t *ngxLexer) comment() {
	if i := strings.IndexByte(t.file.text[t.off:], '\n'); i >= 0 {
		t.off += i
	} else {
		t.off = len(t.file.text)
	}
}

// quoted reads a string. One that does not end is bad, and reading goes on
// with the next line.
func (t *ngxLexer) quoted(q byte) ngxToken {
	s, start, line := t.file.text, t.off, t.line
	var b strings.Builder
	lines := 0
	for i := start + 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			if s[i] != q && s[i] != '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
			if s[i] == '\n' {
				lines++
			}
		case c == q:
			t.off, t.line = i+1, line+lines
			return ngxToken{ngxWord, b.String(), line}
		default:
			if c == '\n' {
				lines++
			}
			b.WriteByte(c)
		}
		if i-start > maxLine {
			break
		}
	}
	t.comment()
	return ngxToken{ngxBad, "a quoted string does not end", line}
}

// word reads up to a blank or one of ";{}"; "${name}" belongs to the word.
func (t *ngxLexer) word() ngxToken {
	s, start, line := t.file.text, t.off, t.line
	for t.off < len(s) {
		c := s[t.off]
		switch {
		case c == '\\' && t.off+1 < len(s):
			t.off++
			if s[t.off] == '\n' {
				t.line++
			}
		case c == '$' && t.off+1 < len(s) && s[t.off+1] == '{':
			if i := strings.IndexAny(s[t.off:], "}\n"); i > 0 && s[t.off+i] == '}' {
				t.off += i
			}
		case strings.IndexByte(" \t\r\n;{}", c) >= 0:
			return ngxToken{ngxWord, bounded(s[start:t.off]), line}
		}
		t.off++
	}
	return ngxToken{ngxWord, bounded(s[start:min(t.off, len(s))]), line}
}

// skipCode passes over a block of another language up to its closing brace;
// braces in strings and comments of Lua do not count.
func (t *ngxLexer) skipCode() bool {
	s, depth := t.file.text, 1
	for ; t.off < len(s); t.off++ {
		switch c := s[t.off]; c {
		case '\n':
			t.line++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				t.off++
				return true
			}
		case '-':
			if strings.HasPrefix(s[t.off:], "--") && !strings.HasPrefix(s[t.off:], "--[[") {
				t.comment()
				t.off--
			}
		case '"', '\'':
			for t.off++; t.off < len(s) && s[t.off] != c && s[t.off] != '\n'; t.off++ {
				if s[t.off] == '\\' {
					t.off++
				}
			}
			if t.off < len(s) && s[t.off] == '\n' {
				t.line++
			}
		}
	}
	t.off = min(t.off, len(s))
	return false
}
