package logs

import "bytes"

func postfixFormat() *Format {
	return &Format{
		Name:     "postfix",
		Doc:      "Postfix, in syslog's forms: TLS of clients and of own deliveries",
		Source:   "postfix",
		Enable:   postfixEnable,
		protocol: "smtp",
		joins:    true,
		blind:    []string{"Postfix writes nothing about connections without TLS: this log does not tell how many there are", noYear},
		detect: func(head []byte) int {
			return detectSyslog(head, isPostfix, func(s *syslogLine) bool {
				return contains(s.text, "TLS connection established ") || contains(s.text, "SSL_accept error from ")
			})
		},
		parser: func(*Options, []byte) (lineParser, error) { return &postfixParser{}, nil },
		agent:  verbatim,
		text:   verbatim,
		suite:  namedSuite,
	}
}

const postfixEnable = `main.cf, then postfix reload:
smtpd_tls_loglevel = 1
smtp_tls_loglevel = 1`

// verbatim is for logs that escape nothing.
func verbatim(s string) string { return s }

func isPostfix(s *syslogLine) bool { return bytes.HasPrefix(s.program, []byte("postfix")) }

// postfixParser reads Postfix. That a handshake failed stands on one line,
// and why on the next of the same process.
type postfixParser struct {
	byRows
	line   syslogLine
	clock  clock
	failed recent[failedTLS]
	key    []byte
}

// failedTLS is a failed handshake whose reason may follow.
type failedTLS struct {
	name, addr, port, host []byte
	at                     int64
	outbound               bool
}

func (p *postfixParser) parseRows(line []byte, add func(s state, reason string, r *row)) {
	s := &p.line
	if !s.read(line, &p.clock) {
		add(badRow, notSyslog, &row{at: noTime})
		return
	}
	if !isPostfix(s) {
		return
	}
	p.key = s.key(p.key, nil)
	if f := p.failed.get(p.key); f != nil {
		p.failed.drop(p.key)
		f.give(s.text, add)
	}
	if about, out := p.failure(s.text); about != nil {
		name, addr, rest := nameAndAddress(about)
		if addr == nil || len(rest) == 0 {
			return
		}
		f := &failedTLS{bytes.Clone(name), bytes.Clone(addr), bytes.Clone(portAfter(rest)), bytes.Clone(s.host), s.at, out}
		if old := p.failed.put(p.key, f); old != nil {
			old.give(nil, add)
		}
		return
	}
	p.established(s, add)
}

const notSyslog = "not a line of syslog"

func (p *postfixParser) failure(text []byte) (about []byte, outbound bool) {
	if b, ok := bytes.CutPrefix(text, []byte("SSL_accept error from ")); ok {
		return b, false
	}
	if b, ok := bytes.CutPrefix(text, []byte("SSL_connect error to ")); ok {
		return b, true
	}
	return nil, false
}

// give hands out a failed handshake, with the line that may say why.
func (f *failedTLS) give(next []byte, add func(s state, reason string, r *row)) {
	r := row{at: f.at, outbound: f.outbound}
	r.cell[cellListener], r.cell[cellPeer], r.cell[cellClientName] = f.host, f.addr, f.name
	if f.outbound {
		r.cell[cellServerPort] = f.port
	}
	s, reason := failedRow, ""
	if !f.outbound && contains(next, "TLS library problem:") {
		s, reason = opensslFailure(next, &r)
	}
	add(s, reason, &r)
}

func (p *postfixParser) end(add func(s state, reason string, r *row)) {
	p.failed.all(func(f *failedTLS) { f.give(nil, add) })
}

// established reads "Anonymous TLS connection established from host[ip]:
// TLSv1.2 with cipher NAME (256/256 bits) ...".
func (p *postfixParser) established(s *syslogLine, add func(s state, reason string, r *row)) {
	text := s.text
	if i := bytes.Index(text, []byte("TLS connection established ")); i < 0 || i > len("Anonymous ") {
		return
	}
	text = behind(text, "TLS connection established ")
	var r row
	s.start(&r)
	from, ok := bytes.CutPrefix(text, []byte("from "))
	if !ok {
		if from, ok = bytes.CutPrefix(text, []byte("to ")); !ok {
			return
		}
		r.outbound = true
	}
	var rest []byte
	r.cell[cellClientName], r.cell[cellPeer], rest = nameAndAddress(from)
	if r.outbound {
		r.cell[cellServerPort] = portAfter(rest)
	}
	version := between(rest, ": ", " with cipher ")
	r.version, ok = versionByName(version)
	if !ok {
		add(badRow, "a TLS connection without a version", &r)
		return
	}
	r.cell[cellVersion] = version
	r.cell[cellSuite] = between(rest, " with cipher ", " ")
	r.cell[cellGroup] = exchangeGroup(rest)
	add(tlsRow, "", &r)
}

// portAfter reads :25 behind an address.
func portAfter(b []byte) []byte {
	if len(b) < 2 || b[0] != ':' || b[1] < '0' || b[1] > '9' {
		return nil
	}
	b = b[1:]
	if i := bytes.IndexByte(b, ':'); i >= 0 {
		return b[:i:i]
	}
	return nil
}

// exchangeGroup reads "key-exchange X25519" and "key-exchange ECDHE (P-256)".
func exchangeGroup(b []byte) []byte {
	g := between(b, " key-exchange ", " ")
	if string(g) == "ECDHE" || string(g) == "DHE" {
		return between(b, " key-exchange "+string(g)+" (", ")")
	}
	return g
}
