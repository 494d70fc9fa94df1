package report

import (
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/tlsready/tlsready/assess"
)

// entry is a verdict and where it is listed.
type entry struct {
	kind kind
	assess.Verdict
}

// entries are all verdicts in the order of the other formats, as they came:
// they are cleaned one by one when they are written, since a table holds more
// of them than a page.
func entries(r *assess.Report) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		for _, s := range seats(r) {
			if !yield(entry{s.kind, r.Verdicts.At(int(s.seat))}) {
				return
			}
		}
	}
}

// seated is where an entry stands in the report and among the others.
type seated struct {
	kind kind
	seat seat
}

// seats are the seats of all entries in their order.
func seats(r *assess.Report) []seated {
	out := make([]seated, 0, r.Verdicts.Len())
	for k, order := range inOrder(r) {
		for _, s := range order {
			out = append(out, seated{kind(k), s})
		}
	}
	return out
}

// column is one of the columns that tables of verdicts have.
type column struct {
	name  string // in CSV: that of the field in JSON where there is one
	title string // in XLSX, for people
	width float64
	of    func(words, entry) string
	count bool // a number, in formats that tell numbers from text
}

// verdictColumns: first what is read first, then what is looked up.
var verdictColumns = []column{
	{name: "status", title: "Status", width: 13, of: func(_ words, e entry) string { return statusNames[e.kind] }},
	{name: "client", title: "Client", width: 30, of: func(w words, e entry) string { return w.client(e.Verdict) }},
	{name: "server", title: "Server", width: 30, of: func(w words, e entry) string { return w.party(e.Server, w.anyServer()) }},
	{name: "protocol", title: "Protocol", width: 10, of: func(_ words, e entry) string { return e.Protocol }},
	{name: "why", title: "Why", width: 50, of: func(_ words, e entry) string { return e.Why.String() }},
	{name: "fix", title: "Fix", width: 60, of: func(_ words, e entry) string { return numbered(e.Fix.Strings(), " ") }},
	{name: "next", title: "To find out more", width: 40, of: func(_ words, e entry) string { return e.Next.String() }},
	{name: "owner", title: "Owner", width: 20, of: func(_ words, e entry) string { return e.Owner }},
	{name: "contact", title: "Contact", width: 24, of: func(_ words, e entry) string { return e.Contact }},
	{name: "breaks_on", title: "Breaks on", width: 12, of: func(_ words, e entry) string { return e.BreaksOn }},
	{name: "verdict", title: "Verdict", width: 10, of: func(_ words, e entry) string { return string(e.Verdict.Verdict) }},
	{name: "cause", title: "Cause", width: 24, of: func(_ words, e entry) string { return string(e.Cause) }},
	{name: "limited_by", title: "Limited by", width: 12, of: func(_ words, e entry) string { return string(e.LimitedBy) }},
	{name: "confidence", title: "Confidence", width: 12, of: func(_ words, e entry) string { return string(e.Confidence) }},
	{name: "only_ever_weak", title: "Only ever weak", width: 15, of: func(_ words, e entry) string { return strconv.FormatBool(e.OnlyEverWeak) }},
	{name: "offered_max", title: "Offered at most", width: 15, of: func(_ words, e entry) string { return versionOrNothing(e.Offered) }},
	{name: "negotiated", title: "Negotiated", width: 12, of: func(_ words, e entry) string { return versionOrNothing(e.Negotiated) }},
	{name: "count", title: "Seen (times)", width: 13, of: countOf, count: true},
	{name: "first_utc", title: "First seen (UTC)", width: 20, of: func(_ words, e entry) string { return tableTime(e.First) }},
	{name: "last_utc", title: "Last seen (UTC)", width: 20, of: func(_ words, e entry) string { return tableTime(e.Last) }},
	{name: "software", title: "Software", width: 28, of: func(_ words, e entry) string { return e.Software }},
	{name: "layer", title: "Layer", width: 10, of: func(_ words, e entry) string { return e.Layer }},
	{name: "client_ip", title: "Client address", width: 18, of: func(_ words, e entry) string { return e.ClientParty.IP }},
	{name: "user_agent", title: "User agent", width: 40, of: func(_ words, e entry) string { return e.ClientParty.UserAgent }},
	{name: "waived_until", title: "Waived until", width: 13, of: waived(func(w *assess.Waiver) string { return w.Until })},
	{name: "waived_by", title: "Waived by", width: 20, of: waived(func(w *assess.Waiver) string { return w.Owner })},
	{name: "waived_reason", title: "Reason of waiver", width: 30, of: waived(func(w *assess.Waiver) string { return w.Reason })},
	{name: "set_apart", title: "Set apart as", width: 14, of: func(_ words, e entry) string { return e.SetApart }},
	{name: "because", title: "Because of", width: 40, of: func(_ words, e entry) string { return strings.Join(e.Because, "; ") }},
	{name: "contradictions", title: "Sources disagree", width: 40, of: func(_ words, e entry) string { return strings.Join(e.Contradicts, "; ") }},
}

// statusNames tell apart in one column what else takes three: the verdict,
// whether it is waived that day, and whether it is set apart.
var statusNames = [kinds]string{"breaks", "at_risk", "unknown", "ok", "waived", "set_apart"}

func waived(of func(*assess.Waiver) string) func(words, entry) string {
	return func(_ words, e entry) string {
		if e.Waived == nil {
			return ""
		}
		return of(e.Waived)
	}
}

// countOf leaves the cell empty if nobody counted: 0 would be a claim.
func countOf(_ words, e entry) string {
	if e.Count == 0 {
		return ""
	}
	return strconv.Itoa(e.Count)
}

// tableTime is the form that spreadsheets take for a time. They know no
// zones, so the head of the column names it.
func tableTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateTime)
}

// numbered writes steps after each other: "1. Do this. 2. Do that."
func numbered(steps []string, between string) string {
	if len(steps) < 2 {
		return strings.Join(steps, "")
	}
	var b strings.Builder
	for i, s := range steps {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(strconv.Itoa(i+1) + ". " + s)
	}
	return b.String()
}
