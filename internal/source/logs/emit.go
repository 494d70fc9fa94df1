package logs

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// Emit makes the records, in an order that depends on neither that of the
// rows nor that of the logs. The fold is empty afterwards.
func (f *Fold) Emit(emit evidence.Emit) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	groups := f.all.sorted()
	for len(groups) > 0 {
		n := 1
		for n < len(groups) && compareGroups(groups[0], groups[n]) == 0 {
			n++
		}
		if err := emit(f.handshake(groups[:n])); err != nil {
			return err
		}
		groups = groups[n:]
	}
	for _, t := range f.all.totals() {
		if err := emit(t); err != nil {
			return err
		}
	}
	slices.SortFunc(f.covers, func(a, b *evidence.Coverage) int { return strings.Compare(a.Input, b.Input) })
	for _, c := range f.covers {
		if err := emit(c); err != nil {
			return err
		}
	}
	f.all, f.covers, f.inputs = newFolder(nil, &f.opt, f.seeds), nil, nil
	return nil
}

// sorted are the groups that count, those of one record together.
func (t *table) sorted() []*group {
	out := make([]*group, 0, t.size)
	t.all(func(g *group) {
		if g.count > 0 {
			out = append(out, g)
		}
	})
	slices.SortFunc(out, compareGroups)
	return out
}

// compareGroups orders groups, and finds those that make one record equal.
// There may be millions: it compares no more than it needs.
func compareGroups(a, b *group) int {
	if a.server != b.server {
		if n := compareServers(a.server, b.server); n != 0 {
			return n
		}
	}
	if n := cmp.Or(strings.Compare(a.client, b.client), strings.Compare(a.soft, b.soft), strings.Compare(a.who, b.who),
		strings.Compare(a.host, b.host)); n != 0 {
		return n
	}
	if a.kind == b.kind {
		return 0
	}
	return compareKinds(a.kind, b.kind)
}

func compareKinds(a, b *kind) int {
	return cmp.Or(cmp.Compare(a.version, b.version), strings.Compare(a.suite, b.suite), strings.Compare(a.curve, b.curve),
		strings.Compare(a.protocol, b.protocol), cmp.Compare(a.outcome, b.outcome), strings.Compare(a.source, b.source),
		strings.Compare(a.alert.From, b.alert.From), strings.Compare(a.alert.Name, b.alert.Name))
}

func compareServers(a, b *evidence.Party) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.IP, b.IP), cmp.Compare(a.Port, b.Port))
}

// handshake is the record of groups that compare equal.
func (f *Fold) handshake(groups []*group) *evidence.Handshake {
	g := groups[0]
	for _, more := range groups[1:] {
		g.merge(more)
	}
	k := g.kind
	h := &evidence.Handshake{
		Protocol:   k.protocol,
		Client:     evidence.Party{IP: g.client, Name: g.host, UserAgent: g.soft, Identity: g.who},
		Server:     *g.server,
		Negotiated: k.version,
		Suite:      k.suite,
		Group:      k.curve,
		Outcome:    k.outcome,
		Source:     k.source,
		Count:      int(g.count),
	}
	if k.alert != (evidence.Alert{}) {
		h.Alert = &k.alert
	}
	for class, n := range g.status {
		if class > 0 && n > 0 {
			if h.Status == nil {
				h.Status = map[string]int{}
			}
			h.Status[strconv.Itoa(class)+"xx"] = int(n)
		}
	}
	if len(g.days) > 0 {
		h.Days = make(map[string]int, len(g.days))
		for _, d := range g.days {
			h.Days[dayName(int64(d.day))] += int(d.n)
		}
	}
	if g.first != noTime {
		h.First, h.Last = moment(g.first), moment(g.last)
	}
	for _, r := range g.refs[:g.noted] {
		h.Refs = append(h.Refs, placeIn(f.inputs[r.above()], r.line()))
	}
	return h
}

func moment(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func dayName(day int64) string { return moment(day * daySeconds).Format(time.DateOnly) }

// placeIn names a line.
func placeIn(input string, line int) string { return input + ":" + strconv.Itoa(line) }

// totals are the counts by server, day and version.
func (f *folder) totals() []*evidence.Traffic {
	sums := map[evidence.Traffic]int{}
	for k, n := range f.traffic {
		sums[evidence.Traffic{
			Server: *k.server, Protocol: k.kind.protocol, Day: dayName(int64(k.day)),
			Negotiated: k.kind.version, Source: k.kind.source,
		}] += n
	}
	out := make([]*evidence.Traffic, 0, len(sums))
	for t, n := range sums {
		t.Count = n
		out = append(out, &t)
	}
	slices.SortFunc(out, func(a, b *evidence.Traffic) int {
		return cmp.Or(compareServers(&a.Server, &b.Server), strings.Compare(a.Protocol, b.Protocol), strings.Compare(a.Source, b.Source),
			strings.Compare(a.Day, b.Day), cmp.Compare(a.Negotiated, b.Negotiated))
	})
	return out
}
