package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/tlsready/tlsready/assess"
)

//go:embed plan.tmpl
var planTemplate string

//go:embed plan.css
var planStyle string

// planTemplates hold the page of a plan, and "plan", the part of it that a
// report can hold.
var planTemplates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(planFuncs(words{})).Parse(planTemplate))
})

// planFuncs are what the templates say and ask, in one language.
func planFuncs(w words) template.FuncMap {
	return template.FuncMap{
		"t": w.T, "n": w.N, "tell": w.tell, "short": shortStep, "words": w.stepWords, "symbol": stateSymbol, "line": Line, "number": number,
		"where": func(s assess.PlanStep) string { return w.stepPlace(&s) },
	}
}

// planView is what the template shows.
type planView struct {
	*assess.Plan
	Tag      string // of the language
	Style    template.CSS
	Policy   string
	Secured  string // the page's content policy
	Picture  template.HTML
	Groups   []groupView
	Refused  []refusalView
	Waiting  int
	Next     []groupView
	Detailed []assess.PlanStep
	More     int // steps beyond those that are shown one by one
}

type groupView struct {
	Wave  string
	Step  string
	State assess.StepState
	Count int
	Where string
	Why   []string
}

type refusalView struct {
	Step, Where      string
	Constraint, Next string
	Reason           string
	State            assess.StepState
}

// mostDetailed bounds the steps that a page lists one by one.
const mostDetailed = 1000

func newPlanView(p *assess.Plan, w words) planView {
	v := planView{Plan: p, Tag: w.Tag(), Style: template.CSS(planStyle), Secured: planPolicy(), Policy: Line(p.Policy)}
	v.Picture = template.HTML(planPicture(p, w, false).String()) //nolint:gosec // made here, with all text escaped
	for _, g := range planGroups(p) {
		v.Groups = append(v.Groups, w.group(g))
	}
	refused, waiting := refusals(p)
	v.Waiting = waiting
	for _, r := range refused {
		g := planGroup{Steps: r.Steps}
		v.Refused = append(v.Refused, refusalView{
			Step: shortStep(r.Steps[0].Step), Where: w.places(&g, mostPlaces), Constraint: Line(r.Gate.Constraint),
			Next: w.tell(r.Gate.Next), Reason: w.tell(r.Gate.Reason), State: r.Steps[0].State,
		})
	}
	for _, g := range nextSteps(p) {
		v.Next = append(v.Next, w.group(g))
	}
	v.Detailed = p.Steps[:min(len(p.Steps), mostDetailed)]
	v.More = len(p.Steps) - len(v.Detailed)
	return v
}

func (w words) group(g *planGroup) groupView {
	v := groupView{Wave: number(g.Wave), Step: g.Step, State: g.State, Count: len(g.Steps), Where: w.places(g, 8)}
	if g.Wave == 0 {
		v.Wave = "–"
	}
	for i, s := range g.Steps {
		if i < mostPlaces && len(s.Why) > 0 {
			v.Why = append(v.Why, w.T("%s: %s", w.stepPlace(s), w.tell(s.Why[0])))
		}
	}
	return v
}

// renderPlanHTML writes one page that needs nothing else.
func renderPlanHTML(w io.Writer, r *assess.Report, opt Options) error {
	b, err := executePlan("page", planOf(r), words{opt.Lang})
	if err != nil {
		return err
	}
	return write(w, "HTML", b)
}

func executePlan(name string, p *assess.Plan, w words) (*bytes.Buffer, error) {
	var b bytes.Buffer
	templates, err := planTemplates().Clone()
	if err == nil {
		err = templates.Funcs(planFuncs(w)).ExecuteTemplate(&b, name, newPlanView(p, w))
	}
	if err != nil {
		return nil, fmt.Errorf("the plan as HTML: %w", err)
	}
	return &b, nil
}

// PlanPart is the plan as a part of another page: a picture, the table, what
// is refused and what comes next. It brings no style and no script; headings
// begin at h3. Empty where there is no plan.
func PlanPart(r *assess.Report, opt Options) (template.HTML, error) {
	if r.Plan == nil || len(r.Plan.Steps) == 0 {
		return "", nil
	}
	b, err := executePlan("plan", r.Plan, words{opt.Lang})
	if err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil //nolint:gosec // a template of html/template wrote it
}

// planPolicy lets the page use its own style, and nothing else.
func planPolicy() string {
	sum := sha256.Sum256([]byte(planStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}
