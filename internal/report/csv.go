package report

import (
	"bufio"
	"bytes"
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
	names := make([]string, len(verdictColumns))
	for i, c := range verdictColumns {
		names[i] = c.name
	}
	out.WriteString(byteOrderMark + strings.Join(names, ",") + "\r\n")
	c := cleaner{words: words{opt.Lang}}
	list := seats(r)
	err := inBlocks(out, len(list), func(b *bytes.Buffer, from, to int) error { return csvRows(b, c, r, list[from:to]) })
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing the CSV report: %w", err)
	}
	return nil
}

// csvRows writes a row for each verdict of some seats.
func csvRows(out *bytes.Buffer, c cleaner, r *assess.Report, list []seated) error {
	table := csv.NewWriter(out)
	table.UseCRLF = true
	row := make([]string, len(verdictColumns))
	for _, s := range list {
		e := entry{s.kind, c.verdict(r.Verdicts.At(int(s.seat)))}
		for i, col := range verdictColumns {
			row[i] = noFormula(col.of(c.words, e))
		}
		if err := table.Write(row); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
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
