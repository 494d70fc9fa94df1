package logs

import (
	"cmp"
	"hash/maphash"
	"runtime"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/evidence"
)

// groups is what the rows of a log, or of all logs, come to. All workers of a
// log share them, each part under its own lock: a group that every worker
// kept for itself would cost its memory, and the waits for it, once a worker.
type groups struct {
	seed   maphash.Seed
	shift  int // of a name, to the number of its shard
	shards []*shard
}

// A shard is the groups whose names begin with the same bits.
type shard struct {
	mu     sync.Mutex
	format *Format
	opt    *Options
	table
	texts

	key     []byte // scratch
	agents  []string
	agentOf map[string]uint32 // by their spelling in the log; of all logs, by the one they have
	servers map[evidence.Party]*evidence.Party
	kinds   map[kind]*kind
	all     []*series
	series  map[seriesKey]*series
	memo    map[string]*series // by the cells that name a series
	more    [][]dayCount       // of groups seen on many days
}

type seriesKey struct {
	server *evidence.Party
	kind   *kind
}

// newGroups is for rows of a format. Those of one Fold have one seed.
func newGroups(f *Format, opt *Options, seed maphash.Seed) *groups {
	g := &groups{seed: seed, shift: 61}
	for ; 1<<(64-g.shift) < 4*runtime.GOMAXPROCS(0) && g.shift > 58; g.shift-- {
	}
	for range 1 << (64 - g.shift) {
		g.shards = append(g.shards, &shard{
			format: f, opt: opt,
			agentOf: map[string]uint32{},
			servers: map[evidence.Party]*evidence.Party{},
			kinds:   map[kind]*kind{},
			series:  map[seriesKey]*series{},
			memo:    map[string]*series{},
		})
	}
	return g
}

// each calls back with every group.
func (g *groups) each(do func(*shard, *group)) {
	for _, s := range g.shards {
		s.each(func(g *group) { do(s, g) })
	}
}

func (g *groups) size() int {
	n := 0
	for _, s := range g.shards {
		n += s.size
	}
	return n
}

// count counts a row into its group. Only one that is not there yet needs the
// row itself.
func (s *shard) count(w *waiting, from *folder) {
	var g *group
	if index := s.find(w.name); index != 0 {
		g = s.group(index)
	} else {
		g = s.newGroup(w.name, from.rowOf(w), from.coverage)
	}
	n, of := int(w.weight), s.all[g.of]
	if of.skip {
		from.skip(w.n, n, of.kind.unusable)
		return
	}
	from.used += n
	if uint32(from.piece) <= g.upTo {
		from.sawForwarded = from.sawForwarded || g.forwarded
		g.addPlace(newRef(from.piece, w.n))
	}
	g.note(int(w.class), n)
	if w.at == noTime {
		return
	}
	day, other := g.addTime(w.at)
	if other {
		s.endDay(g)
		g.day = day
	}
	g.onDay += uint32(n)
	of.days.add(day, uint64(n))
}

func (s *shard) newGroup(n name, r *row, c *coverage) *group {
	address, forwarded := r.client()
	client := canonicalAddress(string(address))
	host := strings.ToLower(s.decode(hostName(r.known(cellClientName))))
	who := s.decode(r.identity())
	why := ""
	switch {
	case len(address) > 0 && client == "":
		why = "the client's address is none"
	case address == nil && !r.outbound && !r.faceless && who == "" && r.known(cellClientName) == nil:
		why = "no address or name of a client"
	}
	var of *series
	if r.outbound || why != "" {
		k := s.kindOf(r)
		server := s.server(r, c)
		if r.outbound { // the peer is the server, and what the log says of itself is about the client
			own := server
			server = evidence.Party{IP: client, Name: host, Port: own.Port}
			client, host = own.IP, own.Name
		}
		k.unusable = cmp.Or(why, k.unusable)
		of = s.seriesOf(server, k)
	} else {
		of = s.remembered(r, c)
	}
	g := s.add(n)
	g.client, g.host, g.who = s.put(client), s.put(host), s.put(who)
	g.of, g.agent, g.forwarded = of.number, s.agent(r.known(cellAgent)), forwarded
	return g
}

