package audit

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// Keys in which the setup of a server product keeps its exact build, where the
// list of installed programs shows only what was installed at first.
const (
	exchangeSetup = software + `Microsoft\ExchangeServer\`
	sqlServer     = software + `Microsoft\Microsoft SQL Server`
	sqlInstances  = sqlServer + `\Instance Names\SQL`
	sqlProduct    = "SQL Server"
	adfsKey       = software + `Microsoft\ADFS`
)

// exactBuild is a product whose build its own setup told.
type exactBuild struct {
	product string // as the knowledge base calls it
	build   knowledge.Build
}

var exchangeRule = Rule{
	ID:     "exchange-build",
	Yields: "a product record for Exchange Server at the build of its cumulative update (win.setup.exchange)",
	areas: []area{
		{key: exchangeSetup + `v14\Setup`, optional: true},
		{key: exchangeSetup + `v15\Setup`, optional: true},
	},
	apply: func(m *machine) {
		for _, version := range []string{"v14", "v15"} {
			key := exchangeSetup + version + `\Setup`
			var parts []string
			var last answer
			for _, name := range []string{"MsiProductMajor", "MsiProductMinor", "MsiBuildMajor", "MsiBuildMinor"} {
				a := m.reg.ask(key, name)
				if n, ok := a.value.number(); ok {
					parts, last = append(parts, strconv.Itoa(int(n))), a
				}
			}
			if len(parts) == 4 {
				m.exact("Exchange Server", strings.Join(parts, "."), last)
			}
		}
	},
}

var sqlRule = Rule{
	ID:     "sql-build",
	Yields: "a product record for each instance of SQL Server at its patched build (win.setup.sql)",
	areas: []area{
		{key: sqlInstances, optional: true},
		{key: sqlServer, children: []string{"PatchLevel", "Version"}, leaf: "Setup", optional: true},
	},
	apply: func(m *machine) {
		names := m.reg.key(sqlInstances)
		if names == nil {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(names.values)) {
			key := sqlServer + `\` + names.values[name].text + `\Setup`
			a := m.reg.ask(key, "PatchLevel")
			if a.absent() {
				a = m.reg.ask(key, "Version")
			}
			if a.value == nil {
				continue
			}
			if build, ok := knowledge.ParseBuild(a.value.text); ok {
				m.exact(sqlProduct, sqlBuild(build).String(), a)
			}
		}
	},
}

var adfsRule = Rule{
	ID:     "adfs-role",
	Yields: "a product record for AD FS and for the Web Application Proxy, if they are set up (win.setup.adfs)",
	areas:  []area{{key: adfsKey, optional: true}},
	apply: func(m *machine) {
		const setUp = 2
		for _, role := range []struct{ value, name string }{
			{"FSConfigurationStatus", "AD FS"}, {"ProxyConfigurationStatus", "Web Application Proxy"},
		} {
			a := m.reg.ask(adfsKey, role.value)
			if n, ok := a.value.number(); ok && n == setUp {
				m.use(a.value)
				m.records = append(m.records, &evidence.Product{Host: m.host, Name: role.name, Where: a.where()})
			}
		}
	},
}

// exact adds a product at the build that its setup tells.
func (m *machine) exact(product, version string, a answer) {
	m.use(a.value)
	build, _ := knowledge.ParseBuild(version)
	m.builds = append(m.builds, exactBuild{product, build})
	m.records = append(m.records, &evidence.Product{Host: m.host, Name: product, Version: version, Where: a.where()})
}

// sqlBuild is the build as SQL Server itself and Microsoft's lists print it.
// Its setup puts the service pack into the second part: 12.2.5000.0 is
// 12.0.5000.0, and 10.52.4000.0 is 10.50.4000.0.
func sqlBuild(b knowledge.Build) knowledge.Build {
	b = slices.Clone(b)
	if len(b) > 1 && b[0] >= 10 {
		if b[0] == 10 && b[1] >= 50 {
			b[1] = 50
		} else {
			b[1] = 0
		}
	}
	return b
}

// knownBetter reports whether an installed program is a product whose setup
// told its build: of the same first two parts, or with none of its own.
func (m *machine) knownBetter(p *evidence.Product) bool {
	if len(m.builds) == 0 {
		return false
	}
	name := m.family(p)
	build, ok := knowledge.ParseBuild(p.Version)
	return slices.ContainsFunc(m.builds, func(b exactBuild) bool {
		return b.product == name && (!ok || len(build) > 1 && build.HasPrefix(b.build[:min(2, len(b.build))]))
	})
}

// family is what the knowledge base calls a program; empty if it has none.
func (m *machine) family(p *evidence.Product) string {
	known, judged := m.kb.ProductFor(p.Name, p.Version)
	for _, k := range m.kb.Products { // without a build the family is known by one of its records
		if k == known || k.ID == judged.Fact {
			return k.Name
		}
	}
	return ""
}
