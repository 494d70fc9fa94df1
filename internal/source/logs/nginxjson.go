package logs

import "bytes"

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
	rows := headLines(head, 50)
	if len(rows) == 0 {
		return 0
	}
	good := 0
	for _, line := range rows {
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
	return 90 * good / len(rows)
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
		return badRow, "not a JSON object on a line of its own"
	}
	return finishText(r, &p.clock)
}

// flatJSON calls back with the members of an object whose values are strings
// or literals; strings stay escaped, and what is nested or null is passed
// over. It is lax about what stands between, and sure that the object ends
// where the line does: a row that was cut is none.
func flatJSON(line []byte, member func(key, value []byte)) bool {
	s := jsonScan{bytes.TrimSpace(line)}
	if !s.take('{') {
		return false
	}
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return false
		}
		key, ok := s.str()
		if !ok || !s.take(':') {
			return false
		}
		value, useful, ok := s.value()
		if !ok {
			return false
		}
		if useful {
			member(key, value)
		}
	}
	return len(s.b) == 0
}

// jsonScan is the rest of a line of JSON.
type jsonScan struct{ b []byte }

// take passes over spaces and then c, if it comes next.
func (s *jsonScan) take(c byte) bool {
	for len(s.b) > 0 && (s.b[0] == ' ' || s.b[0] == '\t') {
		s.b = s.b[1:]
	}
	if len(s.b) == 0 || s.b[0] != c {
		return false
	}
	s.b = s.b[1:]
	return true
}

// str reads a string, without the quotes.
func (s *jsonScan) str() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	end := closingQuote(s.b)
	if end < 0 {
		return nil, false
	}
	text := s.b[:end:end]
	s.b = s.b[end+1:]
	return text, true
}

// value reads any value, and says whether it is a string, a number or a
// boolean.
func (s *jsonScan) value() (text []byte, useful, ok bool) {
	if text, ok := s.str(); ok {
		return text, true, true
	}
	if len(s.b) == 0 || s.b[0] == '"' {
		return nil, false, false
	}
	if s.b[0] == '{' || s.b[0] == '[' {
		return nil, false, s.nested()
	}
	end := bytes.IndexAny(s.b, ",} \t")
	if end <= 0 {
		return nil, false, false
	}
	text, s.b = s.b[:end:end], s.b[end:]
	return text, string(text) != "null", true
}

// nested passes over an object or an array.
func (s *jsonScan) nested() bool {
	depth := 0
	for len(s.b) > 0 {
		c := s.b[0]
		if c == '"' {
			if _, ok := s.str(); !ok {
				return false
			}
			continue
		}
		s.b = s.b[1:]
		switch c {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return true
			}
		}
	}
	return false
}
