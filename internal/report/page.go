package report

import (
	"bytes"
	"strings"

	"github.com/tlsready/tlsready/internal/columns"
	"github.com/tlsready/tlsready/internal/lang"
)

// page collects lines of text and keeps them within its width.
type page struct {
	palette
	buf   bytes.Buffer
	width int
	comma string // between facts
	lines func(s string, n int, dots string) []string
}

const (
	defaultWidth = 80
	minWidth     = 40
)

func newPage(opt Options) *page {
	width := opt.Width
	if width <= 0 {
		width = defaultWidth
	}
	p := &page{palette: newPalette(opt), width: max(width, minWidth), comma: opt.Lang.T(", "), lines: wrap}
	if opt.Lang.Tag() != lang.English {
		p.lines = func(s string, n int, dots string) []string { return columns.WrapPieces(s, n, dots, columns.Breakable) }
	}
	return p
}

func (p *page) blank() { p.buf.WriteByte('\n') }

// section starts a part of the report.
func (p *page) section(title string) {
	p.blank()
	p.para("", "", strings.ToUpper(title), p.bold)
}

// para writes s wrapped; first stands before its first line, rest before the
// others. style paints each line by itself, so that a colour never covers
// the indent.
func (p *page) para(first, rest, s string, style func(string) string) {
	room := p.width - max(displayWidth(first), displayWidth(rest))
	for i, line := range p.lines(s, room, p.dots) {
		if i > 0 {
			first = rest
		}
		if style != nil {
			line = style(line)
		}
		p.buf.WriteString(first + line + "\n")
	}
}

const (
	indent  = "  "
	labelAt = 7 // columns of a label such as "Why"
)

// labelled writes "Why   text" with a hanging indent.
func (p *page) labelled(label, s string, style func(string) string) {
	pad := strings.Repeat(" ", max(1, labelAt-displayWidth(label)))
	p.para(indent+p.dim(label)+pad, indent+strings.Repeat(" ", labelAt), s, style)
}

// step is labelled with a number that its further lines stand clear of.
func (p *page) step(label string, n int, s string) {
	no := number(n) + ". "
	first := indent + p.dim(label) + strings.Repeat(" ", max(1, labelAt-displayWidth(label))) + no
	p.para(first, indent+strings.Repeat(" ", labelAt+len(no)), s, nil)
}

// units writes short facts after each other and breaks lines between them.
func (p *page) units(facts []string) {
	line := ""
	for _, f := range facts {
		if line != "" && displayWidth(indent+line)+2*displayWidth(p.comma)-1+displayWidth(f) > p.width {
			p.para(indent, indent, line+strings.TrimRight(p.comma, " "), p.dim)
			line = ""
		}
		if line != "" {
			line += p.comma
		}
		line += f
	}
	p.para(indent, indent, line, p.dim)
}

// command writes something to type. A line that goes on says so the way a
// shell wants it.
func (p *page) command(before, s string) {
	rest := strings.Repeat(" ", displayWidth(before))
	lines := wrap(s, p.width-len(rest)-2, p.dots)
	for i, line := range lines {
		if i > 0 {
			before = rest
		}
		line = p.paint(sgrCommand, line)
		if i < len(lines)-1 {
			line += ` \`
		}
		p.buf.WriteString(before + line + "\n")
	}
}
