package logs

import "bytes"

func eximFormat() *Format {
	return &Format{
		Name:     "exim",
		Doc:      "Exim's mainlog, in a file of its own: messages in and out with X=",
		Source:   "exim",
		Enable:   eximEnable,
		protocol: "smtp",
		blind: []string{
			"Exim writes local time, without a zone unless log_timezone is set: days may be off by the zone",
			"connections that ended before any message stand here only if Exim called them an error",
		},
		detect: detectExim,
		parser: func(*Options, []byte) (lineParser, error) { return &eximParser{}, nil },
		agent:  verbatim,
		text:   verbatim,
		suite:  namedSuite,
	}
}

const eximEnable = `exim.conf (tls_cipher is on by default, and must not be taken away):
log_selector = +tls_cipher +tls_peerdn +smtp_connection`

// detectExim wants lines that begin with Exim's time, and its arrows or
// fields behind.
func detectExim(head []byte) int {
	rows := headLines(head, 200)
	timed, own := 0, 0
	var p eximParser
	for _, line := range rows {
		_, text, ok := p.start(line)
		if !ok {
			continue
		}
		timed++
		if isExim(text) {
			own++
		}
	}
	if timed == 0 || timed*10 < len(rows)*8 || own*4 < timed {
		return 0
	}
	return 80
}

func isExim(text []byte) bool {
	id, rest := word(text)
	if (len(id) == 16 || len(id) == 23) && id[6] == '-' {
		for _, mark := range [...]string{"<= ", "=> ", "-> ", "== ", "** ", "Completed"} {
			if bytes.HasPrefix(rest, []byte(mark)) {
				return true
			}
		}
	}
	return bytes.HasPrefix(text, []byte("H=")) || contains(text, " authenticator failed for ") || bytes.HasPrefix(text, []byte("TLS error on connection from "))
}

type eximParser struct {
	byRows
	clock clock
	row   row
}

// start reads 2026-03-06 06:00:05, with a fraction, a zone and [pid] behind.
func (p *eximParser) start(line []byte) (at int64, text []byte, ok bool) {
	if len(line) < 21 || line[10] != ' ' {
		return 0, nil, false
	}
	end := 19
	for end < len(line) && line[end] != ' ' {
		end++
	}
	if end+6 < len(line) && (line[end+1] == '+' || line[end+1] == '-') && line[end+6] == ' ' {
		end += 6
	}
	if at, ok = p.clock.time(line[:end]); !ok {
		return 0, nil, false
	}
	text = bytes.TrimLeft(line[end:], " ")
	if len(text) > 0 && text[0] == '[' {
		if i := bytes.Index(text, []byte("] ")); i > 0 && i < 12 {
			text = text[i+2:]
		}
	}
	return at, text, true
}

func (p *eximParser) parseRows(line []byte, add func(s state, reason string, r *row)) {
	r := &p.row
	r.reset()
	at, text, ok := p.start(line)
	if !ok {
		add(badRow, "not a line of Exim's", r)
		return
	}
	r.at = at
	if about, ok := bytes.CutPrefix(text, []byte("TLS error on connection from ")); ok {
		r.cell[cellClientName], r.cell[cellPeer] = eximHost(about)
		s, reason := opensslFailure(about, r)
		if r.cell[cellPeer] == nil {
			s, reason = badRow, "a line that is cut"
		}
		add(s, reason, r)
		return
	}
	host := behind(text, " H=")
	if bytes.HasPrefix(text, []byte("H=")) {
		host = text[2:]
	}
	switch {
	case host != nil:
		r.cell[cellClientName], r.cell[cellPeer] = eximHost(host)
		add(eximTLS(text, host, r))
	case contains(text, " authenticator failed for "):
		add(unmeasured, "a failed login: Exim does not tell here whether there was TLS", r)
	}
}

// eximHost reads name [ip]:port, (helo) [ip] and name (helo) [ip].
func eximHost(b []byte) (name, addr []byte) {
	at := bytes.Index(b, []byte("[")) // a helo may be an address too: ([192.0.2.1])
	for at > 0 && b[at-1] == '(' {
		next := bytes.Index(b[at+1:], []byte("["))
		if next < 0 {
			break
		}
		at += 1 + next
	}
	if at < 0 {
		return nil, nil
	}
	name = bytes.TrimSpace(b[:at])
	if i := bytes.IndexByte(name, ' '); i > 0 {
		name = name[:i]
	}
	_, addr, _ = nameAndAddress(b[at:])
	return fullName(bytes.Trim(name, "()")), addr
}

// eximTLS reads X=TLS1.2:SUITE:256 behind the host.
func eximTLS(text, host []byte, r *row) (s state, reason string, _ *row) {
	_, after := word(text)
	for _, mark := range [...]string{"=> ", "-> ", ">> ", "== ", "** "} {
		if bytes.HasPrefix(after, []byte(mark)) {
			r.outbound = true
		}
	}
	if !r.outbound {
		if !contains(host, " S=") && !contains(host, " F=<") {
			return unmeasured, "a line that is cut, or of a connection that was rejected before TLS could begin", r
		}
		if user := between(host, " A=", " "); user != nil {
			r.cell[cellUser] = user[bytes.IndexByte(user, ':')+1:]
		}
	}
	if address(r.cell[cellPeer]) == nil && r.cell[cellClientName] == nil {
		return badRow, "a line without the host's name and address", r
	}
	x := between(host, " X=", " ")
	if x == nil {
		if contains(host, " X=") {
			return badRow, "a cipher that is cut", r
		}
		return plainRow, "plain SMTP: no TLS on this connection", r
	}
	version, suite, _ := bytes.Cut(x, []byte(":"))
	if i := bytes.LastIndexByte(suite, ':'); i > 0 {
		suite = suite[:i]
	}
	var ok bool
	if r.version, ok = versionSpelled(version); !ok {
		return unmeasured, reasonOnlyTLS, r
	}
	r.cell[cellVersion], r.cell[cellSuite] = version, suite
	return tlsRow, "", r
}
