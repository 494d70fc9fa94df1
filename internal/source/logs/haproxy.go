package logs

import (
	"bytes"

	"github.com/tlsready/tlsready/evidence"
)

func haproxyFormat() *Format {
	return &Format{
		Name:   "haproxy",
		Doc:    "HAProxy, option httplog, httpslog or tcplog, with %sslv and %sslc behind it in any order, and its lines about failed handshakes; with or without what syslog writes before",
		Source: "haproxy",
		Enable: haproxyEnable,
		blind:  []string{haproxyZone, "HAProxy before 2.9 does not say why a handshake failed; 'option dontlognull' hides clients that sent nothing"},
		detect: detectHAProxy,
		parser: newHAProxyParser,
		agent:  unescape,
		text:   unescape,
		suite:  namedSuite,
	}
}

const haproxyZone = "its times have no zone: they are read as UTC"

const haproxyEnable = `haproxy.cfg, in the frontend, then reload: option httpslog (2.4 and later), or
log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r %sslv %sslc"`

const (
	reasonPlainProxy = plainMark + "TCP or HTTP: no TLS on this connection"
	reasonTLSOnly    = "TLS, but this log does not tell the version"
)

// A haproxyLine is the start that all lines of HAProxy share:
// client:port [accept date] frontend.
type haproxyLine struct{ peer, time, frontend, rest []byte }

// cutHAProxy finds that start, behind what syslog wrote.
func cutHAProxy(line []byte) (l haproxyLine, ok bool) {
	open := bytes.Index(line, []byte(" ["))
	for open >= 0 && !isAcceptDate(line[open+2:]) {
		next := bytes.Index(line[open+2:], []byte(" ["))
		if next < 0 || open > 300 {
			return l, false
		}
		open += 2 + next
	}
	if open <= 0 {
		return l, false
	}
	l.peer = line[bytes.LastIndexByte(line[:open], ' ')+1 : open]
	colon := bytes.LastIndexByte(l.peer, ':')
	if colon < 0 {
		return l, false
	}
	l.peer = l.peer[:colon:colon]
	line = line[open+2:]
	end := bytes.IndexByte(line, ']')
	l.time, line = line[:end:end], line[end+1:]
	if line, ok = bytes.CutPrefix(line, []byte(" ")); !ok {
		return l, false
	}
	l.frontend, l.rest, ok = bytes.Cut(line, []byte(" "))
	return l, ok && len(l.frontend) > 0
}

// isAcceptDate tells [06/Mar/2026:06:00:36.082] from other brackets.
func isAcceptDate(b []byte) bool {
	return len(b) > 21 && b[2] == '/' && b[6] == '/' && b[11] == ':' && b[20] == '.' && bytes.IndexByte(b[:min(len(b), 40)], ']') > 20
}

// detectHAProxy counts lines with that start, and backend/server or a message
// behind it.
func detectHAProxy(head []byte) int {
	rows := headLines(head, 50)
	if len(rows) == 0 {
		return 0
	}
	good := 0
	for _, line := range rows {
		l, ok := cutHAProxy(line)
		if !ok || address(l.peer) == nil {
			continue
		}
		if _, whole := tailOfHAProxy(l.rest); whole || l.failed() {
			good++
		}
	}
	return 90 * good / len(rows)
}

// failed reports whether it is a line about a connection that broke:
// frontend/bind: message (HAProxy's manual, "Error log format").
func (l *haproxyLine) failed() bool {
	n := len(l.frontend)
	return l.frontend[n-1] == ':' && bytes.IndexByte(l.frontend, '/') > 0
}

// tailOfHAProxy passes over what httplog and tcplog write behind the name of
// the frontend, up to the quoted request or the queues.
func tailOfHAProxy(rest []byte) (tail []byte, ok bool) {
	server, timers, _ := bytes.Cut(rest, []byte(" "))
	if bytes.IndexByte(server, '/') < 0 || bytes.Count(timers[:min(len(timers), 60)], []byte("/")) < 2 {
		return nil, false
	}
	if quote := bytes.Index(timers, []byte(` "`)); quote >= 0 {
		request := timers[quote+2:]
		end := closingHAProxyQuote(request)
		if end < 0 {
			return nil, false
		}
		return request[end+1:], true
	}
	for range 6 { // timers, bytes, state, connections, queues of tcplog
		var column []byte
		if column, timers, _ = bytes.Cut(timers, []byte(" ")); len(column) == 0 {
			return nil, false
		}
		if bytes.Count(column, []byte("/")) == 1 {
			return timers, true
		}
	}
	return nil, false
}

// closingHAProxyQuote finds the end of the request: HAProxy writes a quote
// inside as #22, and truncates long requests without closing them.
func closingHAProxyQuote(b []byte) int { return bytes.IndexByte(b, '"') }

// haproxyParser reads all lines of HAProxy.
type haproxyParser struct {
	tail    tail
	learned int // the column of the version, by the start of the log
	clock   clock
}

func newHAProxyParser(_ *Options, head []byte) (lineParser, error) {
	p := &haproxyParser{tail: tail{version: -1}}
	p.tail.learn(func(line []byte) ([]byte, bool) {
		l, ok := cutHAProxy(line)
		if !ok || l.failed() {
			return nil, false
		}
		return tailOfHAProxy(l.rest)
	}, headLines(head, 1000))
	p.learned = p.tail.version
	return p, nil
}

// clone is the parser as it was at the start of the log.
func (p *haproxyParser) clone() lineParser {
	return &haproxyParser{learned: p.learned, tail: tail{version: p.learned}}
}

