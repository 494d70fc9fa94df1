package logs

import (
	"math"
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// A table finds the group of a row by the hash that names it. A row of a
// large estate costs two misses of the processor's cache, one here and one in
// its group, so slots are small, and what was hashed is not compared.
type table struct {
	slots []slot
	size  int
	pages [][]group
}

// slot is empty if its index is 0.
type slot struct {
	name  name
	index uint32 // of the group, from 1
}

const (
	pageBits   = 6
	pageSize   = 1 << pageBits
	firstSlots = 1 << 7
)

// A group is the rows that differ in nothing but time, status and place. What
// every row touches is the first 64 bytes: one line of the processor's cache.
type group struct {
	count       uint64 // connections
	first, last int64  // seconds since 1970, or noTime
	of          *series
	status      [5]uint32 // by class, from 1xx
	day         int32     // the last one seen
	onDay       uint32
	upTo        uint32 // the last piece whose lines refs may still want

	// The days before, in the order in which they ended. Most groups have few:
	// those lie on the next line.
	few  [8]dayCount
	days []dayCount // beyond few

	name              name
	refs              [evidence.MaxRefs]ref
	client, host, who string
	soft              *string // the user agent
	noted             uint8   // refs
	forwarded         bool    // its client stands behind a balancer
}

// series is the groups of one server and kind, with their counts by day.
type series struct {
	server *evidence.Party
	kind   *kind
	days   dayCounts
	skip   bool   // its kind is unusable
	rank   uint64 // of the server, in the order of records
}

// dayCounts are counts by day. Nearly all days of a log lie close together;
// one with a broken clock is kept apart, and not the years between.
type dayCounts struct {
	first int32
	n     []uint64
	far   map[int32]uint64
}

// maxDays is how many days are counted side by side: eleven years.
const maxDays = 4096

func (d *dayCounts) add(day int32, n uint64) {
	if i := int(day) - int(d.first); i >= 0 && i < len(d.n) {
		d.n[i] += n
		return
	}
	d.addNew(day, n)
}

func (d *dayCounts) addNew(day int32, n uint64) {
	switch i := int(day) - int(d.first); {
	case len(d.n) == 0:
		d.first, d.n = day, append(d.n, n)
	case i >= 0 && i < maxDays:
		d.n = append(d.n, make([]uint64, i+1-len(d.n))...)
		d.n[i] += n
	case i < 0 && len(d.n)-i <= maxDays:
		d.n = append(make([]uint64, -i), d.n...)
		d.first = day
		d.n[0] += n
	default:
		if d.far == nil {
			d.far = map[int32]uint64{}
		}
		d.far[day] += n
	}
}

// all calls back with every day that has a count.
func (d *dayCounts) all(do func(day int32, n uint64)) {
	for i, n := range d.n {
		if n > 0 {
			do(d.first+int32(i), n)
		}
	}
	for day, n := range d.far {
		do(day, n)
	}
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

// dayCount counts the rows of a group on one day since 1970.
type dayCount struct {
	day int32
	n   uint32
}

// ref is a place: the number of a line, below that of its piece while a file
// is being read, below that of its input afterwards.
type ref uint64

const refBits = 40

func newRef(above, line int) ref { return ref(above)<<refBits | ref(line) }

func (r ref) above() int { return int(r >> refBits) }
func (r ref) line() int  { return int(r & (1<<refBits - 1)) }

func (t *table) group(index uint32) *group {
	i := index - 1
	return &t.pages[i>>pageBits][i&(pageSize-1)]
}

// probe touches the slot where a name would be. Asked for many names before
// the first is looked for, the processor fetches them all at once.
func (t *table) probe(n name) uint32 {
	if len(t.slots) == 0 {
		return 0
	}
	return t.slots[uint64(n)&uint64(len(t.slots)-1)].index
}

// find gives the index of the group with a name, or 0.
func (t *table) find(n name) uint32 {
	if len(t.slots) == 0 {
		return 0
	}
	mask := uint64(len(t.slots) - 1)
	for i := uint64(n) & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.index == 0 || s.name == n {
			return s.index
		}
	}
}

// add makes a group of a name that is not there.
func (t *table) add(n name) *group {
	if 4*t.size >= 3*len(t.slots) {
		t.grow()
	}
	if t.size>>pageBits == len(t.pages) {
		t.pages = append(t.pages, make([]group, pageSize))
	}
	t.size++
	t.put(slot{n, uint32(t.size)})
	g := t.group(uint32(t.size))
	g.name, g.first, g.last, g.upTo = n, noTime, noTime, math.MaxUint32
	return g
}

func (t *table) put(s slot) {
	mask := uint64(len(t.slots) - 1)
	i := uint64(s.name) & mask
	for t.slots[i].index != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, max(firstSlots, 2*len(old)))
	for _, s := range old {
		if s.index != 0 {
			t.put(s)
		}
	}
}

// all calls back with every group.
func (t *table) all(do func(*group)) {
	for i := range t.size {
		do(t.group(uint32(i + 1)))
	}
}

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

// floorDay is the day of a time, before 1970 too.
func floorDay(at int64) int64 {
	if at < 0 {
		return -((daySeconds - 1 - at) / daySeconds)
	}
	return at / daySeconds
}

// endDay puts the count of the last day to those before.
func (g *group) endDay() {
	if g.onDay > 0 && g.of.kind.keepDays {
		g.addDay(g.day, g.onDay)
	}
	g.onDay = 0
}

func (g *group) addDay(day int32, n uint32) {
	for i := len(g.days) - 1; i >= 0; i-- {
		if g.days[i].day == day {
			g.days[i].n += n
			return
		}
	}
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
	g.days = append(g.days, dayCount{day, n})
}

// allDays calls back with the days that have ended.
func (g *group) allDays(do func(day int32, n uint32)) {
	for _, d := range g.few {
		if d.n > 0 {
			do(d.day, d.n)
		}
	}
	for _, d := range g.days {
		do(d.day, d.n)
	}
}
