package report

import (
	"strconv"

	"github.com/tlsready/tlsready/assess"
)

// summarySheet is what somebody reads who opens no other sheet.
func summarySheet(b *workbook, r *assess.Report, opt Options) error {
	v := newView(r, Options{Lang: opt.Lang})
	s, err := b.sheet(sheetSummary, titled("", 26, "", 16, "", 90))
	if err != nil {
		return err
	}
	s.row([]cell{{text: b.title, style: b.bold}})
	s.row([]cell{kindCell(v.head.Kind, v.head.Word), {}, {text: v.head.Lead}})
	s.row([]cell{{}, {}, {text: v.head.More}})
	s.row([]cell{{text: b.T("Policy")}, {text: v.r.Policy}, {text: v.r.PolicyText.String()}})
	s.row([]cell{{text: b.T("Judged for")}, {text: v.r.AsOf}})
	if opt.Version != "" {
		s.row([]cell{{text: b.T("Written by")}, {}, {text: "tlsready " + cleaner{}.name(opt.Version)}})
	}
	s.row([]cell{{}, {}, {text: v.gaps.looked()}})
	s.row(nil)
	s.row(heads(b, b.T("Pairs"), b.T("Number")))
	for k := range kinds {
		s.row([]cell{kindCell(k, b.outcome(k)), numberCell(v.count(k))})
	}
	s.row([]cell{{text: b.T("all")}, numberCell(v.pairs())})
	s.row([]cell{{text: b.T("clients that break")}, numberCell(r.Summary.ClientsBreaking)})
	s.row([]cell{{text: b.T("settings that break")}, numberCell(r.Summary.SettingsBreaking)})
	s.row([]cell{{text: b.T("inputs that gave nothing")}, numberCell(v.failed())})
	s.row([]cell{{text: b.T("inputs read in part")}, numberCell(v.partial())})
	if causes := v.byCause(v.verdicts[kindBreaks]); len(causes) > 0 {
		s.row(nil)
		s.row(heads(b, b.T("Whose fault"), b.T("Clients"), b.T("Why it breaks")))
		for _, c := range causes {
			s.row([]cell{{text: c.Side}, numberCell(c.Clients), {text: c.Fault}})
		}
	}
	for _, note := range cutNotes(b.words, r) {
		s.row(nil)
		s.row([]cell{kindCell(kindUnknown, b.T("cut short")), {}, {text: note}})
	}
	return s.done()
}

func heads(b *workbook, titles ...string) []cell {
	var out []cell
	for _, t := range titles {
		out = append(out, cell{text: t, style: b.header})
	}
	return out
}

func numberCell(n int) cell { return cell{text: strconv.Itoa(n), number: true} }

// cutNotes say which sheets could not take all.
func cutNotes(w words, r *assess.Report) []string {
	var out []string
	for _, s := range []struct {
		name string
		n    int
	}{{sheetVerdicts, r.Verdicts.Len()}, {sheetSettings, len(r.Settings)}} {
		if s.n > mostSheetRows {
			out = append(out, w.T("%s holds the first %s of %s rows: a sheet takes no more. --format csv and json have them all.", w.T(s.name), number(mostSheetRows), number(s.n)))
		}
	}
	return out
}
