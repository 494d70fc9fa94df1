package assess

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Window is what an observation must cover before anything goes off. The zero
// value is a whole business cycle: a month end and a quarter end.
type Window struct {
	Days  int  // this many days instead; 0 is by the calendar
	Month bool // a month end is enough
	None  bool // nothing is asked
}

// mostGap is how many days in a row may be without evidence.
const mostGap = 7

// ParseWindow reads "quarter" (a month end and a quarter end), "month" (a
// month end), a number of days such as "30" or "30d", or "none".
func ParseWindow(s string) (Window, error) {
	switch s {
	case "", "quarter":
		return Window{}, nil
	case "month":
		return Window{Month: true}, nil
	case "none":
		return Window{None: true}, nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(s, "d"))
	if err != nil || n < 1 || n > 3660 {
		return Window{}, fmt.Errorf("window %q: want quarter, month, none or a number of days such as 30d", s)
	}
	return Window{Days: n}, nil
}

// String is the window as ParseWindow reads it.
func (w Window) String() string {
	switch {
	case w.None:
		return "none"
	case w.Days > 0:
		return fmt.Sprintf("%dd", w.Days)
	case w.Month:
		return "month"
	}
	return "quarter"
}

// MarshalText is String.
func (w Window) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText is ParseWindow.
func (w *Window) UnmarshalText(b []byte) (err error) {
	*w, err = ParseWindow(string(b))
	return err
}

// words says what the window asks for.
func (w Window) words() Text {
	switch {
	case w.Days > 0:
		return say("%s days", w.Days)
	case w.Month:
		return say("a month end")
	}
	return say("a month end and a quarter end")
}

// span is days on which something was looked at, from and to included. Days
// count from 1970-01-01 in UTC.
type span struct{ from, to int }

func dayNumber(t time.Time) int { return int(t.Unix() / 86400) }

func dayText(n int) string { return time.Unix(int64(n)*86400, 0).UTC().Format(time.DateOnly) }

// joinSpans puts spans together between which no more than mostGap days lie.
func joinSpans(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var out []span
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && s.from-out[last].to-1 <= mostGap {
			out[last].to = max(out[last].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// met reports whether one of some joined spans is enough.
func (w Window) met(joined []span) (span, bool) {
	for _, s := range joined {
		if !s.ends().Before(w.due(s.from)) {
			return s, true
		}
	}
	return span{}, false
}

func (s span) ends() time.Time { return time.Unix(int64(s.to)*86400, 0).UTC() }

// due is the day on which an observation that began on a day is complete.
func (w Window) due(from int) time.Time {
	start := time.Unix(int64(from)*86400, 0).UTC()
	switch {
	case w.None:
		return start
	case w.Days > 0:
		return start.AddDate(0, 0, w.Days-1)
	}
	month := start.Month()
	if !w.Month {
		month += (3 - month%3) % 3 // a quarter's end is a month's end, too
	}
	return time.Date(start.Year(), month+1, 0, 0, 0, 0, 0, time.UTC)
}

// gate says whether a server was watched for long enough.
func (w Window) gate(host string, spans []span) Gate {
	g := Gate{Constraint: gateWindow}
	joined := joinSpans(spans)
	if w.None {
		g.Met, g.Reason = true, say("no observation window is asked for")
		return g
	}
	if s, ok := w.met(joined); ok {
		g.Met = true
		g.Reason = say("watched from %s to %s, with %s", dayText(s.from), dayText(s.to), w.words())
		return g
	}
	g.Next = say("read the logs of %s of the days that are missing: tlsready import LOGS", host)
	if len(joined) == 0 {
		g.Unknown = true
		g.Reason = say("nobody watched who connects; %s without a gap over %s days are needed", w.words(), mostGap)
		return g
	}
	last := joined[len(joined)-1]
	g.Reason = say("watched from %s to %s only; the window needs %s: go on until %s",
		dayText(last.from), dayText(last.to), w.words(), w.due(last.from).Format(time.DateOnly))
	if len(joined) > 1 {
		g.Reason = say("%s (before, a gap of over %s days)", g.Reason, mostGap)
	}
	return g
}

// parseDay reads a day of evidence.
func parseDay(s string) (int, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return dayNumber(t), err == nil
}
