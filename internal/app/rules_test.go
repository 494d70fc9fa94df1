package app

import (
	"testing"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// Whoever is told to change a setting may ask who says so.
func TestEveryRuleIsFounded(t *testing.T) {
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Rules(base)
	if err != nil {
		t.Fatal(err)
	}
	areas := map[string]int{}
	for _, r := range rules {
		areas[r.Area]++
		if r.Layer == "" {
			continue // makes no settings
		}
		if r.Fact == "" || r.Confidence == "" || len(r.Sources) == 0 {
			t.Errorf("rule %s: fact %q, confidence %q, sources %q: want all three", r.ID, r.Fact, r.Confidence, r.Sources)
		}
	}
	for _, area := range []string{"registry", "configuration", "source code"} {
		if areas[area] == 0 {
			t.Errorf("no rule reads the %s", area)
		}
	}
}

func TestSettingsAreCited(t *testing.T) {
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	for fact, rule := range map[string]string{"srv.nginx": "nginx-protocols", "": "dotnet.security-protocol"} {
		r := &assess.Report{Settings: []assess.SettingVerdict{{Rule: rule, Fact: fact, Effect: evidence.Pins}}}
		if err := cite(r, base); err != nil {
			t.Fatal(err)
		}
		if s := r.Settings[0]; s.Confidence == "" || len(s.Sources) == 0 {
			t.Errorf("rule %s: confidence %q, sources %q", rule, s.Confidence, s.Sources)
		}
	}
}
