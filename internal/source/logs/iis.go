package logs

import (
	"bytes"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

func iisFormat() *Format {
	return &Format{
		Name:   "iis",
		Doc:    "IIS, W3C extended with the custom fields crypt-protocol, crypt-cipher, crypt-hash, crypt-keyexchange",
		Source: "iis",
		Enable: iisEnable,
		blind:  []string{"IIS writes nothing for refused handshakes, and HTTPERR has no field of TLS: clients that a higher floor locks out vanish from this log"},
		detect: detectIIS,
		parser: func(opt *Options, _ []byte) (lineParser, error) { return &iisParser{opt: opt}, nil },
		agent:  plusToSpace,
		text:   func(s string) string { return s },
		suite:  calgSuite,
	}
}

const iisEnable = `applicationHost.config, in <siteDefaults><logFile> or a site's <logFile> (Server 2012 R2 with KB4025335, 2016 with KB4025334, and later):
<customFields>
  <add logFieldName="crypt-protocol" sourceName="CRYPT_PROTOCOL" sourceType="ServerVariable" />
  <add logFieldName="crypt-cipher" sourceName="CRYPT_CIPHER_ALG_ID" sourceType="ServerVariable" />
  <add logFieldName="crypt-hash" sourceName="CRYPT_HASH_ALG_ID" sourceType="ServerVariable" />
  <add logFieldName="crypt-keyexchange" sourceName="CRYPT_KEYEXCHANGE_ALG_ID" sourceType="ServerVariable" />
</customFields>`

// detectIIS wants the directives at the start. Other servers write W3C logs
// too; what names another software, or the fields of a CDN, is theirs.
func detectIIS(head []byte) int {
	score := 0
	for i, line := range headLines(head, 1000) {
		directive, rest, _ := bytes.Cut(line, []byte(" "))
		switch string(directive) {
		case "#Software:":
			score = 90
			if !bytes.Contains(rest, []byte("Internet Information Services")) {
				score = foreign
			}
		case "#Fields:":
			if own := iisFieldsScore(rest); score != foreign || own > 90 {
				return max(score, own)
			}
			return 0
		case "#Version:", "#Date:":
		default:
			if i == 0 && !startsWithDate(line) {
				return 0
			}
		}
	}
	return max(score, 0)
}

// foreign marks a log that names another software: only the fields that no
// other server has make it one of IIS.
const foreign = -1

func iisFieldsScore(fields []byte) int {
	own := 0
	for f := range bytes.FieldsSeq(fields) {
		switch {
		case bytes.HasPrefix(f, []byte("x-edge-")):
			return 0
		case string(f) == "crypt-protocol":
			return 95
		case string(f) == "s-ip", string(f) == "c-ip", string(f) == "cs-method", string(f) == "sc-status", string(f) == "cs-uri-stem":
			own++
		}
	}
	return min(own*20, 80)
}

func startsWithDate(line []byte) bool {
	if len(line) < 20 || line[10] != ' ' {
		return false
	}
	var c clock
	_, ok := c.time(line[:19])
	return ok
}

// iisParser reads the rows of one log. What the columns mean may change at
// every #Fields line.
type iisParser struct {
	opt      *Options
	columns  []cell
	measures bool // the columns tell the version
	behind   int  // columns behind that of the version
	used     []usedColumn
	spans    []span
	layout   uint32                // which columns the spans are
	at       [maxIISColumns]bounds // scratch
	clock    clock
	fileDay  []byte // of #Date, for rows without a date
}

func (p *iisParser) parse(line []byte, r *row) (state, string) {
	if line[0] == '#' {
		p.directive(line)
		return notRow, ""
	}
	if p.columns == nil {
		return badRow, "row before any #Fields line"
	}
	whole := p.split(line, r)
	if !whole && bytes.IndexByte(line, '"') >= 0 {
		r.reset()
		whole = p.splitQuoted(line, r)
	}
	p.readTime(r)
	if !p.measures {
		return unmeasured, ""
	}
	switch {
	case !whole:
		return badRow, "row does not have the columns of its #Fields line"
	case r.at == noTime:
		return badRow, "date or time cannot be read"
	case string(r.cell[cellVersion]) == "-":
		return plainRow, ""
	}
	v, ok := schannelVersion(r.cell[cellVersion])
	if !ok {
		return badRow, "crypt-protocol is no version"
	}
	r.version = v
	return tlsRow, ""
}

// usedColumn is a column whose cell is of use.
type usedColumn struct {
	column int
	cell   cell
}

// span is columns side by side that all name what a row is folded by.
type span struct{ first, last int }

// use says which columns are cut out, and which stretches of a line name its
// group together: they are hashed as they stand.
func (p *iisParser) use() {
	p.used, p.spans = nil, nil
	defer func() { p.layout = layoutOf(p.columns) }()
	for i, c := range p.columns {
		if c == cellNone || i >= maxIISColumns {
			continue
		}
		p.used = append(p.used, usedColumn{i, c})
		switch c {
		case cellDate, cellTime, cellStatus, cellForwarded:
			continue
		}
		if last := len(p.spans) - 1; last >= 0 && p.spans[last].last == i-1 {
			p.spans[last].last = i
			continue
		}
		p.spans = append(p.spans, span{i, i})
	}
}

// layoutOf tells lists of columns apart.
func layoutOf(columns []cell) uint32 {
	h := fnv.New32a()
	for _, c := range columns {
		h.Write([]byte{byte(c)})
	}
	return h.Sum32()
}

// splitQuoted is split for Advanced Logging, which puts strings in quotes,
// with spaces inside. In plain W3C logs a quote means nothing.
func (p *iisParser) splitQuoted(line []byte, r *row) bool {
	n := 0
	for {
		line = bytes.TrimLeft(line, " ")
		if len(line) == 0 {
			return n == len(p.columns)
		}
		var token []byte
		if line[0] == '"' {
			token, line = quotedToken(line)
		} else if i := bytes.IndexByte(line, ' '); i >= 0 {
			token, line = line[:i], line[i:]
		} else {
			token, line = line, nil
		}
		if n < len(p.columns) {
			r.cell[p.columns[n]] = token
		}
		n++
	}
}

// quotedToken cuts off "a b", with "" for a quote inside.
func quotedToken(line []byte) (token, rest []byte) {
	for i := 1; i < len(line); i++ {
		if line[i] != '"' {
			continue
		}
		if i+1 < len(line) && line[i+1] == '"' {
			i++
			continue
		}
		return line[1:i], line[i+1:]
	}
	return line, nil
}

func (p *iisParser) readTime(r *row) {
	date := r.cell[cellDate]
	if date == nil {
		date = p.fileDay
	}
	day, ok1 := p.clock.date(date)
	seconds, ok2 := timeOfDay(r.cell[cellTime])
	if ok1 && ok2 {
		r.at = day + seconds
	}
}

func (p *iisParser) directive(line []byte) {
	name, rest, _ := bytes.Cut(line, []byte(":"))
	switch string(name) {
	case "#Fields":
		p.fields(rest)
	case "#Date":
		if rest = bytes.TrimSpace(rest); len(rest) >= 10 {
			p.fileDay = bytes.Clone(rest[:10])
		}
	}
}

// fields learns the columns. Of several that tell the client's address the
// one that says most is taken.
func (p *iisParser) fields(list []byte) {
	p.columns = []cell{}
	best, bestAt := 0, -1
	for f := range strings.FieldsSeq(string(list)) {
		c, rank := iisCell(f, p.opt.ClientField)
		if c == cellForwarded {
			c = cellNone
			if rank > best {
				best, bestAt = rank, len(p.columns)
			}
		}
		p.columns = append(p.columns, c)
	}
	if bestAt >= 0 {
		p.columns[bestAt] = cellForwarded
	}
	at := slices.Index(p.columns, cellVersion)
	p.measures, p.behind = at >= 0, len(p.columns)-1-at
	p.use()
}

// iisCell says what a field is, and how good the address of a forwarded
// client in it is.
func iisCell(field, clientField string) (c cell, rank int) {
	name := strings.ToLower(field)
	switch name {
	case "date":
		return cellDate, 0
	case "time":
		return cellTime, 0
	case "c-ip":
		return cellPeer, 0
	case "cs-username":
		return cellUser, 0
	case "cs(user-agent)":
		return cellAgent, 0
	case "s-ip":
		return cellServerIP, 0
	case "s-port":
		return cellServerPort, 0
	case "s-computername":
		return cellListener, 0
	case "s-sitename":
		return cellSite, 0
	case "cs-host", "cs(host)":
		return cellHost, 0
	case "sc-status":
		return cellStatus, 0
	case "crypt-protocol":
		return cellVersion, 0
	case "crypt-cipher":
		return cellSuite, 0
	case "crypt-hash":
		return cellHash, 0
	case "crypt-keyexchange":
		return cellKeyExchange, 0
	}
	if rank := forwardedRank(name, clientField); rank > 0 {
		return cellForwarded, rank
	}
	return cellNone, 0
}

// forwardedRank says how good a field is for the address behind a balancer:
// 0 not at all. A field that the caller names is the only one.
func forwardedRank(name, clientField string) int {
	if clientField != "" {
		if strings.EqualFold(headerName(clientField), headerName(name)) {
			return 1
		}
		return 0
	}
	switch headerName(name) {
	case "originalip", "x-original-ip":
		return 3
	case "true-client-ip", "cf-connecting-ip", "x-client-ip", "x-real-ip":
		return 2
	case "x-forwarded-for":
		return 1
	}
	return 0
}

// headerName gives the header in cs(Header), $http_header and Header one
// spelling.
func headerName(field string) string {
	s := strings.ToLower(strings.TrimPrefix(field, "$"))
	if inner, ok := strings.CutPrefix(s, "cs("); ok {
		s = strings.TrimSuffix(inner, ")")
	}
	s = strings.TrimPrefix(s, "http_")
	return strings.ReplaceAll(s, "_", "-")
}

// schannelVersion reads the protocol bits of Schannel, of the server's side
// or the client's.
func schannelVersion(b []byte) (tlswire.Version, bool) {
	switch string(b) {
	case "1000", "2000":
		return tlswire.TLS13, true
	case "400", "800":
		return tlswire.TLS12, true
	case "100", "200":
		return tlswire.TLS11, true
	case "40", "80":
		return tlswire.TLS10, true
	case "10", "20":
		return tlswire.SSL30, true
	case "4", "8":
		return tlswire.SSL20, true
	}
	return 0, false
}

// plusToSpace undoes what IIS does to spaces. A plus behind a plus was one:
// agents write "; +http://".
func plusToSpace(s string) string {
	if strings.IndexByte(s, '+') < 0 {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if c == '+' && (i == 0 || s[i-1] != '+') {
			b[i] = ' '
		}
	}
	return string(b)
}
