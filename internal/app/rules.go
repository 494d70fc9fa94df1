package app

import (
	"cmp"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/report"
	"github.com/tlsready/tlsready/internal/source/audit"
	"github.com/tlsready/tlsready/internal/source/code"
	"github.com/tlsready/tlsready/internal/source/config"
	"github.com/tlsready/tlsready/knowledge"
)

// Rules lists everything that reads settings, each with the fact that it
// rests on: the registry first, then configurations, then source code.
func Rules(base *knowledge.Base) ([]report.Rule, error) {
	var out []report.Rule
	for _, r := range audit.Rules {
		out = append(out, founded(base, report.Rule{
			Area: "registry", ID: r.ID, Layer: r.Layer, About: r.Yields, Fact: r.Fact,
		}))
	}
	for _, d := range config.Dialects() {
		out = append(out, founded(base, report.Rule{
			Area: "configuration", ID: d.Rule, Layer: d.Name, About: d.Product, Fact: d.Fact,
		}))
	}
	rules, err := code.Rules()
	if err != nil {
		return nil, err
	}
	for _, r := range rules {
		out = append(out, report.Rule{
			Area: "source code", ID: r.ID, Layer: "source", About: strings.Join(r.Languages, ", "), Example: r.Example(),
			Fact: r.Fact, Confidence: r.Confidence, Sources: r.Source, Basis: r.Basis,
		})
	}
	return out, nil
}

// founded adds what the knowledge base says about the rule's fact.
func founded(base *knowledge.Base, r report.Rule) report.Rule {
	if fact, ok := base.Record(r.Fact); ok {
		r.Confidence, r.Sources = string(fact.Confidence), fact.Source
	}
	return r
}

// cite gives every setting of a report the sources that its verdict rests
// on. A fact of the knowledge base counts before the rule's own: one rule may
// rest on several.
func cite(r *assess.Report, base *knowledge.Base) error {
	if len(r.Settings) == 0 {
		return nil
	}
	rules, err := Rules(base)
	if err != nil {
		return err
	}
	byID := map[string]report.Rule{}
	for _, rule := range rules {
		byID[rule.ID] = rule
	}
	for i := range r.Settings {
		s := &r.Settings[i]
		rule := founded(base, report.Rule{Fact: s.Fact})
		if rule.Confidence == "" {
			rule = byID[s.Rule]
		}
		s.Confidence, s.Sources = cmp.Or(s.Confidence, rule.Confidence), rule.Sources
	}
	return nil
}
