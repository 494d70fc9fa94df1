package assess

import (
	"path"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// addTraffic notes on which days somebody was seen to use a server. Records
// name three places of their logs only, so all logs of one source in one
// folder count as one series.
func (e *estate) addTraffic(all *evidence.Set) {
	e.addHandshakes(all.Handshakes)
	for _, rec := range all.Others {
		if t, ok := rec.(*evidence.Traffic); ok {
			if h := e.find(t.Server.Name, t.Server.IP); h != nil {
				h.sources[t.Source] = true
				h.sawDay(parseDay(t.Day))
			}
		}
	}
	covered := map[string][]span{}
	for _, rec := range all.Others {
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

// traffic is what the handshakes of a table have in common with each other:
// few servers, days and logs stand in very many of them.
type traffic struct {
	seen   *evidence.Table
	hosts  map[uint32]*planHost // by the number of the server
	days   map[uint32]knownDay  // by the number of the name
	series map[logOf]string
}

// knownDay is a day by its number, if it is one.
type knownDay struct {
	n  int
	ok bool
}

// logOf is a log by the number of its name, and what it is of.
type logOf struct {
	source string
	file   uint32
}

func (e *estate) addHandshakes(seen *evidence.Table) {
	t := traffic{seen, map[uint32]*planHost{}, map[uint32]knownDay{}, map[logOf]string{}}
	for i := range seen.Len() {
		row := seen.Row(i)
		if h := t.hostOf(e, &row); h != nil {
			t.add(h, &row)
		}
	}
}

func (t *traffic) hostOf(e *estate, r *evidence.Row) *planHost {
	h, known := t.hosts[r.ServerNumber]
	if !known {
		h = e.find(r.Server.Name, r.Server.IP)
		t.hosts[r.ServerNumber] = h
	}
	if h == nil && *r.Server == (evidence.Party{}) {
		if refs := r.Refs(); len(refs) > 0 {
			file, _, _ := strings.Cut(base(refs[0]), ":")
			h = e.find("server of "+file, "")
		}
	}
	return h
}

func (t *traffic) add(h *planHost, r *evidence.Row) {
	h.sources[r.Source] = true
	for file, line := range r.Places() {
		key := logOf{r.Source, file}
		name, known := t.series[key]
		if !known {
			name = t.seen.Name(file)
			if line < 0 {
				name, _, _ = cutLast(name, ":")
			}
			name = series(r.Source, name)
			t.series[key] = name
		}
		h.inputs[name] = true
	}
	days := 0
	for number := range r.Days() {
		d, known := t.days[number]
		if !known {
			d.n, d.ok = parseDay(t.seen.Name(number))
			t.days[number] = d
		}
		h.sawDay(d.n, d.ok)
		days++
	}
	if days == 0 && !r.First.IsZero() {
		h.sawDay(parseDay(dayOf(r.First)))
		h.sawDay(parseDay(dayOf(r.Last)))
	}
}

// sawDay notes a day, if it is one.
func (h *planHost) sawDay(n int, ok bool) {
	switch {
	case !ok:
	case h.days == nil:
		h.days = map[int]bool{n: true}
	case !h.days[n]:
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
