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
		f.Reasons = append(f.Reasons, p.reason(s, p.told(v.Why)))
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
	f.Title = p.T("Let %s into %s", p.floor, clean(name))
	if s.Where.File != "" {
		f.Title = p.T("%s (%s)", f.Title, clean(s.Where.File))
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
		fmt.Fprintf(&b, "%s\n    %s\n", clean(r.Where), p.T("now: %s", clean(r.What)))
		if d == nil {
			continue
		}
		if to, _, ok := p.lineOf(d)(clean(r.What)); ok && to != clean(r.What) {
			fmt.Fprintf(&b, "    %s\n", p.T("then: %s", to))
		}
	}
	if d == nil {
		fmt.Fprintf(&b, "\n%s\n", p.T("Change the value so that %s is among what it allows, and keep what it allows now.", p.floor))
		f.Advice = append(f.Advice, p.T("How %s is changed is not known here: let %s in, and keep what is allowed now.", clean(f.Layer), p.floor))
	} else {
		fmt.Fprintf(&b, "\n%s\n%s", p.T("To let TLS 1.2 in and keep what works:"), p.both(d.enable, d.openssl.enable))
		fmt.Fprintf(&b, "\n%s\n%s", p.T("Later, once nobody is seen to need TLS 1.0 and 1.1 (step.disable-server):"), p.both(d.good, d.openssl.good))
		f.Reasons = p.withProduct(f.Reasons, d)
		if d.more != "" {
			f.Notes = append(f.Notes, p.T(d.more))
		}
		f.Apply = []string{p.T("edit the line, then test: %s", p.T(d.test)), p.T("then: %s", p.T(d.apply))}
		f.Check = []string{p.T(d.test)}
	}
	f.Check = append(f.Check, asks...)
	f.Undo = []string{p.T("put the old line back (it stands above), test, and reload")}
	f.Change = f.add("change.txt", []byte(b.String()))
	f.Verify = f.add("verify.txt", p.verifyText(f.Check))
}

// both are the lines of a product, and those for a build on OpenSSL where they
// differ.
func (p *planner) both(lines, openssl string) string {
	out := "    " + strings.ReplaceAll(p.T(lines), "\n", "\n    ") + "\n"
	if openssl != "" {
		out += "  " + p.T("or, built on OpenSSL:") + "\n    " + p.T(openssl) + "\n"
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

func (p *planner) verifyText(commands []string) []byte {
	return []byte("# " + p.T("Run these; HOST, PORT and NAME are those of the service.") + "\n" + strings.Join(commands, "\n") + "\n")
}
