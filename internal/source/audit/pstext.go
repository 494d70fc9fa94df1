package audit

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// What PowerShell prints is an inventory, too, if its properties are: as a
// list (Get-ExchangeServer | fl) or as a table (Get-CsServerPatchVersion).

// maxProperties bounds the properties of one object that are kept.
const maxProperties = 64

// listLine splits "Name   : value".
func listLine(text []byte) (name, value string, ok bool) {
	before, after, ok := bytes.Cut(text, []byte(" :"))
	name = string(bytes.TrimSpace(before))
	if !ok || name == "" || text[0] == ' ' || len(after) > 0 && after[0] != ' ' || strings.ContainsAny(name, " \t\"=<>[]{}/") {
		return "", "", false
	}
	return name, string(bytes.TrimSpace(after)), true
}

// psObject is one object of a list: the properties that can be columns.
type psObject struct {
	names, values []string
	line          int  // its first
	last          bool // whether the last property is kept, which a line can carry on
}

// add takes a line; it reports false for one that starts another object.
func (o *psObject) add(text []byte) bool {
	name, value, ok := listLine(text)
	switch {
	case !ok && o.last && len(text) > 0 && text[0] == ' ':
		o.values[len(o.values)-1] += string(bytes.TrimSpace(text))
	case !ok:
	case slices.Contains(o.names, name):
		return false
	default:
		o.last = columnNames[plainHeader(name)] != colNone && len(o.names) < maxProperties
		if o.last {
			o.names, o.values = append(o.names, name), append(o.values, value)
		}
	}
	return true
}

// psList reads objects printed one property a line, with an empty line
// between.
func (v *inventory) psList(ln line) error {
	first := true
	o := psObject{line: ln.no}
	end := func() error {
		defer func() { o = psObject{} }()
		if len(o.names) == 0 || v.cov.Failed != "" {
			return nil
		}
		cols, ok := findColumns(o.names)
		if first && !ok {
			v.cov.Failed = noColumns
			return nil
		}
		first = false
		reason := ""
		if v.cols = cols; !ok {
			reason = "object without a host and a product"
		}
		return v.take(o.values, reason, o.line)
	}
	for {
		if len(bytes.TrimSpace(ln.text)) == 0 || !o.add(ln.text) {
			if err := end(); err != nil {
				return err
			}
			o.add(ln.text)
		}
		if len(o.names) == 1 && o.line == 0 {
			o.line = ln.no
		}
		var err error
		if ln, err = v.lines.next(); err == io.EOF {
			return end()
		}
		if err != nil {
			return err
		}
	}
}

// psRule recognises the line of dashes below the header of a table and gives
// where its columns start.
func psRule(text []byte) (starts []int) {
	for i, c := range text {
		switch {
		case c == '-' && (i == 0 || text[i-1] == ' '):
			starts = append(starts, i)
		case c != '-' && c != ' ':
			return nil
		}
	}
	return starts
}

// cutTable cuts a line into the columns of a table, counted in characters.
func cutTable(text []byte, starts []int) []string {
	runes := []rune(string(text))
	fields := make([]string, len(starts))
	for i, from := range starts {
		to := len(runes)
		if i+1 < len(starts) {
			to = min(to, starts[i+1])
		}
		if from < to {
			fields[i] = strings.TrimSpace(string(runes[from:to]))
		}
	}
	return fields
}

// psTable reads a table whose columns are aligned below a header.
func (v *inventory) psTable(header line) error {
	header = header.copied()
	rule, err := v.lines.next()
	if err != nil && err != io.EOF {
		return err
	}
	starts := psRule(rule.text)
	cols, ok := findColumns(cutTable(header.text, starts))
	if err == io.EOF || len(starts) < 2 || !ok {
		v.cov.Failed = noColumns
		return nil
	}
	v.cols = cols
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
		fields, reason := cutTable(ln.text, starts), ""
		switch at := max(cols.version, cols.product); {
		case ln.long:
			reason = "line over 1 MiB"
		case strings.HasSuffix(fields[at], "...") || strings.HasSuffix(fields[at], "…"):
			reason = "cell that the table cut off: print it with Format-List or Export-Csv"
		}
		if err := v.take(fields, reason, ln.no); err != nil {
			return err
		}
	}
}

// exchangeMarks are properties that Get-ExchangeServer prints first.
var exchangeMarks = []string{"AdminDisplayVersion", "ExchangeLegacyDN"}

// psDetect reports whether text, the start of a file, is such a list or table.
func psDetect(text []byte) bool {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if _, _, ok := listLine(trimEnd(first)); !ok {
		second, _, _ := bytes.Cut(rest, []byte("\n"))
		starts := psRule(trimEnd(second))
		_, ok := findColumns(cutTable(trimEnd(first), starts))
		return ok && len(starts) > 1
	}
	var o psObject
	for l := range bytes.Lines(text) {
		l = trimEnd(l)
		if len(bytes.TrimSpace(l)) == 0 || !utf8.Valid(l) || !o.add(l) {
			break
		}
		if name, _, ok := listLine(l); ok && slices.Contains(exchangeMarks, name) {
			return true
		}
	}
	_, ok := findColumns(o.names)
	return ok
}
