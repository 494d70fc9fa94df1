package logs

import (
	"cmp"
	"fmt"
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

	plain      int // rows
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
		c.notMeasured(n)
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
		if c.skipped[i].reason == reason {
			c.skipped[i].count += count
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
	last := len(c.unmeasured) - 1
	if last >= 0 && (c.unmeasured[last].behind == c.measured || len(c.unmeasured) == maxRanges) {
		c.unmeasured[last].to = n
		return
	}
	c.unmeasured = append(c.unmeasured, lineRange{n, n, c.measured})
}

// coverageRecord says it all.
func (f *folder) coverageRecord() *evidence.Coverage {
	c := &f.coverage
	out := &evidence.Coverage{Source: f.format.Source, Input: f.name, Read: c.rows, Used: c.used}
	for _, s := range c.skipped {
		e := evidence.Skip{Ref: f.ref(s.line), Reason: s.reason, NotTLS: strings.HasPrefix(s.reason, plainMark)}
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
	case c.rows == 0:
		out.Failed = "no rows"
	}
	out.Blind = append(f.blindSpots(), f.format.blind...)
	return out
}

// blindSpots are what this log does not show, for reasons of its own.
func (f *folder) blindSpots() []string {
	c := &f.coverage
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch {
	case len(c.unmeasured) == 0:
	case c.measured == 0:
		say("no TLS fields in this log: it tells no version. To turn them on, %s", f.format.Enable)
	case len(c.unmeasured) == 1 && c.unmeasured[0].behind == 0:
		say("no TLS fields before line %d", c.unmeasured[0].to+1)
	default:
		say("no TLS fields in %s", rangesText(c.unmeasured))
	}
	if c.measured > 0 && c.plain == c.measured {
		say("every request came over plain HTTP: if a balancer ends TLS before this server, its log has the versions")
	}
	if c.sawForwarded {
		say("some clients are known from a header that a balancer sets: if it ends TLS itself, the versions are its own and not theirs")
	}
	if c.anonymous {
		say("this log does not name its server: name it yourself, or add the server's name and address to the log")
	}
	if f.opt.ClientField != "" && !c.hasForwarding {
		say("no field %s, so the clients are those that connected", f.opt.ClientField)
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
	}
	return strings.Join(parts, ", ")
}
