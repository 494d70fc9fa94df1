package logs

import "bytes"

func postgresqlFormat() *Format {
	return &Format{
		Name:     "postgresql",
		Doc:      "PostgreSQL's log, text, csvlog or jsonlog, with log_connections",
		Source:   "postgresql",
		Enable:   "postgresql.conf, then reload (14 and later name the version in all releases; the process [%p] joins the two lines):\nlog_connections = on\nlog_line_prefix = '%m [%p] '",
		protocol: "postgres",
		joins:    true,
		blind:    []string{"times with a zone that is only an abbreviation of several (CST, IST) stand without a date"},
		detect:   detectPostgreSQL,
		parser:   func(*Options, []byte) (lineParser, error) { return &postgresqlParser{}, nil },
		agent:    verbatim,
		text:     verbatim,
		suite:    namedSuite,
	}
}

const (
	pgReceived   = "connection received: host="
	pgAuthorized = "connection authorized: user="
	pgRefused    = "could not accept SSL connection: "
)

func detectPostgreSQL(head []byte) int {
	rows := headLines(head, 400)
	own, told := 0, 0
	var p postgresqlParser
	for _, line := range rows {
		l := p.take(line)
		if l.pid == nil {
			continue
		}
		own++
		if l.of(pgReceived) || l.of(pgAuthorized) {
			told++
		}
	}
	if told == 0 || own*2 < len(rows) {
		return 0
	}
	return 80
}

// pgLine is a line of any of the three forms.
type pgLine struct {
	at                    int64
	pid, peer, text, user []byte
}

func (l *pgLine) of(message string) bool { return bytes.HasPrefix(l.text, []byte(message)) }

// pgClient is the other side of a process.
type pgClient struct{ host []byte }

type postgresqlParser struct {
	byRows
	clock clock
	peers recent[pgClient]
}

// take finds what the line is about; without a pid it is about nothing that
// can be used.
func (p *postgresqlParser) take(line []byte) pgLine {
	switch {
	case len(line) > 0 && line[0] == '{':
		return p.takeJSON(line)
	case len(line) > 24 && bytes.IndexByte(line[:min(len(line), 40)], ',') > 0 && contains(line, `,"connection `):
		return p.takeCSV(line)
	}
	i := bytes.Index(line, []byte(" LOG:  "))
	n := len(" LOG:  ")
	if i < 0 {
		if i, n = bytes.Index(line, []byte("LOG: ")), len("LOG: "); i < 0 {
			return pgLine{}
		}
	}
	open := bytes.IndexByte(line[:i+1], '[')
	if open < 0 {
		return pgLine{}
	}
	pid := line[open+1 : i+1]
	if end := bytes.IndexAny(pid, "]-"); end > 0 {
		pid = pid[:end]
	}
	for _, c := range pid {
		if c < '0' || c > '9' {
			return pgLine{}
		}
	}
	return pgLine{at: p.time(line[:open]), pid: pid, text: bytes.TrimLeft(line[i+n:], " ")}
}

// takeCSV reads csvlog: time, user, database, pid, "host:port" ... message.
func (p *postgresqlParser) takeCSV(line []byte) pgLine {
	var f [6][]byte
	rest := line
	for i := range f {
		end := bytes.IndexByte(rest, ',')
		if end < 0 {
			return pgLine{}
		}
		f[i], rest = bytes.Trim(rest[:end], `"`), rest[end+1:]
	}
	l := pgLine{at: p.time(f[0]), pid: f[3], peer: f[4], user: f[1]}
	l.text = between(line, `,"connection `, `",`)
	if l.text != nil {
		at := bytes.Index(line, []byte(`,"connection `)) + 2
		l.text = line[at : at+len("connection ")+len(l.text)]
	}
	return l
}

