package logs

import (
	"bytes"
	"io"
	"iter"
	"slices"
)

// A jsonLog is what one kind of JSON log is, as data: which members make a
// row, which cells they fill, how no version is spelled. Paths are those of a
// jsonTable.
type jsonLog struct {
	must  []string   // every row of this log has these members
	also  []string   // every other line of the same program has these, if it writes any
	only  []jsonIs   // a row in which one of these is something else is of another kind
	cells []jsonCell // several may fill one cell: the first known stays

	plain   []string // versions that mean: no TLS
	unknown []string // versions that mean: not known
	bare    []jsonIs // there was no TLS if one of these is true, where no version is known
	null    state    // what a version of null means; the zero value is unmeasured
	none    state    // what it means that the version is not there; the zero value is unmeasured

	plainWhy      string // in the words of the format; empty is the general reason
	unmeasuredWhy string

	more []string // further members that judge looks at: p.more
	// judge says what data cannot, when the cells are full; nil has no say.
	judge func(p *jsonParser, r *row, s state, reason string) (state, string)
}

// jsonCell is where the value of a path goes.
type jsonCell struct {
	path string
	cell cell
}

// jsonIs is a member that has one of some values.
type jsonIs struct {
	path   string
	values []string
}

// detect wants rows of this log, and few lines that are not of its program.
func (l *jsonLog) detect(head []byte) int {
	must, also := newJSONTable(l.must...), newJSONTable(l.also...)
	values := make([]jsonValue, max(must.slots, also.slots))
	rows, good, other := 0, 0, 0
	for record := range headValues(head, 50) {
		rows++
		switch {
		case must.has(record, values):
			good++
		case also.slots > 0 && also.has(record, values):
			other++
		}
	}
	if good == 0 {
		return 0
	}
	return 90 * (good + other) / rows
}

// has reports whether an object has every member of the table.
func (t *jsonTable) has(record []byte, values []jsonValue) bool {
	values = values[:t.slots]
	return t.read(record, values) && !slices.ContainsFunc(values, func(v jsonValue) bool { return v.kind == jsonAbsent })
}

// headValues are the whole objects at the start of a log, at most max. Text
// that does not begin like JSON has none, and costs nothing.
func headValues(head []byte, max int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		start := bytes.TrimLeft(head, " \t\r\n\x00\xef\xbb\xbf")
		if len(start) == 0 || start[0] != '{' && start[0] != '[' {
			return
		}
		in := &jsonValues{buf: start, end: len(start), err: io.EOF, at: 1}
		for range max {
			record, _, err := in.next()
			if err == io.EOF || err == nil && !yield(record) {
				return
			}
		}
	}
}

// A jsonParser reads the rows of one log.
type jsonParser struct {
	log    *jsonLog
	table  *jsonTable
	values []jsonValue
	clock  clock
	inner  []byte // scratch, for JSON in a string

	must, also, versions, more []int // slots
	fills                      []jsonFill
	only, bare                 []jsonTest
}

type jsonFill struct {
	slot int
	cell cell
}

type jsonTest struct {
	slot   int
	values []string
}

func (l *jsonLog) parser(opt *Options, _ []byte) (lineParser, error) {
	var paths []string
	slot := func(path string) int {
		if i := slices.Index(paths, path); i >= 0 {
			return i
		}
		paths = append(paths, path)
		return len(paths) - 1
	}
	slots := func(of []string) (to []int) {
		for _, path := range of {
			to = append(to, slot(path))
		}
		return to
	}
	tests := func(of []jsonIs) (to []jsonTest) {
		for _, is := range of {
			to = append(to, jsonTest{slot(is.path), is.values})
		}
		return to
	}
	p := &jsonParser{log: l}
	if opt.ClientField != "" {
		p.fills = append(p.fills, jsonFill{slot(opt.ClientField + "[]"), cellForwarded})
	}
	for _, c := range l.cells {
		p.fills = append(p.fills, jsonFill{slot(c.path), c.cell})
		if c.cell == cellVersion {
			p.versions = append(p.versions, slot(c.path))
		}
	}
	p.must, p.also, p.more = slots(l.must), slots(l.also), slots(l.more)
	p.only, p.bare = tests(l.only), tests(l.bare)
	p.table = newJSONTable(paths...)
	p.values = make([]jsonValue, len(paths))
	return p, nil
}

