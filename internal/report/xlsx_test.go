package report

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/tlsready/tlsready/assess"
)

func openXLSX(t *testing.T, out string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// readXLSX writes a workbook as text: sheets, rows and cells.
func readXLSX(t *testing.T, out string) string {
	t.Helper()
	f := openXLSX(t, out)
	var b strings.Builder
	for _, name := range f.GetSheetList() {
		fmt.Fprintf(&b, "## %s\n", name)
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			b.WriteString(strings.Join(row, " | ") + "\n")
		}
	}
	return b.String()
}

func TestXLSXGolden(t *testing.T) {
	for name, r := range fixtures() {
		opt := Options{Title: "Example Ltd", Version: "1.0.0"}
		out := render(t, "xlsx", r, opt)
		if again := render(t, "xlsx", r, opt); again != out {
			t.Errorf("%s: two renderings differ", name)
		}
		if name != "huge" {
			golden(t, filepath.Join("testdata", name+".xlsx.txt"), readXLSX(t, out))
		}
	}
}

// TestXLSXCalculatesNothing: no part of the file holds a formula or a link.
func TestXLSXCalculatesNothing(t *testing.T) {
	out := render(t, "xlsx", injection(), Options{Title: "=1+1", Version: "=1+1"})
	f := openXLSX(t, out)
	rows, err := f.GetRows(sheetVerdicts)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range injected {
		want := cleaner{}.name(s)
		if got := rows[i+1][1]; got != want {
			t.Errorf("client %q, want %q", got, want)
		}
	}
	for _, part := range parts(t, out) {
		if !slices.IsSorted(columnsOf(part.body)) {
			t.Errorf("%s: the columns are in no order", part.name)
		}
		for _, bad := range []string{"<f>", "<f ", "hyperlink", "externalLink"} {
			if strings.Contains(part.body, bad) {
				t.Errorf("%s holds %s", part.name, bad)
			}
		}
	}
}

var colForm = regexp.MustCompile(`<col min="([0-9]+)"`)

func columnsOf(sheet string) []int {
	var out []int
	for _, m := range colForm.FindAllStringSubmatch(sheet, -1) {
		n, _ := strconv.Atoi(m[1])
		out = append(out, n)
	}
	return out
}

type part struct{ name, body string }

func parts(t *testing.T, out string) []part {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(out), int64(len(out)))
	if err != nil {
		t.Fatal(err)
	}
	var list []part
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := io.Copy(&b, r); err != nil {
			t.Fatal(err)
		}
		r.Close()
		list = append(list, part{f.Name, b.String()})
	}
	if !slices.IsSortedFunc(list, func(a, b part) int { return strings.Compare(a.name, b.name) }) {
		t.Error("the parts are in no order")
	}
	return list
}

// TestXLSXLook: the head stays in view and filters, and a verdict is told by
// symbol, word and colour.
func TestXLSXLook(t *testing.T) {
	f := openXLSX(t, render(t, "xlsx", mixed(), Options{}))
	if got := f.GetSheetList(); !slices.Equal(got, []string{sheetSummary, sheetVerdicts, sheetSettings, sheetNotSeen}) {
		t.Errorf("sheets %v", got)
	}
	for _, name := range f.GetSheetList()[1:] {
		panes, err := f.GetPanes(name)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: panes %+v, %v", name, panes, err)
		}
	}
	filters := 0
	for _, d := range f.GetDefinedName() {
		if strings.Contains(d.Name, "FilterDatabase") {
			filters++
		}
	}
	if filters != 3 {
		t.Errorf("%d filters", filters)
	}
	looks := map[string]bool{}
	for _, row := range []int{2, 7, 8, 9} { // breaks, at risk, not known, ok
		cell := fmt.Sprintf("A%d", row)
		id, err := f.GetCellStyle(sheetVerdicts, cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := f.GetCellValue(sheetVerdicts, cell)
		looks[fmt.Sprint(style.Fill.Color, style.Font.Color, text)] = true
	}
	if len(looks) != 4 {
		t.Errorf("looks: %v", looks)
	}
	if kind, _ := f.GetCellType(sheetVerdicts, "R2"); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("the count is no number: %v", kind)
	}
	props, err := f.GetDocProps()
	if err != nil || props.Created != bookDate || props.Modified != bookDate || props.Title != "TLS readiness" {
		t.Errorf("%+v, %v", props, err)
	}
}

// TestXLSXCut: a sheet that is full says so, in its last row and in front.
func TestXLSXCut(t *testing.T) {
	defer func(n int) { mostSheetRows = n }(mostSheetRows)
	mostSheetRows = 4
	out := readXLSX(t, render(t, "xlsx", many(10), Options{}))
	for _, want := range []string{"and 7 more rows, which a sheet does not hold", "Verdicts holds the first 4 of 10 rows"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	mostSheetRows = 10
	if out := readXLSX(t, render(t, "xlsx", many(10), Options{})); strings.Contains(out, "more rows") || !strings.Contains(out, "client-9.example") {
		t.Errorf("a sheet that holds all is cut:\n%s", out)
	}
}

// TestXLSXLongCell: a cell holds 32,767 characters.
func TestXLSXLongCell(t *testing.T) {
	v := oldOutlook("a", "b")
	v.Fix = slices.Repeat(told(strings.Repeat("漢字 ", 300)), 60)
	f := openXLSX(t, render(t, "xlsx", finish(&assess.Report{Verdicts: assess.Listed(v)}), Options{}))
	got, err := f.GetCellValue(sheetVerdicts, "F2")
	if n := len([]rune(got)); err != nil || n > excelize.TotalCellChars || !strings.HasSuffix(got, "...") {
		t.Errorf("%d characters, %v", n, err)
	}
}
