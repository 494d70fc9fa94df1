package logs

import (
	"bytes"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

func exchangeFormat() *Format {
	return &Format{
		Name:     "exchange-smtp",
		Doc:      "Exchange Server's SMTP receive and send protocol logs",
		Source:   "exchange-smtp",
		Enable:   exchangeEnable,
		protocol: "smtp",
		joins:    true,
		blind:    []string{"sessions without STARTTLS are not counted: this log shows which versions clients use, not how many use none"},
		detect:   detectExchange,
		parser: func(*Options, []byte) (lineParser, error) {
			p := &exchangeParser{}
			p.fields([]byte(exchangeFields))
			return p, nil
		},
		agent: verbatim,
		text:  verbatim,
		suite: func(*row) suiteFact { return suiteFact{} },
	}
}

const exchangeEnable = `Exchange Management Shell, for each connector:
Set-ReceiveConnector "EX01\Default Frontend EX01" -ProtocolLoggingLevel Verbose
Set-SendConnector "To Internet" -ProtocolLoggingLevel Verbose`

const exchangeFields = "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context"

func detectExchange(head []byte) int {
	rows := headLines(head, 20)
	good, data := 0, 0
	p := &exchangeParser{}
	p.fields([]byte(exchangeFields))
	for _, line := range rows {
		if bytes.HasPrefix(line, []byte("#Log-type: SMTP ")) && contains(line, "Protocol Log") {
			return 95
		}
		if line[0] == '#' {
			continue
		}
		data++
		var c [exchangeCells][]byte
		var clk clock
		if p.split(line, &c) {
			_, ok := clk.time(c[exTime])
			if ok && len(c[exSession]) == 16 && address(c[exRemote]) != nil && len(c[exEvent]) == 1 {
				good++
			}
		}
	}
	if data == 0 || good*10 < data*9 {
		return 0
	}
	return 80
}

// The columns that tell something.
const (
	exTime = iota
	exConnector
	exSession
	exLocal
	exRemote
	exEvent
	exData
	exContext
	exchangeCells
)

// smtpSession is what a session has told so far. Its row waits for the user
// or sender that comes after TLS.
type smtpSession struct {
	name, user, mail []byte
	server, local    []byte
	remote           []byte
	row              row
	state            state
}

type exchangeParser struct {
	byRows
	clock    clock
	columns  []int // which cell each column is, or -1
	send     bool
	sessions recent[smtpSession]
}

func (p *exchangeParser) fields(list []byte) {
	p.columns = p.columns[:0]
	for f := range strings.SplitSeq(string(bytes.TrimSpace(list)), ",") {
		at := -1
		for i, name := range [...]string{"date-time", "connector-id", "session-id", "local-endpoint", "remote-endpoint", "event", "data", "context"} {
			if f == name {
				at = i
			}
		}
		p.columns = append(p.columns, at)
	}
}

func (p *exchangeParser) directive(line []byte) {
	name, rest, _ := bytes.Cut(line, []byte(":"))
	switch string(name) {
	case "#Fields":
		p.fields(rest)
	case "#Log-type":
		p.send = contains(rest, "SMTP Send")
	}
}

// split puts the columns into their cells; false if one is missing.
func (p *exchangeParser) split(line []byte, c *[exchangeCells][]byte) bool {
	for i, at := range p.columns {
		var value []byte
		last := i == len(p.columns)-1
		if len(line) > 0 && line[0] == '"' {
			end := csvQuoteEnd(line[1:])
			if end < 0 {
				return false
			}
			value, line = line[1:1+end], line[2+end:]
			if !last && (len(line) == 0 || line[0] != ',') {
				return false
			}
		} else if end := bytes.IndexByte(line, ','); end >= 0 {
			value, line = line[:end], line[end:]
		} else if !last {
			return false
		} else {
			value, line = line, nil
		}
		if at >= 0 {
			c[at] = value
		}
		if len(line) > 0 {
			line = line[1:]
		}
	}
	return true
}

func (p *exchangeParser) parseRows(line []byte, add func(s state, reason string, r *row)) {
	if line[0] == '#' {
		p.directive(line)
		return
	}
	var c [exchangeCells][]byte
	if !p.split(line, &c) || len(c[exEvent]) != 1 {
		add(badRow, "row does not have the columns of its #Fields line", &row{at: noTime})
		return
	}
	s := p.sessions.get(c[exSession])
	if s == nil || c[exEvent][0] == '+' {
		if s != nil {
			s.give(add) // the same number again
		}
		s = &smtpSession{server: connectorServer(c[exConnector]), local: bytes.Clone(c[exLocal]), remote: bytes.Clone(c[exRemote])}
		if old := p.sessions.put(c[exSession], s); old != nil {
			old.give(add)
		}
	}
	switch c[exEvent][0] {
	case '<':
		s.heard(c[exData])
		if s.mail != nil {
			s.give(add)
		}
	case '>':
		if p.send && s.state != notRow && bytes.HasPrefix(c[exData], []byte("MAIL FROM:")) {
			s.heard(c[exData])
			s.give(add)
		}
	case '*':
		p.note(s, &c, add)
	case '-':
		s.give(add)
		p.sessions.drop(c[exSession])
	}
}

// connectorServer is the server in SERVER\Connector.
func connectorServer(b []byte) []byte {
	if i := bytes.IndexByte(b, '\\'); i > 0 {
		return bytes.Clone(b[:i])
	}
	return nil
}

// heard takes what a client says: its name, and the sender. Names that come
// behind TLS replace earlier ones.
func (s *smtpSession) heard(data []byte) {
	verb, rest, _ := bytes.Cut(data, []byte(" "))
	switch {
	case bytes.EqualFold(verb, []byte("EHLO")), bytes.EqualFold(verb, []byte("HELO")):
		if name := fullName(bytes.TrimSpace(rest)); name != nil {
			s.name = bytes.Clone(name)
		}
	case bytes.EqualFold(verb, []byte("MAIL")):
		if mail := between(rest, "<", ">"); len(mail) > 0 {
			s.mail = bytes.Clone(mail)
		}
	}
}

// note reads what Exchange says of the session.
func (p *exchangeParser) note(s *smtpSession, c *[exchangeCells][]byte, add func(s state, reason string, r *row)) {
	context := c[exContext]
	switch {
	case string(context) == "authenticated" && len(c[exData]) > 0:
		s.user = bytes.Clone(c[exData])
	case bytes.HasPrefix(context, []byte("TLS protocol ")) && contains(context, " negotiation succeeded"):
		s.give(add) // of a handshake before
		s.row = row{at: p.time(c[exTime]), outbound: p.send}
		version := between(context, "TLS protocol ", " ")
		v, client, ok := protocolConstant(version)
		s.row.outbound = p.send || client
		s.state = tlsRow
		if s.row.version = v; !ok {
			s.state = unmeasured
		}
	case bytes.HasPrefix(context, []byte("TLS negotiation failed")):
		s.give(add)
		s.row, s.state = row{at: p.time(c[exTime]), outbound: p.send}, failedRow
	}
}

func (p *exchangeParser) time(b []byte) int64 {
	if at, ok := p.clock.time(b); ok {
		return at
	}
	return noTime
}

// give hands out the row that waits, with what the session has told.
func (s *smtpSession) give(add func(s state, reason string, r *row)) {
	if s.state == notRow {
		return
	}
	r := &s.row
	r.cell[cellPeer], r.cell[cellServerIP], r.cell[cellListener] = s.remote, s.local, s.server
	r.cell[cellUser] = s.user
	if r.outbound {
		r.cell[cellServerPort] = endpointPort(s.remote)
	} else {
		r.cell[cellServerPort] = endpointPort(s.local)
		r.cell[cellMail], r.cell[cellClientName] = s.mail, s.name
	}
	reason := ""
	if s.state == unmeasured {
		reason = "TLS of a version that is no known number"
	}
	add(s.state, reason, r)
	s.state = notRow
	s.mail = nil
}

func (p *exchangeParser) end(add func(s state, reason string, r *row)) {
	p.sessions.all(func(s *smtpSession) { s.give(add) })
}

func endpointPort(b []byte) []byte { return b[bytes.LastIndexByte(b, ':')+1:] }

// protocolConstant reads SP_PROT_TLS1_2_SERVER and its number in decimal,
// which Exchange writes for what it has no name for. Microsoft's own page
// spells those of clients SP_PROT-TLS1_2_CLIENT.
func protocolConstant(b []byte) (v tlswire.Version, client, ok bool) {
	switch string(b) {
	case "8192":
		return tlswire.TLS13, true, true
	case "4096":
		return tlswire.TLS13, false, true
	}
	name, ok := bytes.CutPrefix(b, []byte("SP_PROT"))
	if !ok || len(name) < 2 {
		return 0, false, false
	}
	name = name[1:]
	name, client = bytes.CutSuffix(name, []byte("_CLIENT"))
	name, _ = bytes.CutSuffix(name, []byte("_SERVER"))
	v, ok = versionSpelled(name)
	return v, client, ok
}
