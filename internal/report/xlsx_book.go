package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// workbook is an XLSX file being written, a sheet after the other and a row
// after the other: the rows of a large sheet wait in a temporary file.
type workbook struct {
	words
	file         *excelize.File
	title        string
	header, bold int
	wrap         int
	kinds        [kinds]int
}

// fills are background and text of each kind, dark on light. A colour never
// stands alone: the cell holds a symbol and a word as well.
var fills = [kinds][2]string{
	{"F8D7DA", "7A1420"},
	{"FFE8C2", "6B4000"},
	{"EADCF4", "4B2067"},
	{"D9F2DF", "14532D"},
	{"E8E8E8", "404040"},
	{"E8E8E8", "404040"},
}

// bookDate stands for both dates of a workbook: the clock is not asked, so
// that two reports of the same evidence are the same file.
const bookDate = "2000-01-01T00:00:00Z"

func newWorkbook(w words, title string) (*workbook, error) {
	b := &workbook{words: w, file: excelize.NewFile(), title: title}
	b.file.Pkg.Store("docProps/core.xml", coreProperties(title))
	err := b.file.SetAppProps(&excelize.AppProperties{Application: "tlsready"})
	style := func(s excelize.Style) int {
		if err != nil {
			return 0
		}
		var id int
		s.Alignment = &excelize.Alignment{Vertical: "top", WrapText: true}
		id, err = b.file.NewStyle(&s)
		return id
	}
	b.wrap = style(excelize.Style{})
	b.bold = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	b.header = style(excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: solid("1F3A5F")})
	for k, f := range fills {
		b.kinds[k] = style(excelize.Style{Font: &excelize.Font{Bold: true, Color: f[1]}, Fill: solid(f[0])})
	}
	if err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// coreProperties are written here, since some readers know them by the prefix
// that Excel uses and excelize does not.
func coreProperties(title string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<cp:coreProperties` +
		` xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"` +
		` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`)
	_ = xml.EscapeText(&b, []byte(title)) // a buffer takes all
	b.WriteString(`</dc:title><dc:creator>tlsready</dc:creator>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + bookDate + `</dcterms:created>` +
		`<dcterms:modified xsi:type="dcterms:W3CDTF">` + bookDate + `</dcterms:modified></cp:coreProperties>`)
	return b.Bytes()
}

func solid(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

// close gives the temporary files back.
func (b *workbook) close() { _ = b.file.Close() }

// bytes packs the file with its parts in one order, which excelize does not
// keep when sheets are streamed.
func (b *workbook) bytes() (*bytes.Buffer, error) {
	raw, err := b.file.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	in, err := zip.NewReader(bytes.NewReader(raw.Bytes()), int64(raw.Len()))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, part := range in.File {
		if err := zw.Copy(part); err != nil {
			return nil, err
		}
	}
	return &out, zw.Close()
}

// cell is one value. Text is written as text and never as a formula, whatever
// it starts with.
type cell struct {
	text   string
	number bool
	style  int
	kind   kind
	marked bool // in the style of its kind
}

// kindCell has the colour and the symbol of a kind before its words.
func kindCell(k kind, words string) cell {
	return cell{text: symbols[k] + " " + words, kind: k, marked: true}
}

// sheet is a sheet being written.
type sheet struct {
	b      *workbook
	stream *excelize.StreamWriter
	rows   int // written
	most   int
	all    int // rows there would be
	err    error
}

// sheet starts a sheet with columns of these widths.
func (b *workbook) sheet(name string, columns []column) (*sheet, error) {
	first := name == sheetSummary
	name = b.T(name)
	if first {
		if err := b.file.SetSheetName("Sheet1", name); err != nil {
			return nil, err
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return nil, err
	}
	landscape := "landscape"
	if err := b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape}); err != nil {
		return nil, err
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	// From the last to the first: each goes before those that are there, and
	// Excel wants them in order.
	for i, c := range slices.Backward(columns) {
		if err := stream.SetColWidth(i+1, i+1, c.width); err != nil {
			return nil, err
		}
	}
	return &sheet{b: b, stream: stream, most: mostSheetRows}, nil
}

// table starts a sheet of n rows under a head that stays in view and filters.
func (b *workbook) table(name string, n int, columns []column) (*sheet, error) {
	s, err := b.sheet(name, columns)
	if err != nil {
		return nil, err
	}
	if err := s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	corner, err := excelize.CoordinatesToCellName(len(columns), 1+min(n, mostSheetRows))
	if err != nil {
		return nil, err
	}
	if err := b.file.AutoFilter(b.T(name), "A1:"+corner, nil); err != nil {
		return nil, err
	}
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = b.T(c.title)
	}
	s.row(heads(b, titles...))
	s.rows, s.all = 0, n
	return s, s.err
}

// row writes a row and reports whether there is room for one more. The last
// row of a sheet that is full says what is missing.
func (s *sheet) row(cells []cell) bool {
	if s.err != nil {
		return false
	}
	s.rows++
	if s.rows == s.most && s.all > s.most {
		cells = []cell{kindCell(kindUnknown, s.b.T("and %s more rows, which a sheet does not hold", number(s.all-s.most+1)))}
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		if c.text != "" {
			values[i] = excelize.Cell{StyleID: s.b.styleOf(c), Value: c.value()}
		}
	}
	at := s.rows
	if s.all > 0 {
		at++ // below the head
	}
	s.err = s.stream.SetRow("A"+strconv.Itoa(at), values)
	return s.err == nil && s.rows < s.most
}

func (s *sheet) done() error {
	if s.err != nil {
		return s.err
	}
	return s.stream.Flush()
}

func (b *workbook) styleOf(c cell) int {
	if c.marked {
		return b.kinds[c.kind]
	}
	return cmp.Or(c.style, b.wrap)
}

// value is what excelize writes: an integer or a string.
func (c cell) value() any {
	if n, err := strconv.Atoi(c.text); c.number && err == nil {
		return n
	}
	if len(c.text) > excelize.TotalCellChars {
		return endCut(c.text, excelize.TotalCellChars, "...")
	}
	return c.text
}
