package logs

import (
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
	cells  []cell
	table  *jsonTable
	values []jsonValue
	clock  clock
}

// newJSONLayoutParser reads objects with names of the user's choice.
func newJSONLayoutParser(text string, _ *Options) (lineParser, error) {
	p := &jsonLayout{}
	var paths []string
	for _, word := range strings.Fields(text)[1:] {
		name, path, ok := strings.Cut(word, "=")
		c, known := jsonNames[name]
		if !ok || !known || path == "" {
			return nil, fmt.Errorf("%w: %q: want NAME=PATH with a name of %s", errLayout, word,
				strings.Join(slices.Sorted(maps.Keys(jsonNames)), ", "))
		}
		paths, p.cells = append(paths, strings.TrimPrefix(path, ".")+"[]"), append(p.cells, c)
	}
	for _, need := range []string{"client", "version"} {
		if !slices.Contains(p.cells, jsonNames[need]) {
			return nil, fmt.Errorf("%w: it does not say where %s is: %s=PATH", errLayout, need, need)
		}
	}
	p.table = newJSONTable(paths...)
	p.values = make([]jsonValue, len(paths))
	return p, nil
}

func (p *jsonLayout) parse(record []byte, r *row) (state, string) {
	if !p.table.read(record, p.values) {
		return badRow, "not a JSON object"
	}
	for i, v := range p.values {
		if v.kind == jsonString || v.kind == jsonLiteral {
			r.set(p.cells[i], v.text)
		}
	}
	if peer := r.known(cellPeer); peer != nil && address(peer) == nil {
		r.set(cellClientName, peerName(peer))
	}
	return finishText(r, &p.clock)
}
