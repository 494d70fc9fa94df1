package audit

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// inventory reads the rows of one file.
type inventory struct {
	name  string
	lines *lineReader
	cols  columns
	cov   *evidence.Coverage
	emit  evidence.Emit
	host  string // of rows that name none
	fold  *productFold
	badIP int
}

// run emits one product record a row, and one for each server that is listed
// in parts.
func (v *inventory) run() error {
	v.fold = newProductFold()
	if err := v.rows(); err != nil {
		return err
	}
	for _, p := range v.fold.all() {
		if err := v.emit(p); err != nil {
			return err
		}
	}
	if v.badIP > 0 {
		v.cov.Blind = append(v.cov.Blind, fmt.Sprintf("%d rows whose ip is not an address", v.badIP))
	}
	return nil
}

// rows reads the file in the form that its first line which says something
// has. PowerShell and Excel put a line of their own before it.
func (v *inventory) rows() error {
	for {
		ln, err := v.lines.next()
		if err == io.EOF {
			v.cov.Failed = noColumns
			return nil
		}
		if err != nil {
			return err
		}
		if preamble(ln.text) && !ln.long {
			continue
		}
		if cols, ok := inventoryHeader(ln.text); ok {
			v.cols = cols
			return v.csv()
		}
		if _, _, ok := listLine(ln.text); ok {
			return v.psList(ln)
		}
		return v.psTable(ln)
	}
}

const noColumns = "no header with a host and a product column"

// csv reads rows of fields between delimiters.
func (v *inventory) csv() error {
	for {
		ln, err := v.lines.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(ln.text)) == 0 && !ln.long {
			continue
		}
		fields, reason, err := v.row(ln)
		if err != nil {
			return err
		}
		if err := v.take(fields, reason, ln.no); err != nil {
			return err
		}
	}
}

// take makes a product of one row, or says why not.
func (v *inventory) take(fields []string, reason string, no int) error {
	v.cov.Read++
	if reason == "" {
		reason = v.missing(fields)
	}
	if reason != "" {
		v.cov.Skip(fmt.Sprintf("%s:%d", v.name, no), reason)
		return nil
	}
	v.cov.Used++
	if p := v.product(fields, no); !v.fold.take(p) {
		return v.emit(p)
	}
	return nil
}

// preamble recognises lines before a header: empty, "#TYPE ..." or "sep=;".
func preamble(text []byte) bool {
	text = bytes.TrimSpace(text)
	lower := bytes.ToLower(text[:min(len(text), 8)])
	return len(text) == 0 || bytes.HasPrefix(lower, []byte("#type ")) || bytes.HasPrefix(lower, []byte("sep="))
}

// row reads the fields of the row that starts on ln. A quoted field can hold
// line breaks; one that never ends costs only its first line.
func (v *inventory) row(ln line) (fields []string, reason string, err error) {
	if ln.long {
		return nil, "line over 1 MiB", nil
	}
	if ln.open && bytes.HasSuffix(ln.text, []byte("\ufffd")) {
		return nil, "row that was cut", nil // in the middle of a character
	}
	text := ln.text
	if bytes.Count(text, []byte{'"'})%2 == 0 || !openQuote(text, v.cols.delim) {
		if fields, ok := splitRow(text, v.cols.delim); ok {
			return fields, "", nil
		}
		return nil, "row whose quotes do not match", nil
	}
	text = bytes.Clone(text)
	var taken []line
	for len(text) <= maxSpan {
		next, err := v.lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, "", err
		}
		taken = append(taken, next.copied())
		text = append(append(text, '\n'), next.text...)
		if bytes.Count(next.text, []byte{'"'})%2 == 0 {
			continue
		}
		if fields, ok := splitRow(text, v.cols.delim); ok {
			return fields, "", nil
		}
		break
	}
	v.lines.unread(taken)
	return nil, "row whose quotes do not match", nil
}

// openQuote reports whether a quoted field of the row goes on after it.
func openQuote(text []byte, delim byte) bool {
	for {
		text = bytes.TrimLeft(text, " ")
		if len(text) > 0 && text[0] == '"' {
			_, rest, ok := quotedField(text[1:])
			if !ok {
				return true
			}
			text = rest
		}
		_, rest, more := bytes.Cut(text, []byte{delim})
		if !more {
			return false
		}
		text = rest
	}
}

// missing says why a row cannot be used. Cells beyond the header are passed
// over if they are empty: spreadsheets write them.
func (v *inventory) missing(fields []string) string {
	for len(fields) > v.cols.width && fields[len(fields)-1] == "" {
		fields = fields[:len(fields)-1]
	}
	switch {
	case len(fields) < v.cols.width:
		return "row with fewer fields than the header"
	case len(fields) > v.cols.width:
		return "row with more fields than the header"
	case v.cols.host >= 0 && fields[v.cols.host] == "":
		return "row without a host"
	case fields[v.cols.product] == "":
		return "row without a product"
	}
	if again, ok := findColumns(fields); ok && again.host == v.cols.host && again.product == v.cols.product {
		return "the header again"
	}
	return ""
}

func (v *inventory) product(fields []string, no int) *evidence.Product {
	get := func(i int) string {
		if i < 0 {
			return ""
		}
		return fields[i]
	}
	p := &evidence.Product{
		Host: get(v.cols.host), Name: get(v.cols.product), Version: get(v.cols.version), Owner: get(v.cols.owner),
		Where: evidence.Where{File: v.name, Line: no},
	}
	if v.cols.host < 0 {
		p.Host = v.host
	}
	if v.cols.exchange {
		p.Name = "Exchange Server"
		if b, ok := knowledge.ParseBuild(p.Version); ok { // Version 15.1 (Build 1466.3)
			p.Version = b.String()
		}
	}
	if cell := get(v.cols.ip); cell != "" {
		if p.IP = firstIP(cell); p.IP == "" {
			v.badIP++
		}
	}
	return p
}

// firstIP gives the first address of a cell, which can list several.
func firstIP(cell string) string {
	for _, s := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,;|{}\n", r) }) {
		if a, err := netip.ParseAddr(strings.Trim(s, `"`)); err == nil {
			return a.Unmap().String()
		}
	}
	return ""
}
