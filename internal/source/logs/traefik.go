package logs

import "bytes"

func traefikFormat() *Format {
	return &Format{
		Name:   "traefik",
		Doc:    "Traefik, its access log in JSON",
		Source: "traefik",
		Enable: traefikEnable,
		blind:  []string{"Traefik writes failed handshakes to its own log only (level debug): clients that a higher floor locks out vanish from this log"},
		detect: traefikLog.detect,
		parser: newTraefikParser,
		agent:  unescape,
		text:   unescape,
		suite:  namedSuite,
	}
}

const traefikEnable = `traefik.yml, then restart (old releases write no TLSVersion; it must not be dropped under fields):
accessLog:
  filePath: /var/log/traefik/access.log
  format: json
  fields:
    headers:
      names:
        User-Agent: keep`

// traefikLog: https://doc.traefik.io/traefik/observability/access-logs/, the
// list of fields. RequestScheme is https exactly when the connection had TLS.
var traefikLog = &jsonLog{
	must: []string{"ClientHost", "DownstreamStatus", "RequestMethod"},
	cells: []jsonCell{
		{"ClientAddr", cellPeer},
		{"ClientHost", cellForwarded},
		{"ClientUsername", cellUser},
		{"TLSClientSubject", cellCertName},
		{"request_User-Agent", cellAgent},
		{"RequestHost", cellHost},
		{"entryPointName", cellListener},
		{"TLSVersion", cellVersion},
		{"TLSCipher", cellSuite},
		{"DownstreamStatus", cellStatus},
		{"StartUTC", cellTime},
		{"time", cellTime},
	},
	bare: []jsonIs{{"RequestScheme", []string{"http"}}},
}

// traefikParser passes over the lines of Traefik's own log, and of its
// plug-ins, which share the standard output with the access log in containers.
type traefikParser struct{ lineParser }

func newTraefikParser(opt *Options, head []byte) (lineParser, error) {
	p, err := traefikLog.parser(opt, head)
	return traefikParser{p}, err
}

func (p traefikParser) parse(line []byte, r *row) (state, string) {
	for _, level := range [...]string{"DEBUG:", "INFO:", "WARN:", "ERROR:", "time="} {
		if bytes.HasPrefix(line, []byte(level)) {
			return notRow, ""
		}
	}
	return p.lineParser.parse(line, r)
}
