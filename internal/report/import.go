package report

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// Connections sums up handshakes for a person: how much of the traffic is
// below a floor, who sends it, when, and what was not measured. It takes one
// record after the other and keeps none. It judges nobody: that is for an
// answer command.
//
// Memory: a hash and a count of each client in a map, without which "only ever
// weak" could not be known, about 50 bytes of them, and the particulars of the
// few that can be shown.
type Connections struct {
	base  *knowledge.Base
	floor tlswire.Version
	// Cut says that records at or above the floor were left out, so that
	// neither a share nor "only ever weak" can be told.
	Cut bool
	// TurnOn gives, for a source, what makes its logs tell the version.
	TurnOn map[string]string
	// Typed is the command and its arguments, for what to type next.
	Typed []string
	// Passed says that what was read came from an interface and cannot be read
	// again.
	Passed bool

	in, out  flow    // answered here, and called from here
	clients  ranking // those that call the servers of these logs
	sites    ranking
	refused  ranking // clients that these servers turned away
	called   ranking // servers that the machines of these logs call
	failed   ranking // of these, those with which no handshake came about
	legacy   ranking // clients that Entra marks, without a version
	days     calendar
	agents   map[string]program
	weak     map[string]classTotal // by program
	nameless int                   // weak ones of which no client is told
	covers   []*evidence.Coverage
	rest     []evidence.Record
	requests bool // HTTP requests
	others   bool // anything else
	span     timeSpan
}

// flow counts handshakes of one direction by what is known of them.
type flow struct {
	all                           int // the sum of the next four
	weak, strong, untold, refused int
	versions                      map[tlswire.Version]int // weak and strong ones
}

func (f flow) measured() int { return f.weak + f.strong }

// timeSpan is a first and a last moment, if any was told.
type timeSpan struct{ first, last time.Time }

func (s *timeSpan) add(first, last time.Time) {
	if !first.IsZero() && (s.first.IsZero() || first.Before(s.first)) {
		s.first = first
	}
	if last = latestOf(first, last); last.After(s.last) {
		s.last = last
	}
}

func latestOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// NewConnections is a summary without anything in it. A floor of zero is TLS
// 1.2. Without a base no program is named and no probe set apart.
func NewConnections(base *knowledge.Base, floor tlswire.Version) *Connections {
	return &Connections{
		base: base, floor: cmp.Or(floor, tlswire.TLS12),
		in: flow{versions: map[tlswire.Version]int{}}, out: flow{versions: map[tlswire.Version]int{}},
		clients: newRanking(), sites: newRanking(), refused: newRanking(), called: newRanking(), failed: newRanking(),
		legacy: newRanking(),
		days:   newCalendar(), agents: map[string]program{}, weak: map[string]classTotal{},
	}
}

// Add counts one record. Handshakes may be folded or not.
func (c *Connections) Add(r evidence.Record) error {
	switch r := r.(type) {
	case *evidence.Handshake:
		c.handshake(r)
	case *evidence.Traffic:
		c.days.traffic(r, c.floor)
	case *evidence.Coverage:
		c.covers = append(c.covers, r)
		c.span.add(r.First, r.Last)
	case *evidence.Stream:
	default:
		c.rest = append(c.rest, r)
	}
	return nil
}

func (c *Connections) handshake(h *evidence.Handshake) {
	n := max(1, h.Count)
	c.span.add(h.First, h.Last)
	outbound := calls(h)
	f := &c.in
	switch {
	case outbound:
		f = &c.out
	case h.Protocol == "https" && h.Source != captureSource:
		c.requests = true
	default:
		c.others = true
	}
	f.all += n
	var s sighting
	switch {
	case h.Outcome == evidence.Refused:
		f.refused += n
		c.turnedAway(h, n, outbound)
		return
	case !h.Negotiated.Known():
		f.untold += n
		if h.Source == markingSource {
			c.marked(h, n)
		}
		return
	case h.Negotiated.Below(c.floor):
		f.weak += n
		s.weak = n
	default:
		f.strong += n
		s.strong = n
	}
	f.versions[h.Negotiated] += n
	if outbound {
		c.days.called(h.Server)
		c.call(h, s)
		return
	}
	c.days.handshake(h, s)
	c.client(h, s)
	c.site(h, s)
}

// main is the direction that the headline, the versions and the chart are
// about: calls from here only where nobody was seen to call.
func (c *Connections) main() *flow {
	if c.in.measured() == 0 && c.out.measured() > 0 {
		return &c.out
	}
	return &c.in
}

// markingSource is a source that has no version, but records only of those it
// calls legacy: TLS 1.0, TLS 1.1 and 3DES together.
const markingSource = "entra"

// captureSource is the source of records from packets.
const captureSource = "pcap"

// calls reports whether a handshake is one that the machine of the log made
// itself. Logs of mail servers have both directions. Where the peer calls,
// they know its address, and of the own side the name of the listener; where
// it is called, they know no such name, or not the own address.
func calls(h *evidence.Handshake) bool {
	switch h.Source {
	case "postfix", "exim", "sendmail", "exchange-smtp":
		return h.Server.IP != "" && (h.Client.IP == "" || h.Server.Name == "")
	case "schannel": // which never tells the client of its own server
		return h.Client.Name != ""
	}
	return false
}

// noun is what is counted.
func (s summary) noun(n int) string {
	if s.requests && !s.others {
		return s.N(n, "request", "requests")
	}
	return s.N(n, "connection", "connections")
}

// Render writes the summary. The order is that of the questions: how much,
// who, what, when, what is missing, and what to type next.
func (c *Connections) Render(w io.Writer, opt Options) error {
	s := summary{listing{newPage(opt), cleaner{words{opt.Lang}, opt.ASCII}}, c}
	if s.looked() {
		s.top()
	}
	if c.in.all+c.out.all > 0 {
		s.programList()
		s.clientLists()
		s.legacyList()
		s.refusedList(s.T("Turned away in the handshake"), s.T("client"), itsServer, &s.refused)
		s.calledList()
		s.refusedList(s.T("Servers you call with which no handshake came about"), s.T("server"), itsCaller, &s.failed)
		s.versionShares()
		s.siteShares()
		s.chart()
	}
	s.seenProfiles()
	s.enable()
	s.notSeen()
	s.next()
	return write(w, "summary", bytes.NewBuffer(bytes.TrimLeft(s.buf.Bytes(), "\n")))
}

// summary writes Connections to a page.
type summary struct {
	listing
	*Connections
}

// looked reports whether any input could be read.
func (c *Connections) looked() bool {
	return c.in.all+c.out.all > 0 || slices.ContainsFunc(c.covers, func(c *evidence.Coverage) bool {
		return c.Failed == "" && c.Read > 0
	})
}

// seenProfiles lists what is no connection, as captures give: profiles of clients.
func (s summary) seenProfiles() {
	var profiles []*evidence.Client
	for _, r := range s.rest {
		if p, ok := r.(*evidence.Client); ok {
			profiles = append(profiles, p)
		}
	}
	s.profiles(profiles)
}
