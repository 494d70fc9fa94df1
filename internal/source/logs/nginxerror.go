package logs

import (
	"bytes"

	"github.com/tlsready/tlsready/evidence"
)

func nginxErrorFormat() *Format {
	return &Format{
		Name:   "nginx-error",
		Doc:    "nginx, error log at level info: clients whose handshake failed",
		Source: "nginx-error",
		Enable: "nginx.conf: error_log /var/log/nginx/error.log info; then reload",
		blind:  []string{"an error log names those whose handshake failed, and none of those who got through", haproxyZone},
		detect: detectNginxError,
		parser: func(*Options, []byte) (lineParser, error) { return &nginxErrorParser{}, nil },
		agent:  unescape,
		text:   unescape,
		suite:  namedSuite,
	}
}

// detectNginxError counts lines that begin as nginx begins them.
func detectNginxError(head []byte) int {
	rows := headLines(head, 50)
	if len(rows) == 0 {
		return 0
	}
	good := 0
	for _, line := range rows {
		if _, _, ok := cutNginxError(line); ok {
			good++
		}
	}
	return 90 * good / len(rows)
}

// cutNginxError parts 2026/11/23 18:48:53 [info] 17471#17471: message.
func cutNginxError(line []byte) (time, message []byte, ok bool) {
	if len(line) < 30 || line[4] != '/' || line[7] != '/' || line[10] != ' ' || line[19] != ' ' || line[20] != '[' {
		return nil, nil, false
	}
	level, rest, ok := bytes.Cut(line[21:], []byte("] "))
	if !ok || len(level) > 6 {
		return nil, nil, false
	}
	process, message, ok := bytes.Cut(rest, []byte(": "))
	hash := bytes.IndexByte(process, '#')
	return line[:19:19], message, ok && hash > 0 && len(process) < 30 && process[0] >= '0' && process[0] <= '9'
}

type nginxErrorParser struct{ clock clock }

func (p *nginxErrorParser) parse(line []byte, r *row) (state, string) {
	time, message, ok := cutNginxError(line)
	if !ok {
		return badRow, "not a line of nginx's error log"
	}
	what, rest, ok := bytes.Cut(message, []byte(" while SSL handshaking, client: "))
	if !ok {
		return notRow, "" // of something else
	}
	var stamp [19]byte
	copy(stamp[:], time)
	stamp[4], stamp[7] = '-', '-'
	if r.at, ok = p.clock.time(stamp[:]); !ok {
		r.at = noTime
		return badRow, "time cannot be read"
	}
	r.cell[cellPeer], rest, ok = bytes.Cut(rest, []byte(", server: "))
	if !ok || !setEndpoint(rest, r) {
		return badRow, "the line does not name the server to its end"
	}
	if text, ok := bytes.CutSuffix(what, []byte(")")); ok && bytes.Contains(text, []byte("SSL_do_handshake() failed (SSL: ")) {
		return opensslFailure(text, r)
	}
	// Closed, reset or timed out: the log does not tell whether the server's
	// hello had come.
	r.outcome = evidence.Unfinished
	return failedRow, ""
}

// setEndpoint reads name, or address and port, of the server's side. A
// socket for all addresses has a port at least.
func setEndpoint(b []byte, r *row) bool {
	b, _, _ = bytes.Cut(b, []byte(", "))
	if host, port, ok := cutPort(b); ok {
		if len(port) == 0 {
			return false
		}
		r.cell[cellServerPort], b = port, host
	}
	switch {
	case string(b) == "0.0.0.0", string(b) == "[::]":
		return len(r.cell[cellServerPort]) > 0
	case address(b) != nil:
		r.cell[cellServerIP] = b
	default:
		r.cell[cellListener] = b
	}
	return len(b) > 0
}

// cutPort parts 192.0.2.10:443, [2001:db8::10]:443 or name:443.
func cutPort(b []byte) (host, port []byte, ok bool) {
	colon := bytes.LastIndexByte(b, ':')
	if colon <= 0 || bytes.IndexByte(b, ':') != colon && b[colon-1] != ']' {
		return b, nil, false
	}
	return b[:colon:colon], b[colon+1:], true
}
