package logs

import "bytes"

func sendmailFormat() *Format {
	return &Format{
		Name:     "sendmail",
		Doc:      "sendmail, in syslog's forms: STARTTLS= of clients and of own deliveries",
		Source:   "sendmail",
		Enable:   sendmailEnable,
		protocol: "smtp",
		blind:    []string{"sendmail writes nothing here about connections without STARTTLS", noYear},
		detect: func(head []byte) int {
			return detectSyslog(head, isSendmail, func(s *syslogLine) bool { return contains(s.text, "STARTTLS=") })
		},
		parser: func(*Options, []byte) (lineParser, error) { return &sendmailParser{}, nil },
		agent:  verbatim,
		text:   verbatim,
		suite:  namedSuite,
	}
}

const sendmailEnable = `sendmail.mc, then make and restart (8 and above log STARTTLS=):
define(` + "`confLOG_LEVEL', `9')"

const reasonFamily = "sendmail wrote TLSv1/SSLv3, which is the family of the cipher and not the version"

func isSendmail(s *syslogLine) bool {
	switch string(s.program) {
	case "sendmail", "sm-mta", "sm-msp-queue", "sendmail-client", "sm-msp":
		return true
	}
	return false
}

type sendmailParser struct {
	byRows
	line  syslogLine
	clock clock
	row   row
}

func (p *sendmailParser) noRow() *row {
	p.row.reset()
	return &p.row
}

func (p *sendmailParser) parseRows(line []byte, add func(s state, reason string, r *row)) {
	s := &p.line
	if !s.read(line, &p.clock) {
		add(badRow, notSyslog, p.noRow())
		return
	}
	at := bytes.Index(s.text, []byte("STARTTLS="))
	if !isSendmail(s) || at < 0 || at > 20 { // a queue id may stand before
		return
	}
	text := s.text[at:]
	r := &p.row
	s.start(r)
	r.outbound = bytes.HasPrefix(text, []byte("STARTTLS=client,"))
	relay := behind(text, ", relay=")
	r.cell[cellClientName], r.cell[cellPeer], _ = nameAndAddress(relay)
	switch {
	case relay == nil:
		return
	case contains(text, "error: accept failed"), contains(text, "error: connect failed"):
		s, reason := failedRow, ""
		if !r.outbound {
			s, reason = opensslFailure(between(text, "reason=", ", "), r)
		}
		add(s, reason, r)
		return
	}
	version := between(relay, "], version=", ",")
	if version == nil {
		version = between(relay, ", version=", ",")
	}
	if version == nil {
		return
	}
	if contains(version, "/") {
		add(unmeasured, reasonFamily, r)
		return
	}
	v, ok := versionByName(version)
	if !ok {
		add(badRow, "version= is no version", r)
		return
	}
	r.version, r.cell[cellVersion] = v, version
	r.cell[cellSuite] = between(relay, ", cipher=", ",")
	add(tlsRow, "", r)
}
