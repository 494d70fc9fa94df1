package logs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// coverage counts what was looked at and what could not be seen.
type coverage struct {
	lines int // read, directives and empty ones too
	rows  int
	used  int
	first int64 // of all rows, if timed
	last  int64
	timed bool

	passed     int // rows left out because of Options.Below
	plain      int // rows
	untold     int // rows that do not tell, each for a reason of its own
	measured   int // rows with or without TLS, of which the log says which
	unmeasured []lineRange
	skipped    []skip

	readFailed    bool
	sawForwarded  bool // a client behind a balancer
	hasForwarding bool // a field for such clients
	anonymous     bool // rows that tell nothing about the server
}

// skip is a reason and where it was met first.
type skip struct {
	reason string
	line   int
	count  int
}

// lineRange is rows of which the log does not tell the version, with none
// between that it tells; behind is how many of those stand before them.
type lineRange struct{ from, to, behind int }

// maxRanges bounds how often a log can turn its TLS fields on and off before
// only the last range grows.
const maxRanges = 8

const (
	// plainMark begins every reason that is no loss: what came without TLS.
	plainMark        = "plain "
	reasonPlain      = plainMark + "HTTP: no TLS on this request"
	reasonUnmeasured = "no TLS fields: the version was not measured"
)

// see counts a row, whatever it is.
func (c *coverage) see(n int, s state, reason string, r *row) {
	c.rows += r.weight()
	if r.at != noTime {
		if !c.timed {
			c.first, c.last, c.timed = r.at, r.at, true
		}
		c.first, c.last = min(c.first, r.at), max(c.last, r.at)
	}
	c.hasForwarding = c.hasForwarding || r.cell[cellForwarded] != nil
	switch s {
	case tlsRow, failedRow:
		c.measured++
	case plainRow:
		c.measured++
		c.plain++
		c.skip(n, r.weight(), cmp.Or(reason, reasonPlain))
	case unmeasured:
		if reason == "" {
			c.notMeasured(n)
		} else {
			c.untold++
		}
		c.skip(n, r.weight(), cmp.Or(reason, reasonUnmeasured))
	case badRow:
		c.skip(n, r.weight(), reason)
	}
}

// bad counts a line that no parser saw.
func (c *coverage) bad(n int, reason string) {
	c.rows++
	c.skip(n, 1, reason)
}

func (c *coverage) skip(n, count int, reason string) {
	for i := range c.skipped {
		if have := &c.skipped[i]; have.reason == reason {
			have.count += count
			have.line = min(have.line, n) // rows are counted in batches
			return
		}
	}
	if len(c.skipped) < evidence.MaxSkips {
		c.skipped = append(c.skipped, skip{reason, n, count})
		return
	}
	rest := &c.skipped[evidence.MaxSkips-1]
	rest.reason = "and others"
	rest.count += count
}

func (c *coverage) notMeasured(n int) {
	c.addRange(lineRange{n, n, c.measured})
}

// merge adds what was seen of the next lines of the same log.
func (c *coverage) merge(next *coverage) {
	for _, s := range next.skipped {
		c.skip(c.lines+s.line, s.count, s.reason)
	}
	for _, r := range next.unmeasured {
		c.addRange(lineRange{c.lines + r.from, c.lines + r.to, c.measured + r.behind})
	}
	if next.timed {
		if !c.timed {
			c.first, c.last, c.timed = next.first, next.last, true
		}
		c.first, c.last = min(c.first, next.first), max(c.last, next.last)
	}
	c.lines += next.lines
	c.rows += next.rows
	c.used += next.used
	c.passed += next.passed
	c.plain += next.plain
	c.untold += next.untold
	c.measured += next.measured
	c.sawForwarded = c.sawForwarded || next.sawForwarded
	c.hasForwarding = c.hasForwarding || next.hasForwarding
	c.anonymous = c.anonymous || next.anonymous
}

func (c *coverage) addRange(r lineRange) {
	last := len(c.unmeasured) - 1
	if last >= 0 && (c.unmeasured[last].behind == r.behind || len(c.unmeasured) == maxRanges) {
		c.unmeasured[last].to = r.to
		return
	}
	c.unmeasured = append(c.unmeasured, r)
}

// record says it all.
func (c *coverage) record(l *log) *evidence.Coverage {
	out := &evidence.Coverage{Source: l.format.Source, Input: l.name, Read: c.rows + c.passed, Used: c.used, Below: l.opt.Below}
	slices.SortStableFunc(c.skipped, func(a, b skip) int { return cmp.Compare(a.line, b.line) })
	for _, s := range c.skipped {
		e := evidence.Skip{Ref: placeIn(l.name, s.line), Reason: s.reason, NotTLS: strings.HasPrefix(s.reason, plainMark)}
		if s.count > 1 {
			e.Count = s.count
		}
		out.Skipped = append(out.Skipped, e)
	}
	if c.timed {
		out.First, out.Last = moment(c.first), moment(c.last)
	}
	switch {
	case c.lines == 0:
		out.Failed = emptyInput
	case c.rows+c.passed == 0:
		out.Failed = "no rows"
	}
	out.Blind = append(c.blindSpots(l), l.format.blind...)
	return out
}

// blindSpots are what this log does not show, for reasons of its own.
func (c *coverage) blindSpots(l *log) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch {
	case c.untold > 0 && c.measured == c.plain, len(c.unmeasured) > 0 && c.measured == 0:
		say("no TLS fields in this log: it tells no version. To turn them on, %s", l.format.Enable)
	case len(c.unmeasured) == 0:
	case len(c.unmeasured) == 1 && c.unmeasured[0].behind == 0:
		say("no TLS fields before line %d", c.unmeasured[0].to+1)
	default:
		say("no TLS fields in %s", rangesText(c.unmeasured))
	}
	if c.measured > 0 && c.plain == c.measured && c.untold == 0 {
		say("nothing here came over TLS: if a balancer ends TLS before this server, its log has the versions")
	}
	if c.sawForwarded {
		say("some clients are known from a header that a balancer sets: if it ends TLS itself, the versions are its own and not theirs")
	}
	if c.anonymous {
		say("this log does not name its server: name it yourself, or add the server's name and address to the log")
	}
	if l.opt.ClientField != "" && !c.hasForwarding {
		say("no field %s, so the clients are those that connected", l.opt.ClientField)
	}
	if c.passed > 0 {
		say("%d rows of %v and above were left out: whether the same clients also use these is not in this evidence", c.passed, l.opt.Below)
	}
	if c.readFailed {
		say("reading failed after line %d: what follows was not seen", c.lines)
	}
	return out
}

func rangesText(ranges []lineRange) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = fmt.Sprintf("lines %d to %d", r.from, r.to)
		if r.from == r.to {
			parts[i] = fmt.Sprintf("line %d", r.from)
		}
	}
	return strings.Join(slices.Compact(parts), ", ")
}
