package logs

import (
	"cmp"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// A folder folds the rows that one worker reads. What names a row is compared
// as the log spells it; spellings of the same thing come together when
// records are made. So a row costs one look into a table and no memory.
type folder struct {
	format *Format
	opt    *Options
	seeds  *seeds
	table

	key     []byte // scratch
	agents  map[string]*string
	servers map[evidence.Party]*evidence.Party
	kinds   map[kind]*kind
	series  map[seriesKey]*series
	memo    map[string]*series // by the cells that name a series

	*coverage        // of the piece that is being read
	piece     int    // its number
	batch     *batch // rows read and not yet counted; nil where none are read
}

type seriesKey struct {
	server *evidence.Party
	kind   *kind
}

// Bounds of what strangers can put into a log, so that nobody fills memory
// with long names.
const (
	maxAgent = 512
	maxName  = 256
	maxSpan  = 4096 // of row.name
)

func newFolder(f *Format, opt *Options, s *seeds) *folder {
	out := &folder{
		format: f, opt: opt, seeds: s,
		agents:   map[string]*string{},
		servers:  map[evidence.Party]*evidence.Party{},
		kinds:    map[kind]*kind{},
		series:   map[seriesKey]*series{},
		memo:     map[string]*series{},
		coverage: &coverage{},
	}
	if f != nil {
		out.batch = new(batch)
	}
	return out
}

// add takes one row. Its cells must stay as they are until flush.
func (f *folder) add(n int, s state, reason string, r *row) {
	if s == notRow {
		return
	}
	f.see(n, s, reason, r)
	if s != tlsRow && s != failedRow {
		return
	}
	if s == failedRow {
		r.outcome = cmp.Or(r.outcome, evidence.Refused)
	}
	f.batch.push(f, waiting{n: n, name: f.name(r), at: r.at, class: r.statusClass(), weight: r.weight()})
}

// name is the hash of all that tells this row from others.
func (f *folder) name(r *row) name {
	k := append(f.key[:0], byte(r.version), byte(r.version>>8), byte(len(r.protocol)), byte(len(r.outcome)), byte(len(r.alert.From)))
	if r.outbound {
		k = append(k, 1)
	}
	k = append(append(append(append(append(k, f.format.Name...), r.protocol...), r.outcome...), r.alert.From...), r.alert.Name...)
	if len(r.name) > 0 {
		if b := r.cell[cellForwarded]; b != nil {
			k = appendCell(k, address(b), maxName)
		}
		for _, b := range r.name {
			k = appendCell(k, b, maxSpan)
		}
	} else {
		k = appendCells(k, r)
	}
	f.key = k
	return f.seeds.name(k)
}

func appendCells(k []byte, r *row) []byte {
	client, _ := r.client()
	k = appendCell(k, client, maxName)
	k = appendCell(k, r.known(cellAgent), maxAgent)
	k = appendCell(k, r.identity(), maxName)
	k = appendCell(k, r.serverName(), maxName)
	for _, c := range [...]cell{cellServerIP, cellServerPort, cellSuite, cellHash, cellKeyExchange, cellGroup, cellClientName, cellJA3, cellJA4} {
		if b := r.cell[c]; len(b) > 0 {
			k = append(k, byte(c))
			k = appendCell(k, b, maxName)
		}
	}
	return k
}

// appendCell adds a cell with its length, so that no two rows share a key.
func appendCell(k, cell []byte, most int) []byte {
	if len(cell) > most {
		cell = cell[:most]
	}
	return append(append(k, byte(len(cell)), byte(len(cell)>>8)), cell...)
}

// count counts a row into its group.
func (f *folder) count(w *waiting, r *row) {
	var g *group
	if index := f.find(w.name); index != 0 {
		g = f.group(index)
	} else {
		g = f.newGroup(w, r)
	}
	n := w.weight
	if g.of.skip {
		f.skip(w.n, n, g.of.kind.unusable)
		return
	}
	f.used += n
	if g.count < evidence.MaxRefs || n > 1 {
		f.sawForwarded = f.sawForwarded || g.forwarded
		g.addPlace(newRef(f.piece, w.n))
	}
	g.note(w.class, n)
	if w.at == noTime {
		return
	}
	day, other := g.addTime(w.at)
	if other {
		g.endDay()
		g.day = day
	}
	g.onDay += uint32(n)
	g.of.days.add(day, uint64(n))
}

func (f *folder) newGroup(w *waiting, r *row) *group {
	g := f.table.add(w.name)
	client, forwarded := r.client()
	g.client, g.forwarded = canonicalAddress(string(client)), forwarded
	g.host = strings.ToLower(f.decode(hostName(r.known(cellClientName))))
	g.who = f.decode(r.identity())
	g.soft = f.agent(r.known(cellAgent))
	why := ""
	switch {
	case len(client) > 0 && g.client == "":
		why = "the client's address is none"
	case client == nil && !r.outbound && !r.faceless && g.who == "" && r.known(cellClientName) == nil:
		why = "no address or name of a client"
	}
	if r.outbound || why != "" {
		k := f.kindOf(r)
		server := f.server(r)
		if r.outbound {
			server = g.turnAround(server)
		}
		k.unusable = cmp.Or(why, k.unusable)
		g.of = f.seriesOf(server, k)
		return g
	}
	g.of = f.remembered(r)
	return g
}

// maxMemo bounds how many series are known by their cells.
const maxMemo = 1 << 12

// remembered is the series of a row. A log has few, so their cells are
// looked up before anything is made of them.
func (f *folder) remembered(r *row) *series {
	k := append(f.key[:0], byte(r.version), byte(r.version>>8))
	for _, c := range [...][]byte{
		r.cell[cellServerIP], r.cell[cellServerPort], r.serverName(), r.cell[cellSuite], r.cell[cellHash],
		r.cell[cellKeyExchange], r.cell[cellGroup], r.cell[cellJA3], r.cell[cellJA4], []byte(r.protocol), []byte(r.outcome), []byte(r.alert.From), []byte(r.alert.Name),
	} {
		k = appendCell(k, c, maxName)
	}
	f.key = k
	if s := f.memo[string(k)]; s != nil {
		return s
	}
	s := f.seriesOf(f.server(r), f.kindOf(r))
	if len(f.memo) < maxMemo {
		f.memo[string(k)] = s
	}
	return s
}

func (f *folder) kindOf(r *row) kind {
	fact := f.format.suite(r)
	return kind{
		source:   f.format.Source,
		protocol: cmp.Or(r.protocol, f.format.protocol, "https"),
		version:  r.version,
		suite:    fact.name,
		curve:    groupName(string(r.known(cellGroup))),
		outcome:  cmp.Or(r.outcome, evidence.Completed),
		alert:    r.alert,
		ja3:      f.decode(r.known(cellJA3)),
		ja4:      f.decode(r.known(cellJA4)),
		unusable: fact.contradicts(r.version),
		keepDays: f.opt.keepDays(r.version),
	}
}

// seriesOf gives the one pointer for a server and a kind.
func (f *folder) seriesOf(server evidence.Party, k kind) *series {
	p, have := f.servers[server]
	if !have {
		p = &server
		f.servers[server] = p
	}
	kp, have := f.kinds[k]
	if !have {
		kp = &k
		f.kinds[k] = kp
	}
	key := seriesKey{p, kp}
	s := f.series[key]
	if s == nil {
		s = &series{server: p, kind: kp, skip: k.unusable != ""}
		f.series[key] = s
	}
	return s
}

// turnAround is for rows of a client's own log: the peer is the server, and
// what the log says of the server's side is about the client.
func (g *group) turnAround(own evidence.Party) (server evidence.Party) {
	server = evidence.Party{IP: g.client, Name: g.host, Port: own.Port}
	g.client, g.host = own.IP, own.Name
	return server
}

// agent gives the one spelling for a user agent.
func (f *folder) agent(raw []byte) *string {
	if len(raw) > maxAgent {
		raw = raw[:maxAgent]
	}
	s := f.agents[string(raw)]
	if s == nil {
		text := strings.ToValidUTF8(f.format.agent(string(raw)), "\uFFFD")
		s = &text
		f.agents[string(raw)] = s
	}
	return s
}

// decode gives a name as it was before the log escaped it.
func (f *folder) decode(raw []byte) string {
	if len(raw) > maxName {
		raw = raw[:maxName]
	}
	if len(raw) == 0 {
		return ""
	}
	return strings.ToValidUTF8(f.format.text(string(raw)), "\uFFFD")
}

// server is what the row says about the server.
func (f *folder) server(r *row) evidence.Party {
	p := evidence.Party{
		IP:   canonicalAddress(string(address(r.cell[cellServerIP]))),
		Port: port(r.cell[cellServerPort]),
		Name: strings.ToLower(f.decode(r.serverName())),
	}
	if p.Name == "" {
		p.Name = strings.ToLower(f.opt.Server)
	}
	f.anonymous = f.anonymous || p == (evidence.Party{})
	return p
}

func port(b []byte) uint16 {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > 65535 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	if n > 65535 {
		return 0
	}
	return uint16(n)
}
