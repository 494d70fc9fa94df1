package fix

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/text"
)

// edit is a change of one line, which may become several, that is made when
// the line still is what the evidence says.
type edit struct {
	line   int
	was    string // a part of the line, by the evidence
	change func(line string) (to, note string, ok bool)
}

// around is how many lines a diff shows on either side of a change.
const around = 3

// patch is what edits make of a text.
type patch struct {
	forward, back []byte      // unified diffs
	failed        []text.Text // why a line was left alone
	notes         []string    // to know about the changes
}

// makePatch applies edits to a text and gives the difference both ways; name
// stands in their heads. It never guesses: a line that is not what the
// evidence says is left alone.
func makePatch(name string, content []byte, edits []edit) patch {
	var p patch
	if bytes.IndexByte(content, 0) >= 0 {
		p.failed = append(p.failed, text.Say("it is not plain text"))
		return p
	}
	lines := linesOf(content)
	changed := map[int][]byte{}
	for _, e := range edits {
		if e.line < 1 || e.line > len(lines) {
			p.failed = append(p.failed, text.Say("it has no line %s", e.line))
			continue
		}
		old := lines[e.line-1]
		if now, ok := changed[e.line-1]; ok {
			old = now // two findings on one line
		}
		body := strings.TrimRight(string(old), "\r\n")
		to, note, why := e.apply(body)
		if !why.IsZero() {
			p.failed = append(p.failed, text.Say("line %s %s", e.line, why))
			continue
		}
		if note != "" && !slices.Contains(p.notes, note) {
			p.notes = append(p.notes, note)
		}
		if to != body {
			end := string(old[len(body):])
			changed[e.line-1] = []byte(strings.ReplaceAll(to, "\n", cmp.Or(end, "\n")) + end)
		}
	}
	if len(changed) > 0 {
		p.forward = unified(name, lines, changed, false)
		p.back = unified(name, lines, changed, true)
	}
	return p
}

// apply gives the new line, or why there is none.
func (e edit) apply(line string) (to, note string, why text.Text) {
	to, note, ok := e.change(line)
	switch {
	case ok && to == line: // changed already, by a finding before
		return line, "", text.Text{}
	case !strings.Contains(squeeze(line), squeeze(e.was)):
		return "", "", text.Say("is not what the evidence says")
	case !ok:
		return "", "", text.Say("cannot be changed by rule")
	}
	return to, note, text.Text{}
}

// squeeze leaves out what evidence does not keep: spaces and quotes.
func squeeze(s string) string {
	s = strings.TrimSuffix(s, "...") // a long value that was cut
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n', '"', '\'':
			return -1
		}
		return r
	}, s)
}

// unified writes a diff in which lines change, and may become several.
func unified(name string, lines [][]byte, changed map[int][]byte, reverse bool) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "--- a/%s\n+++ b/%s\n", diffName(name), diffName(name))
	at := slices.Sorted(maps.Keys(changed))
	more := 0 // lines that the hunks so far came to have
	for len(at) > 0 {
		n := 1 // changes in this hunk
		for n < len(at) && at[n]-at[n-1] <= 2*around {
			n++
		}
		from, to := max(0, at[0]-around), min(len(lines), at[n-1]+around+1)
		before := more
		for _, i := range at[:n] {
			more += len(linesOf(changed[i])) - 1
		}
		old, now := fmt.Sprintf("%d,%d", from+1, to-from), fmt.Sprintf("%d,%d", from+before+1, to-from+more-before)
		if reverse {
			old, now = now, old
		}
		fmt.Fprintf(&out, "@@ -%s +%s @@\n", old, now)
		writeHunk(&out, lines, changed, from, to, reverse)
		at = at[n:]
	}
	return out.Bytes()
}

// writeHunk writes the lines of a hunk, those that change in runs.
func writeHunk(out *bytes.Buffer, lines [][]byte, changed map[int][]byte, from, to int, reverse bool) {
	for i := from; i < to; {
		if changed[i] == nil {
			writeLine(out, ' ', lines[i])
			i++
			continue
		}
		end := i
		for end < to && changed[end] != nil {
			end++
		}
		writeRun(out, lines, changed, i, end, reverse)
		i = end
	}
}

// writeRun writes changed lines that follow each other: first all old ones.
func writeRun(out *bytes.Buffer, lines [][]byte, changed map[int][]byte, from, to int, reverse bool) {
	for _, sign := range []byte{'-', '+'} {
		for i := from; i < to; i++ {
			if (sign == '-') != reverse {
				writeLine(out, sign, lines[i])
				continue
			}
			for _, l := range linesOf(changed[i]) {
				writeLine(out, sign, l)
			}
		}
	}
}

// linesOf are the lines of a text with their ends.
func linesOf(text []byte) [][]byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	if n := len(lines); len(lines[n-1]) == 0 {
		lines = lines[:n-1]
	}
	return lines
}

func writeLine(out *bytes.Buffer, sign byte, line []byte) {
	out.WriteByte(sign)
	out.Write(line)
	if !bytes.HasSuffix(line, []byte("\n")) {
		out.WriteString("\n\\ No newline at end of file\n")
	}
}

// diffName is a path as the head of a diff can hold it.
func diffName(name string) string {
	name = strings.TrimLeft(strings.ReplaceAll(clean(name), `\`, "/"), "/")
	parts := slices.DeleteFunc(strings.Split(name, "/"), func(s string) bool { return s == ".." || s == "." || s == "" })
	return strings.Join(parts, "/")
}
