package logs

import (
	"strconv"

	"github.com/tlsready/tlsready/tlswire"
)

func caddyFormat() *Format {
	return &Format{
		Name:   "caddy",
		Doc:    "Caddy, its access log in JSON",
		Source: "caddy",
		Enable: caddyEnable,
		blind:  []string{"Caddy writes failed handshakes to its error log only (level debug): clients that a higher floor locks out vanish from this log"},
		detect: caddyLog.detect,
		parser: caddyLog.parser,
		agent:  unescape,
		text:   unescape,
		suite:  numberedSuite,
	}
}

const caddyEnable = `Caddyfile, in the site's block, then caddy reload; the TLS fields are part of the JSON format:
log {
	output file /var/log/caddy/access.log
	format json
}`

// caddyLog: https://caddyserver.com/docs/logging. The tls object is there for
// every request over TLS, with the version and suite as Go's numbers. client_ip is what
// trusted proxies say.
var caddyLog = &jsonLog{
	must: []string{"msg", "request.remote_ip"},
	also: []string{"level", "ts", "msg"},
	only: []jsonIs{{"msg", []string{"handled request"}}},
	cells: []jsonCell{
		{"request.remote_ip", cellPeer},
		{"request.client_ip", cellForwarded},
		{"user_id", cellUser},
		{"request.tls.client_common_name", cellCertName},
		{"request.headers.User-Agent[]", cellAgent},
		{"request.tls.server_name", cellHost},
		{"request.host", cellHost},
		{"request.tls.version", cellVersion},
		{"request.tls.cipher_suite", cellSuite},
		{"status", cellStatus},
		{"ts", cellTime},
	},
	none: plainRow,
}

// numberedSuite is the fact of a log that writes the code point of the suite
// in decimal, as programs in Go do.
func numberedSuite(r *row) suiteFact {
	n, err := strconv.ParseUint(string(r.known(cellSuite)), 10, 16)
	if err != nil || n == 0 {
		return suiteFact{}
	}
	return factOf(tlswire.Suite(n))
}
