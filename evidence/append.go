package evidence

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tlsready/tlsready/tlswire"
)

// A line of JSON that is written by hand: the same bytes as encoding/json
// writes, several times faster. Only the records that come by the hundred
// thousand have one; a test holds it against encoding/json.
type line struct {
	b     []byte
	comma bool
}

// appendJSON appends the JSON object of a record without its kind. It
// reports false, with nothing of use appended, for what it leaves to
// encoding/json.
func appendJSON(b []byte, r Record) ([]byte, bool) {
	switch r := r.(type) {
	case *Handshake:
		if !plainTime(r.First) || !plainTime(r.Last) || r.Certificate != nil {
			return b, false
		}
		return r.append(b), true
	case *Traffic:
		return r.append(b), true
	}
	return b, false
}

func (h *Handshake) append(b []byte) []byte {
	l := line{b: append(b, '{')}
	l.text("protocol", h.Protocol)
	l.party("client", &h.Client)
	l.party("server", &h.Server)
	l.versions("offered", h.Offered)
	l.version("offered_max", h.OfferedMax)
	l.version("negotiated", h.Negotiated)
	l.text("suite", h.Suite)
	l.text("group", h.Group)
	l.text("alpn", h.ALPN)
	l.flag("fallback", h.Fallback)
	l.flag("ech", h.ECH)
	l.flag("resumed", h.Resumed)
	l.version("downgrade_marker", h.Downgrade)
	l.text("outcome", string(h.Outcome))
	if h.Alert != nil {
		l.key("alert")
		l.object()
		l.keepEmpty("from", h.Alert.From)
		l.keepEmpty("name", h.Alert.Name)
		l.end()
	}
	l.counts("status", h.Status)
	l.number("count", h.Count)
	l.time("first", h.First)
	l.time("last", h.Last)
	l.counts("days", h.Days)
	l.text("source", h.Source)
	l.texts("refs", h.Refs)
	return append(l.b, '}')
}

func (t *Traffic) append(b []byte) []byte {
	l := line{b: append(b, '{')}
	l.party("server", &t.Server)
	l.text("protocol", t.Protocol)
	l.keepEmpty("day", t.Day)
	l.version("negotiated", t.Negotiated)
	l.number("count", t.Count)
	l.text("source", t.Source)
	return append(l.b, '}')
}

// flag writes a member that is only there when it is true.
func (l *line) flag(name string, yes bool) {
	if yes {
		l.key(name)
		l.b = append(l.b, "true"...)
	}
}

func (l *line) object() { l.b, l.comma = append(l.b, '{'), false }
func (l *line) end()    { l.b, l.comma = append(l.b, '}'), true }

// key writes the name of a member, which holds nothing to escape.
func (l *line) key(name string) {
	if l.comma {
		l.b = append(l.b, ',')
	}
	l.comma = true
	l.b = append(append(append(l.b, '"'), name...), '"', ':')
}

func (l *line) text(name, s string) {
	if s != "" {
		l.keepEmpty(name, s)
	}
}

func (l *line) keepEmpty(name, s string) {
	l.key(name)
	l.b = appendString(l.b, s)
}

func (l *line) number(name string, n int) {
	l.key(name)
	l.b = strconv.AppendInt(l.b, int64(n), 10)
}

func (l *line) texts(name string, list []string) {
	if len(list) == 0 {
		return
	}
	l.key(name)
	for i, s := range list {
		l.b = appendString(append(l.b, separator(i)), s)
	}
	l.b = append(l.b, ']')
}

func (l *line) version(name string, v tlswire.Version) {
	if v != 0 {
		l.keepEmpty(name, v.String())
	}
}

func (l *line) versions(name string, list []tlswire.Version) {
	if len(list) == 0 {
		return
	}
	l.key(name)
	for i, v := range list {
		l.b = appendString(append(l.b, separator(i)), v.String())
	}
	l.b = append(l.b, ']')
}

func separator(i int) byte {
	if i == 0 {
		return '['
	}
	return ','
}

func (l *line) party(name string, p *Party) {
	l.key(name)
	l.object()
	l.text("ip", p.IP)
	if p.Port != 0 {
		l.number("port", int(p.Port))
	}
	l.text("name", p.Name)
	l.text("user_agent", p.UserAgent)
	l.text("identity", p.Identity)
	l.text("ja3", p.JA3)
	l.text("ja4", p.JA4)
	l.end()
}

// counts writes numbers by name, in the order of the names.
func (l *line) counts(name string, m map[string]int) {
	if len(m) == 0 {
		return
	}
	l.key(name)
	l.object()
	type count struct {
		name string
		n    int
	}
	var room [32]count
	counts := room[:0]
	for k, n := range m {
		counts = append(counts, count{k, n})
	}
	slices.SortFunc(counts, func(a, b count) int { return strings.Compare(a.name, b.name) })
	for _, c := range counts {
		if l.comma {
			l.b = append(l.b, ',')
		}
		l.comma = true
		l.b = append(appendString(l.b, c.name), ':')
		l.b = strconv.AppendInt(l.b, int64(c.n), 10)
	}
	l.end()
}

// plainTime reports whether RFC 3339 can write a time.
func plainTime(t time.Time) bool {
	year := t.Year()
	return t.Location() == time.UTC && year >= 0 && year <= 9999
}

func (l *line) time(name string, t time.Time) {
	if t.IsZero() {
		return
	}
	l.key(name)
	l.b = append(t.AppendFormat(append(l.b, '"'), time.RFC3339Nano), '"')
}

// appendString quotes a string as encoding/json does.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if safeInJSON[c] {
			continue
		}
		if c != '"' && c != '\\' {
			return quoteTheRest(b, s[start:])
		}
		b = append(append(b, s[start:i]...), '\\', c)
		start = i + 1
	}
	return append(append(b, s[start:]...), '"')
}

// quoteTheRest leaves what is rare to encoding/json: the rest of a string
// whose opening quote stands already.
func quoteTheRest(b []byte, s string) []byte {
	q, err := json.Marshal(s)
	if err != nil {
		q = []byte(`""`) // a string never fails
	}
	return append(b, q[1:]...)
}

// safeInJSON is the bytes that stand for themselves.
var safeInJSON = func() (safe [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		safe[c] = !strings.ContainsRune(`"\<>&`, rune(c))
	}
	return safe
}()
