package report

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// calendar counts a day. Traffic records hold the totals of logs; sources
// that give none, as captures, are counted by their handshakes.
type calendar struct {
	byTraffic   map[string]map[int]dayCount // by source
	byHandshake map[string]map[int]dayCount
	outbound    map[evidence.Party]bool // servers that were called
	calls       map[int]dayCount        // to them
}

type dayCount struct{ weak, strong int }

func newCalendar() calendar {
	return calendar{
		byTraffic: map[string]map[int]dayCount{}, byHandshake: map[string]map[int]dayCount{},
		outbound: map[evidence.Party]bool{}, calls: map[int]dayCount{},
	}
}

// maxDays bounds the days of one source; a log can claim any year.
const maxDays = 1 << 16

func addDay(days map[int]dayCount, day int, n dayCount) {
	have, old := days[day]
	if old || len(days) < maxDays {
		days[day] = dayCount{have.weak + n.weak, have.strong + n.strong}
	}
}

// of gives the days of a source.
func of(m map[string]map[int]dayCount, source string) map[int]dayCount {
	days := m[source]
	if days == nil {
		days = map[int]dayCount{}
		m[source] = days
	}
	return days
}

// called notes a server whose traffic is not that of this log's servers.
func (c *calendar) called(server evidence.Party) {
	if len(c.outbound) < maxDays {
		c.outbound[server] = true
	}
}

func (c *calendar) traffic(t *evidence.Traffic, floor tlswire.Version) {
	at, err := time.Parse(time.DateOnly, t.Day)
	if err != nil {
		return
	}
	var n dayCount
	switch {
	case !t.Negotiated.Known():
	case t.Negotiated.Below(floor):
		n.weak = t.Count
	default:
		n.strong = t.Count
	}
	days := of(c.byTraffic, t.Source)
	if c.outbound[t.Server] {
		days = c.calls
	}
	addDay(days, dayNumber(at), n)
}

// handshake counts a record of one day.
func (c *calendar) handshake(h *evidence.Handshake, s sighting) {
	if h.First.IsZero() {
		return
	}
	d := dayNumber(h.First)
	if h.Last.IsZero() || dayNumber(h.Last) == d {
		addDay(of(c.byHandshake, h.Source), d, dayCount{s.weak, s.strong})
	}
}

const daySeconds = 24 * 60 * 60

// dayNumber counts days since 1970 in UTC.
func dayNumber(t time.Time) int {
	sec := t.Unix()
	if sec < 0 {
		sec -= daySeconds - 1
	}
	return int(sec / daySeconds)
}

// all are the days of all sources.
func (c *calendar) all() map[int]dayCount {
	out := map[int]dayCount{}
	take := func(days map[int]dayCount) {
		for d, n := range days {
			out[d] = dayCount{out[d].weak + n.weak, out[d].strong + n.strong}
		}
	}
	for source, days := range c.byHandshake {
		if c.byTraffic[source] == nil {
			take(days)
		}
	}
	for _, days := range c.byTraffic {
		take(days)
	}
	return out
}

// bucket is one line of the chart.
type bucket struct {
	from, to time.Time // first and last day
	days     int       // of these, how many have data
	dayCount
}

// length is how many days a line stands for.
func (b bucket) length() int { return dayNumber(b.to) - dayNumber(b.from) + 1 }

// A grain is how long the lines of the chart are.
type grain struct {
	name  string
	start func(time.Time) time.Time // of the line that holds a day
	next  func(time.Time) time.Time
}

var grains = [...]grain{
	{"day", func(t time.Time) time.Time { return t }, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"week", func(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7) }, func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }},
	{"month", func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }, func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{"year", func(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) }, func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
}

// mostLines is how many lines a chart may have before its lines stand for
// longer times.
const mostLines = 31

// buckets groups days so that the chart stays short.
func buckets(days map[int]dayCount) ([]bucket, grain) {
	order := slices.Sorted(maps.Keys(days))
	var out []bucket
	for i, g := range grains {
		out = out[:0]
		for _, d := range order {
			from := g.start(time.Unix(int64(d)*daySeconds, 0).UTC())
			if last := len(out) - 1; last < 0 || !out[last].from.Equal(from) {
				out = append(out, bucket{from: from, to: g.next(from).AddDate(0, 0, -1)})
			}
			b := &out[len(out)-1]
			b.days++
			b.weak += days[d].weak
			b.strong += days[d].strong
		}
		if len(out) <= mostLines || i == len(grains)-1 {
			return out, g
		}
	}
	return out, grains[0]
}