// maxMemo bounds how many series are known by their cells.
const maxMemo = 1 << 12

// remembered is the series of a row. A log has few, so their cells are
// looked up before anything is made of them.
func (s *shard) remembered(r *row, c *coverage) *series {
	k := append(s.key[:0], byte(r.version), byte(r.version>>8))
	for _, b := range [...][]byte{
		r.cell[cellServerIP], r.cell[cellServerPort], r.serverName(), r.cell[cellSuite], r.cell[cellHash],
		r.cell[cellKeyExchange], r.cell[cellGroup], r.cell[cellJA3], r.cell[cellJA4], []byte(r.protocol), []byte(r.outcome), []byte(r.alert.From), []byte(r.alert.Name),
	} {
		k = appendCell(k, b, maxName)
	}
	s.key = k
	if known := s.memo[string(k)]; known != nil {
		return known
	}
	of := s.seriesOf(s.server(r, c), s.kindOf(r))
	if len(s.memo) < maxMemo {
		s.memo[string(k)] = of
	}
	return of
}

func (s *shard) kindOf(r *row) kind {
	fact := s.format.suite(r)
	return kind{
		source:   s.format.Source,
		protocol: cmp.Or(r.protocol, s.format.protocol, "https"),
		version:  r.version,
		suite:    fact.name,
		curve:    groupName(string(r.known(cellGroup))),
		outcome:  cmp.Or(r.outcome, evidence.Completed),
		alert:    r.alert,
		ja3:      s.decode(r.known(cellJA3)),
		ja4:      s.decode(r.known(cellJA4)),
		unusable: fact.contradicts(r.version),
		keepDays: s.opt.keepDays(r.version),
	}
}

// seriesOf gives the one pointer for a server and a kind.
func (s *shard) seriesOf(server evidence.Party, k kind) *series {
	p, have := s.servers[server]
	if !have {
		p = &server
		s.servers[server] = p
	}
	kp, have := s.kinds[k]
	if !have {
		kp = &k
		s.kinds[k] = kp
	}
	key := seriesKey{p, kp}
	of := s.series[key]
	if of == nil {
		of = &series{server: p, kind: kp, number: uint32(len(s.all)), skip: k.unusable != ""}
		s.all = append(s.all, of)
		s.series[key] = of
	}
	return of
}

// agent gives the number of the one spelling for a user agent.
func (s *shard) agent(raw []byte) uint32 {
	raw = atMost(raw, maxAgent)
	n, known := s.agentOf[string(raw)]
	if !known {
		n = uint32(len(s.agents))
		s.agents = append(s.agents, strings.ToValidUTF8(s.format.agent(string(raw)), "\uFFFD"))
		s.agentOf[string(raw)] = n
	}
	return n
}

// spelled is agent for a spelling that is the one already.
func (s *shard) spelled(agent string) uint32 {
	n, known := s.agentOf[agent]
	if !known {
		n = uint32(len(s.agents))
		s.agents = append(s.agents, agent)
		s.agentOf[agent] = n
	}
	return n
}

// decode gives a name as it was before the log escaped it.
func (s *shard) decode(raw []byte) string {
	if len(raw) > maxName {
		raw = raw[:maxName]
	}
	if len(raw) == 0 {
		return ""
	}
	return strings.ToValidUTF8(s.format.text(string(raw)), "\uFFFD")
}

// server is what the row says about the server.
func (s *shard) server(r *row, c *coverage) evidence.Party {
	p := evidence.Party{
		IP:   canonicalAddress(string(address(r.cell[cellServerIP]))),
		Port: port(r.cell[cellServerPort]),
		Name: strings.ToLower(s.decode(r.serverName())),
	}
	if p.Name == "" {
		p.Name = strings.ToLower(s.opt.Server)
	}
	c.anonymous = c.anonymous || p == (evidence.Party{})
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
