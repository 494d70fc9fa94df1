package report

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/tlswire"
)

// nasty is a name that terminals, XML, HTML, calendars and spreadsheets would
// each take for something else.
const nasty = "=1+\"<svg onload=x>\"&;,\\\x1b[31m\u202eevil\r\nBEGIN:VEVENT"

// planned is a report with a plan of some hosts, one of which is named
// nastily.
func planned(hosts int) *assess.Report {
	p := &assess.Plan{Schema: 1, Policy: "tls12", AsOf: "2026-11-23", Floor: tlswire.TLS12, Notes: []assess.PlanNote{{Constraint: "con.x", Text: assess.Verbatim(nasty), Hosts: []string{nasty}}}}
	for i := range hosts {
		name := fmt.Sprintf("server%04d.a-rather-long-domain.example", i)
		if i == 0 {
			name = nasty
		}
		gate := assess.Gate{Constraint: "gate.weak-clients", Reason: assess.Verbatim(nasty + " would break"), Next: assess.Verbatim("tlsready explain " + nasty)}
		p.Steps = append(p.Steps,
			assess.PlanStep{ID: "scan-endpoints/" + name, Step: "step.scan-endpoints", Host: name, Owner: nasty, Wave: 1, State: assess.StepTodo, Why: assess.Texts{assess.Verbatim(nasty)}},
			assess.PlanStep{
				ID: "disable-server/" + name, Step: "step.disable-server", Host: name, After: []string{"scan-endpoints/" + name}, Wave: 2,
				State: assess.StepRefused, Gates: []assess.Gate{gate}, Files: &assess.StepFiles{Change: nasty},
			},
			assess.PlanStep{ID: "observe/" + name, Step: "step.observe", Host: name, Wave: 0, State: assess.StepDone},
			assess.PlanStep{ID: "enable-client-12/" + name, Step: "step.enable-client-12", Host: name, Wave: 1, State: assess.StepRegressed})
	}
	p.Dates = []assess.PlanDate{{Date: "2026-12-31", Kind: "deadline", ID: nasty, What: assess.Verbatim(nasty + strings.Repeat("é用戶端", 30))}, {Date: "soon", What: assess.Verbatim("no day")}}
	slices.SortStableFunc(p.Steps, func(a, b assess.PlanStep) int { return a.Wave - b.Wave })
	p.Summary = assess.PlanSummary{Steps: 4 * hosts, Waves: 2, Hosts: hosts, Todo: hosts, Refused: hosts, Done: hosts, Regressed: hosts, NoOwner: hosts}
	return &assess.Report{Schema: 1, Policy: "tls12", AsOf: "2026-11-23", Floor: tlswire.TLS12, Plan: p}
}

// planIn is a plan in one format; whatever stands in it, nothing obeys it.
func planIn(t *testing.T, format string, r *assess.Report) string {
	t.Helper()
	f, err := FindPlan(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Render(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.String() {
		if unprintable(c) && c != '\n' && c != '\r' && c != '\ufeff' {
			t.Fatalf("%s holds %q", format, c)
		}
	}
	return b.String()
}

func TestPlanTextFitsItsTerminal(t *testing.T) {
	for _, hosts := range []int{0, 1, 3, 2000} {
		text := planIn(t, "text", planned(hosts))
		for line := range strings.Lines(text) {
			if displayWidth(strings.TrimRight(line, "\n")) > 80 {
				t.Errorf("%d hosts: wider than 80 columns: %s", hosts, line)
			}
		}
		if n := strings.Count(text, "\n"); n > 200 {
			t.Errorf("%d hosts: %d lines for a person to read", hosts, n)
		}
	}
	if text := planIn(t, "text", &assess.Report{Policy: "tls12"}); !strings.Contains(text, "Nothing to do") {
		t.Errorf("without a plan:\n%s", text)
	}
}

// TestPlanPictureIsXML: the picture can be read by any reader of SVG, stays
// small whatever the estate, and says in words what it shows.
func TestPlanPictureIsXML(t *testing.T) {
	for _, hosts := range []int{0, 1, 2000} {
		svg := planIn(t, "svg", planned(hosts))
		elements := map[string]int{}
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%d hosts: %v", hosts, err)
			}
			if e, ok := token.(xml.StartElement); ok {
				elements[e.Name.Local]++
				for _, a := range e.Attr {
					if strings.HasPrefix(a.Name.Local, "on") {
						t.Errorf("an attribute %s", a.Name.Local)
					}
				}
			}
		}
		if elements["desc"] != 1 || elements["script"] != 0 || elements["rect"] > 40 {
			t.Errorf("%d hosts: %v", hosts, elements)
		}
		if hosts > 0 && !strings.Contains(svg, "✗ disable-server") {
			t.Error("the refused step is not marked")
		}
	}
}

// TestPlanCalendar holds the calendar against RFC 5545: lines of at most 75
// octets that end in CR LF, escaped text, and nothing from evidence that
// becomes a line of its own.
func TestPlanCalendar(t *testing.T) {
	ics := planIn(t, "ics", planned(1))
	if strings.Count(ics, "\n") != strings.Count(ics, "\r\n") {
		t.Error("a line does not end in CR LF")
	}
	for line := range strings.SplitSeq(ics, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	unfolded := strings.ReplaceAll(ics, "\r\n ", "")
	if strings.Count(unfolded, "\r\nBEGIN:VEVENT\r\n") != 1 {
		t.Errorf("want the one date that is a day:\n%s", unfolded)
	}
	for _, want := range []string{"DTSTART;VALUE=DATE:20261231\r\n", "DTEND;VALUE=DATE:20270101\r\n", `\;\,\\`, strings.Repeat("é用戶端", 30)} {
		if !strings.Contains(unfolded, want) {
			t.Errorf("lacks %q:\n%s", want, unfolded)
		}
	}
}

func TestPlanCSVIsNoFormula(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(planIn(t, "csv", planned(2)), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+8 {
		t.Errorf("%d rows", len(rows))
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
}

func TestPlanPageEscapes(t *testing.T) {
	page := planIn(t, "html", planned(1500))
	if strings.Contains(page, "<svg onload") || strings.Contains(page, "<script") {
		t.Error("evidence became markup")
	}
	if !strings.Contains(page, "more steps stand in plan.json") {
		t.Error("a long list is cut without a word")
	}
	part, err := PlanPart(planned(1), Options{})
	if err != nil || !strings.Contains(string(part), `class="plan"`) || strings.Contains(string(part), "<style") {
		t.Errorf("the part for a report: %v\n%s", err, part)
	}
	if part, err := PlanPart(&assess.Report{}, Options{}); part != "" || err != nil {
		t.Errorf("without a plan: %q, %v", part, err)
	}
}

func TestPlanFormatIsKnown(t *testing.T) {
	if _, err := FindPlan("pdf"); !errors.Is(err, ErrUnknownFormat) {
		t.Errorf("pdf: %v", err)
	}
}