// chart draws the share of weak traffic over time, a line a day or longer.
// Time without data is a gap and says so: nothing was measured, which is not
// nothing weak.
func (s summary) chart() {
	of, days := s.main(), s.days.all()
	if of == &s.out {
		days = s.days.calls
	}
	lines, g := buckets(days)
	if len(lines) == 0 || s.Cut || of.measured() == 0 {
		return
	}
	s.section(s.T("Below %s, %s", s.floor, s.each(g)))
	c, shown := s.chartOf(lines)
	if skip := len(lines) - 2*mostLines; skip > 0 {
		s.para(indent, indent, s.dots+" "+s.T("and %s", s.earlier(g, skip)), s.dim)
		lines = lines[skip:]
	}
	s.axis(c)
	for i, b := range lines {
		if i > 0 {
			s.gap(lines[i-1].to.AddDate(0, 0, 1), b.from.AddDate(0, 0, -1))
		}
		s.chartLine(b, g, c)
	}
	if n := of.measured() - shown; n > 0 {
		s.para(indent, indent, s.T("%s of no known day are not in this chart", s.noun(n)), s.dim)
	}
}

// chartSize is how a chart fits its page.
type chartSize struct {
	top    float64 // share at the end of the axis
	room   int     // columns of the bars; 0 draws none
	counts bool    // whether there is room for the numbers
}

const (
	dateRoom = len(time.DateOnly)
	mostRoom = 40 // columns of a bar
)

// chartOf fits the chart, and counts what it shows.
func (s summary) chartOf(lines []bucket) (c chartSize, shown int) {
	counts := 0
	for _, b := range lines {
		c.top = max(c.top, shareOf(b.weak, b.weak+b.strong))
		shown += b.weak + b.strong
		counts = max(counts, displayWidth(s.countsOf(b)))
	}
	c.counts = true
	if c.top == 0 {
		return c, shown // no bars
	}
	c.top = axisTop(c.top)
	c.room = s.width - len(indent) - dateRoom - 2 - len("  >99.9 %")
	if c.room-counts-2 >= 10 {
		c.room -= counts + 2
	} else {
		c.counts = false
	}
	c.room = min(c.room, mostRoom)
	return c, shown
}

// countsOf are the numbers of a line, and how many of its days have data if
// not all have.
func (w words) countsOf(b bucket) string {
	if b.days < b.length() {
		return w.T("%s of %s, %s of %s days", number(b.weak), number(b.weak+b.strong), number(b.days), number(b.length()))
	}
	return w.T("%s of %s", number(b.weak), number(b.weak+b.strong))
}

// each says how long the lines of a chart are.
func (w words) each(g grain) string {
	switch g.name {
	case "day":
		return w.T("a day")
	case "week":
		return w.T("a week")
	case "month":
		return w.T("a month")
	}
	return w.T("a year")
}

// earlier counts lines that a chart leaves out.
func (w words) earlier(g grain, n int) string {
	switch g.name {
	case "day":
		return w.N(n, "earlier day", "earlier days")
	case "week":
		return w.N(n, "earlier week", "earlier weeks")
	case "month":
		return w.N(n, "earlier month", "earlier months")
	}
	return w.N(n, "earlier year", "earlier years")
}

// axis writes 0 % and the top above the ends of the bars.
func (s summary) axis(c chartSize) {
	if c.room > 0 {
		right := percentOf(c.top)
		s.buf.WriteString(s.dim(indent+strings.Repeat(" ", dateRoom+2)+pad("0 %", c.room-len(right))+right) + "\n")
	}
}

func (s summary) chartLine(b bucket, g grain, c chartSize) {
	line := indent + pad(bucketName(b.from, g), dateRoom) + "  "
	all := b.weak + b.strong
	if all == 0 {
		s.buf.WriteString(line + s.dim(s.T("no version was told")) + "\n")
		return
	}
	if c.room > 0 {
		line += s.kind(kindRisk, pad(s.drawBar(shareOf(b.weak, all), c.top, c.room), c.room)) + "  "
	}
	line += pad(percent(b.weak, all), -7)
	if c.counts {
		line += "  " + s.dim(s.countsOf(b))
	}
	s.buf.WriteString(strings.TrimRight(line, " ") + "\n")
}

// gap is the time between two lines of the chart.
func (s summary) gap(from, to time.Time) {
	if from.After(to) {
		return
	}
	name := from.Format(time.DateOnly)
	if !from.Equal(to) {
		name = s.T("%s to %s", name, to.Format(time.DateOnly))
	}
	s.buf.WriteString(indent + s.dim(pad(name, dateRoom)+"  "+s.T("no data")) + "\n")
}

func bucketName(t time.Time, g grain) string {
	switch g.name {
	case "month":
		return t.Format("2006-01")
	case "year":
		return t.Format("2006")
	}
	return t.Format(time.DateOnly)
}

// axisTop rounds a share up to where an axis ends well.
func axisTop(share float64) float64 {
	for _, top := range [...]float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5} {
		if share <= top {
			return top
		}
	}
	return 1
}
