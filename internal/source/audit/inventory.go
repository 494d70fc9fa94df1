package audit

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// column is what a column of an inventory holds.
type column int

const (
	colNone column = iota
	colHost
	colProduct
	colVersion
	colOwner
	colIP
	colName    // the host beside a product column, else the product
	colForeign // what no inventory holds
)

// columnNames are the headers that inventories use, without case, spaces and
// punctuation. SCCM's views end each name in a zero; that is taken off.
var columnNames = map[string]column{
	"host": colHost, "hostname": colHost, "computer": colHost, "computername": colHost, "pscomputername": colHost,
	"machine": colHost, "machinename": colHost, "server": colHost, "servername": colHost, "device": colHost,
	"devicename": colHost, "netbiosname": colHost, "fqdn": colHost, "dnshostname": colHost, "asset": colHost,
	"assetname": colHost, "systemname": colHost, "node": colHost,

	"product": colProduct, "productname": colProduct, "software": colProduct, "softwarename": colProduct,
	"displayname": colProduct, "application": colProduct, "applicationname": colProduct, "app": colProduct,
	"program": colProduct, "package": colProduct, "packagename": colProduct, "os": colProduct,
	"operatingsystem": colProduct, "osname": colProduct,

	"version": colVersion, "productversion": colVersion, "softwareversion": colVersion, "displayversion": colVersion,
	"build": colVersion, "buildnumber": colVersion, "operatingsystemversion": colVersion, "osversion": colVersion,
	"applicationversion": colVersion, "packageversion": colVersion, "fileversion": colVersion,

	"owner": colOwner, "contact": colOwner, "responsible": colOwner, "managedby": colOwner, "team": colOwner,
	"owneremail": colOwner, "contactemail": colOwner, "primaryuser": colOwner,

	"ip": colIP, "ipaddress": colIP, "ipaddresses": colIP, "ipv4": colIP, "ipv4address": colIP,

	"name": colName,

	// Logs, scan results and certificate lists can name hosts and software too.
	"time": colForeign, "date": colForeign, "timestamp": colForeign, "datetime": colForeign, "port": colForeign,
	"protocol": colForeign, "cipher": colForeign, "tlsversion": colForeign, "severity": colForeign, "risk": colForeign,
	"finding": colForeign, "cve": colForeign, "status": colForeign, "useragent": colForeign, "count": colForeign,
}

// columns says where in a row each column is; -1 is nowhere.
type columns struct {
	delim                             byte
	width                             int
	host, product, version, owner, ip int
}

// delimiters that inventories use, the most certain first: a comma is also
// part of names.
var delimiters = []byte{'\t', ';', '|', ','}

// inventoryHeader reads a header line. A file counts as an inventory only if
// both a host and a product column are there, so that other tables are not
// taken for one.
func inventoryHeader(text []byte) (columns, bool) {
	for _, d := range delimiters {
		fields, ok := splitRow(text, d)
		if !ok || len(fields) < 2 {
			continue
		}
		if c, ok := findColumns(fields); ok {
			c.delim = d
			return c, true
		}
	}
	return columns{}, false
}

// findColumns gives every column to the first header that claims it.
func findColumns(fields []string) (columns, bool) {
	at := map[column]int{}
	for i, f := range fields {
		kind := columnNames[plainHeader(f)]
		if _, taken := at[kind]; !taken {
			at[kind] = i
		}
	}
	if _, ok := at[colForeign]; ok {
		return columns{}, false
	}
	if name, ok := at[colName]; ok {
		_, version := at[colVersion]
		_, host := at[colHost]
		_, product := at[colProduct]
		switch {
		case !host && product:
			at[colHost] = name
		case host && !product && version:
			at[colProduct] = name
		}
	}
	index := func(c column) int {
		if i, ok := at[c]; ok {
			return i
		}
		return -1
	}
	c := columns{
		width: len(fields), host: index(colHost), product: index(colProduct),
		version: index(colVersion), owner: index(colOwner), ip: index(colIP),
	}
	return c, c.host >= 0 && c.product >= 0
}

func plainHeader(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.\ufeff\u00a0", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
	return strings.TrimSuffix(s, "0")
}

// splitRow cuts a row into fields: RFC 4180 quoting, a quote inside an
// unquoted field being itself. It fails on a quoted field that does not end.
func splitRow(text []byte, delim byte) ([]string, bool) {
	var fields []string
	for {
		text = bytes.TrimLeft(text, " ")
		if len(text) == 0 || text[0] != '"' {
			field, rest, more := bytes.Cut(text, []byte{delim})
			fields = append(fields, string(bytes.TrimSpace(field)))
			if !more {
				return fields, true
			}
			text = rest
			continue
		}
		field, rest, ok := quotedField(text[1:])
		if !ok {
			return nil, false
		}
		fields = append(fields, strings.TrimSpace(field))
		rest = bytes.TrimLeft(rest, " ")
		if len(rest) == 0 {
			return fields, true
		}
		if rest[0] != delim {
			return nil, false
		}
		text = rest[1:]
	}
}

// quotedField reads up to the closing quote; two quotes are one.
func quotedField(b []byte) (field string, rest []byte, ok bool) {
	var out []byte
	for {
		part, after, closed := bytes.Cut(b, []byte{'"'})
		if !closed {
			return "", nil, false
		}
		out = append(out, part...)
		if len(after) == 0 || after[0] != '"' {
			return string(out), after, true
		}
		out = append(out, '"')
		b = after[1:]
	}
}

// inventory reads the rows of one file.
type inventory struct {
	name  string
	lines *lineReader
	cols  columns
	cov   *evidence.Coverage
	emit  evidence.Emit
	badIP int
}

// run emits one product record a row.
func (v *inventory) run() error {
	if found, err := v.header(); err != nil || !found {
		return err
	}
	for {
		ln, err := v.lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(ln.text)) == 0 && !ln.long {
			continue
		}
		v.cov.Read++
		fields, reason, err := v.row(ln)
		if err != nil {
			return err
		}
		if reason == "" {
			reason = v.missing(fields)
		}
		if reason != "" {
			v.cov.Skip(fmt.Sprintf("%s:%d", v.name, ln.no), reason)
			continue
		}
		v.cov.Used++
		if err := v.emit(v.product(fields, ln.no)); err != nil {
			return err
		}
	}
	if v.badIP > 0 {
		v.cov.Blind = append(v.cov.Blind, fmt.Sprintf("%d rows whose ip is not an address", v.badIP))
	}
	return nil
}

// header finds the header: the first line that says something. PowerShell and
// Excel put a line of their own before it.
func (v *inventory) header() (bool, error) {
	for {
		ln, err := v.lines.next()
		if err == io.EOF {
			v.cov.Failed = "no header with a host and a product column"
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if preamble(ln.text) && !ln.long {
			continue
		}
		cols, ok := inventoryHeader(ln.text)
		if !ok {
			v.cov.Failed = "no header with a host and a product column"
			return false, nil
		}
		v.cols = cols
		return true, nil
	}
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
	case fields[v.cols.host] == "":
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
