package logs

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// A folder folds rows as they are read. What names a row is compared as the
// log spells it, in one compact key, so that a row costs two lookups and no
// memory; spellings of the same thing come together when records are made.
type folder struct {
	format *Format
	opt    *Options
	name   string // of the input

	key     []byte // scratch
	agents  map[string]uint32
	decoded []string // agents without escapes, by number
	groups  map[string]*group
	servers map[evidence.Party]*evidence.Party
	traffic map[trafficKey]*int

	coverage
}

// A group is the rows that differ in nothing but time, status and place.
type group struct {
	client       evidence.Party
	server       *evidence.Party
	protocol     string
	version      tlswire.Version
	suite, curve string
	outcome      evidence.Outcome
	alert        evidence.Alert
	unusable     string // why none of its rows counts

	count       int // connections
	rows        int // places noted
	first, last int64
	status      [6]uint32 // by first digit
	days        []dayCount
	refs        [evidence.MaxRefs]int // the first lines
}

// dayCount counts the rows of a group on one day. Its total is that of the
// server and version, which many groups share.
type dayCount struct {
	day   int64 // since 1970
	n     int
	total *int
}

type trafficKey struct {
	server   *evidence.Party
	protocol string
	day      int64
	version  tlswire.Version
}

// Bounds of what strangers can put into a log, so that nobody fills memory
// with long names.
const (
	maxAgent = 512
	maxName  = 256
)

func newFolder(f *Format, opt *Options, name string) *folder {
	return &folder{
		format: f, opt: opt, name: name,
		agents:  map[string]uint32{},
		groups:  map[string]*group{},
		servers: map[evidence.Party]*evidence.Party{},
		traffic: map[trafficKey]*int{},
	}
}

// add takes one line that the parser has read.
func (f *folder) add(n int, s state, reason string, r *row) {
	if s == notRow {
		return
	}
	f.see(n, s, reason, r)
	if s != tlsRow && s != failedRow {
		return
	}
	client, forwarded := r.client()
	if client == nil && !r.outbound && r.identity() == nil && r.known(cellClientName) == nil {
		f.skip(n, r.weight(), "no address or name of a client")
		return
	}
	if s == failedRow {
		r.outcome = cmp.Or(r.outcome, evidence.Refused)
	}
	g := f.group(r, client)
	if g.unusable != "" {
		f.skip(n, r.weight(), g.unusable)
		return
	}
	f.used += r.weight()
	f.sawForwarded = f.sawForwarded || forwarded
	if g.rows < len(g.refs) {
		g.refs[g.rows] = n
		g.rows++
	}
	g.count += r.weight()
	g.status[r.statusClass()]++
	if r.at != noTime {
		f.addTime(g, r.at, r.weight())
	}
}

func (f *folder) addTime(g *group, at int64, n int) {
	if g.first == noTime {
		g.first, g.last = at, at
	}
	g.first, g.last = min(g.first, at), max(g.last, at)
	day := at / daySeconds
	for i := len(g.days) - 1; i >= 0; i-- {
		if d := &g.days[i]; d.day == day {
			d.n += n
			*d.total += n
			return
		}
	}
	total := f.total(trafficKey{g.server, g.protocol, day, g.version})
	*total += n
	if !f.opt.keepDays(g.version) {
		g.days = g.days[:0]
	}
	g.days = append(g.days, dayCount{day, n, total})
}

func (f *folder) total(k trafficKey) *int {
	t := f.traffic[k]
	if t == nil {
		t = new(int)
		f.traffic[k] = t
	}
	return t
}

