package logs

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

func w3cFormat() *Format {
	return &Format{
		Name:   "w3c",
		Doc:    "W3C extended log file of any server, with a #Fields line that names the fields of TLS",
		Source: "w3c",
		Enable: `add the negotiated version and cipher suite to the fields that the server logs, under names such as ssl-protocol and ssl-cipher`,
		blind:  []string{requestsBlind},
		detect: detectW3C,
		parser: newW3CParser,
		agent:  plusToSpace,
		text:   func(s string) string { return s },
		suite:  namedSuite,
	}
}

// detectW3C wants a #Fields line that tells the client and, under any name,
// the version. What IIS or a CDN wrote is theirs.
func detectW3C(head []byte) int {
	for i, line := range headLines(head, 1000) {
		directive, fields, ok := bytes.Cut(line, []byte(":"))
		if line[0] != '#' || !ok {
			if i == 0 {
				return 0
			}
			continue
		}
		switch string(directive) {
		case "#Software":
			if bytes.Contains(fields, []byte("Internet Information Services")) || bytes.Contains(fields, []byte("Microsoft HTTP API")) {
				return 0
			}
		case "#Fields":
			return w3cFieldsScore(fields)
		}
	}
	return 0
}

func w3cFieldsScore(fields []byte) int {
	var peer, version, time bool
	for f := range strings.FieldsSeq(string(fields)) {
		if strings.HasPrefix(f, "x-edge-") || f == "crypt-protocol" {
			return 0
		}
		switch w3cCell(f, "") {
		case cellPeer, cellClientName:
			peer = true
		case cellVersion:
			version = true
		case cellTime:
			time = true
		}
	}
	if peer && version && time {
		return 85
	}
	return 0
}

// w3cCell says what a field tells: the names of the W3C draft, those of IIS
// and CloudFront, and how proxies and their administrators call the rest.
func w3cCell(field, clientField string) cell {
	name := strings.ToLower(field)
	switch name {
	case "ssl-protocol", "ssl-version", "tls-version", "tls-protocol", "x-ssl-protocol", "x-tls-version", "x-ssl-version", "x-tls-protocol",
		"s-ssl-protocol", "s-tls-version", "cs-ssl-protocol", "cs-tls-version", "sc-tls-version", "sc-ssl-protocol", "ssl_protocol", "tls_version",
		"x-cs-connection-negotiated-ssl-version":
		return cellVersion
	case "ssl-cipher", "tls-cipher", "x-ssl-cipher", "x-tls-cipher", "s-ssl-cipher", "cs-ssl-cipher", "ssl_cipher", "tls_cipher",
		"x-cs-connection-negotiated-cipher":
		return cellSuite
	case "c-dns":
		return cellClientName
	case "s-dns":
		return cellListener
	case "x-host-header", "x-ssl-server-name", "x-sni":
		return cellHost
	}
	c, rank := iisCell(field, clientField)
	switch {
	case c == cellForwarded && rank > 0 && clientField == "":
		return cellNone // nothing says that a balancer set it
	case name == "crypt-protocol", name == "crypt-cipher", name == "crypt-hash", name == "crypt-keyexchange":
		return cellNone // numbers of Windows, which the format of IIS reads
	}
	return c
}

// w3cParser reads rows under #Fields lines, between tabs or spaces.
type w3cParser struct {
	opt     *Options
	columns []cell
	clock   clock
	decided bool // a #Fields line was given or seen
}

func newW3CParser(opt *Options, _ []byte) (lineParser, error) { return &w3cParser{opt: opt}, nil }

// newW3CLayoutParser is for a log without its #Fields line.
func newW3CLayoutParser(text string, opt *Options) (lineParser, error) {
	p := &w3cParser{opt: opt}
	p.fields(strings.TrimPrefix(strings.TrimSpace(text), "#Fields:"))
	if !slices.Contains(p.columns, cellPeer) {
		return nil, fmt.Errorf("%w: %q names no field for the client, such as c-ip", errLayout, text)
	}
	return p, nil
}

func (p *w3cParser) fields(list string) {
	p.columns = p.columns[:0]
	for f := range strings.FieldsSeq(list) {
		c := w3cCell(f, p.opt.ClientField)
		if c == cellHost && slices.Contains(p.columns, cellHost) && strings.HasPrefix(f, "x-") {
			p.columns[slices.Index(p.columns, cellHost)] = cellNone // the more telling of two
		}
		p.columns = append(p.columns, c)
	}
	p.decided = true
}

func (p *w3cParser) parse(line []byte, r *row) (state, string) {
	if line[0] == '#' {
		if list, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
			p.fields(string(list))
		}
		return notRow, ""
	}
	if !p.decided {
		return badRow, "row before any #Fields line"
	}
	if !splitW3C(line, p.columns, r) {
		return badRow, "row does not have the columns of its #Fields line"
	}
	if !p.readTime(r) {
		return badRow, "date or time cannot be read"
	}
	return versionState(r)
}

// readTime joins date and time. A log without either has rows without one.
func (p *w3cParser) readTime(r *row) bool {
	date, time := r.cell[cellDate], r.cell[cellTime]
	if date == nil || time == nil {
		return true
	}
	day, ok1 := p.clock.date(date)
	seconds, ok2 := timeOfDay(time[:min(8, len(time))])
	if ok1 && ok2 {
		r.at = day + seconds
	}
	return ok1 && ok2
}

// splitW3C puts the columns into their cells, and says whether there are as
// many as the fields. Where a tab stands, tabs part them; else spaces do, and
// strings with spaces stand in quotes.
func splitW3C(line []byte, columns []cell, r *row) bool {
	if bytes.IndexByte(line, '\t') < 0 {
		return splitSpaced(line, columns, r)
	}
	for i, c := range columns {
		var value []byte
		var more bool
		value, line, more = bytes.Cut(line, []byte("\t"))
		if c != cellNone {
			r.set(c, value)
		}
		if !more { // nothing is written as a dash: an empty end was cut
			return i == len(columns)-1 && len(value) > 0
		}
	}
	return false
}

func splitSpaced(line []byte, columns []cell, r *row) bool {
	n := 0
	for ; ; n++ {
		if line = bytes.TrimLeft(line, " "); len(line) == 0 {
			return n == len(columns)
		}
		var token []byte
		if line[0] == '"' {
			token, line = quotedToken(line)
		} else if i := bytes.IndexByte(line, ' '); i >= 0 {
			token, line = line[:i], line[i:]
		} else {
			token, line = line, nil
		}
		if n < len(columns) && columns[n] != cellNone {
			r.set(columns[n], token)
		}
	}
}
