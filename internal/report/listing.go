package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// mostListed bounds a table of evidence for a person; --json has it all.
const mostListed = 40

// listing writes evidence itself, before anybody judged it, as tables.
type listing struct {
	*page
	cleaner
}

// Evidence writes folded evidence as tables for a person.
func Evidence(w io.Writer, records []evidence.Record, opt Options) error {
	l := listing{newPage(opt), cleaner{words{opt.Lang}, opt.ASCII}}
	var handshakes []*evidence.Handshake
	var settings []*evidence.Setting
	var profiles []*evidence.Client
	var products []*evidence.Product
	var replays []*evidence.Replay
	var coverage []*evidence.Coverage
	for _, rec := range records {
		switch rec := rec.(type) {
		case *evidence.Server:
			l.server(rec)
		case *evidence.Handshake:
			handshakes = append(handshakes, rec)
		case *evidence.Setting:
			settings = append(settings, rec)
		case *evidence.Client:
			profiles = append(profiles, rec)
		case *evidence.Product:
			products = append(products, rec)
		case *evidence.Replay:
			replays = append(replays, rec)
		case *evidence.Coverage:
			coverage = append(coverage, rec)
		}
	}
	l.replays(replays)
	l.handshakes(handshakes)
	l.settings(settings)
	l.profiles(profiles)
	l.products(products)
	text{page: l.page, view: &view{words: l.words, gaps: newGaps(l.cleaner, &assess.Report{Coverage: coverage})}}.gapList()
	return write(w, "evidence", &l.buf)
}

// table writes rows under a head, each column as wide as it needs and the
// widest ones cut in the middle until the whole fits the page.
func (l listing) table(title string, head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	l.section(title)
	head, rows = dropEmpty(head, rows)
	shown := rows[:min(len(rows), mostListed)]
	widths := l.widths(append([][]string{head}, shown...))
	line := func(cells []string, style func(string) string) {
		var b strings.Builder
		for i, c := range cells {
			c = middleCut(c, widths[i], l.dots)
			if i < len(cells)-1 {
				c += strings.Repeat(" ", widths[i]-displayWidth(c)+2)
			}
			b.WriteString(style(c))
		}
		l.buf.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
	line(head, l.dim)
	for _, r := range shown {
		line(r, func(s string) string { return s })
	}
	if n := len(rows) - len(shown); n > 0 {
		l.para(indent, indent, l.dots+" "+l.T("and %s; --json prints all", l.N(n, "more row", "more rows")), l.dim)
	}
}

// dropEmpty leaves out columns that no row fills.
func dropEmpty(head []string, rows [][]string) ([]string, [][]string) {
	empty := func(i int) bool {
		return !slices.ContainsFunc(rows, func(r []string) bool { return r[i] != "" && r[i] != "-" })
	}
	pick := func(cells []string) []string {
		var out []string
		for i, c := range cells {
			if !empty(i) {
				out = append(out, c)
			}
		}
		return out
	}
	out := make([][]string, len(rows))
	for i, r := range rows {
		out[i] = pick(r)
	}
	return pick(head), out
}

// widths fits columns to the page: as long as the sum is too wide, the widest
// gives.
func (l listing) widths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], displayWidth(c))
		}
	}
	for {
		total, widest := 2*(len(widths)-1), 0
		for i, w := range widths {
			total += w
			if w > widths[widest] {
				widest = i
			}
		}
		if total <= l.width || widths[widest] <= 6 {
			return widths
		}
		widths[widest]--
	}
}

// server writes what one endpoint accepts, a line a version.
func (l listing) server(s *evidence.Server) {
	title := l.name(cmp.Or(s.Target, s.Host))
	if s.IP != "" && !strings.Contains(title, s.IP) {
		title += " (" + l.name(s.IP) + ")"
	}
	l.blank()
	l.para("", indent, title, l.bold)
	if s.Status == evidence.StatusUnreachable {
		l.para(indent+l.symbol(kindUnknown)+" ", indent+indent, l.T("could not be asked: %s", cmp.Or(l.recognised(s.Error), l.T("no answer"))), nil)
		return
	}
	l.versions(s)
	const keyRoom = 9
	under := indent + strings.Repeat(" ", keyRoom)
	if len(s.Groups) > 0 {
		l.para(indent+pad(l.T("groups"), keyRoom), under, l.prose(strings.Join(s.Groups, ", ")), nil)
	}
	if len(s.QUICVersions) > 0 {
		l.para(indent+pad("QUIC", keyRoom), under, l.prose(strings.Join(s.QUICVersions, ", ")), nil)
	}
	for _, c := range s.Certificates {
		l.para(indent+pad(l.T("key"), keyRoom), under, l.prose(l.T("%s %d bits, %s, until %s",
			c.KeyType, c.KeyBits, cmp.Or(c.Subject, strings.Join(c.Names, " ")), c.NotAfter.UTC().Format(time.DateOnly))), nil)
	}
	l.facts(s, keyRoom)
	l.weaknesses(s, keyRoom)
}

// listedVersions are all versions that a server may be asked for, the oldest
// first; one server has those of TCP or those of UDP.
var listedVersions = append([]tlswire.Version{tlswire.DTLS10, tlswire.DTLS12, tlswire.DTLS13}, tlswire.StreamVersions[:]...)