// group finds the group of a row by what names it.
func (f *folder) group(r *row, client []byte) *group {
	agent := f.agent(r.known(cellAgent))
	k := append(f.key[:0], byte(agent), byte(agent>>8), byte(agent>>16), byte(agent>>24), byte(r.version), byte(r.version>>8))
	k = appendCell(k, client)
	k = appendCell(k, r.known(cellClientName))
	k = appendCell(k, r.identity())
	k = appendCell(k, r.cell[cellServerIP])
	k = appendCell(k, r.cell[cellServerPort])
	k = appendCell(k, r.serverName())
	k = appendCell(k, r.cell[cellSuite])
	k = appendCell(k, r.cell[cellHash])
	k = appendCell(k, r.cell[cellKeyExchange])
	k = appendCell(k, r.cell[cellGroup])
	if r.outbound {
		k = append(k, 1)
	}
	k = append(append(append(append(k, r.protocol...), r.outcome...), r.alert.From...), r.alert.Name...)
	f.key = k
	g := f.groups[string(k)]
	if g == nil {
		g = f.newGroup(r, client, agent)
		f.groups[string(k)] = g
	}
	return g
}

// appendCell adds a cell with its length, so that no two rows share a key.
func appendCell(k, cell []byte) []byte {
	if len(cell) > maxName {
		cell = cell[:maxName]
	}
	return append(append(k, byte(len(cell)), byte(len(cell)>>8)), cell...)
}

// agent gives a user agent its number.
func (f *folder) agent(raw []byte) uint32 {
	if len(raw) > maxAgent {
		raw = raw[:maxAgent]
	}
	n, ok := f.agents[string(raw)]
	if !ok {
		n = uint32(len(f.decoded))
		f.agents[string(raw)] = n
		f.decoded = append(f.decoded, strings.ToValidUTF8(f.format.agent(string(raw)), "\uFFFD"))
	}
	return n
}

func (f *folder) newGroup(r *row, client []byte, agent uint32) *group {
	fact := f.format.suite(r)
	g := &group{
		client: evidence.Party{
			IP:        canonicalAddress(string(client)),
			Name:      strings.ToLower(f.decode(hostName(r.known(cellClientName)))),
			Identity:  f.decode(r.identity()),
			UserAgent: f.decoded[agent],
		},
		protocol: cmp.Or(r.protocol, f.format.protocol, "https"),
		version:  r.version,
		suite:    fact.name,
		curve:    groupName(string(r.known(cellGroup))),
		outcome:  cmp.Or(r.outcome, evidence.Completed),
		alert:    r.alert,
		unusable: fact.contradicts(r.version),
		first:    noTime,
	}
	if len(client) > 0 && g.client.IP == "" {
		g.unusable = "the client's address is none"
	}
	g.server = f.server(r)
	if r.outbound {
		g.turnAround(f)
	}
	return g
}

// turnAround is for rows of a client's own log: the peer is the server, and
// what the log says of the server's side is about the client.
func (g *group) turnAround(f *folder) {
	own := *g.server
	server := evidence.Party{IP: g.client.IP, Name: g.client.Name, Port: own.Port}
	g.client = evidence.Party{IP: own.IP, Name: own.Name, Identity: g.client.Identity, UserAgent: g.client.UserAgent}
	g.server = f.party(server)
}

// decode gives a name as it was before the log escaped it.
func (f *folder) decode(raw []byte) string {
	if len(raw) > maxName {
		raw = raw[:maxName]
	}
	return strings.ToValidUTF8(f.format.text(string(raw)), "\uFFFD")
}

// server gives the one party for what the row says about the server.
func (f *folder) server(r *row) *evidence.Party {
	p := evidence.Party{
		IP:   canonicalAddress(string(address(r.cell[cellServerIP]))),
		Port: port(r.cell[cellServerPort]),
		Name: strings.ToLower(f.decode(r.serverName())),
	}
	if p.Name == "" {
		p.Name = strings.ToLower(f.opt.Server)
	}
	f.anonymous = f.anonymous || p == (evidence.Party{})
	return f.party(p)
}

// party gives the one pointer for a server.
func (f *folder) party(p evidence.Party) *evidence.Party {
	if have := f.servers[p]; have != nil {
		return have
	}
	f.servers[p] = &p
	return &p
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

// sorted are the groups in a fixed order, those of one record together.
func (f *folder) sorted() []*group {
	var out []*group
	for _, g := range f.groups {
		if g.count > 0 {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, compareGroups)
	return out
}
