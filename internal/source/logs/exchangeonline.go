package logs

import (
	"bytes"
	"math"

	"github.com/tlsready/tlsready/tlswire"
)

func exchangeOnlineFormat() *Format {
	return &Format{
		Name:     "exchange-online",
		Doc:      "Exchange Online mail flow reports in CSV: SMTP AUTH clients, inbound and outbound messages",
		Source:   "exchange-online",
		Enable:   exchangeOnlineEnable,
		protocol: "smtp",
		joins:    true, // the header says what the columns are
		blind: []string{
			"the report gives shares in percent: counts are worked out from them and may be off by one",
			"the report gives senders, domains and connectors, no address of a client",
		},
		detect: detectExchangeOnline,
		parser: newExchangeOnlineParser,
		agent:  csvText,
		text:   csvText,
		suite:  func(*row) suiteFact { return suiteFact{} },
	}
}

const exchangeOnlineEnable = `Exchange admin center, Reports, Mail flow: "SMTP AUTH clients", "Inbound messages" and "Outbound messages", Export`

// The columns: Microsoft, "SMTP AUTH Clients report" and "Inbound messages
// and Outbound messages reports in the new EAC".
var exchangeOnlineColumns = map[string]string{
	"date": "date", "startdate": "date", "day": "date",
	"senderaddress": "sender", "sender": "sender", "sendersaddress": "sender", "smtpauthsender": "sender",
	"domain": "domain", "senderdomain": "domain", "sendingdomain": "domain", "domainname": "domain",
	"recipientdomain": "recipient", "destinationdomain": "recipient", "receivingdomain": "recipient",
	"connector": "connector", "connectorname": "connector",
	"direction": "direction",
	"notls":     "plain", "notlspercentage": "plain", "notlspercent": "plain", "nontls": "plain",
	"tls10": "1.0", "tls10percentage": "1.0", "tls10percent": "1.0", "tls1": "1.0",
	"tls11": "1.1", "tls11percentage": "1.1", "tls11percent": "1.1",
	"tls12": "1.2", "tls12percentage": "1.2", "tls12percent": "1.2",
	"tls13": "1.3", "tls13percentage": "1.3", "tls13percent": "1.3",
	"messagessent": "count", "messages": "count", "messagecount": "count", "volume": "count", "messagevolume": "count",
}

// shares are the columns that divide the messages of a row.
var shares = [...]struct {
	column  string
	version tlswire.Version
}{
	{"plain", 0}, {"1.0", tlswire.TLS10}, {"1.1", tlswire.TLS11}, {"1.2", tlswire.TLS12}, {"1.3", tlswire.TLS13},
}

func detectExchangeOnline(head []byte) int {
	header, _ := headCSV(head)
	if !isExchangeOnlineHeader(newCSVTable(header, exchangeOnlineColumns)) {
		return 0
	}
	return 90
}

func isExchangeOnlineHeader(t *csvTable) bool {
	who := t.has("sender") || t.has("domain") || t.has("recipient") || t.has("connector")
	return who && t.has("1.0", "1.1", "1.2", "count")
}

type exchangeOnlineParser struct {
	table *csvTable
	clock clock
	row   row // scratch
}

func newExchangeOnlineParser(_ *Options, head []byte) (lineParser, error) {
	header, _ := headCSV(head)
	return &exchangeOnlineParser{table: newCSVTable(bytes.Clone(header), exchangeOnlineColumns)}, nil
}

// parse is for a caller that takes one row only; parseRows gives them all.
func (p *exchangeOnlineParser) parse([]byte, *row) (state, string) {
	return badRow, "a line holds several rows"
}

