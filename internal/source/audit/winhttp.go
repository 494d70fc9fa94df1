package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

const (
	internetSettings = `Microsoft\Windows\CurrentVersion\Internet Settings`
	winhttpKey       = internetSettings + `\WinHttp`
	winhttpFact      = "win.winhttp.key"
	winhttpValue     = "DefaultSecureProtocols"
)

var winhttpRule = Rule{
	ID:     "winhttp-default",
	Layer:  "winhttp",
	Fact:   winhttpFact,
	Yields: "a setting for DefaultSecureProtocols or for the default in its place, per registry view, and the WinHTTP client",
	areas: []area{
		{key: software + winhttpKey, export: software + internetSettings, file: "internet-settings.reg"},
		{key: software32 + winhttpKey, wow: true, export: software32 + internetSettings, file: "internet-settings-32.reg"},
	},
	apply: winhttp,
}

// winhttpView is what one registry view says about WinHTTP.
type winhttpView struct {
	answer
	note     string
	versions []tlswire.Version // that WinHTTP asks for; nil if not known
	fact     string
}

func winhttp(m *machine) {
	views := []winhttpView{m.winhttpView(software, "64-bit programs")}
	switch m.os.bits {
	case 32:
		views[0].note = ""
	default:
		views = append(views, m.winhttpView(software32, "32-bit programs"))
	}
	client := m.schannelRole("Client")
	var known []winhttpView
	for _, v := range views {
		if !v.seen {
			continue
		}
		m.winhttpSetting(v, client)
		if v.versions != nil {
			known = append(known, v)
		}
	}
	if len(known) == 0 || !m.decided("winhttp", client) {
		return
	}
	m.winhttpClients(known, client)
}

func (m *machine) winhttpView(root, programs string) winhttpView {
	v := winhttpView{answer: m.reg.ask(root+winhttpKey, winhttpValue), note: programs, fact: winhttpFact}
	if n, ok := v.value.number(); ok {
		v.versions, _ = m.versions(winhttpFact, n)
		return v
	}
	if def, ok := m.kb.WinHTTPDefault(m.os.defaults); ok && v.absent() {
		v.versions, v.fact = def.Default, def.ID
	}
	return v
}

// versions reads a bit mask by the table of a registry key.
func (m *machine) versions(fact string, mask uint32) (vs []tlswire.Version, rest uint32) {
	key, ok := m.kb.RegistryKey(fact)
	if !ok {
		return nil, mask
	}
	return knowledge.VersionsOf(key.Bits, mask)
}

// winhttpSetting reports the value, or the default that stands in its place.
func (m *machine) winhttpSetting(v winhttpView, client schannel) {
	f := found{role: "client", note: v.note, fact: v.fact, versions: v.versions}
	switch {
	case v.value != nil:
		m.maskSetting(v.answer, winhttpValue, f)
		if v.value.typ == regDWORD {
			m.winhttpLimits(v, client)
		}
	case v.versions == nil:
		m.blind("WinHTTP: %s is not set, and what this Windows then does is not known", winhttpValue)
	default:
		f.value, f.effect = winhttpValue+" absent", evidence.Default
		m.setting(v.answer, f)
	}
}

// maskSetting reports a bit mask of versions: programs that do not choose
// themselves get exactly these.
func (m *machine) maskSetting(a answer, name string, f found) {
	n, ok := a.value.number()
	if !ok {
		w := wrongType(name, f.role, a.value)
		w.note, w.fact = join(f.note, w.note), f.fact
		m.setting(a, w)
		return
	}
	vs, rest := m.versions(f.fact, n)
	f.value, f.effect, f.versions = fmt.Sprintf("%s=0x%X", name, n), evidence.Pins, vs
	if rest != 0 {
		f.note = join(f.note, fmt.Sprintf("bits 0x%X stand for no version", rest))
	}
	if len(vs) == 0 {
		f.effect, f.note = evidence.Review, join(f.note, "names no version")
	}
	m.setting(a, f)
}

// winhttpLimits notes on the setting just added what keeps it from acting.
func (m *machine) winhttpLimits(v winhttpView, client schannel) {
	s := m.records[len(m.records)-1].(*evidence.Setting)
	for _, version := range v.versions {
		switch p := client[version]; p.use {
		case useNever, useIfNamed:
			s.Note = join(s.Note, fmt.Sprintf("Schannel has %s off (%s)", version, m.reason(p)))
		}
	}
	if key, ok := m.kb.RegistryKey(winhttpFact); ok && m.needsWinHTTPUpdate() {
		s.Note = join(s.Note, "needs "+key.NeedsUpdate)
	}
}

// needsWinHTTPUpdate reports whether this Windows reads the value only with an
// update that was not seen.
func (m *machine) needsWinHTTPUpdate() bool {
	if m.hasUpdate("KB3140245") {
		return false
	}
	return strings.HasPrefix(m.os.version, "6.1.") || strings.HasPrefix(m.os.version, "6.2.")
}

// winhttpClients emits what WinHTTP programs offer: what WinHTTP asks for, as
// far as Schannel has it on. Both views make one record if they agree.
func (m *machine) winhttpClients(views []winhttpView, client schannel) {
	for i, v := range views {
		vs := intersect(v.versions, client.on())
		if i == 1 && slices.Equal(vs, intersect(views[0].versions, client.on())) {
			return
		}
		if len(vs) == 0 {
			m.blind("WinHTTP (%s): Schannel has every version off that %s asks for (%s)", v.note, winhttpValue, ref(v.where()))
			continue
		}
		m.client(&evidence.Client{Versions: vs, Layer: "winhttp", Because: ref(v.where()), Fact: v.fact, Refs: []string{v.path}})
	}
}

func intersect(a, b []tlswire.Version) []tlswire.Version {
	var out []tlswire.Version
	for _, v := range a {
		if slices.Contains(b, v) {
			out = append(out, v)
		}
	}
	return out
}