// takeJSON reads jsonlog, of 15 and later.
func (p *postgresqlParser) takeJSON(line []byte) pgLine {
	var l pgLine
	ok := flatJSON(line, func(key, value []byte) {
		switch string(key) {
		case "timestamp":
			l.at = p.time(value)
		case "pid":
			l.pid = value
		case "remote_host":
			l.peer = value
		case "user":
			l.user = value
		case "message":
			l.text = value
		}
	})
	if !ok || l.text == nil {
		return pgLine{}
	}
	return l
}

// time reads 2026-03-06 06:01:27.104 UTC.
func (p *postgresqlParser) time(b []byte) int64 {
	b = bytes.TrimSpace(b)
	if len(b) < 19 || b[10] != ' ' {
		return noTime
	}
	end := 19
	for end < len(b) && b[end] != ' ' {
		end++
	}
	zone, ok := zoneByName(b[end:])
	if !ok {
		return noTime
	}
	if at, ok := p.clock.time(b[:end]); ok {
		return at - zone
	}
	return noTime
}

// zoneByName gives the seconds east of UTC of abbreviations that mean one
// zone, as PostgreSQL prints them.
func zoneByName(b []byte) (seconds int64, ok bool) {
	const hour = 3600
	b = bytes.TrimSpace(b)
	switch string(firstField(b)) {
	case "", "UTC", "GMT", "WET":
		return 0, true
	case "CET", "WEST", "+01":
		return hour, true
	case "CEST", "EET", "+02":
		return 2 * hour, true
	case "EEST", "MSK", "+03":
		return 3 * hour, true
	case "EDT", "-04":
		return -4 * hour, true
	case "EST", "-05":
		return -5 * hour, true
	case "MDT", "-06":
		return -6 * hour, true
	case "MST", "PDT", "-07":
		return -7 * hour, true
	case "PST", "-08":
		return -8 * hour, true
	}
	return zoneOffset(b)
}

func (p *postgresqlParser) parseRows(line []byte, add func(s state, reason string, r *row)) {
	l := p.take(line)
	if l.pid == nil {
		if !startsWithDate(line) && line[0] != '\t' && line[0] != ' ' && line[0] != '{' {
			add(badRow, "not a line of PostgreSQL's, or without [%p]", &row{at: noTime})
		}
		return
	}
	switch {
	case l.of(pgReceived):
		if host := between(l.text, "host=", " "); host != nil {
			p.peers.put(l.pid, &pgClient{bytes.Clone(host)})
		}
	case l.of(pgAuthorized):
		p.authorized(&l, add)
	case l.of(pgRefused):
		r := p.row(&l)
		s, reason := opensslFailure(l.text, &r)
		add(s, reason, &r)
	}
}

func (p *postgresqlParser) row(l *pgLine) row {
	r := row{at: l.at}
	r.cell[cellPeer] = l.peer
	if r.cell[cellPeer] == nil {
		if c := p.peers.get(l.pid); c != nil {
			r.cell[cellPeer] = c.host
		}
	}
	return r
}

func (p *postgresqlParser) authorized(l *pgLine, add func(s state, reason string, r *row)) {
	r := p.row(l)
	// The client chooses the text of application_name: what the server adds
	// stands behind it.
	rest := behind(l.text, "user=")
	r.cell[cellUser] = between(rest, "", " ")
	at := bytes.LastIndex(rest, []byte(" SSL enabled ("))
	if at < 0 || !bytes.HasSuffix(bytes.TrimRight(rest, " "), []byte(")")) {
		if at >= 0 || bytes.HasPrefix(r.cell[cellPeer], []byte("[local]")) || r.cell[cellUser] == nil {
			return // cut, or on a socket of this machine
		}
		add(plainRow, "plain PostgreSQL: no TLS on this connection", &r)
		return
	}
	ssl := rest[at:]
	version := between(ssl, "protocol=", ",")
	if r.version, _ = versionByName(version); version == nil || !r.version.Known() {
		add(unmeasured, reasonOnlyTLS, &r)
		return
	}
	r.cell[cellVersion] = version
	r.cell[cellSuite] = between(ssl, "cipher=", ",")
	add(tlsRow, "", &r)
}
