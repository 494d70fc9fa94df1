package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Rule is something that reads settings, and what it rests on.
type Rule struct {
	Area       string   `json:"area"`            // registry, configuration, source code
	ID         string   `json:"rule"`            // as in the records it makes
	Layer      string   `json:"layer,omitempty"` // of these records
	About      string   `json:"about,omitempty"` // what it reads or yields, or in which languages
	Example    string   `json:"example,omitempty"`
	Fact       string   `json:"fact,omitempty"`
	Confidence string   `json:"confidence,omitempty"` // confirmed, reported, unconfirmed
	Sources    []string `json:"sources,omitempty"`
	Basis      string   `json:"basis,omitempty"` // what was read there
}

// Rules lists rules for a person, area by area.
func Rules(w io.Writer, rules []Rule, opt Options) error {
	p := newPage(opt)
	area := ""
	for _, r := range rules {
		if r.Area != area {
			area = r.Area
			p.section(area)
		}
		p.para("", indent, r.ID, p.bold)
		if r.About != "" {
			p.para(indent, indent, r.About, nil)
		}
		if r.Example != "" {
			p.para(indent+"such as ", indent+indent, r.Example, nil)
		}
		if r.Fact == "" {
			continue
		}
		p.para(indent, indent+indent, words{}.founding("", r.Fact, r.Confidence, r.Sources), p.dim)
	}
	return write(w, "rules", &p.buf)
}

// RulesNDJSON lists rules for programs, one a line.
func RulesNDJSON(w io.Writer, rules []Rule) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range rules {
		if err := enc.Encode(struct {
			Kind string `json:"kind"`
			Rule
		}{"rule", r}); err != nil {
			return fmt.Errorf("writing the rules: %w", err)
		}
	}
	return nil
}

// founding says what a verdict rests on:
// "schannel-protocol, fact win.x, confirmed: source".
func (w words) founding(rule, fact, confidence string, sources []string) string {
	var parts []string
	if rule != "" {
		parts = append(parts, rule)
	}
	if fact != "" {
		parts = append(parts, w.T("fact %s", fact))
	}
	if confidence != "" {
		parts = append(parts, w.confidence(confidence))
	}
	s := strings.Join(parts, ", ")
	if len(sources) > 0 {
		s += ": " + strings.Join(sources, "; ")
	}
	return s
}