// versions writes a line a version, newest first. By a configuration one line
// often decides several: neighbours of which the same is said share one, "SSLv3
// to TLS 1.1". What was asked of a server stands version by version.
func (l listing) versions(s *evidence.Server) {
	type row struct {
		low, high tlswire.Version
		mark      kind
		state     evidence.State
		say       string
	}
	var rows []row
	wide := 8
	for _, v := range slices.Backward(listedVersions) {
		st := s.Versions[v]
		if st == nil {
			continue
		}
		mark, say := l.version(v, st)
		if n := len(rows) - 1; n >= 0 && s.Basis == evidence.Declared && rows[n].state == st.State && rows[n].mark == mark && rows[n].say == say {
			rows[n].low = v
			wide = max(wide, displayWidth(l.versionRange(v, rows[n].high)))
			continue
		}
		rows = append(rows, row{v, v, mark, st.State, say})
	}
	for _, r := range rows {
		l.para(indent+l.symbol(r.mark)+" "+pad(l.versionRange(r.low, r.high), wide)+" "+pad(l.state(r.state), 9)+" ",
			strings.Repeat(" ", wide+16), cmp.Or(r.say, l.dots), nil)
	}
}

func (w words) versionRange(low, high tlswire.Version) string {
	if low == high {
		return low.String()
	}
	return w.T("%s to %s", low, high)
}

// state says of a version whether it is taken.
func (w words) state(s evidence.State) string {
	switch s {
	case evidence.Accepted:
		return w.T("accepted")
	case evidence.Rejected:
		return w.T("rejected")
	case evidence.Unknown:
		return w.T("unknown")
	}
	return string(s)
}

// version is what there is to say of one version.
func (l listing) version(v tlswire.Version, st *evidence.VersionState) (mark kind, say string) {
	mark, say = kindUnknown, l.recognised(st.Because)
	switch st.State {
	case evidence.Accepted:
		mark = kindOK
		if len(st.Suites) > 0 {
			say = l.N(len(st.Suites), "suite", "suites")
		}
		if st.Order != "" {
			say += l.T(", ") + l.order(st.Order)
		}
		if v.Below(tlswire.TLS12) {
			mark = kindRisk
		}
	case evidence.Rejected:
		mark = kindApart
	}
	return mark, say
}

// order says whose order of suites decides.
func (l listing) order(whose string) string {
	switch whose {
	case "server":
		return l.T("server's order")
	case "client":
		return l.T("client's order")
	}
	return l.T("%s's order", l.name(whose))
}

// handshakes lists who talked to whom, the weakest and most frequent first.
func (l listing) handshakes(hs []*evidence.Handshake) {
	slices.SortStableFunc(hs, func(a, b *evidence.Handshake) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(b.Count, a.Count))
	})
	var rows [][]string
	for _, h := range hs {
		result := l.end(h.Outcome)
		if h.Alert != nil {
			result = l.T("%s, %s says %s", result, l.peer(h.Alert.From), h.Alert.Name)
		}
		client := cmp.Or(h.Client.Name, h.Client.IP, h.Client.Identity)
		server := cmp.Or(h.Server.Name, h.Server.IP)
		rows = append(rows, []string{
			l.name(client), l.name(server), versionOr(h.OfferedMax), versionOr(h.Negotiated),
			fmt.Sprint(h.Count), l.name(result), l.name(h.Client.UserAgent),
		})
	}
	l.table(l.T("Connections"), []string{l.T("client"), l.T("server"), l.T("offers"), l.T("agreed"), l.T("count"), l.T("end"), l.T("agent")}, rows)
}

// end says how a handshake ended.
func (w words) end(o evidence.Outcome) string {
	switch o {
	case evidence.Completed:
		return w.T("completed")
	case evidence.Refused:
		return w.T("handshake\x04refused")
	case evidence.Aborted:
		return w.T("aborted")
	case evidence.Unfinished:
		return w.T("unfinished")
	}
	return string(o)
}

// confidence says how sure a statement is.
func (w words) confidence(s string) string {
	switch s {
	case "confirmed":
		return w.T("confirmed")
	case "reported":
		return w.T("reported")
	case "unconfirmed":
		return w.T("unconfirmed")
	}
	return w.basis(evidence.Basis(s))
}

// peer names the side that an alert came from.
func (w words) peer(side string) string {
	switch side {
	case "client":
		return w.T("client")
	case "server":
		return w.T("server")
	}
	return side
}

// basis says how something is known.
func (w words) basis(b evidence.Basis) string {
	switch b {
	case evidence.Observed:
		return w.T("observed")
	case evidence.Declared:
		return w.T("declared")
	case evidence.Known:
		return w.T("known")
	case evidence.Inferred:
		return w.T("inferred")
	}
	return string(b)
}

func rankOf(h *evidence.Handshake) int {
	if h.Negotiated.Known() {
		return h.Negotiated.Rank()
	}
	return h.OfferedMax.Rank()
}

func versionOr(v tlswire.Version) string {
	if v == 0 {
		return "-"
	}
	return v.String()
}

func (l listing) profiles(cs []*evidence.Client) {
	var rows [][]string
	for _, c := range cs {
		rows = append(rows, []string{
			l.name(cmp.Or(c.Host, c.Client.Name, c.Client.IP)), l.name(c.Layer), l.span(c.Versions), l.basis(c.Basis), l.name(c.Because),
		})
	}
	l.table(l.T("What clients can offer"), []string{l.T("host"), l.T("layer"), l.T("versions"), l.T("basis"), l.T("decided by")}, rows)
}

func (l listing) products(ps []*evidence.Product) {
	var rows [][]string
	for _, p := range ps {
		rows = append(rows, []string{l.name(p.Host), l.name(p.Name), l.name(p.Version), l.name(p.Owner)})
	}
	l.table(l.T("Products"), []string{l.T("host"), l.T("product"), l.T("version"), l.T("owner")}, rows)
}
