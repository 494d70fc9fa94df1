package logs

import "bytes"

func m365TLSFormat() *Format {
	return &Format{
		Name:   "m365-tls",
		Doc:    "Microsoft 365 reports of old TLS versions in CSV: users, addresses and agents with the version each used",
		Source: "m365-tls",
		Enable: m365TLSEnable,
		blind:  []string{"the report lists connections that used an old version, not whether the client can do better; others do not appear"},
		detect: detectM365TLS,
		parser: newM365TLSParser,
		agent:  csvText,
		text:   csvText,
		suite:  namedSuite,
	}
}

const m365TLSEnable = `Microsoft Secure Score or the Service Trust Portal: the TLS 1.0/1.1 deprecation report of your tenant, Download`

// Microsoft documents no columns: these are the words that its other reports
// use for the same things.
var m365TLSColumns = map[string]string{
	"user": "user", "username": "user", "userprincipalname": "user", "upn": "user", "useremail": "user", "mailbox": "user",
	"device": "device", "devicename": "device", "deviceid": "device", "machinename": "device",
	"clientip": "ip", "ip": "ip", "ipaddress": "ip", "clientipaddress": "ip", "sourceip": "ip", "callerip": "ip",
	"useragent": "agent", "clientuseragent": "agent", "agent": "agent", "clientapp": "agent", "application": "agent",
	"tlsversion": "version", "tls": "version", "tlsprotocol": "version", "tlsprotocolversion": "version", "sslprotocol": "version",
	"protocolversion": "version", "sslversion": "version", "protocol": "version",
	"cipher": "suite", "ciphersuite": "suite", "tlscipher": "suite",
	"count": "count", "connections": "count", "connectioncount": "count", "requests": "count", "requestcount": "count", "hits": "count", "total": "count",
	"date": "date", "time": "date", "timestamp": "date", "datetime": "date", "lastseen": "date", "day": "date",
	"host": "host", "hostname": "host", "url": "host", "endpoint": "host", "service": "host", "workload": "host", "servername": "host",
}

// m365Cells are the columns that need no reading.
var m365Cells = map[string]cell{
	"user": cellUser, "device": cellDevice, "ip": cellPeer, "agent": cellAgent, "suite": cellSuite,
}

// detectM365TLS wants a column that holds versions, and one that says whose.
func detectM365TLS(head []byte) int {
	header, first := headCSV(head)
	if first == nil {
		return 0
	}
	t := newCSVTable(header, m365TLSColumns)
	who := t.has("user") || t.has("ip") || t.has("device")
	if !who || !t.has("version") || !t.read(first) {
		return 0
	}
	if _, ok := spelledVersion(t.get("version")); !ok {
		return 0
	}
	return 70
}

type m365TLSParser struct {
	table *csvTable
	clock clock
}

func newM365TLSParser(_ *Options, head []byte) (lineParser, error) {
	header, _ := headCSV(head)
	return &m365TLSParser{table: newCSVTable(bytes.Clone(header), m365TLSColumns)}, nil
}

func (p *m365TLSParser) parse(line []byte, r *row) (state, string) {
	t := p.table
	if line[0] == '#' {
		return notRow, ""
	}
	if !t.read(line) {
		return badRow, "row does not have the columns of its header"
	}
	v := t.get("version")
	if len(v) > 0 && !isVersion(v) && m365TLSColumns[plainHeader(v)] == "version" {
		return notRow, "" // the header, once or, in files put together, again
	}
	for i, c := range t.columns {
		if cell := m365Cells[c]; cell != cellNone {
			r.set(cell, t.fields[i])
		}
	}
	p.server(r, t.get("host"))
	if date := t.get("date"); len(date) > 0 {
		if at, ok := p.clock.time(date); ok {
			r.at = at
		} else if at, ok := p.clock.date(date[:min(10, len(date))]); ok {
			r.at = at
		}
	}
	if t.has("count") {
		n, ok := number(t.get("count"))
		if !ok {
			return badRow, "the number of connections cannot be read"
		}
		if r.count = int(n); r.count == 0 {
			return notRow, ""
		}
	}
	return p.version(r, v)
}

// server takes the host out of a URL; the name of a service stays as it is.
func (p *m365TLSParser) server(r *row, host []byte) {
	if _, rest, ok := bytes.Cut(host, []byte("://")); ok {
		host, _, _ = bytes.Cut(rest, []byte("/"))
	}
	r.cell[cellListener] = host
}

func (p *m365TLSParser) version(r *row, v []byte) (state, string) {
	if len(v) == 0 || string(v) == "-" {
		return unmeasured, ""
	}
	r.cell[cellVersion] = v
	var ok bool
	if r.version, ok = spelledVersion(v); !ok {
		return badRow, "the version is none that is known"
	}
	return tlsRow, ""
}

func isVersion(b []byte) bool {
	_, ok := spelledVersion(b)
	return ok
}
