package report

import (
	"cmp"
	"hash/maphash"
	"math"
	"slices"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// ranking counts parties exactly and keeps the particulars of those alone
// that can come to be shown: of a million clients a table has room for ten.
type ranking struct {
	seed    maphash.Seed
	tallies map[uint64]tally   // of those that were weak; if wanted, of all
	strong  map[uint64]sightOf // of those that were not weak so far: most, and so kept small
	details map[uint64]*detail
	other   tally // of parties beyond maxParties, which are counted together
}

// sightOf is a count, doubled, and one more if anything was served.
type sightOf uint64

func (n sightOf) add(s sighting) sightOf {
	n += sightOf(2 * s.strong)
	if !s.denied {
		n |= 1
	}
	return n
}

// maxParties bounds the parties that are told apart: more than any real
// estate has, but forged addresses know no bound.
const maxParties = 8 << 20

// tally is what is counted of one party.
type tally struct {
	weak, strong int
	first, last  int64 // of what is weak, in Unix seconds; never without a time
	class        partyClass
	served       bool // an answer that was not 4xx, or of which no status is known
}

const never = math.MinInt64

// partyClass is where a weak party is listed.
type partyClass uint8

const (
	onlyWeak partyClass = iota
	weakAndStrong
	deniedParty
	probeParty
	scannerParty
	partyClasses
)

// detail is what is shown of one party besides its counts.
type detail struct {
	party    evidence.Party
	who      few // identities
	at       few // servers
	offered  tlswire.Version
	alert    evidence.Alert
	protocol string
}

// few are the first of many different words.
type few struct {
	words []string
	more  bool
}

const mostFew = 3

func (f *few) add(s string) {
	switch {
	case s == "" || f.more || slices.Contains(f.words, s):
	case len(f.words) == mostFew:
		f.more = true
	default:
		f.words = append(f.words, s)
	}
}

// key puts parties into an order.
func (f few) key() string { return list(f.words) }

// sighting is what one record adds to a tally.
type sighting struct {
	weak, strong int
	denied       bool // all of it was answered with 4xx
	class        partyClass
}

func newRanking() ranking {
	return ranking{seed: maphash.MakeSeed(), tallies: map[uint64]tally{}, strong: map[uint64]sightOf{}, details: map[uint64]*detail{}}
}

// key names a party by its parts.
func (r *ranking) key(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(r.seed)
	for _, s := range parts {
		h.WriteString(s)
		h.WriteByte(0)
	}
	return h.Sum64()
}

// add counts a sighting and gives the party's particulars to fill in, or nil
// where none are kept: of parties that are not weak, unless all are wanted.
func (r *ranking) add(key uint64, s sighting, h *evidence.Handshake, all bool) *detail {
	t, have := r.tallies[key]
	if !have {
		strong, known := r.strong[key]
		switch {
		case !known && len(r.tallies)+len(r.strong) >= maxParties:
			r.other.weak += s.weak
			r.other.strong += s.strong
			return nil
		case s.weak == 0 && !all:
			r.strong[key] = strong.add(s)
			return nil
		}
		delete(r.strong, key)
		t = tally{first: never, last: never, strong: int(strong / 2), served: strong&1 == 1}
	}
	t.weak += s.weak
	t.strong += s.strong
	t.served = t.served || !s.denied
	if s.weak > 0 {
		t.class = s.class
		t.see(h)
	}
	r.tallies[key] = t
	if s.weak == 0 && !all {
		return nil
	}
	d := r.details[key]
	if d == nil {
		if len(r.details) >= 2*mostDetails {
			r.prune()
		}
		d = &detail{}
		r.details[key] = d
	}
	return d
}

func (t *tally) see(h *evidence.Handshake) {
	for _, at := range [...]time.Time{h.First, h.Last} {
		if at.IsZero() {
			continue
		}
		if sec := at.Unix(); t.first == never {
			t.first, t.last = sec, sec
		} else {
			t.first, t.last = min(t.first, sec), max(t.last, sec)
		}
	}
}

// listedAs is where a party is listed, all sightings considered.
func (t tally) listedAs() partyClass {
	switch {
	case t.class == probeParty || t.class == scannerParty:
		return t.class
	case !t.served:
		return deniedParty
	case t.strong > 0:
		return weakAndStrong
	}
	return onlyWeak
}

// mostDetails is how many parties keep particulars at least: many times what
// is shown, since a party may rise while records come in.
const mostDetails = 4096

// prune forgets the particulars of those that are farthest from being shown
// in their class. Their counts stay.
func (r *ranking) prune() {
	keep := map[uint64]*detail{}
	for class := range partyClasses {
		for _, e := range r.top(class, mostDetails/int(partyClasses)) {
			keep[e.key] = e.detail
		}
	}
	for _, e := range r.ranked(func(tally) bool { return true }, mostDetails/2) {
		keep[e.key] = e.detail
	}
	r.details = keep
}

// ranked party.
type rankedParty struct {
	key uint64
	tally
	*detail
}

// top are the first parties of a class, those with most weak sightings first.
func (r *ranking) top(class partyClass, most int) []rankedParty {
	return r.ranked(func(t tally) bool { return t.weak > 0 && t.listedAs() == class }, most)
}

func (r *ranking) ranked(want func(tally) bool, most int) []rankedParty {
	var out []rankedParty
	for k, d := range r.details {
		if t := r.tallies[k]; want(t) {
			out = append(out, rankedParty{k, t, d})
		}
	}
	slices.SortFunc(out, func(a, b rankedParty) int {
		return cmp.Or(cmp.Compare(b.weak, a.weak), cmp.Compare(b.strong, a.strong), cmp.Compare(a.title(), b.title()),
			cmp.Compare(a.party.UserAgent, b.party.UserAgent), cmp.Compare(a.at.key(), b.at.key()))
	})
	return out[:min(len(out), most)]
}

// title is what a party is called.
func (d *detail) title() string { return partyTitle(&d.party) }

func partyTitle(p *evidence.Party) string { return cmp.Or(p.Name, p.IP, p.Identity) }

// classTotal is how many weak parties a class has, and what they sent.
type classTotal struct{ parties, weak int }

func (r *ranking) totals() (out [partyClasses]classTotal) {
	for _, t := range r.tallies {
		if t.weak > 0 {
			c := &out[t.listedAs()]
			c.parties++
			c.weak += t.weak
		}
	}
	return out
}

// program is what an agent says of its sender.
type program struct {
	name  string
	class partyClass // onlyWeak for programs of users
}

// maxAgents bounds the agents that are remembered; agents can be forged.
const maxAgents = 1 << 14

func (c *Connections) program(agent string) program {
	if p, have := c.agents[agent]; have || c.base == nil || agent == "" {
		return p
	}
	known := c.base.ProgramByAgent(agent)
	p := program{name: known.String()}
	switch known.Apart() {
	case knowledge.ClassProbe:
		p.class = probeParty
	case knowledge.ClassScanner:
		p.class = scannerParty
	}
	if len(c.agents) >= maxAgents {
		clear(c.agents)
	}
	c.agents[agent] = p
	return p
}

// client counts who called. As in verdicts, a client is an address or name
// and, where a log tells, its agent; who has neither is an identity.
func (c *Connections) client(h *evidence.Handshake, s sighting) {
	if partyTitle(&h.Client) == "" { // nobody known is not one client
		c.nameless += s.weak
		return
	}
	s.denied = onlyDenied(h.Status)
	if s.weak > 0 {
		s.class = c.program(h.Client.UserAgent).class
	}
	key := c.clients.key(cmp.Or(h.Client.IP, h.Client.Name, h.Client.Identity), h.Client.UserAgent)
	_, known := c.clients.tallies[key]
	d := c.clients.add(key, s, h, false)
	if s.weak > 0 {
		c.countProgram(h.Client.UserAgent, s, !known)
	}
	if d == nil {
		return
	}
	d.fill(h, &h.Client, partyTitle(&h.Server))
}

func (d *detail) fill(h *evidence.Handshake, party *evidence.Party, at string) {
	d.party.IP, d.party.UserAgent = cmp.Or(d.party.IP, party.IP), cmp.Or(d.party.UserAgent, party.UserAgent)
	d.party.Name, d.party.Identity = cmp.Or(d.party.Name, party.Name), cmp.Or(d.party.Identity, party.Identity)
	d.who.add(party.Identity)
	d.at.add(at)
	if h.OfferedMax.Rank() > d.offered.Rank() {
		d.offered = h.OfferedMax
	}
	d.protocol = cmp.Or(d.protocol, h.Protocol)
}

// onlyDenied reports whether all requests ended in 4xx.
func onlyDenied(status map[string]int) bool {
	for class, n := range status {
		if class != "4xx" && n > 0 {
			return false
		}
	}
	return status["4xx"] > 0
}

func (c *Connections) site(h *evidence.Handshake, s sighting) {
	p := &h.Server
	if d := c.sites.add(c.sites.key(cmp.Or(p.Name, p.IP), h.Protocol), s, h, true); d != nil {
		d.fill(h, p, "")
	}
}

// call counts a server that the machine of the log called.
func (c *Connections) call(h *evidence.Handshake, s sighting) {
	p := &h.Server
	if d := c.called.add(c.called.key(cmp.Or(p.Name, p.IP), h.Protocol), s, h, false); d != nil {
		d.fill(h, p, partyTitle(&h.Client))
	}
}

// turnedAway counts a refused handshake as a weak sighting of a table of its
// own: who, where, and at which call.
func (c *Connections) turnedAway(h *evidence.Handshake, n int, outbound bool) {
	r, who, at := &c.refused, &h.Client, &h.Server
	if outbound {
		r, who, at = &c.failed, at, who
	}
	key := r.key(cmp.Or(who.IP, who.Name, who.Identity), who.UserAgent, cmp.Or(at.Name, at.IP))
	d := r.add(key, sighting{weak: n}, h, false)
	if d == nil {
		return
	}
	d.fill(h, who, partyTitle(at))
	if h.Alert != nil {
		d.alert = *h.Alert
	}
}

// marked counts a client that its log calls weak without telling a version.
func (c *Connections) marked(h *evidence.Handshake, n int) {
	p := &h.Client
	key := c.legacy.key(cmp.Or(p.IP, p.Name, p.Identity), p.UserAgent)
	if d := c.legacy.add(key, sighting{weak: n}, h, false); d != nil {
		d.fill(h, p, partyTitle(&h.Server))
	}
}
