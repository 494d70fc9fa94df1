package logs

import (
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// A group is the rows that differ in nothing but time, status and place. It
// takes three lines of the processor's cache, and what every row touches is
// the first. It holds no pointers, so that the garbage collector passes over
// it: what its numbers mean stands in its shard.
type group struct {
	count       uint64    // connections
	first, last int64     // seconds since 1970, or noTime
	status      [5]uint32 // by class, from 1xx
	day         int32     // the last one seen
	onDay       uint32
	upTo        uint32 // the last piece whose lines refs may still want
	of          uint32 // shard.all
	agent       uint32 // shard.agents

	// The days before, in the order in which they ended. Most groups have few.
	few [8]dayCount

	name              name
	refs              [evidence.MaxRefs]ref
	client, host, who text
	more              uint32 // shard.more: days beyond few; 0 for none
	noted             uint8  // refs
	forwarded         bool   // its client stands behind a balancer
}

// series is the groups of one server and kind, with their counts by day.
type series struct {
	server *evidence.Party
	kind   *kind
	days   dayCounts
	number uint32 // in shard.all
	skip   bool   // its kind is unusable
	rank   uint64 // of the server, in the order of records
}

// kind is what many groups have in common.
type kind struct {
	source       string
	protocol     string
	version      tlswire.Version
	suite, curve string
	outcome      evidence.Outcome
	alert        evidence.Alert
	ja3, ja4     string // of the client
	unusable     string // why none of its rows counts
	keepDays     bool
}

// ref is a place: the number of a line, below that of its piece while a file
// is being read, below that of its input afterwards.
type ref uint64

const refBits = 40

func newRef(above, line int) ref { return ref(above)<<refBits | ref(line) }

func (r ref) above() int { return int(r >> refBits) }
func (r ref) line() int  { return int(r & (1<<refBits - 1)) }

// note adds n connections, at a time and with a class of status; places are
// noted by the caller.
func (g *group) note(class, n int) {
	g.count += uint64(n)
	if class > 0 {
		g.status[class-1] += uint32(n)
	}
}

// addPlace keeps the first places, in whatever order the workers bring them.
func (g *group) addPlace(r ref) {
	last := len(g.refs) - 1
	switch {
	case int(g.noted) <= last:
		g.refs[g.noted] = r
		g.noted++
	case r < g.refs[last]:
		g.refs[last] = r
	default:
		return
	}
	slices.Sort(g.refs[:g.noted])
	if int(g.noted) > last {
		g.upTo = uint32(g.refs[last].above())
	}
}

// addTime widens the span of time. It reports whether the row is of another
// day than the one before.
func (g *group) addTime(at int64) (day int32, other bool) {
	day = int32(floorDay(at))
	if g.first == noTime {
		g.first, g.last, g.day = at, at, day
		return day, false
	}
	g.first, g.last = min(g.first, at), max(g.last, at)
	return day, day != g.day
}

// endDay puts the count of the last day to those before.
func (s *shard) endDay(g *group) {
	if g.onDay > 0 && s.all[g.of].kind.keepDays {
		s.addDay(g, g.day, g.onDay)
	}
	g.onDay = 0
}

func (s *shard) addDay(g *group, day int32, n uint32) {
	for i := range g.few {
		d := &g.few[i]
		if d.n == 0 {
			*d = dayCount{day, n}
			return
		}
		if d.day == day {
			d.n += n
			return
		}
	}
	if g.more == 0 {
		s.more = append(s.more, nil)
		g.more = uint32(len(s.more))
	}
	more := s.more[g.more-1]
	for i, d := range slices.Backward(more) {
		if d.day == day {
			more[i].n += n
			return
		}
	}
	s.more[g.more-1] = append(more, dayCount{day, n})
}

// days calls back with the days of a group that have ended.
func (s *shard) days(g *group, do func(day int32, n uint32)) {
	for _, d := range g.few {
		if d.n > 0 {
			do(d.day, d.n)
		}
	}
	if g.more > 0 {
		for _, d := range s.more[g.more-1] {
			do(d.day, d.n)
		}
	}
}
