package logs

import (
	"bytes"
	"net/mail"
)

func mailHeaderFormat() *Format {
	return &Format{
		Name:     "mail-header",
		Doc:      "the Received lines of a message (.eml) or of a mailbox (mbox)",
		Source:   "mail-header",
		Enable:   "Postfix: smtpd_tls_received_header = yes; Exchange, sendmail, Exim and Gmail write the version by themselves",
		protocol: "smtp",
		joins:    true,
		blind: []string{
			"every hop that tells a version is counted: the client is at the lowest line that a server of yours wrote, and lines below it were written by strangers",
			"Exchange does not tell the version of a client that logged in to send",
		},
		detect: detectMailHeader,
		parser: func(*Options, []byte) (lineParser, error) { return &mailHeaderParser{}, nil },
		agent:  verbatim,
		text:   verbatim,
		suite:  namedSuite,
	}
}

// detectMailHeader wants a header as messages have it, from the first line to
// the first empty one.
func detectMailHeader(head []byte) int {
	received, usual := 0, 0
	for i, line := range headLines(head, 2000) {
		switch {
		case i == 0 && isMailboxLine(line):
			continue
		case line[0] == ' ' || line[0] == '\t':
			if i == 0 {
				return 0
			}
			continue
		}
		name := headerField(line)
		if name == nil {
			if received == 0 || usual < 2 {
				return 0
			}
			break // headLines leaves the empty line out: this is the body
		}
		switch string(bytes.ToLower(name)) {
		case "received":
			received++
		case "from", "to", "subject", "date", "message-id", "return-path", "delivered-to", "mime-version", "cc":
			usual++
		}
	}
	if received == 0 || usual < 2 {
		return 0
	}
	return 85
}

// headerField is the name before the colon, if the line can be one's start.
func headerField(line []byte) []byte {
	i := bytes.IndexByte(line, ':')
	if i <= 0 || i > 76 {
		return nil
	}
	for _, c := range line[:i] {
		if c <= ' ' || c >= 0x7f {
			return nil
		}
	}
	return line[:i]
}

// isMailboxLine knows the line before each message of a mailbox:
// "From ann@contoso.example Mon Mar  2 06:00:05 2026".
func isMailboxLine(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("From "))
	if !ok {
		return false
	}
	f := bytes.Fields(rest)
	if len(f) < 6 {
		return false
	}
	_, ok = timeOfDay(f[4])
	return ok && isMonth(f[2])
}

// maxHeader bounds a header field that goes on over many lines.
const maxHeader = 64 << 10

// mailHeaderParser puts folded lines together. A field is whole when the next
// begins.
type mailHeaderParser struct {
	byRows
	body  bool
	field []byte // a Received field, without its name
}

func (p *mailHeaderParser) parseRows(line []byte, add func(s state, reason string, r *row)) {
	switch {
	case isMailboxLine(line):
		p.give(add)
		p.body = false
	case p.body:
	case line[0] == ' ' || line[0] == '\t':
		if p.field != nil && len(p.field) < maxHeader {
			p.field = append(append(p.field, ' '), bytes.TrimSpace(line)...)
		}
	default:
		p.give(add)
		name := headerField(line)
		switch {
		case name == nil:
			p.body = true // the empty line before it is not handed to parsers
			if bytes.IndexFunc(line, func(c rune) bool { return c < ' ' || c == 0xfffd }) >= 0 {
				add(badRow, "not a header field", &row{at: noTime})
			}
		case bytes.EqualFold(name, []byte("Received")):
			p.field = append(p.field[:0], bytes.TrimSpace(line[len(name)+1:])...)
			p.field = append(p.field, ' ')
		}
	}
}

func (p *mailHeaderParser) end(add func(s state, reason string, r *row)) { p.give(add) }

