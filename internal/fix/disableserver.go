package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
)

// portAtEnd is what a target has behind its host.
var portAtEnd = lazyregexp.New(`:[0-9]+$`)

// offKey is one fix: what one file decides for one host in one role.
type offKey struct{ host, layer, file, step string }

// configurationsOff makes one fix for each file of a server's configuration
// that lets in what is below the floor, and each host that it decides for.
func (p *planner) configurationsOff(report *assess.Report, records []evidence.Record) []Fix {
	exposed := map[settingID]assess.SettingVerdict{}
	for _, v := range report.Settings {
		if v.Verdict == assess.SettingExposure {
			exposed[settingID{v.Host, v.Role, v.Layer, v.Value, v.Where}] = v
		}
	}
	var out []Fix
	at := map[offKey]int{}
	for _, h := range hostsOf(records) {
		for _, s := range h.settings {
			v, ok := exposed[settingID{s.Host, s.Role, s.Layer, s.Value, s.Where}]
			if !ok || isWindows(s.Layer) || s.Layer == layerSource {
				continue
			}
			decides := p.decidesFor(s)
			for _, name := range decides {
				key := offKey{strings.ToLower(name), s.Layer, s.Where.File, disableStep(s.Role)}
				i, ok := at[key]
				if !ok {
					i = len(out)
					at[key] = i
					out = append(out, p.configurationOff(name, s, i+1))
				}
				p.offLine(&out[i], s, v, decides)
			}
		}
	}
	for i := range out {
		p.offFiles(&out[i], p.asksAny(out[i].Host, out[i].Layer))
	}
	return out
}

// decidesFor are the hosts that a setting is about: its own, else those of
// the listeners that the configuration declares because of it.
func (p *planner) decidesFor(s *evidence.Setting) []string {
	if s.Host != "" {
		return []string{s.Host}
	}
	return p.declaredBy[[2]string{s.Layer, placeOf(s.Where)}]
}

// declaredAt sorts the hosts of declared listeners by the layer and place that
// decide for them.
func declaredAt(records []evidence.Record) map[[2]string][]string {
	out := map[[2]string][]string{}
	for _, r := range records {
		s, ok := r.(*evidence.Server)
		if !ok || s.Basis != evidence.Declared || s.Because == "" {
			continue
		}
		key := [2]string{s.Layer, s.Because}
		if name := hostOf(s); name != "" && !slices.Contains(out[key], name) {
			out[key] = append(out[key], name)
		}
	}
	return out
}

// hostOf is the host of a listener: its own, else that of its target.
func hostOf(s *evidence.Server) string {
	if s.Host != "" {
		return s.Host
	}
	return strings.Trim(portAtEnd.ReplaceAllString(s.Target, ""), "[]")
}

// asksAny are the commands that ask the listeners of a layer on a host, or
// those that were scanned there, whatever answered.
func (p *planner) asksAny(name, layer string) []string {
	h := &host{name: name, servers: p.listeners[strings.ToLower(name)]}
	for _, layer := range []string{layer, ""} {
		if found := asks(h, layer); found[0] != scanIt {
			return found
		}
	}
	return []string{scanIt, askIt}
}

// listenersOf sorts servers by their hosts, in lower case.
func listenersOf(records []evidence.Record) map[string][]*evidence.Server {
	out := map[string][]*evidence.Server{}
	for _, r := range records {
		if s, ok := r.(*evidence.Server); ok && !s.OverUDP() {
			name := strings.ToLower(hostOf(s))
			out[name] = append(out[name], s)
		}
	}
	return out
}

func (p *planner) configurationOff(name string, s *evidence.Setting, n int) Fix {
	f := p.serverFix(&host{name: name}, s, n)
	f.Step = disableStep(s.Role)
	what := s.Layer
	if d := productOf(s.Layer); d != nil {
		what = d.name
	}
	f.Title = p.T("Keep what is below %s out of %s (%s)", p.floor, clean(what), clean(s.Where.File))
	f.Notes = []string{p.T("This takes versions away. Apply it only while the gates of its step in the plan are met.")}
	return f
}

// offLine adds one line to a fix.
func (p *planner) offLine(f *Fix, s *evidence.Setting, v assess.SettingVerdict, decides []string) {
	f.Reasons = append(f.Reasons, p.reason(s, p.told(v.Why)))
	if len(decides) > 1 {
		note := p.T("%s decides for %s: the gates of all of them must be met.", clean(placeOf(s.Where)), clean(strings.Join(decides, ", ")))
		if !slices.Contains(f.Notes, note) {
			f.Notes = append(f.Notes, note)
		}
	}
	if d := productOf(s.Layer); d != nil && s.Where.Line > 0 {
		was := s.Value
		if d.spelled != nil {
			was = d.spelled(was)
		}
		f.edits = append(f.edits, edit{line: s.Where.Line, was: was, change: p.lineOff(s.Layer)})
	}
}

// lineOff tries the ways of a product to take versions off a line.
func (p *planner) lineOff(layer string) func(string) (to, note string, ok bool) {
	return func(line string) (string, string, bool) {
		for _, dir := range offDirectives[layer] {
			if to, ok := dir.change(line, p.floor); ok {
				return to, "", true
			}
		}
		return line, "", false
	}
}

// offFiles writes the change in words; WithFiles adds a diff where the file
// can be read.
func (p *planner) offFiles(f *Fix, asks []string) {
	d := productOf(f.Layer)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", f.Title)
	for _, r := range f.Reasons {
		fmt.Fprintf(&b, "%s\n    %s\n", clean(r.Where), p.T("now: %s", clean(r.What)))
	}
	if d == nil {
		fmt.Fprintf(&b, "\n%s\n", p.T("Change the value so that %s is the lowest that it allows.", p.floor))
		f.Advice = append(f.Advice, p.T("How %s is changed is not known here: make %s the lowest that is allowed.", clean(f.Layer), p.floor))
	} else {
		fmt.Fprintf(&b, "\n%s\n%s", p.T("With TLS 1.2 as the lowest:"), p.both(d.good, d.openssl.good))
		if d.more != "" {
			f.Notes = append(f.Notes, p.T(d.more))
		}
		f.Reasons = p.withProduct(f.Reasons, d)
		f.Apply = []string{p.T("edit the line, then test: %s", p.T(d.test)), p.T("then: %s", p.T(d.apply))}
		f.Check = []string{p.T(d.test)}
	}
	f.Check = append(f.Check, asks...)
	f.Undo = []string{p.T("put the old line back (it stands in change.txt), test, and reload")}
	f.Change = f.add("change.txt", []byte(b.String()))
	f.Verify = f.add("verify.txt", p.verifyText(f.Check))
}
