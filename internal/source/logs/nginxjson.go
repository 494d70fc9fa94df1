package logs

func nginxJSONFormat() *Format {
	return &Format{
		Name:   "nginx-json",
		Doc:    "nginx, one JSON object a line with the names of its variables as keys",
		Source: "nginx",
		Enable: nginxJSONEnable,
		blind:  []string{nginxBlind},
		detect: detectNginxJSON,
		parser: newNginxJSONParser,
		agent:  unescape,
		text:   unescape,
		suite:  namedSuite,
	}
}

const nginxJSONEnable = `nginx.conf: in the log_format, add "ssl_protocol":"$ssl_protocol","ssl_cipher":"$ssl_cipher" to the object, then reload`

// detectNginxJSON wants objects with nginx's own names. Evidence is NDJSON
// too, and says so with its "kind".
func detectNginxJSON(head []byte) int {
	rows, good := 0, 0
	for line := range headValues(head, 50) {
		rows++
		peer, other, foreign := false, 0, false
		ok := flatJSON(line, func(key, value []byte) {
			switch string(key) {
			case "kind":
				foreign = true
			case "remote_addr":
				peer = address(value) != nil
			case "ssl_protocol", "ssl_cipher", "status", "request", "request_uri", "http_user_agent", "time_iso8601", "time_local", "msec":
				other++
			}
		})
		if ok && peer && other >= 2 && !foreign {
			good++
		}
	}
	if rows == 0 {
		return 0
	}
	return 90 * good / rows
}

type nginxJSONParser struct {
	opt   *Options
	cells map[string]cell // of the keys seen
	clock clock
}

func newNginxJSONParser(opt *Options, _ []byte) (lineParser, error) {
	return &nginxJSONParser{opt: opt, cells: map[string]cell{}}, nil
}

// maxKeys bounds what is remembered of keys: a log has some dozens.
const maxKeys = 1000

func (p *nginxJSONParser) cell(key []byte) cell {
	c, ok := p.cells[string(key)]
	if !ok {
		c = variableCell(string(key), p.opt.ClientField)
		if len(p.cells) < maxKeys {
			p.cells[string(key)] = c
		}
	}
	return c
}

func (p *nginxJSONParser) parse(line []byte, r *row) (state, string) {
	ok := flatJSON(line, func(key, value []byte) {
		if c := p.cell(key); c != cellNone {
			r.set(c, value)
		}
	})
	if !ok {
		return badRow, reasonNoObject
	}
	return finishText(r, &p.clock)
}