// give reads the field that is whole now. It ends with its date: without
// one it is cut.
func (p *mailHeaderParser) give(add func(s state, reason string, r *row)) {
	field := p.field
	if len(field) == 0 {
		return
	}
	defer func() { p.field = p.field[:0] }()
	r := row{at: noTime}
	at := bytes.LastIndexByte(field, ';')
	if at < 0 {
		add(badRow, "a Received line without its date", &r)
		return
	}
	when, err := mail.ParseDate(string(bytes.TrimSpace(field[at+1:])))
	if err != nil {
		add(badRow, "the date of a Received line cannot be read", &r)
		return
	}
	r.at = when.Unix()
	add(receivedHop(field[:at], &r))
}

// receivedHop reads "from NAME (ADDRESS) by NAME with PROTOCOL ...".
func receivedHop(b []byte, r *row) (s state, reason string, _ *row) {
	by := bytes.Index(b, []byte(" by "))
	if !bytes.HasPrefix(b, []byte("from ")) || by < 0 {
		return notRow, "", r
	}
	from, rest := b[:by], b[by+len(" by "):]
	name, _ := word(append(from[len("from "):by:by], ' '))
	r.cell[cellClientName] = fullName(bytes.Trim(name, "[]"))
	r.cell[cellPeer] = hopAddress(from)
	r.cell[cellListener] = fullName(firstField(rest))
	version, suite := hopTLS(b)
	if version == nil {
		return hopWithout(rest, r)
	}
	var ok bool
	if r.version, ok = versionSpelled(version); !ok {
		return unmeasured, reasonOnlyTLS, r
	}
	r.cell[cellVersion], r.cell[cellSuite] = version, suite
	return tlsRow, "", r
}

// hopAddress finds the address of the client, which stands in brackets or
// parentheses behind the names.
func hopAddress(from []byte) []byte {
	for _, open := range [...]byte{'[', '('} {
		for i := bytes.LastIndexByte(from, open); i >= 0; i = bytes.LastIndexByte(from[:i], open) {
			text := bytes.TrimPrefix(from[i+1:], []byte("IPv6:"))
			if end := bytes.IndexAny(text, ")] "); end > 0 {
				if a := address(text[:end]); a != nil {
					return a
				}
			}
		}
	}
	return nil
}

// hopTLS finds version and suite in the forms of Exchange and Gmail
// (version=TLS1_2, cipher=X), sendmail (version=TLSv1.2 cipher=X), Postfix
// (using TLSv1.2 with cipher X) and Exim (TLS1.2) tls X, (TLS1.2:X:256).
func hopTLS(b []byte) (version, suite []byte) {
	if about := behind(b, "(version="); about != nil {
		return untilAny(about, ", )"), untilAny(behind(about, "cipher="), ", )")
	}
	if about := behind(b, "(using "); about != nil {
		return untilAny(about, " )"), untilAny(behind(about, " with cipher "), " )")
	}
	for _, with := range [...]string{" with esmtps ", " with esmtpsa "} {
		about := bytes.TrimLeft(behind(b, with), " ")
		if len(about) == 0 || about[0] != '(' {
			continue
		}
		version = untilAny(about[1:], ":)")
		if suite = untilAny(behind(about, ") tls "), " "); suite == nil {
			suite = untilAny(behind(about, ":"), ":)")
		}
		return version, suite
	}
	return nil, nil
}

func untilAny(b []byte, ends string) []byte {
	if i := bytes.IndexAny(b, ends); i > 0 {
		return b[:i:i]
	}
	return nil
}

// hopWithout tells hops without TLS from those that do not say.
func hopWithout(rest []byte, r *row) (s state, reason string, _ *row) {
	with := firstField(bytes.TrimLeft(behind(rest, " with "), " "))
	switch string(bytes.ToUpper(with)) {
	case "ESMTPS", "ESMTPSA", "UTF8SMTPS", "UTF8SMTPSA":
		return unmeasured, reasonOnlyTLS, r
	case "SMTP", "ESMTP", "ESMTPA", "UTF8SMTP":
		return plainRow, "plain SMTP: no TLS on this hop", r
	case "MICROSOFT":
		if contains(rest, "(TLS)") {
			return unmeasured, reasonOnlyTLS, r
		}
	}
	return notRow, "", r
}
