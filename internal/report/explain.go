package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/lang"
)

// mostCited is how many documents a step names on a terminal.
const mostCited = 2

// RenderExplanation writes the chain behind verdicts for a person: each step
// with what it rests on.
func RenderExplanation(w io.Writer, e *assess.Explanation, opt Options) error {
	x := explanation{newPage(opt), opt.Lang, cleaner{words{opt.Lang}, opt.ASCII}}
	for i := range e.Chains {
		if i > 0 {
			x.blank()
		}
		x.chain(&e.Chains[i], e.AsOf)
	}
	if e.More > 0 {
		x.blank()
		x.para("", "", x.T("and %s verdicts more: name both parties, or add --format json", number(e.More)), x.dim)
	}
	return write(w, "text", &x.buf)
}

// RenderExplanationJSON writes the explanation for programs.
func RenderExplanationJSON(w io.Writer, e *assess.Explanation, _ Options) error {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		return fmt.Errorf("the explanation as JSON: %w", err)
	}
	return write(w, "JSON", bytes.NewBuffer(escapeUnprintable(raw.Bytes())))
}

// explanation writes chains to a page.
type explanation struct {
	*page
	*lang.Language
	clean cleaner
}

func (x explanation) chain(c *assess.Chain, asOf string) {
	o := c.Verdict.Outline()
	k := kindOf(o.Shape, asOf)
	v := x.clean.verdict(c.Verdict)
	title := v.Client + " " + x.arrow + " " + v.Server
	if v.Client == assess.Anyone || v.Server == assess.Anyone {
		title = strings.NewReplacer(assess.Anyone+" ", x.T("anybody")+" ", " "+assess.Anyone, " "+x.T("anybody")).Replace(title)
	}
	if v.ClientParty.UserAgent != "" {
		title += "  " + endCut(cmp.Or(v.Software, v.ClientParty.UserAgent), x.width/2, x.dots)
	}
	x.para(x.symbol(k)+" ", indent, title, x.bold)
	last := ""
	for _, s := range c.Steps {
		label := x.label(s.About)
		if label == last {
			label = ""
		} else {
			last = label
		}
		x.step(label, k, s)
	}
}

// label is a step's kind in a word that fits the margin.
func (x explanation) label(about string) string {
	switch about {
	case "identity":
		return x.T("Who")
	case "seen":
		return x.T("Seen")
	case "client":
		return x.T("Client")
	case "server":
		return x.T("Server")
	case "setting":
		return x.T("Set")
	case "product":
		return x.T("Has")
	case "fact":
		return x.T("Known")
	case "policy":
		return x.T("Policy")
	case "verdict":
		return x.T("So")
	case "contradiction":
		return x.T("But")
	case "owner":
		return x.T("Owner")
	case "waiver":
		return x.T("Waiver")
	case "next":
		return x.T("Next")
	}
	return x.T("Also")
}

// step writes one step, and below it in small what it rests on.
func (x explanation) step(label string, k kind, s assess.Step) {
	var style func(string) string
	switch s.About {
	case "verdict":
		style = func(line string) string { return x.strong(k, line) }
	case "next":
		style = func(line string) string { return x.paint(sgrCommand, line) }
	}
	x.labelled(label, x.clean.told(s.Says).String(), style)
	if rests := x.rests(s); rests != "" {
		pad := indent + strings.Repeat(" ", labelAt)
		x.para(pad, pad, rests, x.dim)
	}
}

// rests is what a step rests on: how it is known, where it stands, and the
// documents behind a fact.
func (x explanation) rests(s assess.Step) string {
	var parts []string
	add := func(p string) {
		if p = x.clean.name(p); p != "" {
			parts = append(parts, p)
		}
	}
	add(x.clean.confidence(s.Confidence))
	if s.Source != "scan" {
		add(s.Source)
	}
	add(strings.Join(x.clean.references(s.Refs), ", "))
	add(s.Fact)
	if s.Fact != "" {
		for _, c := range firstOf(s.Cites, mostCited) {
			add(c)
		}
	}
	return strings.Join(parts, "; ")
}