func (p *haproxyParser) parse(line []byte, r *row) (state, string) {
	l, ok := cutHAProxy(line)
	if !ok {
		return badRow, "not a line of HAProxy's httplog, httpslog, tcplog or about an error"
	}
	r.cell[cellPeer], r.cell[cellTime] = l.peer, l.time
	if l.failed() {
		return p.failure(&l, r)
	}
	tls := frontendOf(l.frontend, r)
	tail, ok := tailOfHAProxy(l.rest)
	if !ok {
		return badRow, "line does not fit httplog, httpslog or tcplog"
	}
	r.cell[cellStatus] = haproxyStatus(l.rest)
	if r.cell[cellStatus] == nil {
		r.protocol = "tls" // tcplog: what the TLS carries is not known
	}
	if !httpsTail(tail, r) {
		p.tail.read(tail, r)
	}
	return p.finish(r, tls)
}

// finish is for lines that name a version, and those that do not: there the
// frontend tells whether it was TLS at all.
func (p *haproxyParser) finish(r *row, tls bool) (state, string) {
	s, reason := finishText(r, &p.clock)
	switch {
	case s == plainRow:
		return s, reasonPlainProxy
	case s == unmeasured && tls:
		return s, reasonTLSOnly
	case s == unmeasured:
		return plainRow, reasonPlainProxy
	}
	return s, reason
}

// frontendOf takes the name of the frontend, and the ~ behind it, which is
// for TLS.
func frontendOf(name []byte, r *row) (tls bool) {
	r.cell[cellListener], tls = bytes.CutSuffix(name, []byte("~"))
	return tls
}

// haproxyStatus is the status of httplog: the third column behind the
// frontend, where tcplog has the number of bytes.
func haproxyStatus(rest []byte) []byte {
	_, rest, _ = bytes.Cut(rest, []byte(" "))
	timers, rest, _ := bytes.Cut(rest, []byte(" "))
	if bytes.Count(timers, []byte("/")) != 4 {
		return nil // tcplog has three timers
	}
	status, _, _ := bytes.Cut(rest, []byte(" "))
	return status
}

// httpsTail reads the end of httpslog: five results of the handshake, then
// sni/version/suite.
func httpsTail(tail []byte, r *row) bool {
	if bytes.Count(tail, []byte("/")) != 6 {
		return false
	}
	results, names, ok := bytes.Cut(bytes.TrimLeft(tail, " "), []byte(" "))
	if !ok || bytes.Count(results, []byte("/")) != 4 || bytes.IndexByte(names, ' ') >= 0 {
		return false
	}
	first := bytes.IndexByte(names, '/')
	last := bytes.LastIndexByte(names, '/')
	version := names[first+1 : last : last]
	if !versionOrDash(version) {
		return false
	}
	r.cell[cellHost], r.cell[cellVersion], r.cell[cellSuite] = names[:first:first], version, names[last+1:]
	return true
}

// failure reads a line about a connection that broke before a request came.
func (p *haproxyParser) failure(l *haproxyLine, r *row) (state, string) {
	var ok bool
	if r.at, ok = p.clock.time(l.time); !ok {
		r.at = noTime
		return badRow, "time cannot be read"
	}
	name := l.frontend
	r.cell[cellListener] = name[:bytes.IndexByte(name, '/')]
	r.cell[cellReason] = l.rest
	switch text := l.rest; {
	case bytes.HasPrefix(text, []byte("SSL handshake failure after heartbeat")), bytes.HasPrefix(text, []byte("Stopped a TLSv1 heartbeat attack")):
		r.outcome = evidence.Aborted
		return failedRow, ""
	case bytes.HasPrefix(text, []byte("SSL handshake failure")):
		return haproxyReason(text, r)
	case bytes.HasSuffix(text, []byte("during SSL handshake")): // connection closed, error or timeout
		r.outcome = evidence.Unfinished
		return failedRow, ""
	case bytes.HasPrefix(text, []byte("SSL client c")): // CA chain cannot be verified, certificate not trusted
		r.outcome = evidence.Aborted
		return failedRow, ""
	}
	return notRow, "" // PROXY headers, limits and memory are not about TLS
}

// haproxyReason reads the reason in brackets, if it is whole.
func haproxyReason(text []byte, r *row) (state, string) {
	if _, reason, ok := bytes.Cut(text, []byte(" (")); ok && bytes.HasSuffix(reason, []byte(")")) {
		return opensslFailure(text, r)
	}
	return failedRow, ""
}

// newHAProxyLayoutParser reads lines of a log-format of the user's; what
// syslog wrote before them is passed over.
func newHAProxyLayoutParser(text string, opt *Options) (lineParser, error) {
	l, err := compileHAProxy(text, opt.ClientField)
	if err != nil {
		return nil, err
	}
	return &haproxyLayoutParser{layout: l}, nil
}

type haproxyLayoutParser struct {
	layout *layout
	lines  haproxyParser // of the fixed forms
}

func (p *haproxyLayoutParser) parse(line []byte, r *row) (state, string) {
	if l, ok := cutHAProxy(line); ok && l.failed() {
		return p.lines.parse(line, r)
	}
	rest, ok := p.layout.match(withoutSyslog(line), r)
	if !ok || len(rest) > 0 {
		return badRow, "line does not fit the layout"
	}
	tls := false
	if name := r.cell[cellListener]; name != nil {
		tls = frontendOf(name, r)
	}
	if r.cell[cellVersion] == nil && !tls {
		return finishText(r, &p.lines.clock)
	}
	return p.lines.finish(r, tls)
}

// withoutSyslog passes over "Mar  6 06:00:36 lb1 haproxy[2121]: ".
func withoutSyslog(line []byte) []byte {
	if i := bytes.Index(line, []byte("haproxy[")); i >= 0 && i < 100 {
		if end := bytes.Index(line[i:], []byte("]: ")); end >= 0 {
			return line[i+end+3:]
		}
	}
	return line
}
