package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// layerSource is the layer of settings found in programs.
const layerSource = "source"

// servers makes one fix for each file of a server's or system's configuration
// in which something breaks.
func (p *planner) servers(h *host) []Fix {
	var out []Fix
	at := map[[2]string]int{}
	for _, s := range h.settings {
		if isWindows(s.Layer) || s.Layer == layerSource {
			continue
		}
		v, bad := p.breaks(s)
		if !bad {
			continue
		}
		key := [2]string{s.Layer, s.Where.File}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, p.serverFix(h, s, i+1))
		}
		f := &out[i]
		f.Reasons = append(f.Reasons, p.reason(s, v.Why.String()))
		if s.Role != "client" {
			f.Step = StepServer
		}
		if d := productOf(s.Layer); d != nil && s.Where.Line > 0 {
			was := s.Value
			if d.spelled != nil {
				was = d.spelled(was)
			}
			f.edits = append(f.edits, edit{line: s.Where.Line, was: was, change: p.lineOf(d)})
		}
	}
	for i := range out {
		p.serverFiles(&out[i], asks(h, out[i].Layer))
	}
	return out
}

// asks are the commands that ask the listeners of a layer, if evidence names
// any; else their form.
func asks(h *host, layer string) []string {
	name := h.name
	if name == "" || safeName(strings.ToLower(name)) != strings.ToLower(name) {
		name = "HOST"
	}
	var out []string
	for _, s := range h.servers {
		command := fmt.Sprintf("tlsready scan %s:%d", name, s.Port)
		if s.Layer == layer && s.Port > 0 && len(out) < 5 && !slices.Contains(out, command) {
			out = append(out, command)
		}
	}
	if len(out) == 0 {
		return []string{scanIt, askIt}
	}
	return append(out, askIt)
}

// lineOf tries the directives of a product on a line.
func (p *planner) lineOf(d *product) func(string) (to, note string, ok bool) {
	return func(line string) (string, string, bool) {
		for _, dir := range d.directives {
			if to, ok := dir.change(line, p.floor); ok {
				return to, "", true
			}
		}
		return line, "", false
	}
}

func (p *planner) serverFix(h *host, s *evidence.Setting, n int) Fix {
	f := Fix{Host: h.name, Kind: KindServer, Layer: s.Layer, Step: StepClient, file: s.Where.File}
	name := s.Layer
	if d := productOf(s.Layer); d != nil {
		name = d.name
	}
	f.prefix = fmt.Sprintf("%s-%d-", safeName(s.Layer), n)
	f.Title = fmt.Sprintf("Let %s into %s", p.floor, clean(name))
	if s.Where.File != "" {
		f.Title += " (" + clean(s.Where.File) + ")"
	}
	return f
}

// serverFiles writes the change in words; WithFiles adds a diff
// where the file can be read.
func (p *planner) serverFiles(f *Fix, asks []string) {
	d := productOf(f.Layer)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", f.Title)
	for _, r := range f.Reasons {
		fmt.Fprintf(&b, "%s\n    now: %s\n", clean(r.Where), clean(r.What))
		if d == nil {
			continue
		}
		if to, _, ok := p.lineOf(d)(clean(r.What)); ok && to != clean(r.What) {
			fmt.Fprintf(&b, "    then: %s\n", to)
		}
	}
	if d == nil {
		fmt.Fprintf(&b, "\nChange the value so that %s is among what it allows, and keep what it allows now.\n", p.floor)
		f.Advice = append(f.Advice, fmt.Sprintf("How %s is changed is not known here: let %s in, and keep what is allowed now.", clean(f.Layer), p.floor))
	} else {
		b.WriteString("\nTo let TLS 1.2 in and keep what works:\n" + d.both(d.enable, d.openssl.enable))
		b.WriteString("\nLater, once nobody is seen to need TLS 1.0 and 1.1 (step.disable-server):\n" + d.both(d.good, d.openssl.good))
		f.Reasons = p.withProduct(f.Reasons, d)
		if d.more != "" {
			f.Notes = append(f.Notes, d.more)
		}
		f.Apply = []string{"edit the line, then test: " + d.test, "then: " + d.apply}
		f.Check = []string{d.test}
	}
	f.Check = append(f.Check, asks...)
	f.Undo = []string{"put the old line back (it stands above), test, and reload"}
	f.Change = f.add("change.txt", []byte(b.String()))
	f.Verify = f.add("verify.txt", verifyText(f.Check))
}

// both are the lines of a product, and those for a build on OpenSSL where they
// differ.
func (d *product) both(lines, openssl string) string {
	out := "    " + strings.ReplaceAll(lines, "\n", "\n    ") + "\n"
	if openssl != "" {
		out += "  or, built on OpenSSL:\n    " + openssl + "\n"
	}
	return out
}

// withProduct names the record of the product where a setting names none.
func (p *planner) withProduct(rs []Reason, d *product) []Reason {
	for i := range rs {
		if rs[i].Fact == "" {
			rs[i].Fact, rs[i].Sources = d.fact, p.sources(d.fact)
		}
	}
	return rs
}

func verifyText(commands []string) []byte {
	return []byte("# Run these; HOST, PORT and NAME are those of the service.\n" + strings.Join(commands, "\n") + "\n")
}
