package report

import (
	"io"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

var textFormat = Format{Name: "text", Extension: ".txt", Render: renderText}

// How many entries of a list a person is shown on a terminal.
const (
	mostBreaks  = 20
	mostOthers  = 10
	mostFull    = 7 // entries with all their lines; further ones are short
	mostTitle   = 3 // names in a title
	mostNames   = 6
	mostSkipped = 3
)

// text writes a view to a page.
type text struct {
	*page
	*view
}

// renderText answers on a terminal. The order is that of the questions: does
// it break, who, why and what to do; what may break; what is not known; what
// to type next.
func renderText(w io.Writer, r *assess.Report, opt Options) error {
	t := text{newPage(opt), newView(r, opt)}
	if title := (cleaner{ascii: opt.ASCII}).name(opt.Title); title != "" {
		t.para("", "", title, t.bold)
		t.blank()
	}
	t.top()
	t.overview()
	t.list(t.T("Who breaks"), kindBreaks, mostBreaks)
	t.list(t.T("At risk"), kindRisk, mostOthers)
	t.list(t.T("Not known"), kindUnknown, mostOthers)
	t.settingList()
	t.gapList()
	t.aside()
	t.next()
	return write(w, "text", &t.buf)
}

// top is the headline, the numbers and what was judged.
func (t text) top() {
	h := t.head
	lead := t.symbols[h.Kind] + " " + t.T("%s. ", h.Word)
	room := t.width - displayWidth(lead)
	lines := t.lines(h.Lead, room, t.dots)
	t.buf.WriteString(t.strong(h.Kind, lead) + t.bold(lines[0]) + "\n")
	if len(lines) > 1 {
		t.para(indent, indent, strings.TrimSpace(strings.TrimPrefix(h.Lead, lines[0])), t.bold)
	}
	t.para(indent, indent, h.More, nil)
	t.blank()
	t.tiles()
	t.blank()
	t.para(indent, indent, t.basis(), t.dim)
	t.para(indent, indent, t.gaps.looked(), t.dim)
}

// tiles are the numbers in one line.
func (t text) tiles() {
	line := indent + t.T("%s:", t.N(t.pairs(), "pair", "pairs")) + "  "
	have := displayWidth(line)
	for k := range kinds {
		n := t.count(k)
		if n == 0 && k >= kindWaived {
			continue
		}
		s := t.symbols[k] + " " + t.howMany(k, n)
		w := displayWidth(s)
		if have > len(indent) && have+3+w > t.width {
			t.buf.WriteString(strings.TrimRight(line, " ") + "\n")
			line, have = indent, len(indent)
		}
		if n > 0 {
			s = t.strong(k, s)
		} else {
			s = t.dim(s)
		}
		line, have = line+s+"   ", have+w+3
	}
	t.buf.WriteString(strings.TrimRight(line, " ") + "\n")
}

// howMany says how many pairs are of a kind.
func (w words) howMany(k kind, n int) string {
	switch k {
	case kindBreaks:
		return w.N(n, "breaks", "break")
	case kindRisk:
		return w.N(n, "at risk", "at risk")
	case kindUnknown:
		return w.N(n, "not known", "not known")
	case kindOK:
		return w.N(n, "ok", "ok")
	case kindWaived:
		return w.N(n, "waived", "waived")
	}
	return w.N(n, "set apart", "set apart")
}

// overview counts reasons, when there are many cases and far fewer reasons.
func (t text) overview() {
	causes := t.byCause(t.verdicts[kindBreaks])
	if n := len(t.groups[kindBreaks]); n <= mostFull || 2*len(causes) > n {
		return
	}
	t.section(t.T("Why, in numbers"))
	t.buf.WriteString(indent + t.dim(t.T("clients  pairs  whose fault  why")) + "\n")
	for _, c := range causes {
		before := indent + pad(number(c.Clients), -7) + pad(number(c.Pairs), -7) + "  " + pad(c.Side, 13)
		t.para(before, strings.Repeat(" ", displayWidth(before)), c.Fault, nil)
	}
}

// pad fills s with blanks to n columns, on the left if n is negative.
func pad(s string, n int) string {
	if n < 0 {
		return strings.Repeat(" ", max(0, -n-displayWidth(s))) + s
	}
	return s + strings.Repeat(" ", max(0, n-displayWidth(s)))
}

// next is what leads on from here.
func (t text) next() {
	t.section(t.T("What to type next"))
	hint := func(command, why string) {
		t.command(indent, command)
		t.para(indent+indent+indent, indent+indent+indent, why, t.dim)
	}
	if t.pairs() == 0 {
		hint("tlsready check HOST|FOLDER...", t.T("servers to ask; logs, captures and settings to read"))
		return
	}
	if c := t.firstCommand(); c != "" {
		hint(c, t.T("the first thing to find out"))
	}
	hint("... --format html -o report.html", t.T("the same command, as a page to read and to mail"))
	hint("... --format json", t.T("the same command, for programs: every pair with its references"))
}

// firstCommand is the first command that a verdict calls for.
func (t text) firstCommand() string {
	for _, k := range []kind{kindUnknown, kindBreaks} {
		for _, g := range t.groups[k] {
			if isCommand(g.Lead.Next.String()) {
				return g.Lead.Next.String()
			}
		}
	}
	return ""
}

// isCommand tells a command to copy from advice in words.
func isCommand(s string) bool { return strings.HasPrefix(s, "tlsready ") }

// safeWord reports whether a shell reads s as one plain argument. Names come
// from strangers: anything else is not put into a command to copy.
func safeWord(s string) bool {
	return s != "" && s[0] != '-' && !strings.ContainsFunc(s, func(c rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_@/", c)
	})
}
