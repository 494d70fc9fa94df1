package report

import (
	"cmp"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// mostLive bounds the rows that are kept: many screens full. When twice as
// many have come, the better half goes.
const mostLive = 1 << 10

// Live is what a person looks at while connections come in: who is weak, to
// where, since when and how often, the worst first. It judges nobody.
type Live struct {
	floor              tlswire.Version
	rows               map[liveKey]*liveRow
	gone               int // rows given up
	all, weak, refused int
}

// liveKey tells the rows apart.
type liveKey struct {
	client, server string
	port           uint16
	offers, agreed tlswire.Version
	end            evidence.Outcome // where nothing was agreed
}

type liveRow struct {
	liveKey
	count int
	span  timeSpan
}

// NewLive is a table without rows. A floor of zero is TLS 1.2.
func NewLive(floor tlswire.Version) *Live {
	return &Live{floor: cmp.Or(floor, tlswire.TLS12), rows: map[liveKey]*liveRow{}}
}

// Add counts a connection.
func (l *Live) Add(h *evidence.Handshake) {
	n := max(1, h.Count)
	l.all += n
	if h.Outcome == evidence.Refused {
		l.refused += n
	}
	if rank := rankOf(h); rank == 0 || rank >= l.floor.Rank() {
		return
	}
	l.weak += n
	k := liveKey{
		client: cmp.Or(h.Client.Name, h.Client.IP), server: cmp.Or(h.Server.Name, h.Server.IP), port: h.Server.Port,
		offers: h.OfferedMax, agreed: h.Negotiated,
	}
	if !h.Negotiated.Known() {
		k.end = h.Outcome
	}
	r := l.rows[k]
	if r == nil {
		if len(l.rows) >= 2*mostLive {
			l.prune()
		}
		r = &liveRow{liveKey: k}
		l.rows[k] = r
	}
	r.count += n
	r.span.add(h.First, h.Last)
}

// sorted gives the worst rows first: the lowest version, then the most often
// seen.
func (l *Live) sorted() []*liveRow {
	rows := make([]*liveRow, 0, len(l.rows))
	for _, r := range l.rows {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b *liveRow) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.count, a.count), a.span.first.Compare(b.span.first),
			strings.Compare(a.client, b.client), strings.Compare(a.server, b.server), cmp.Compare(a.port, b.port),
			strings.Compare(string(a.end), string(b.end)))
	})
	return rows
}

func (k liveKey) rank() int {
	if k.agreed.Known() {
		return k.agreed.Rank()
	}
	return k.offers.Rank()
}

func (l *Live) prune() {
	for _, r := range l.sorted()[mostLive:] {
		delete(l.rows, r.liveKey)
		l.gone++
	}
}

// Render writes the table into a screen of opt.Width columns and height lines,
// with a line about what is read above it.
func (l *Live) Render(w io.Writer, opt Options, height int, reading string) error {
	p := listing{newPage(opt), cleaner{words{opt.Lang}, opt.ASCII}}
	const above = 4 // lines, besides the rows and one that says what is left out
	rows := l.sorted()
	shown := rows[:min(len(rows), max(1, height-above-1))]
	p.screenLine(p.prose(reading), p.dim)
	p.screenLine(p.liveCount(l), p.bold)
	p.screenLine("", p.dim)
	cells := [][]string{{p.T("client"), p.T("server"), p.T("offers"), p.T("agreed"), p.T("times"), p.T("since (UTC)"), p.T("last")}}
	var newest time.Time
	for _, r := range shown {
		newest = latestOf(newest, r.span.last)
	}
	for _, r := range shown {
		cells = append(cells, p.liveCells(r, newest))
	}
	if len(shown) > 0 {
		widths := p.widths(cells)
		for i, row := range cells {
			style := func(s string) string { return s }
			if i == 0 {
				style = p.dim
			}
			p.screenLine(p.aligned(row, widths), style)
		}
	}
	if n := len(rows) - len(shown) + l.gone; n > 0 {
		p.screenLine(p.dots+" "+p.T("and %s more", number(n)), p.dim)
	}
	return write(w, "table", &p.buf)
}

// liveCount says how many connections there were.
func (p listing) liveCount(l *Live) string {
	s := p.T("%s, %s below %s", p.N(l.all, "connection", "connections"), number(l.weak), l.floor.String())
	if l.refused > 0 {
		s = p.T("%s, %s", s, p.N(l.refused, "refused handshake", "refused handshakes"))
	}
	return s
}

func (p listing) liveCells(r *liveRow, newest time.Time) []string {
	server := r.server
	if r.port != 0 {
		server = net.JoinHostPort(server, strconv.Itoa(int(r.port)))
	}
	agreed := versionOr(r.agreed)
	if !r.agreed.Known() {
		agreed = p.end(r.end)
	}
	return []string{
		p.name(r.client), p.name(server), versionOr(r.offers), agreed,
		number(r.count), clock(r.span.first, newest), clock(r.span.last, newest),
	}
}

// clock is the time of a day that is that of the newest, and else the day.
func clock(t, newest time.Time) string {
	switch {
	case t.IsZero():
		return "-"
	case t.UTC().Format(time.DateOnly) == newest.UTC().Format(time.DateOnly):
		return t.UTC().Format(time.TimeOnly)
	}
	return t.UTC().Format(time.DateOnly)
}

// aligned puts cells into columns.
func (p listing) aligned(cells []string, widths []int) string {
	var b strings.Builder
	for i, c := range cells {
		c = middleCut(c, widths[i], p.dots)
		b.WriteString(c + strings.Repeat(" ", widths[i]-displayWidth(c)+2))
	}
	return strings.TrimRight(b.String(), " ")
}

// screenLine writes one line, cut to the width of the screen.
func (p listing) screenLine(s string, style func(string) string) {
	p.buf.WriteString(style(endCut(s, p.width, p.dots)) + "\n")
}
