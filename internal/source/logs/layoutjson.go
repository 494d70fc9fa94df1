package logs

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// jsonNames are the words of a JSON layout, "client=remote_ip
// version=tls.proto": what a field tells, then the path to it with dots.
var jsonNames = map[string]cell{
	"client": cellPeer, "forwarded": cellForwarded, "name": cellClientName, "user": cellUser, "agent": cellAgent,
	"version": cellVersion, "suite": cellSuite, "group": cellGroup, "time": cellTime, "status": cellStatus,
	"server": cellHost, "server-ip": cellServerIP, "port": cellServerPort,
}

// jsonLayout tells which path of an object is which cell.
type jsonLayout struct {
	cells map[string]cell
	path  []byte // scratch
	clock clock
}

// newJSONLayoutParser reads objects with names of the user's choice.
func newJSONLayoutParser(text string, _ *Options) (lineParser, error) {
	p := &jsonLayout{cells: map[string]cell{}}
	for _, word := range strings.Fields(text)[1:] {
		name, path, ok := strings.Cut(word, "=")
		c, known := jsonNames[name]
		if !ok || !known || path == "" {
			return nil, fmt.Errorf("%w: %q: want NAME=PATH with a name of %s", errLayout, word,
				strings.Join(slices.Sorted(maps.Keys(jsonNames)), ", "))
		}
		p.cells[strings.TrimPrefix(path, ".")] = c
	}
	for _, need := range []string{"client", "version"} {
		if !slices.Contains(slices.Collect(maps.Values(p.cells)), jsonNames[need]) {
			return nil, fmt.Errorf("%w: it does not say where %s is: %s=PATH", errLayout, need, need)
		}
	}
	return p, nil
}

func (p *jsonLayout) parse(record []byte, r *row) (state, string) {
	s := jsonScan{bytes.TrimSpace(record)}
	p.path = p.path[:0]
	if !s.take('{') || !p.object(&s, r, 0) || len(s.b) > 0 {
		return badRow, "not a JSON object"
	}
	if peer := r.known(cellPeer); peer != nil && address(peer) == nil {
		r.set(cellClientName, peerName(peer))
	}
	return finishText(r, &p.clock)
}

// maxJSONDepth is how deep a path can lie.
const maxJSONDepth = 16

// object reads the members behind a brace.
func (p *jsonLayout) object(s *jsonScan, r *row, depth int) bool {
	outer := len(p.path)
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return false
		}
		s.space()
		key, ok := s.str()
		if !ok || !s.take(':') {
			return false
		}
		if outer > 0 {
			p.path = append(p.path, '.')
		}
		p.path = append(p.path, key...)
		if !p.value(s, r, depth) {
			return false
		}
		p.path = p.path[:outer]
	}
	s.space()
	return true
}

// value reads the value of the path: an object, the first element of an
// array, or a cell.
func (p *jsonLayout) value(s *jsonScan, r *row, depth int) bool {
	s.space()
	switch {
	case depth < maxJSONDepth && s.take('{'):
		return p.object(s, r, depth+1)
	case len(s.b) > 1 && s.b[0] == '[' && s.b[1] == '"':
		inner := jsonScan{s.b[1:]}
		if first, ok := inner.str(); ok {
			p.set(first, r)
		}
		return s.nested()
	}
	text, useful, ok := s.value()
	if ok && useful {
		p.set(text, r)
	}
	return ok
}

func (p *jsonLayout) set(value []byte, r *row) {
	if c := p.cells[string(p.path)]; c != cellNone {
		r.set(c, value)
	}
}

// space passes over the ends of lines too: an object may be spread over many.
func (s *jsonScan) space() { s.b = bytes.TrimLeft(s.b, " \t\r\n") }
