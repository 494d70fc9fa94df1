package audit

import (
	"fmt"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

const protocols = `Control\SecurityProviders\SCHANNEL\Protocols`

var schannelRule = Rule{
	ID:     "schannel-protocol",
	Layer:  "schannel",
	Fact:   "win.schannel.truth-table",
	Yields: "a setting for each Enabled and DisabledByDefault, and the Schannel client and server they add up to",
	areas: []area{{
		key: system + protocols, tree: true,
		export: system + `Control\SecurityProviders\SCHANNEL`, file: "schannel.reg",
	}},
	apply: func(m *machine) {
		m.schannelSettings()
		if !m.covers(m.rule.areas[0]) {
			return
		}
		m.schannelClient()
		m.schannelServer()
	},
}

// schannelNames are the subkeys of Protocols that stand for a version.
var schannelNames = map[string]tlswire.Version{
	"ssl 2.0": tlswire.SSL20, "ssl 3.0": tlswire.SSL30, "tls 1.0": tlswire.TLS10, "tls 1.1": tlswire.TLS11,
	"tls 1.2": tlswire.TLS12, "tls 1.3": tlswire.TLS13, "dtls 1.0": tlswire.DTLS10, "dtls 1.2": tlswire.DTLS12,
}

func schannelName(v tlswire.Version) string {
	for name, w := range schannelNames {
		if v == w {
			return strings.ToUpper(name)
		}
	}
	return v.String()
}

// use is what becomes of a version that a program does or does not ask for.
type use int

const (
	useUnknown    use = iota
	useOn             // offered and accepted unless the program restricts it
	useIfNamed        // off by default: only for programs that name the version themselves
	useNever          // Enabled=0 beats every program
	useImpossible     // this Windows does not have it
)

// protocol is the state of one version in one role.
type protocol struct {
	use      use
	at       evidence.Where // of the value that decides, or of the key that shows that none is set
	because  string         // "Enabled=0", "default"
	fact     string         // default of the system, if that decides
	explicit bool           // a value decides, not the default
}

// truth joins a row of the truth table with what the system does by itself.
// modern is Windows 8 and later.
func truth(state string, def use, modern bool) use {
	if def == useImpossible {
		return useImpossible
	}
	switch state {
	case "os_default":
		return def
	case "disabled":
		return useNever
	case "disabled_by_default":
		return useIfNamed
	case "enabled":
		return useOn
	case "enabled_where_supported":
		if def != useUnknown {
			return useOn
		}
	case "os_dependent":
		// Enabled alone: whether that switches on a version that Windows 7
		// has off is not documented.
		if def == useOn || def != useUnknown && modern {
			return useOn
		}
	}
	return useUnknown
}

// protocol judges one version of a role.
func (m *machine) protocol(role string, v tlswire.Version) protocol {
	path := m.systemKey(protocols) + `\` + schannelName(v) + `\` + role
	enabled, disabled := m.reg.ask(path, "Enabled"), m.reg.ask(path, "DisabledByDefault")
	def, fact := m.schannelDefault(role, v)
	p := protocol{at: enabled.where(), because: "default", fact: fact}
	if !enabled.seen || !disabled.seen {
		p.at, p.because = evidence.Where{}, "not in the export"
		return p
	}
	e, okE := dword(enabled.value)
	d, okD := dword(disabled.value)
	row, ok := m.kb.Schannel(e, d)
	if !ok || !okE || !okD {
		p.because = "a value that is no REG_DWORD"
		return p
	}
	p.use = truth(row.State, def, m.os.modern())
	if v == tlswire.TLS13 && def == useUnknown && p.use == useOn {
		p.use = useUnknown // the values do nothing on most systems
	}
	if def == useImpossible || e == nil && d == nil {
		return p
	}
	p.explicit, p.fact = true, ""
	if e != nil && (*e == 0 || d == nil || *d == 0) {
		p.at, p.because = enabled.where(), "Enabled="+shortNumber(*e)
	} else {
		p.at, p.because = disabled.where(), "DisabledByDefault="+shortNumber(*d)
	}
	return p
}

// schannelDefault is what the system does with a version by itself.
func (m *machine) schannelDefault(role string, v tlswire.Version) (def use, fact string) {
	if m.os.defaults == nil {
		return useUnknown, ""
	}
	switch m.os.defaults.Role(strings.ToLower(role))[v] {
	case knowledge.Enabled:
		def = useOn
	case knowledge.DisabledByDefault:
		def = useIfNamed
	case knowledge.Unsupported:
		def = useImpossible
	}
	return def, m.os.defaults.ID
}

// dword gives the number of a value, nil for an absent one; it fails on a
// value of another type.
func dword(v *regValue) (n *uint32, ok bool) {
	if v == nil {
		return nil, true
	}
	x, ok := v.number()
	return &x, ok
}

// shortNumber writes 0 and 1 as such and masks in hexadecimal.
func shortNumber(n uint32) string {
	if n < 10 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("0x%X", n)
}

// schannelSettings reports every value below Protocols that is one, also
// where Schannel does not look for it.
func (m *machine) schannelSettings() {
	root := m.systemKey(protocols)
	for _, k := range m.reg.below(root) {
		parts := strings.Split(k.path.shown[len(root)+1:], `\`)
		for _, name := range []string{"Enabled", "DisabledByDefault"} {
			a := m.reg.ask(k.path.lower, name)
			if a.value == nil {
				continue
			}
			m.setting(a, m.schannelSetting(name, a.value, parts))
		}
	}
}

// schannelSetting judges one value; parts are the names of its key below
// Protocols.
func (m *machine) schannelSetting(name string, v *regValue, parts []string) found {
	f := found{role: "both"}
	n, ok := v.number()
	f.value = name + "=" + shortNumber(n)
	version, known := schannelNames[strings.ToLower(parts[0])]
	other := strings.EqualFold(parts[0], "PCT 1.0") || strings.EqualFold(parts[0], "Multi-Protocol Unified Hello")
	switch {
	case !known && !other:
		f.effect, f.note = evidence.None, fmt.Sprintf("Schannel knows no protocol key %q and does not read it; the keys are named like \"TLS 1.2\"", parts[0])
		return f
	case !known:
		f.effect, f.note = evidence.None, "decides no version of TLS"
		return f
	case len(parts) != 2 || !strings.EqualFold(parts[1], "Client") && !strings.EqualFold(parts[1], "Server"):
		f.effect, f.note = evidence.None, `Schannel reads this value only in the subkeys Client and Server`
		return f
	}
	f.role, f.versions = strings.ToLower(parts[1]), []tlswire.Version{version}
	if !ok {
		w := wrongType(name, f.role, v)
		w.versions = f.versions
		return w
	}
	p := m.protocol(parts[1], version)
	f.effect, f.note = schannelEffect(name, n, p, version)
	if odd := oddNumber(name, n); odd != "" {
		f.note = join(f.note, odd)
	}
	return f
}

// schannelEffect is what one of the two values does, given what both of them
// and the system come to. The value that does not decide has no effect.
func schannelEffect(name string, n uint32, p protocol, v tlswire.Version) (evidence.Effect, string) {
	enabled := name == "Enabled"
	switch p.use {
	case useNever:
		if enabled {
			return evidence.Blocks, ""
		}
		if n == 0 {
			return evidence.None, "Enabled=0 decides; the two values contradict each other"
		}
		return evidence.None, "Enabled=0 decides"
	case useIfNamed:
		if !enabled {
			return evidence.Blocks, "off by default; a program that names the version itself still gets it"
		}
		return evidence.None, "DisabledByDefault decides; the two values contradict each other"
	case useOn:
		return evidence.Allows, ""
	case useImpossible:
		if v == tlswire.TLS13 && n != 0 && enabled {
			return evidence.Review, "TLS 1.3 is not supported on this Windows; switching it on is called unsafe"
		}
		return evidence.None, fmt.Sprintf("this Windows has no %s", v)
	}
	if p.because == "default" || p.explicit {
		return evidence.Review, "whether this alone switches the version on depends on the Windows: write both Enabled=1 and DisabledByDefault=0"
	}
	return evidence.Review, "cannot be judged: " + p.because
}

// oddNumber notes numbers that work but that checkers call misconfigured.
func oddNumber(name string, n uint32) string {
	switch {
	case n <= 1, name == "Enabled" && n == 0xffffffff:
		return ""
	}
	return "any number but 0 counts as 1"
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
