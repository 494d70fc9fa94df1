package assess

import (
	"path"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// addTraffic notes on which days somebody was seen to use a server. Records
// name three places of their logs only, so all logs of one source in one
// folder count as one series.
func (e *estate) addTraffic(records []evidence.Record) {
	for _, rec := range records {
		switch rec := rec.(type) {
		case *evidence.Handshake:
			e.sawHandshake(rec)
		case *evidence.Traffic:
			if h := e.find(rec.Server.Name, rec.Server.IP); h != nil {
				h.sources[rec.Source] = true
				e.sawDay(h, rec.Day)
			}
		}
	}
	covered := map[string][]span{}
	for _, rec := range records {
		if c, ok := rec.(*evidence.Coverage); ok && !c.First.IsZero() && !c.Last.Before(c.First) {
			key := series(c.Source, c.Input)
			covered[key] = append(covered[key], span{dayNumber(c.First), dayNumber(c.Last)})
		}
	}
	for key, spans := range covered {
		covered[key] = joinSpans(spans)
	}
	for _, h := range e.hosts {
		for n := range h.days {
			h.spans = append(h.spans, span{n, n})
		}
		for key := range h.inputs {
			h.spans = append(h.spans, covered[key]...)
		}
	}
}

func (e *estate) sawHandshake(rec *evidence.Handshake) {
	h := e.find(rec.Server.Name, rec.Server.IP)
	if h == nil && rec.Server == (evidence.Party{}) && len(rec.Refs) > 0 {
		file, _, _ := strings.Cut(base(rec.Refs[0]), ":")
		h = e.find("server of "+file, "")
	}
	if h == nil {
		return
	}
	h.sources[rec.Source] = true
	for _, ref := range rec.Refs {
		file, _, _ := cutLast(ref, ":")
		h.inputs[series(rec.Source, file)] = true
	}
	for day := range rec.Days {
		e.sawDay(h, day)
	}
	if len(rec.Days) == 0 && !rec.First.IsZero() {
		e.sawDay(h, dayOf(rec.First))
		e.sawDay(h, dayOf(rec.Last))
	}
}

// sawDay notes a day; there are few, on very many connections.
func (e *estate) sawDay(h *planHost, day string) {
	n, ok := e.days[day]
	if !ok {
		if n, ok = parseDay(day); ok {
			e.days[day] = n
		}
	}
	switch {
	case !ok:
	case h.days == nil:
		h.days = map[int]bool{n: true}
	default:
		h.days[n] = true
	}
}

// series names logs that follow each other: those of one source in one
// folder. A capture stands for itself, since the next may be of elsewhere.
func series(source, input string) string {
	input = strings.ReplaceAll(input, `\`, "/")
	if source == "pcap" {
		return source + "\x00" + input
	}
	return source + "\x00" + path.Dir(input)
}

func base(p string) string { return path.Base(strings.ReplaceAll(p, `\`, "/")) }

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
