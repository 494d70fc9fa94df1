package fix

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

const (
	schannelProtocols = `SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\`
	schannelFact      = "win.schannel.truth-table"
)

// schannelRole turns the floor on in one role, if it was found to be off.
func (w *windows) schannelRole(role string) {
	reasons := w.schannelReasons(role)
	if len(reasons) == 0 {
		return
	}
	w.fix.Reasons = append(w.fix.Reasons, reasons...)
	w.schannelCells(role)
}

// schannelReasons are the values that turn the floor off in a role, or what
// the role adds up to without any.
func (w *windows) schannelReasons(role string) (out []Reason) {
	for _, s := range w.host.settings {
		if s.Layer != layerSchannel || !strings.EqualFold(s.Role, role) {
			continue
		}
		if v, ok := w.breaks(s); ok {
			out = append(out, w.reason(s, w.told(v.Why)))
		}
	}
	if len(out) > 0 {
		return out
	}
	sum := Reason{What: w.wholeRole(role), Fact: schannelFact, Sources: w.sources(schannelFact)}
	if role == "Client" {
		c := w.host.client(layerSchannel)
		if c == nil || !w.weak(c.Versions) {
			return nil
		}
		sum.Where, sum.Why = c.Because, w.T("offers at most %s", highest(c.Versions))
		if c.Fact != "" {
			sum.Fact, sum.Sources = c.Fact, w.sources(c.Fact)
		}
		return []Reason{sum}
	}
	s := w.host.server(layerSchannel)
	if s == nil {
		return nil
	}
	// Every Windows has a server role; on a workstation nobody calls it.
	vs, sure := accepted(s, w.floor)
	if !sure || !w.weak(vs) || !w.host.isServer() && !w.serving[strings.ToLower(w.host.name)] {
		return nil
	}
	sum.Where, sum.Why = s.Because, w.T("accepts at most %s", highest(vs))
	return []Reason{sum}
}

// wholeRole names a role where no value of it decides alone.
func (w *windows) wholeRole(role string) string {
	if role == "Client" {
		return w.T("the Schannel client as a whole")
	}
	return w.T("the Schannel server as a whole")
}

// schannelBelow turns the client on where the layers above it do not act
// without, unless evidence shows that it is on.
func (w *windows) schannelBelow() {
	if w.host.client(layerSchannel) != nil {
		return // it was judged, and fixed if need be
	}
	if build, ok := w.host.windowsBuild(); ok && build.Compare(knowledge.Build{6, 2}) >= 0 {
		return // on by default
	}
	if w.schannelCells("Client") {
		w.fix.Notes = append(w.fix.Notes,
			w.T("The evidence does not show the Schannel keys. WinHTTP and .NET need them on Windows 7 and Server 2008 R2, so they are written too (con.winhttp-needs-schannel, con.dotnet-needs-schannel)."))
	}
}

// schannelCells adds both values of a role; it reports whether they were new.
func (w *windows) schannelCells(role string) bool {
	n := len(w.cells)
	key := schannelProtocols + w.floor.String() + `\` + role
	for _, v := range []struct {
		name string
		want uint32
	}{{"Enabled", 1}, {"DisabledByDefault", 0}} {
		w.put(cell{root: "HKLM", key: key, name: v.name, want: v.want, was: w.schannelPrior(role, v.name)})
	}
	return len(w.cells) > n
}

// schannelPrior is a value as the evidence shows it. Audit reports each value
// that is there; what it does not report is absent if it judged the role.
func (w *windows) schannelPrior(role, name string) prior {
	return w.schannelPriorOf(w.floor, role, name)
}

func (w *windows) schannelPriorOf(version tlswire.Version, role, name string) prior {
	tail := strings.ToLower(strings.TrimPrefix(schannelKey(version, role), `SYSTEM\CurrentControlSet\Control\SecurityProviders`))
	var out prior
	seen := false
	for _, s := range w.host.settings {
		if s.Layer != layerSchannel || !strings.HasSuffix(strings.ToLower(s.Where.Path), tail) {
			continue
		}
		p, ok := numberIn(s.Value, name)
		if !ok {
			continue
		}
		if seen {
			p = p.join(out)
		}
		out, seen = p, true
	}
	if !seen && w.schannelSeen(version, role) {
		return prior{known: isAbsent}
	}
	return out
}

// schannelSeen reports whether the evidence covers both values of a role.
func (w *windows) schannelSeen(version tlswire.Version, role string) bool {
	if role == "Client" && w.host.client(layerSchannel) != nil {
		return true // a client is declared only when every version could be judged
	}
	s := w.host.server(layerSchannel)
	if s == nil || role == "Client" {
		return false
	}
	st := s.Versions[version]
	return st != nil && st.State != evidence.Unknown
}
