package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

// renderPlanJSON writes the plan object itself. Lists that are empty are
// written as such.
func renderPlanJSON(w io.Writer, r *assess.Report, _ Options) error {
	p := *planOf(r)
	if p.Steps == nil {
		p.Steps = []assess.PlanStep{}
	}
	if p.Dates == nil {
		p.Dates = []assess.PlanDate{}
	}
	if p.Notes == nil {
		p.Notes = []assess.PlanNote{}
	}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(&p); err != nil {
		return fmt.Errorf("the plan as JSON: %w", err)
	}
	return write(w, "JSON", bytes.NewBuffer(escapeUnprintable(raw.Bytes())))
}

// renderPlanCSV writes one line a step, as spreadsheets read it.
func renderPlanCSV(out io.Writer, r *assess.Report, opt Options) error {
	w := words{opt.Lang}
	var b bytes.Buffer
	b.WriteString("\ufeff") // or Excel takes it for the system's code page
	table := csv.NewWriter(&b)
	table.UseCRLF = true
	rows := [][]string{{"wave", "step", "host", "owner", "contact", "state", "reason", "next", "why", "after"}}
	p := planOf(r)
	for i := range p.Steps {
		s := &p.Steps[i]
		reason, next := "", ""
		if g := s.Reason(); g != nil {
			reason, next = w.tell(g.Reason), w.tell(g.Next)
		}
		row := []string{
			strconv.Itoa(s.Wave), shortStep(s.Step), w.stepPlace(s), s.Owner, s.Contact, string(s.State), reason, next,
			strings.Join(s.Why.Tell(w.Look), w.T("; ")), strings.Join(s.After, " "),
		}
		for j := range row {
			row[j] = csvCell(Line(row[j]))
		}
		rows = append(rows, row)
	}
	if err := table.WriteAll(rows); err != nil {
		return fmt.Errorf("the plan as CSV: %w", err)
	}
	return write(out, "CSV", &b)
}

// csvCell keeps a spreadsheet from taking text for a formula.
func csvCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
