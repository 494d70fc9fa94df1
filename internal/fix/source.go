package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/tlswire"
)

// rewrite is a change of a program's line that is safe without knowing the
// rest of the program: it compiles, and allows at least what was allowed.
type rewrite struct {
	match *lazyregexp.Regexp
	to    string // template of regexp.Expand
	note  string
}

// rewriteLine makes the new line, if a rule fits just once.
func rewriteLine(line string) (to string, r *rewrite) {
	for i := range rewrites {
		r := &rewrites[i]
		at := r.match.FindAllStringSubmatchIndex(line, 2)
		if len(at) != 1 {
			continue
		}
		m := at[0]
		new := string(r.match.ExpandString(nil, r.to, line, m))
		return line[:m[0]] + new + line[m[1]:], r
	}
	return line, nil
}

// changeCode is rewriteLine as an edit.
func changeCode(line string) (to, note string, ok bool) {
	to, r := rewriteLine(line)
	if r == nil {
		return line, "", false
	}
	return to, r.note, true
}

// code makes one fix for each program file in which something breaks.
func (p *planner) code(h *host) []Fix {
	var out []Fix
	at := map[string]int{}
	for _, s := range h.settings {
		v, bad := p.breaks(s)
		if s.Layer != layerSource || !bad {
			continue
		}
		i, ok := at[s.Where.File]
		if !ok {
			i = len(out)
			at[s.Where.File] = i
			out = append(out, Fix{
				Host: h.name, Kind: KindSource, Layer: layerSource, Step: StepCode, prefix: fmt.Sprintf("source-%d-", i+1), file: s.Where.File,
				Title: p.T("Let %s through in %s", p.floor, clean(s.Where.File)),
			})
		}
		f := &out[i]
		f.Reasons = append(f.Reasons, p.reason(s, p.told(v.Why)))
		if s.Where.Line > 0 && p.floor == tlswire.TLS12 {
			f.edits = append(f.edits, edit{line: s.Where.Line, was: s.Value, change: changeCode})
		}
	}
	for i := range out {
		p.codeFiles(&out[i])
	}
	return out
}

// codeFiles writes the advice; WithFiles adds a diff of the lines that can be
// changed by rule.
func (p *planner) codeFiles(f *Fix) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", f.Title)
	for _, r := range f.Reasons {
		fmt.Fprintf(&b, "\n%s\n    %s\n    %s\n", clean(r.Where), p.T("now: %s", clean(r.What)), clean(r.Why))
		if to, rule := rewriteLine(clean(r.What)); rule != nil && p.floor == tlswire.TLS12 {
			fmt.Fprintf(&b, "    %s\n", p.T("such as: %s", to))
			if note := p.T(rule.note); note != "" && !slices.Contains(f.Notes, note) {
				f.Notes = append(f.Notes, note)
			}
		}
	}
	fmt.Fprintf(&b, "\n%s\n", p.T("Name no version at all where the runtime can decide; else let %s in beside what is named now.", p.floor))
	f.Change = f.add("change.txt", []byte(b.String()))
	f.Apply = []string{p.T("change the lines that change.txt names, build, test, release")}
	f.Check = []string{"tlsready audit PATH"}
	f.Undo = []string{p.T("take the commit back")}
}
