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
	dotnetKey    = `Microsoft\.NETFramework\`
	dotnetFolder = `Microsoft\.NETFramework`
	dotnetSetup  = software + `Microsoft\NET Framework Setup\NDP\`
	dotnetFact   = "win.dotnet.keys"
	folder4      = "v4.0.30319"
	folder2      = "v2.0.50727"

	systemDefault = "SystemDefaultTlsVersions"
	strongCrypto  = "SchUseStrongCrypto"
)

var dotnetRule = Rule{
	ID:     "dotnet-installed",
	Yields: "a product record for each .NET Framework that is installed",
	areas: []area{
		{key: dotnetSetup + `v4\Full`, optional: true},
		{key: dotnetSetup + "v3.5", optional: true},
	},
	apply: func(m *machine) {
		for _, key := range []string{`v4\Full`, "v3.5"} {
			a, version := m.reg.ask(dotnetSetup+key, "Version"), ""
			if a.value != nil {
				version = a.value.text
			}
			if r := m.reg.ask(dotnetSetup+key, "Release"); m.dotnetRelease(r.value) != "" {
				a, version = r, m.dotnetRelease(r.value)
			}
			if version == "" {
				continue
			}
			m.use(a.value)
			m.records = append(m.records, &evidence.Product{
				Host: m.host, Name: ".NET Framework", Version: version,
				Where: a.where(),
			})
		}
	},
}

// dotnetRelease is the framework that a release number stands for: the newest
// whose number is not above it.
func (m *machine) dotnetRelease(v *regValue) (version string) {
	n, ok := v.number()
	key, known := m.kb.RegistryKey("win.dotnet.release")
	if !ok || !known {
		return ""
	}
	for _, c := range key.CommonValues { // in rising order
		if c.Value <= n {
			version = c.Means
		}
	}
	return version
}

var dotnet4Rule = Rule{
	ID:     "dotnet4-tls",
	Layer:  "dotnet4",
	Fact:   dotnetFact,
	Yields: "settings for SystemDefaultTlsVersions and SchUseStrongCrypto of .NET 4.x per view, or for the default in their place, and the client where it does not depend on what a program was built for",
	areas:  dotnetAreas(folder4),
	apply:  func(m *machine) { m.dotnet("dotnet4", folder4) },
}

var dotnet2Rule = Rule{
	ID:     "dotnet2-tls",
	Layer:  "dotnet2",
	Fact:   dotnetFact,
	Yields: "the same for .NET 2.0 to 3.5",
	areas:  dotnetAreas(folder2),
	apply:  func(m *machine) { m.dotnet("dotnet2", folder2) },
}

func dotnetAreas(folder string) []area {
	return []area{
		{key: software + dotnetKey + folder, export: software + dotnetFolder, file: "dotnet.reg"},
		{key: software32 + dotnetKey + folder, wow: true, export: software32 + dotnetFolder, file: "dotnet-32.reg"},
	}
}

// dotnetCell is one framework in one registry view.
type dotnetCell struct {
	layer          string
	folder         string
	system, strong answer
	sys, str       *uint32 // their numbers, nil if absent
}

// dotnet judges one framework in both views, if the file shows its key:
// without one nothing tells that the framework is there.
func (m *machine) dotnet(layer, folder string) {
	views := []struct{ root, suffix string }{{software, "-64"}, {software32, "-32"}}
	if m.os.bits == 32 {
		views = views[:1]
		views[0].suffix = "-32"
	}
	if m.reg.key(software+dotnetKey+folder) == nil && m.reg.key(software32+dotnetKey+folder) == nil {
		return
	}
	for _, v := range views {
		key := v.root + dotnetKey + folder
		m.dotnetCell(dotnetCell{
			layer: layer + v.suffix, folder: folder,
			system: m.reg.ask(key, systemDefault), strong: m.reg.ask(key, strongCrypto),
		})
	}
}

func (m *machine) dotnetCell(c dotnetCell) {
	if !c.system.seen || !c.strong.seen {
		return
	}
	var okSys, okStr bool
	if c.sys, okSys = dword(c.system.value); !okSys {
		m.dotnetSetting(c, c.system, wrongType(systemDefault, "client", c.system.value))
	}
	if c.str, okStr = dword(c.strong.value); !okStr {
		m.dotnetSetting(c, c.strong, wrongType(strongCrypto, "client", c.strong.value))
	}
	offers := m.dotnetOffers(c)
	if !okSys || !okStr || len(offers) == 0 {
		return
	}
	client := m.schannelRole("Client")
	m.dotnetSettings(c, offers, client)
	m.dotnetClient(c, offers, client)
}

// dotnetOffer is what programs built for one range of targets ask for.
type dotnetOffer struct {
	target   *knowledge.DotNetDefault
	windows  bool // Windows decides
	versions []tlswire.Version
}

// dotnetOffers joins the values, which come first, with the default of each
// range of targets that the folder governs, oldest first.
func (m *machine) dotnetOffers(c dotnetCell) []dotnetOffer {
	var out []dotnetOffer
	for _, d := range m.kb.DotNetDefaults {
		if d.RegistryFolder != c.folder {
			continue
		}
		system, strong := d.SystemDefault, d.StrongCrypto
		if c.sys != nil {
			system = *c.sys != 0
		}
		if c.str != nil && c.folder != folder2 {
			strong = *c.str != 0
		}
		o := dotnetOffer{target: d, windows: system}
		if !system {
			o.versions = m.dotnetVersions(strong)
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b dotnetOffer) int { return a.target.From.Compare(b.target.From) })
	return out
}

// dotnetVersions is what .NET asks for by itself, with and without strong
// cryptography.
func (m *machine) dotnetVersions(strong bool) []tlswire.Version {
	for _, d := range m.kb.DotNetDefaults {
		if !d.SystemDefault && d.StrongCrypto == strong {
			return d.HTTP
		}
	}
	return nil
}

// perTarget says what each range of targets comes to.
func perTarget(offers []dotnetOffer) string {
	var parts []string
	for _, o := range offers {
		what := names(o.versions)
		if o.windows {
			what = "as Windows decides"
		}
		parts = append(parts, fmt.Sprintf("built for %s: %s", o.target.Target, what))
	}
	return strings.Join(parts, "; ")
}

func (m *machine) dotnetSetting(c dotnetCell, a answer, f found) {
	f.role, f.layer = "client", c.layer
	m.setting(a, f)
}

// dotnetSettings reports the values that are there, or the default in place
// of both.
func (m *machine) dotnetSettings(c dotnetCell, offers []dotnetOffer, client schannel) {
	first := offers[0]
	if c.sys == nil && c.str == nil {
		m.dotnetSetting(c, c.system, found{
			value: systemDefault + " and " + strongCrypto + " absent", effect: evidence.Default,
			versions: first.versions, note: perTarget(offers), fact: first.target.ID,
		})
		return
	}
	if c.sys != nil {
		f := found{value: systemDefault + "=" + shortNumber(*c.sys)}
		switch {
		case *c.sys != 0:
			f.effect, f.note = evidence.Default, "Windows decides"
			if len(client.undecided()) == 0 {
				f.versions = client.on()
			}
		case c.str != nil && c.folder != folder2:
			f.effect, f.note = evidence.None, strongCrypto+" decides"
		default:
			f.effect, f.versions, f.note = evidence.Default, first.versions, perTarget(offers)
		}
		m.dotnetSetting(c, c.system, f)
	}
	if c.str != nil {
		f := found{value: strongCrypto + "=" + shortNumber(*c.str)}
		switch {
		case c.sys != nil && *c.sys != 0:
			f.effect, f.note = evidence.None, systemDefault+" decides"
		case c.folder == folder2:
			f.effect, f.note = evidence.None, "in .NET 2.0 to 3.5 it acts only in programs that name a version themselves"
		default:
			f.effect, f.versions = evidence.Pins, first.versions
			if c.sys == nil {
				f.note = perTarget(offers)
			}
		}
		m.dotnetSetting(c, c.strong, f)
	}
}

// dotnetClient emits what .NET programs offer, if that is the same for all of
// them. Where it depends on what a program was built for, only the settings
// tell.
func (m *machine) dotnetClient(c dotnetCell, offers []dotnetOffer, client schannel) {
	if !m.decided(c.layer, client) {
		return
	}
	effective := func(o dotnetOffer) []tlswire.Version {
		if o.windows {
			return client.on()
		}
		return client.named(o.versions)
	}
	vs := effective(offers[0])
	for _, o := range offers[1:] {
		if !slices.Equal(vs, effective(o)) {
			return
		}
	}
	if len(vs) == 0 {
		m.blind("%s: Schannel has every version off that it asks for", c.layer)
		return
	}
	at, fact := c.system, dotnetFact
	switch {
	case c.sys != nil && *c.sys != 0:
	case c.str != nil && c.folder != folder2:
		at = c.strong
	case c.sys == nil:
		fact = offers[0].target.ID
	}
	m.client(&evidence.Client{Versions: vs, Layer: c.layer, Because: ref(at.where()), Fact: fact, Refs: []string{c.system.path}})
}
