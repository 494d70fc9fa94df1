package logs

import (
	"bytes"

	"github.com/tlsready/tlsready/evidence"
)

func apacheErrorFormat() *Format {
	return &Format{
		Name:   "apache-error",
		Doc:    "Apache with mod_ssl, error log at level info: clients whose handshake failed",
		Source: "apache-error",
		Enable: "Apache's configuration: LogLevel ssl:info; then reload",
		joins:  true,
		blind:  []string{"an error log names those whose handshake failed, and none of those who got through", haproxyZone},
		detect: detectApacheError,
		parser: func(*Options, []byte) (lineParser, error) { return &apacheErrorParser{}, nil },
		agent:  unescape,
		text:   unescape,
		suite:  namedSuite,
	}
}

// detectApacheError counts lines that begin as Apache begins them.
func detectApacheError(head []byte) int {
	rows := headLines(head, 50)
	if len(rows) == 0 {
		return 0
	}
	good := 0
	var c clock
	for _, line := range rows {
		if e, ok := cutApacheError(line); ok {
			if _, ok := e.at(&c); ok {
				good++
			}
		}
	}
	return 90 * good / len(rows)
}

// An apacheError is a line of the error log. Version 2.2 writes neither
// thread nor the client's port.
type apacheError struct {
	time, thread, client, message []byte
}

// cutApacheError parts
// [Mon Nov 23 18:48:54.033428 2026] [ssl:info] [pid 1:tid 2] [client 192.0.2.7:35078] message.
func cutApacheError(line []byte) (e apacheError, ok bool) {
	if len(line) < 28 || line[0] != '[' || line[4] != ' ' || line[8] != ' ' {
		return e, false
	}
	if e.time, line, ok = bytes.Cut(line[1:], []byte("] [")); !ok || len(e.time) < 24 || len(e.time) > 31 {
		return e, false
	}
	level, line, ok := bytes.Cut(line, []byte("] "))
	if !ok || len(level) > 40 || bytes.IndexByte(level, ' ') >= 0 {
		return e, false
	}
	if rest, found := bytes.CutPrefix(line, []byte("[pid ")); found {
		if e.thread, line, ok = bytes.Cut(rest, []byte("] ")); !ok {
			return e, false
		}
	}
	e.message = line
	// An error of the system may stand before the client.
	if i := bytes.Index(line, []byte("[client ")); i >= 0 {
		if client, message, found := bytes.Cut(line[i+len("[client "):], []byte("] ")); found {
			e.client, e.message = client, message
		}
	}
	if colon := bytes.LastIndexByte(e.client, ':'); colon > 0 && e.thread != nil {
		e.client = e.client[:colon:colon] // IPv6 stands there without brackets
	}
	return e, true
}

// at reads Mon Nov 23 18:48:54.033428 2026.
func (e *apacheError) at(c *clock) (int64, bool) {
	t := e.time
	var stamp [20]byte
	copy(stamp[:], t[8:10])
	stamp[2], stamp[6], stamp[11] = '/', '/', ':'
	copy(stamp[3:], t[4:7])
	copy(stamp[7:], t[len(t)-4:])
	copy(stamp[12:], t[11:19])
	if stamp[0] == ' ' {
		stamp[0] = '0'
	}
	return c.time(stamp[:])
}

// apacheErrorParser reads an error log. The client of a failed handshake
// stands on one line, and the reason on the next of that thread.
type apacheErrorParser struct {
	clock   clock
	pending [maxPending]pendingFailure
	next    int // the place that is used next; what stands there is the oldest
}

// maxPending bounds the threads whose reason is waited for. It follows at
// once, so that few wait together.
const maxPending = 64

// pendingFailure is a failed handshake without its reason.
type pendingFailure struct {
	waits                  bool
	at                     int64
	thread, client, server []byte
}

func (p *apacheErrorParser) parse(line []byte, r *row) (state, string) {
	e, ok := cutApacheError(line)
	if !ok {
		return badRow, "not a line of Apache's error log"
	}
	if reason, ok := bytes.CutPrefix(e.message, []byte("SSL Library Error: ")); ok && len(reason) > 0 {
		if !p.recall(e.thread, r) {
			return notRow, ""
		}
		return opensslFailure(reason, r)
	}
	if e.client != nil && bytes.Contains(e.message, []byte("SSL library error")) && bytes.Contains(e.message, []byte(" in handshake")) {
		return p.remember(&e, r)
	}
	s, reason := p.event(&e, r)
	if s == notRow && e.client != nil && p.recall(e.thread, r) {
		return failedRow, "" // no reason came
	}
	return s, reason
}

// event reads a line that tells all by itself.
func (p *apacheErrorParser) event(e *apacheError, r *row) (state, string) {
	broken := bytes.Contains(e.message, []byte("SSL handshake stopped")) || bytes.Contains(e.message, []byte("SSL handshake interrupted"))
	plain := bytes.Contains(e.message, []byte("HTTP spoken on HTTPS port"))
	if e.client == nil || !broken && !plain {
		return notRow, ""
	}
	at, ok := e.at(&p.clock)
	if !ok {
		return badRow, "time cannot be read"
	}
	r.at, r.cell[cellPeer] = at, e.client
	if plain {
		return plainRow, reasonPlainHTTP
	}
	r.outcome = evidence.Unfinished
	return failedRow, ""
}

// remember keeps a failure until its reason comes. The one that it displaces
// goes without.
func (p *apacheErrorParser) remember(e *apacheError, r *row) (state, string) {
	at, ok := e.at(&p.clock)
	if !ok {
		return badRow, "time cannot be read"
	}
	slot := &p.pending[p.next]
	for i := range p.pending {
		if p.pending[i].waits && bytes.Equal(p.pending[i].thread, e.thread) {
			slot = &p.pending[i]
		}
	}
	if slot == &p.pending[p.next] {
		p.next = (p.next + 1) % maxPending
	}
	s := notRow
	if slot.waits {
		slot.give(r)
		s = failedRow
	}
	_, server, _ := bytes.Cut(e.message, []byte("(server "))
	server, _, _ = bytes.Cut(server, []byte(")"))
	*slot = pendingFailure{
		waits: true, at: at,
		thread: bytes.Clone(e.thread[:min(len(e.thread), 64)]),
		client: bytes.Clone(e.client[:min(len(e.client), maxName)]),
		server: bytes.Clone(server[:min(len(server), maxName)]),
	}
	return s, ""
}

// recall gives the failure of a thread that waits for its reason.
func (p *apacheErrorParser) recall(thread []byte, r *row) bool {
	for i := range p.pending {
		if s := &p.pending[i]; s.waits && bytes.Equal(s.thread, thread[:min(len(thread), 64)]) {
			s.give(r)
			s.waits = false
			return true
		}
	}
	return false
}

func (s *pendingFailure) give(r *row) {
	r.at, r.cell[cellPeer] = s.at, s.client
	setEndpoint(s.server, r)
}
