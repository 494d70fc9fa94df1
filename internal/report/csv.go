package report

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tlsready/tlsready/assess"
)

var csvFormat = Format{Name: "csv", Extension: ".csv", Render: renderCSV}

// byteOrderMark tells Excel that the file is UTF-8; without it names that are
// not ASCII open as gibberish.
const byteOrderMark = "\ufeff"

// renderCSV writes a row a verdict (RFC 4180). Rows go out as they are made,
// since there may be a million of them.
func renderCSV(w io.Writer, r *assess.Report, opt Options) error {
	out := bufio.NewWriterSize(w, 1<<16)
	table := csv.NewWriter(out)
	table.UseCRLF = true
	_, err := out.WriteString(byteOrderMark)
	row := make([]string, len(verdictColumns))
	for i, c := range verdictColumns {
		row[i] = c.name
	}
	put := func() {
		if err == nil {
			err = table.Write(row)
		}
	}
	put()
	c := cleaner{words: words{opt.Lang}}
	for e := range entries(r) {
		e.Verdict = c.verdict(e.Verdict)
		for i, col := range verdictColumns {
			row[i] = noFormula(col.of(c.words, e))
		}
		put()
	}
	table.Flush()
	if err == nil {
		err = table.Error()
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing the CSV report: %w", err)
	}
	return nil
}

// noFormula puts a quote before what a spreadsheet would calculate: a client
// can call itself =HYPERLINK(...). The wide forms of the signs start a
// formula where East Asian text is typed.
func noFormula(s string) string {
	c, _ := utf8.DecodeRuneInString(s)
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", c) {
		return "'" + s
	}
	return s
}
