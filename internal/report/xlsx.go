package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

var xlsxFormat = Format{Name: "xlsx", Extension: ".xlsx", Binary: true, Render: renderXLSX}

// mostSheetRows bounds a sheet. A spreadsheet ends at 1,048,576 rows.
var mostSheetRows = 1_000_000

// The sheets, in their order.
const (
	sheetSummary  = "Summary"
	sheetVerdicts = "Verdicts"
	sheetSettings = "Settings"
	sheetNotSeen  = "Not seen"
)

// renderXLSX writes a workbook.
func renderXLSX(w io.Writer, r *assess.Report, opt Options) error {
	b, err := newWorkbook(words{opt.Lang}, cmp.Or(cleaner{}.name(opt.Title), words{opt.Lang}.T("TLS readiness")))
	if err != nil {
		return fmt.Errorf("the report as XLSX: %w", err)
	}
	defer b.close()
	for _, sheet := range []func(*workbook, *assess.Report, Options) error{summarySheet, verdictSheet, settingSheet, notSeenSheet} {
		if err := sheet(b, r, opt); err != nil {
			return fmt.Errorf("the report as XLSX: %w", err)
		}
	}
	buf, err := b.bytes()
	if err != nil {
		return fmt.Errorf("the report as XLSX: %w", err)
	}
	return write(w, "XLSX", buf)
}

func verdictSheet(b *workbook, r *assess.Report, _ Options) error {
	s, err := b.table(sheetVerdicts, r.Verdicts.Len(), verdictColumns)
	if err != nil {
		return err
	}
	c := cleaner{words: b.words}
	for e := range entries(r) {
		e.Verdict = c.verdict(e.Verdict)
		cells := make([]cell, len(verdictColumns))
		for i, col := range verdictColumns {
			cells[i] = cell{text: col.of(b.words, e), number: col.count}
		}
		cells[0] = kindCell(e.kind, b.outcome(e.kind))
		if !s.row(cells) {
			break
		}
	}
	return s.done()
}

var settingColumns = titled(
	"Status", 22, "Host", 20, "Layer", 12, "Role", 10, "File", 40, "Line", 8, "Path", 50, "Value", 40, "Effect", 30,
	"Why", 40, "Fix", 60, "Because of", 40,
)

func settingSheet(b *workbook, r *assess.Report, _ Options) error {
	s, err := b.table(sheetSettings, len(r.Settings), settingColumns)
	if err != nil {
		return err
	}
	for _, v := range orderedSettings(cleaner{words: b.words}, r) {
		line := cell{number: true}
		if v.Where.Line > 0 {
			line.text = fmt.Sprint(v.Where.Line)
		}
		if !s.row([]cell{
			kindCell(settingKind(v.Verdict), b.setting(v.Verdict)),
			{text: v.Host},
			{text: v.Layer},
			{text: v.Role},
			{text: v.Where.File},
			line,
			{text: v.Where.Path},
			{text: v.Value},
			{text: b.effect(v.Effect, v.Versions)},
			{text: v.Why.String()},
			{text: numbered(v.Fix.Strings(), " ")},
			{text: strings.Join(v.Because, "; ")},
		}) {
			break
		}
	}
	return s.done()
}

var notSeenColumns = titled("What", 24, "Source", 12, "Input", 40, "Place", 30, "Reason", 60, "Times", 10)

// notSeenSheet lists what could not be read, and what no input can show.
func notSeenSheet(b *workbook, r *assess.Report, _ Options) error {
	var rows [][]cell
	for _, in := range orderedInputs(cleaner{words: b.words}, r) {
		add := func(k kind, what, place, reason string, n int) {
			times := cell{number: true}
			if n > 0 {
				times.text = fmt.Sprint(n)
			}
			rows = append(rows, []cell{kindCell(k, what), {text: in.Source}, {text: inputName(in)}, {text: place}, {text: reason}, times})
		}
		if in.Failed != "" {
			add(kindBreaks, b.T("gave nothing"), "", in.Failed, 0)
		}
		for _, p := range in.Skipped {
			k, what := kindRisk, b.T("passed over")
			if p.NotTLS {
				k, what = kindApart, b.T("not TLS")
			}
			add(k, what, p.Ref, p.Reason, max(1, p.Count))
		}
		for _, s := range in.Blind {
			add(kindUnknown, b.T("cannot be seen"), "", s, 0)
		}
	}
	s, err := b.table(sheetNotSeen, len(rows), notSeenColumns)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if !s.row(row) {
			break
		}
	}
	return s.done()
}

// titled makes columns of titles and widths.
func titled(pairs ...any) []column {
	var out []column
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, column{title: pairs[i].(string), width: float64(pairs[i+1].(int))})
	}
	return out
}
