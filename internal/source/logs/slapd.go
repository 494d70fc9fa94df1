package logs

import "bytes"

func slapdFormat() *Format {
	return &Format{
		Name:     "slapd",
		Doc:      "OpenLDAP's slapd, in syslog's forms, at loglevel stats",
		Source:   "slapd",
		Enable:   "cn=config (or slapd.conf: loglevel stats); slapd 2.5 and later tell version and cipher:\nolcLogLevel: stats",
		protocol: "ldap",
		joins:    true,
		blind:    []string{"slapd before 2.5 does not tell the version; refused handshakes are told as a closed connection only", noYear},
		detect: func(head []byte) int {
			return detectSyslog(head, isSlapd, func(s *syslogLine) bool { return contains(s.text, " ACCEPT from IP=") })
		},
		parser: func(*Options, []byte) (lineParser, error) { return &slapdParser{}, nil },
		agent:  verbatim,
		text:   verbatim,
		suite:  namedSuite,
	}
}

func isSlapd(s *syslogLine) bool {
	return string(s.program) == "slapd" && bytes.HasPrefix(s.text, []byte("conn="))
}

// ldapConn is what the line of a connection's start says.
type ldapConn struct {
	peer, server, host []byte
	fd, key            []byte
	at                 int64
	told               bool // its row is given
}

// slapdParser joins the lines of a connection: the first has the address, a
// later one the version.
type slapdParser struct {
	byRows
	line  syslogLine
	clock clock
	conns recent[ldapConn]
	fds   recent[ldapConn] // by descriptor: one that is used again was closed
	key   []byte
}

func (p *slapdParser) parseRows(line []byte, add func(s state, reason string, r *row)) {
	s := &p.line
	if !s.read(line, &p.clock) {
		add(badRow, notSyslog, &row{at: noTime})
		return
	}
	if !isSlapd(s) {
		return
	}
	conn, rest := word(s.text)
	key := s.key(p.key, conn)
	p.key = key
	fd := between(rest, "fd=", " ")
	switch {
	case contains(rest, " ACCEPT from IP="):
		p.accept(&ldapConn{
			peer:   bytes.Clone(between(rest, " ACCEPT from IP=", " ")),
			server: bytes.Clone(between(rest, "(IP=", ")")),
			host:   bytes.Clone(s.host), key: bytes.Clone(key), at: s.at,
		}, append(bytes.Clone(s.key(nil, nil)), fd...), add)
	case contains(rest, " TLS established "):
		p.established(s, key, rest, add)
	case fd != nil && contains(rest, " closed"), bytes.HasPrefix(behind(rest, "fd="), fd) && bytes.HasSuffix(rest, []byte(" closed")):
		p.closed(p.conns.get(key), add)
	}
}

func (p *slapdParser) accept(c *ldapConn, fd []byte, add func(s state, reason string, r *row)) {
	c.fd = fd
	if before := p.fds.get(fd); before != nil {
		p.closed(before, add)
	}
	p.fds.put(fd, c)
	if old := p.conns.put(c.key, c); old != nil {
		p.forget(old, add)
	}
}

// row is a row of a connection.
func (c *ldapConn) row() row {
	r := row{at: c.at}
	r.cell[cellPeer], r.cell[cellListener] = c.peer, c.host
	if i := bytes.LastIndexByte(c.server, ':'); i > 0 {
		r.cell[cellServerPort] = c.server[i+1:]
		if ip := c.server[:i]; string(ip) != "0.0.0.0" && string(ip) != "[::]" {
			r.cell[cellServerIP] = ip
		}
	}
	return r
}

// closed is for a connection that had all the TLS it would have.
func (p *slapdParser) closed(c *ldapConn, add func(s state, reason string, r *row)) {
	if c == nil {
		return
	}
	if !c.told {
		r := c.row()
		add(plainRow, "plain LDAP: no TLS on this connection", &r)
	}
	p.drop(c)
}

func (p *slapdParser) drop(c *ldapConn) {
	c.told = true
	if p.conns.get(c.key) == c {
		p.conns.drop(c.key)
	}
	if p.fds.get(c.fd) == c {
		p.fds.drop(c.fd)
	}
}

func (p *slapdParser) forget(c *ldapConn, add func(s state, reason string, r *row)) {
	if !c.told {
		r := c.row()
		add(unmeasured, "a connection open for so long that it was forgotten", &r)
	}
	p.drop(c)
}

func (p *slapdParser) established(s *syslogLine, key, rest []byte, add func(s state, reason string, r *row)) {
	r := row{at: s.at}
	if c := p.conns.get(key); c != nil {
		r = c.row()
		r.at = s.at
		c.told = true
	}
	version := between(rest, " tls_proto=", " ")
	if version == nil {
		if !contains(rest, " tls_proto=") {
			add(unmeasured, reasonOnlyTLS, &r)
		}
		return
	}
	var ok bool
	if r.version, ok = versionSpelled(version); !ok {
		add(badRow, "tls_proto= is no version", &r)
		return
	}
	r.cell[cellVersion] = version
	r.cell[cellSuite] = firstField(behind(rest, " tls_cipher="))
	add(tlsRow, "", &r)
}

// firstField is the text up to a space or the end.
func firstField(b []byte) []byte {
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		return b[:i:i]
	}
	return b
}

// end is for connections that are open when the log ends: whether they would
// still have begun TLS is not known.
func (p *slapdParser) end(add func(s state, reason string, r *row)) {
	p.conns.all(func(c *ldapConn) {
		if !c.told {
			r := c.row()
			add(unmeasured, "a connection still open when the log ends, without TLS so far", &r)
		}
	})
}