// clone gives a parser for another piece of the log: the paths are shared.
func (p *jsonParser) clone() lineParser {
	c := *p
	c.values, c.inner, c.clock = make([]jsonValue, len(p.values)), nil, clock{}
	return &c
}

func (p *jsonParser) parse(record []byte, r *row) (state, string) {
	if !p.table.read(record, p.values) {
		return badRow, reasonNoObject
	}
	for _, t := range p.only {
		if v := p.values[t.slot].known(); v != nil && !isOneOf(v, t.values) {
			return notRow, ""
		}
	}
	if !p.have(p.must) {
		if len(p.also) > 0 && p.have(p.also) {
			return notRow, ""
		}
		return badRow, "an object without the members that tell this log"
	}
	p.fill(r)
	s, reason := p.version(r)
	if p.log.judge != nil {
		s, reason = p.log.judge(p, r, s, reason)
	}
	return p.readTime(r, s, reason)
}

const reasonNoObject = "not a JSON object on a line of its own"

// fill puts values into cells. What stands for a client's name may be an
// address, and the other way round: each goes where it belongs.
func (p *jsonParser) fill(r *row) {
	for _, f := range p.fills {
		v := p.values[f.slot].known()
		if v == nil || f.cell == cellClientName && address(v) != nil {
			continue
		}
		r.set(f.cell, v)
	}
	if r.known(cellServerPort) == nil {
		r.cell[cellServerPort] = portBehind(r.cell[cellServerIP])
	}
}

// portBehind gives the port in 192.0.2.7:443 and [2001:db8::1]:443.
func portBehind(b []byte) []byte {
	i := bytes.LastIndexByte(b, ':')
	if i <= 0 || b[i-1] != ']' && bytes.IndexByte(b, ':') != i {
		return nil
	}
	return b[i+1:]
}

// version finds out what the row says of the version.
func (p *jsonParser) version(r *row) (state, string) {
	v := p.versionValue()
	switch {
	case v.kind == jsonAbsent:
		return p.noVersion(p.log.none)
	case v.kind == jsonNull:
		return p.noVersion(p.log.null)
	case isOneOf(v.text, p.log.plain):
		return p.noVersion(plainRow)
	case v.known() == nil, isOneOf(v.text, p.log.unknown):
		return p.noVersion(unmeasured)
	}
	var ok bool
	if r.version, ok = spelledVersion(v.text); !ok {
		return badRow, "the version is none that is known"
	}
	return tlsRow, ""
}

// versionValue is the first version that is known, or else there.
func (p *jsonParser) versionValue() (v jsonValue) {
	for _, slot := range p.versions {
		switch have := p.values[slot]; {
		case have.known() != nil:
			return have
		case v.kind == jsonAbsent:
			v = have
		}
	}
	return v
}

func (p *jsonParser) noVersion(s state) (state, string) {
	for _, t := range p.bare {
		if isOneOf(p.values[t.slot].known(), t.values) {
			s = plainRow
		}
	}
	if s == plainRow {
		return plainRow, p.log.plainWhy
	}
	return unmeasured, p.log.unmeasuredWhy
}

// readTime reads the time, which may be in milliseconds or less.
func (p *jsonParser) readTime(r *row, s state, reason string) (state, string) {
	t := r.known(cellTime)
	if t == nil || s == badRow || s == notRow {
		return s, reason
	}
	at, ok := p.clock.time(wholeSeconds(t))
	if !ok {
		return badRow, "time cannot be read"
	}
	r.at = at
	return s, reason
}

// wholeSeconds cuts the thousandths from a number of milli-, micro- or
// nanoseconds since 1970.
func wholeSeconds(b []byte) []byte {
	for _, c := range b {
		if c < '0' || c > '9' {
			return b
		}
	}
	switch len(b) {
	case 13, 16, 19:
		return b[:10]
	}
	return b
}

func (p *jsonParser) have(slots []int) bool {
	for _, slot := range slots {
		if p.values[slot].kind == jsonAbsent {
			return false
		}
	}
	return true
}

// is reports whether one of the further members has a value.
func (p *jsonParser) is(more int, value string) bool {
	return string(p.values[p.more[more]].known()) == value
}

func isOneOf(b []byte, values []string) bool {
	for _, v := range values {
		if v == string(b) {
			return true
		}
	}
	return false
}