// parseRows gives one row a version and one for what no column accounts for.
func (p *exchangeOnlineParser) parseRows(line []byte, add func(s state, reason string, r *row)) {
	if line[0] == '#' {
		return
	}
	r, t := &p.row, p.table
	r.reset()
	whole := t.read(line)
	messages, ok := number(t.get("count"))
	switch {
	case (!whole || !ok) && p.header(line):
		return
	case !whole:
		add(badRow, "row does not have the columns of its header", r)
		return
	case !ok:
		add(badRow, "the number of messages cannot be read", r)
		return
	}
	if !p.name(r) {
		add(badRow, "no sender, domain or connector", r)
		return
	}
	unit, sum, ok := p.shares(messages)
	if !ok {
		add(badRow, "the shares of the versions cannot be read, or are more than all messages", r)
		return
	}
	for _, s := range shares {
		share, _ := number(t.get(s.column))
		p.add(r, s.version, share*unit, add)
	}
	if rest := math.Round(messages - sum*unit); rest >= 1 {
		r.version, r.count = 0, int(rest)
		add(unmeasured, "messages of which no column tells the version", r)
	}
}

// header takes in a line that is one: in reports put together each has its own.
func (p *exchangeOnlineParser) header(line []byte) bool {
	if !isExchangeOnlineHeader(newCSVTable(line, exchangeOnlineColumns)) {
		return false
	}
	p.table = newCSVTable(bytes.Clone(line), exchangeOnlineColumns)
	return true
}

// shares finds out what a share of one stands for: the report gives percent.
// What adds up to more, but not to more than all messages, is messages.
func (p *exchangeOnlineParser) shares(messages float64) (unit, sum float64, ok bool) {
	for _, s := range shares {
		b := p.table.get(s.column)
		n, ok := number(b)
		if !ok && len(b) > 0 {
			return 0, 0, false
		}
		sum += n
	}
	if sum <= 101 {
		return messages / 100, min(sum, 100), true
	}
	return 1, sum, sum <= messages
}

// add gives the messages of one version: at least one, if there are any.
func (p *exchangeOnlineParser) add(r *row, v tlswire.Version, messages float64, add func(s state, reason string, r *row)) {
	if messages <= 0 {
		return
	}
	r.version, r.count = v, max(1, int(math.Round(messages)))
	if v == 0 {
		add(plainRow, plainMark+"SMTP: no TLS", r)
		return
	}
	add(tlsRow, "", r)
}

// name says who and when, and whether it names anybody. Where messages go
// out, the recipient's domain is the server; else who sends is the client.
func (p *exchangeOnlineParser) name(r *row) bool {
	t := p.table
	r.cell[cellListener] = t.get("connector")
	to := hostName(t.get("recipient"))
	switch {
	case to != nil:
		r.outbound = true
		r.cell[cellClientName] = to
	default:
		if r.cell[cellMail] = t.get("sender"); r.known(cellMail) != nil {
			break
		}
		if r.cell[cellClientName] = hostName(t.get("domain")); r.cell[cellClientName] == nil {
			r.cell[cellDevice] = t.get("connector")
		}
	}
	if date := t.get("date"); len(date) >= 10 {
		if at, ok := p.clock.date(date[:10]); ok {
			r.at = at
		}
	}
	return r.identity() != nil || r.cell[cellClientName] != nil
}

// number reads 1200, 1,200, 12.5, 12,5 and 12.5%: a comma before three digits
// divides thousands. It is bounded, so that counts can be added up.
func number(b []byte) (float64, bool) {
	b = bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(b), []byte("%")))
	if len(b) == 0 || len(b) > 20 {
		return 0, false
	}
	n, scale, fraction := 0.0, 1.0, false
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
			n = n*10 + float64(c-'0')
			if fraction {
				scale *= 10
			}
		case c == ',' && i > 0 && !fraction && thousands(b[i+1:]):
		case (c == '.' || c == ',') && !fraction:
			fraction = true
		default:
			return 0, false
		}
	}
	n /= scale
	return n, n <= 1<<32
}

// thousands reports whether three digits come, and then nothing or another
// divider.
func thousands(b []byte) bool {
	if len(b) < 3 || len(b) > 3 && b[3] != ',' && b[3] != '.' {
		return false
	}
	for _, c := range b[:3] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
