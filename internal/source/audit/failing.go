package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// failingRule holds what is installed against Microsoft's list of programs
// that were seen to fail with TLS 1.0 and 1.1 off. Which versions fail the list
// tells only in part, so a person must look.
var failingRule = Rule{
	ID:     "failing-programs",
	Layer:  "program",
	Fact:   "win.apps.known-to-fail",
	Yields: "a setting to look at for each installed program that is known to fail once TLS 1.0 and 1.1 are off",
	areas:  []area{{key: software + uninstallKey, children: uninstallValues, optional: true}},
	apply: func(m *machine) {
		for _, r := range slices.Clone(m.records) {
			p, ok := r.(*evidence.Product)
			if !ok || !strings.Contains(strings.ToLower(p.Where.Path), strings.ToLower(uninstallKey)) {
				continue
			}
			if s := m.failing(p); s != nil {
				m.records = append(m.records, s)
			}
		}
	},
}

// failing is what the list says of a program; nil: it is not on it, it is a
// later version, or what is known of its builds says more.
func (m *machine) failing(p *evidence.Product) *evidence.Setting {
	app, ok := m.kb.BrokenApp(p.Name)
	if !ok {
		return nil
	}
	if known, _ := m.kb.ProductFor(p.Name, p.Version); known != nil {
		return nil
	}
	note := "fails with TLS 1.0 and 1.1 off: Microsoft lists " + app.Affected
	if app.Fixed != "" {
		note += fmt.Sprintf("; %s does not", app.Fixed)
	}
	have, known := knowledge.ParseBuild(p.Version)
	fixed, exact := knowledge.ParseBuild(app.Fixed)
	if known && exact && have.Compare(fixed) >= 0 {
		return nil
	}
	return &evidence.Setting{
		Host: m.host, Role: "client", Layer: m.rule.Layer, Value: strings.TrimSpace(p.Name + " " + p.Version),
		Effect: evidence.Review, Where: p.Where, Rule: m.rule.ID, Fact: app.ID, Note: note,
	}
}
