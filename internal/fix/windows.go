package fix

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/text"
	"github.com/tlsready/tlsready/tlswire"
)

// Layers of Windows.
const (
	layerSchannel = "schannel"
	layerWinHTTP  = "winhttp"
	layerWinINET  = "wininet"
	dotnetPrefix  = "dotnet"
)

// windows gathers the values of one host.
type windows struct {
	*planner
	host  *host
	fix   Fix
	cells []cell

	english string // the title, for scripts
}

func (w *windows) title(t text.Text) { w.fix.Title, w.english = w.told(t), t.String() }

// isWindows reports whether a layer is one of Windows.
func isWindows(layer string) bool {
	return layer == layerSchannel || layer == layerWinHTTP || layer == layerWinINET || strings.HasPrefix(layer, dotnetPrefix)
}

// windows makes the fix of one host's registry, if anything there breaks.
func (p *planner) windows(h *host) (Fix, bool) {
	w := &windows{planner: p, host: h, fix: Fix{Host: h.name, Kind: KindWindows, Layer: KindWindows, Step: StepClient}}
	w.schannelRole("Client")
	w.schannelRole("Server")
	before := len(w.cells)
	w.winhttp()
	w.dotnet()
	if len(w.cells) > before {
		w.schannelBelow()
	}
	w.wininet()
	if len(w.fix.Reasons) == 0 {
		return Fix{}, false
	}
	if !slices.ContainsFunc(w.cells, func(c cell) bool { return !isServerKey(c) }) && len(w.cells) > 0 {
		w.fix.Step = StepServer
	}
	w.title(text.Say("Turn %s on in Windows on %s", p.floor, clean(h.name)))
	if why := w.incapable(); why != "" {
		w.cells = nil
		w.title(text.Say("Windows on %s cannot do %s", clean(h.name), p.floor))
		w.fix.Advice = append(w.fix.Advice, why)
	}
	w.notes()
	w.files()
	return w.fix, true
}

func isServerKey(c cell) bool { return strings.HasSuffix(c.key, `\Server`) }

// incapable says in words that this Windows has no version of the floor.
func (w *windows) incapable() string {
	build, ok := w.host.windowsBuild()
	if !ok {
		if w.floor.AtLeast(tlswire.TLS13) {
			return w.T("Which Windows this is, is not known: %s needs Windows 11 or Server 2022. No file was written.", w.floor)
		}
		return ""
	}
	oldest := knowledge.Build{6, 0, 6002}
	what := w.T("Windows 7, or Server 2008 SP2 with KB4019276")
	if w.floor.AtLeast(tlswire.TLS13) {
		oldest, what = knowledge.Build{10, 0, 20348}, w.T("Windows 11 or Server 2022")
	}
	if build.Compare(oldest) < 0 {
		return w.T("%s begins with %s: update the system, replace it, or put a TLS proxy in front of it.", w.floor, what)
	}
	return ""
}

// put adds a cell once.
func (w *windows) put(c cell) {
	if slices.ContainsFunc(w.cells, func(o cell) bool { return strings.EqualFold(o.long(), c.long()) && o.name == c.name }) {
		return
	}
	w.cells = append(w.cells, c)
}

func (w *windows) because(s *evidence.Setting, why string) {
	w.fix.Reasons = append(w.fix.Reasons, w.reason(s, why))
}

// bits of DefaultSecureProtocols and SecureProtocols (win.winhttp.key,
// win.wininet.key).
var maskBits = map[tlswire.Version]uint32{
	tlswire.SSL20: 0x8, tlswire.SSL30: 0x20, tlswire.TLS10: 0x80, tlswire.TLS11: 0x200, tlswire.TLS12: 0x800, tlswire.TLS13: 0x2000,
}

func maskOf(vs []tlswire.Version) (mask uint32) {
	for _, v := range vs {
		mask |= maskBits[v]
	}
	return mask
}

// added are the versions that a change lets in: those from TLS 1.1 up to the
// floor, without a gap, since programs take a gap for the end.
func (p *planner) added() (vs []tlswire.Version) {
	for _, v := range []tlswire.Version{tlswire.TLS11, tlswire.TLS12, tlswire.TLS13} {
		if p.floor.AtLeast(v) {
			vs = append(vs, v)
		}
	}
	return vs
}

// winhttp adds the versions to what WinHTTP asks for, in each view that lacks
// them.
func (w *windows) winhttp() {
	for _, s := range w.host.settings {
		if s.Layer != layerWinHTTP || !w.weak(s.Versions) || s.Effect != evidence.Pins && s.Effect != evidence.Default {
			continue
		}
		key, ok := knownKey(s.Where.Path, winhttpKeys)
		if !ok {
			continue
		}
		was := w.prior(layerWinHTTP, s.Where.Path, winhttpValue)
		mask := maskOf(s.Versions) | maskOf(w.added())
		if was.known == isNumber {
			mask |= was.n // bits that stand for no version stay, too
		}
		w.put(cell{root: "HKLM", key: key, name: winhttpValue, want: mask, was: was})
		w.because(s, w.T("programs on WinHTTP that do not choose for themselves ask for nothing above %s", highest(s.Versions)))
	}
}

// prior is what the evidence shows of a value: a number, its absence, or both
// by several exports.
func (w *windows) prior(layer, path, name string) prior {
	var out prior
	seen := false
	for _, s := range w.host.settings {
		if !strings.HasPrefix(s.Layer, layer) || !strings.EqualFold(s.Where.Path, path) {
			continue
		}
		p, ok := numberIn(s.Value, name)
		switch {
		case ok:
		case strings.HasSuffix(s.Value, " absent") && strings.Contains(s.Value, name):
			p = prior{known: isAbsent}
		default:
			continue
		}
		if seen {
			p = p.join(out)
		}
		out, seen = p, true
	}
	return out
}

func highest(vs []tlswire.Version) (top tlswire.Version) {
	for _, v := range vs {
		if top == 0 || top.Below(v) {
			top = v
		}
	}
	return top
}
