package logs

import (
	"bytes"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

func zeekFormat() *Format {
	return &Format{
		Name:     "zeek",
		Doc:      "Zeek ssl.log, tab-separated with its #fields line",
		Source:   "zeek",
		Enable:   zeekEnable,
		protocol: "tls",
		blind:    []string{zeekBlind},
		detect:   detectZeek,
		parser:   func(*Options, []byte) (lineParser, error) { return &zeekParser{}, nil },
		agent:    func(s string) string { return s },
		text:     unescape, // Zeek writes a tab as \x09
		suite:    namedSuite,
	}
}

const (
	zeekEnable = `zeek -i INTERFACE local (ssl.log is on by default; for JSON: redef LogAscii::use_json = T; for fingerprints: zkg install zeek/salesforce/ja3 foxio/ja4)`
	zeekBlind  = "Zeek sees only what passes its sensor; a version of - is a handshake of which it saw no ServerHello"
)

// zeekParser reads the columns as the last #fields line names them: Zeek's
// documentation, "Zeek Log Formats".
type zeekParser struct {
	columns   []zeekColumn
	separator []byte
	unset     []byte
	empty     []byte
	other     bool // the log of another protocol
	clock     clock
}

// zeekColumn is what a column tells: a cell, or one of the fields that judge
// the outcome.
type zeekColumn struct {
	cell        cell
	established bool
	alert       bool
	history     bool
}

// detectZeek wants the header of an ssl.log.
func detectZeek(head []byte) int {
	separator, path, fields := false, false, false
	for _, line := range headLines(head, 20) {
		switch {
		case bytes.HasPrefix(line, []byte("#separator ")):
			separator = true
		case string(line) == "#path\tssl":
			path = true
		case bytes.HasPrefix(line, []byte("#fields\t")):
			fields = bytes.Contains(line, []byte("\tid.orig_h\t")) && bytes.Contains(line, []byte("\tversion\t")) && bytes.Contains(line, []byte("\testablished"))
		}
	}
	switch {
	case fields && (path || separator):
		return 95
	case path && separator:
		return 60
	}
	return 0
}

func (p *zeekParser) parse(line []byte, r *row) (state, string) {
	if line[0] == '#' {
		p.directive(line)
		return notRow, ""
	}
	if p.other {
		return notRow, ""
	}
	if p.columns == nil {
		return badRow, "row before any #fields line"
	}
	o, ok := p.split(line, r)
	if !ok {
		return badRow, "row does not have the columns of its #fields line"
	}
	// Without a time that can be read a connection is still a connection.
	if at, ok := p.clock.time(r.cell[cellTime]); ok {
		r.at = at
	}
	return o.judge(r)
}

// directive learns from the header. Each log in a file has its own.
func (p *zeekParser) directive(line []byte) {
	if value, ok := bytes.CutPrefix(line, []byte("#separator ")); ok {
		*p = zeekParser{clock: p.clock, separator: []byte("\t"), unset: []byte("-"), empty: []byte("(empty)")}
		if n, ok := hexDigits(string(value), 2, 2); ok && bytes.HasPrefix(value, []byte(`\x`)) {
			p.separator[0] = byte(n)
		}
		return
	}
	if p.separator == nil {
		p.separator, p.unset, p.empty = []byte("\t"), []byte("-"), []byte("(empty)")
	}
	name, value, ok := bytes.Cut(line, p.separator)
	if !ok {
		return
	}
	switch string(name) {
	case "#unset_field":
		p.unset = bytes.Clone(value)
	case "#empty_field":
		p.empty = bytes.Clone(value)
	case "#path":
		p.other = string(value) != "ssl"
	case "#fields":
		p.columns = p.columns[:0]
		for name := range bytes.SplitSeq(value, p.separator) {
			p.columns = append(p.columns, zeekField(name))
		}
	}
}

// zeekField says what a field tells: Zeek's documentation of SSL::Info.
func zeekField(name []byte) zeekColumn {
	switch string(name) {
	case "established":
		return zeekColumn{established: true}
	case "last_alert":
		return zeekColumn{alert: true}
	case "ssl_history":
		return zeekColumn{history: true}
	}
	return zeekColumn{cell: zeekCells[string(name)]}
}

var zeekCells = map[string]cell{
	"ts":             cellTime,
	"id.orig_h":      cellPeer,
	"id.resp_h":      cellServerIP,
	"id.resp_p":      cellServerPort,
	"version":        cellVersion,
	"cipher":         cellSuite,
	"curve":          cellGroup,
	"server_name":    cellHost,
	"client_subject": cellCertName,
	"ja3":            cellJA3,
	"ja4":            cellJA4,
}

// split puts the columns into their cells.
func (p *zeekParser) split(line []byte, r *row) (o zeekOutcome, ok bool) {
	for n := 0; n < len(p.columns); n++ {
		value, rest, more := bytes.Cut(line, p.separator)
		line = rest
		if !bytes.Equal(value, p.unset) && !bytes.Equal(value, p.empty) {
			switch c := p.columns[n]; {
			case c.cell != cellNone:
				r.cell[c.cell] = value
			case c.established:
				o.established = string(value) == "T"
			case c.alert:
				o.alert = value
			case c.history:
				o.history = value
			}
		}
		if !more {
			return o, n == len(p.columns)-1
		}
	}
	return o, false
}

// zeekOutcome is what Zeek saw of the end of a handshake.
type zeekOutcome struct {
	established    bool
	alert, history []byte
}

// judge tells an answer from none: a version stands there once a ServerHello
// was seen. A handshake that was not established ended with an alert, or Zeek
// did not see how.
func (o *zeekOutcome) judge(r *row) (state, string) {
	if v := r.known(cellVersion); v != nil {
		var ok bool
		if r.version, ok = spelledVersion(v); !ok {
			return badRow, "the version is none that is known"
		}
		r.protocol = sensorProtocol(r)
		if !o.established {
			r.outcome = evidence.Unfinished
			if r.alert = o.sent(); r.alert.Name != "" {
				r.outcome = evidence.Aborted
			}
		}
		return tlsRow, ""
	}
	r.protocol = sensorProtocol(r)
	if r.alert = o.sent(); r.alert.From == "server" {
		return failedRow, ""
	}
	r.alert = evidence.Alert{}
	return unmeasured, reasonNoServerHello
}

// sent is the alert and who sent it: in the history, l is the server's and L
// the client's.
func (o *zeekOutcome) sent() evidence.Alert {
	i := bytes.LastIndexAny(o.history, "lL")
	a, ok := tlswire.AlertByName(string(o.alert))
	if !ok || i < 0 || a == tlswire.AlertCloseNotify {
		return evidence.Alert{}
	}
	if o.history[i] == 'L' {
		return evidence.Alert{From: "client", Name: a.String()}
	}
	return evidence.Alert{From: "server", Name: a.String()}
}
