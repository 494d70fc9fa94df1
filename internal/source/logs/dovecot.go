package logs

import (
	"bytes"

	"github.com/tlsready/tlsready/evidence"
)

func dovecotFormat() *Format {
	return &Format{
		Name:     "dovecot",
		Doc:      "Dovecot, in syslog's forms or its own: logins with %k in login_log_format_elements",
		Source:   "dovecot",
		Enable:   dovecotEnable,
		protocol: "imap",
		blind:    []string{noYear},
		detect: func(head []byte) int {
			return detectSyslog(head, isDovecot, func(s *syslogLine) bool { return contains(s.text, "rip=") })
		},
		parser: func(*Options, []byte) (lineParser, error) { return &dovecotParser{}, nil },
		agent:  verbatim,
		text:   verbatim,
		suite:  namedSuite,
	}
}

const dovecotEnable = `conf.d/10-logging.conf, then doveadm reload; %k is the version and cipher:
login_log_format_elements = user=<%u> method=%m rip=%r lip=%l mpid=%e %c %k session=<%{session}>`

// reasonOnlyTLS is for logs that say that there was TLS, and no more.
const reasonOnlyTLS = "TLS, but this log does not tell the version"

func isDovecot(s *syslogLine) bool {
	return string(s.program) == "dovecot" || bytes.HasSuffix(s.program, []byte("-login"))
}

type dovecotParser struct {
	byRows
	line  syslogLine
	clock clock
	row   row
}

func (p *dovecotParser) noRow() *row {
	p.row.reset()
	return &p.row
}

func (p *dovecotParser) parseRows(line []byte, add func(s state, reason string, r *row)) {
	s := &p.line
	if !s.read(line, &p.clock) {
		add(badRow, notSyslog, p.noRow())
		return
	}
	if !isDovecot(s) {
		return
	}
	r := &p.row
	s.start(r)
	about := s.text
	if i := bytes.Index(about, []byte("user=<")); i >= 0 {
		end := bytes.IndexByte(about[i:], '>')
		if end < 0 {
			add(badRow, "a name without its end", r)
			return
		}
		if user := about[i+len("user=<") : i+end]; len(user) > 0 {
			r.cell[cellUser] = user
		}
		about = about[i+end:] // what stands before may be the client's words
	}
	at := bytes.LastIndex(about, []byte("rip="))
	if at < 0 {
		return
	}
	about = about[at:]
	r.cell[cellPeer] = between(about, "rip=", ",")
	r.cell[cellServerIP] = between(about, "lip=", ",")
	r.protocol = loginProtocol(s)
	if r.cell[cellPeer] == nil {
		add(badRow, "a login without its address", r)
		return
	}
	add(dovecotTLS(about, r))
}

// dovecotTLS finds what the elements behind rip= say about TLS.
func dovecotTLS(about []byte, r *row) (s state, reason string, _ *row) {
	if i := bytes.Index(about, []byte(" with cipher ")); i > 0 {
		version := about[bytes.LastIndexByte(about[:i], ' ')+1 : i]
		if v, ok := versionByName(version); ok {
			r.version, r.cell[cellVersion] = v, version
			r.cell[cellSuite] = between(about, " with cipher ", " ")
			return tlsRow, "", r
		}
	}
	switch {
	case contains(about, ", TLS handshaking"):
		r.outcome = evidence.Unfinished
		if contains(about, "SSL_accept() failed") {
			r.outcome = ""
			s, reason = opensslFailure(about, r)
			return s, reason, r
		}
		return failedRow, "", r
	case contains(about, ", TLS"):
		return unmeasured, reasonOnlyTLS, r
	case contains(about, ", secured"):
		return unmeasured, "called secured, but this log does not tell by what", r
	}
	return plainRow, "plain login: no TLS on this connection", r
}

// loginProtocol is the first word of the message, or the program: imap-login.
func loginProtocol(s *syslogLine) string {
	for _, p := range [...]struct{ prefix, name string }{
		{"imap", "imap"}, {"pop3", "pop3"}, {"managesieve", "sieve"}, {"submission", "smtp"}, {"lmtp", "smtp"},
	} {
		if bytes.HasPrefix(s.text, []byte(p.prefix)) || bytes.HasPrefix(s.program, []byte(p.prefix)) {
			return p.name
		}
	}
	return ""
}
