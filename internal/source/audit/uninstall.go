package audit

import (
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

const (
	uninstallKey = `Microsoft\Windows\CurrentVersion\Uninstall`
	packagesKey  = software + `Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages`
	packageStart = "Package_for_KB"
)

// uninstallValues are what tells products, and what tells them from updates
// and from parts of products.
var uninstallValues = []string{"DisplayName", "DisplayVersion", "SystemComponent", "ParentKeyName", "ReleaseType"}

var uninstallRule = Rule{
	ID:     "installed-products",
	Yields: "a product record for each program that Windows lists as installed, for all users or one",
	areas: []area{
		// Optional: an inventory tells the same.
		{key: software + uninstallKey, children: uninstallValues, optional: true},
		{key: software32 + uninstallKey, children: uninstallValues, wow: true, optional: true},
		{key: `HKCU\SOFTWARE\` + uninstallKey, children: uninstallValues, optional: true},
	},
	apply: func(m *machine) {
		roots := []string{software + uninstallKey, software32 + uninstallKey}
		for _, user := range m.reg.users {
			roots = append(roots, user+`\SOFTWARE\`+uninstallKey)
		}
		fold := newProductFold()
		seen := map[[2]string]bool{}
		for _, root := range roots {
			for _, k := range m.reg.below(root) {
				p := m.installed(k)
				if p == nil || seen[[2]string{p.Name, p.Version}] || m.knownBetter(p) {
					continue
				}
				seen[[2]string{p.Name, p.Version}] = true
				if !fold.take(p) {
					m.records = append(m.records, p)
				}
			}
		}
		for _, p := range fold.all() {
			m.records = append(m.records, p)
		}
	},
}

// installed is the product of one key, or nil: what is hidden, belongs to
// another product or updates one is none, unless it is known to matter.
func (m *machine) installed(k *regKey) *evidence.Product {
	get := func(name string) *regValue { return m.reg.ask(k.path.lower, name).value }
	text := func(name string) string {
		if v := get(name); v != nil {
			return strings.TrimSpace(v.text)
		}
		return ""
	}
	name := text("DisplayName")
	if name == "" {
		return nil
	}
	p := &evidence.Product{
		Host: m.host, Name: name, Version: text("DisplayVersion"),
		Where: evidence.Where{File: k.file, Line: k.line, Path: k.path.shown},
	}
	if text("ParentKeyName") != "" || text("ReleaseType") != "" {
		if !m.knownUpdate(updateOf(name)) {
			return nil
		}
		p.Name = "Update " + updateOf(name)
	} else if n, ok := get("SystemComponent").number(); ok && n != 0 {
		if known, j := m.kb.ProductFor(name, p.Version); known == nil && j.Disable == "" {
			return nil
		}
	}
	if build, ok := knowledge.ParseBuild(p.Version); ok && strings.Contains(p.Name, sqlProduct) && m.family(p) == sqlProduct {
		p.Version = sqlBuild(build).String()
	}
	for _, n := range []string{"DisplayName", "DisplayVersion"} {
		if v := get(n); v != nil {
			m.use(v)
		}
	}
	return p
}

var updatesRule = Rule{
	ID:     "installed-updates",
	Yields: "a product record for each update of Windows that is installed and brings TLS versions or their logging",
	areas:  []area{{key: packagesKey, children: []string{"CurrentState"}, starts: packageStart, optional: true}},
	apply: func(m *machine) {
		for _, k := range m.reg.below(packagesKey) {
			a := m.reg.ask(k.path.lower, "CurrentState")
			name := baseName(k.path.shown)
			if kb := updateOf(name); m.knownUpdate(kb) && packageActs(a.value) {
				m.use(a.value)
				m.records = append(m.records, &evidence.Product{
					Host: m.host, Name: "Update " + kb, Version: name[strings.LastIndexByte(name, '~')+1:], Where: a.where(),
				})
			}
		}
	},
}

// packageActs reads the state of a package of Windows: superseded ones count,
// since their successor does what they did.
func packageActs(state *regValue) bool {
	const superseded, installed, permanent = 0x50, 0x70, 0x80
	n, ok := state.number()
	return ok && (n == superseded || n == installed || n == permanent)
}

// hasUpdate reports whether an update was seen to be installed. That it was
// not seen says nothing: later updates include earlier ones.
func (m *machine) hasUpdate(kb string) bool {
	return slices.ContainsFunc(m.reg.below(packagesKey), func(k *regKey) bool {
		return updateOf(baseName(k.path.shown)) == kb && packageActs(m.reg.ask(k.path.lower, "CurrentState").value)
	})
}

func (m *machine) knownUpdate(kb string) bool {
	for _, u := range m.kb.Updates {
		if u.KB == kb {
			return true
		}
	}
	return false
}

// updateOf finds the KB1234567 in a name.
func updateOf(name string) string {
	for rest := name; ; {
		at := strings.Index(rest, "KB")
		if at < 0 {
			return ""
		}
		rest = rest[at+2:]
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits >= 6 {
			return "KB" + rest[:digits]
		}
	}
}
