package logs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// emit makes the records, in an order that does not depend on that of the
// rows.
func (f *folder) emit(emit evidence.Emit) error {
	groups := f.sorted()
	f.groups = nil // what has been emitted need not stay in memory
	for len(groups) > 0 {
		n := 1
		for n < len(groups) && compareGroups(groups[0], groups[n]) == 0 {
			n++
		}
		if err := emit(f.handshake(groups[:n])); err != nil {
			return err
		}
		clear(groups[:n])
		groups = groups[n:]
	}
	for _, k := range f.trafficKeys() {
		if err := emit(f.trafficRecord(k)); err != nil {
			return err
		}
	}
	return emit(f.coverageRecord())
}

// compareGroups orders groups, and finds those that make one record equal.
// There may be millions: it compares no more than it needs.
func compareGroups(a, b *group) int {
	if a.server != b.server {
		return compareServers(a.server, b.server)
	}
	if a.client != b.client {
		return compareClients(&a.client, &b.client)
	}
	if a.version != b.version {
		return cmp.Compare(a.version, b.version)
	}
	return cmp.Or(strings.Compare(a.suite, b.suite), strings.Compare(a.curve, b.curve), strings.Compare(a.protocol, b.protocol),
		cmp.Compare(a.outcome, b.outcome), strings.Compare(a.alert.From, b.alert.From), strings.Compare(a.alert.Name, b.alert.Name))
}

func compareClients(a, b *evidence.Party) int {
	return cmp.Or(strings.Compare(a.IP, b.IP), strings.Compare(a.Name, b.Name),
		strings.Compare(a.UserAgent, b.UserAgent), strings.Compare(a.Identity, b.Identity))
}

func compareServers(a, b *evidence.Party) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.IP, b.IP), cmp.Compare(a.Port, b.Port))
}

// handshake is the record of groups that compare equal.
func (f *folder) handshake(groups []*group) *evidence.Handshake {
	g := groups[0]
	h := &evidence.Handshake{
		Protocol:   g.protocol,
		Client:     g.client,
		Server:     *g.server,
		Negotiated: g.version,
		Suite:      g.suite,
		Group:      g.curve,
		Outcome:    g.outcome,
		Source:     f.format.Source,
	}
	if g.alert != (evidence.Alert{}) {
		h.Alert = &g.alert
	}
	first, last := int64(noTime), int64(noTime)
	var refs []int
	for _, g := range groups {
		h.Count += g.count
		refs = append(refs, g.refs[:g.rows]...)
		h.Status = addStatus(h.Status, g)
		if f.opt.keepDays(g.version) {
			h.Days = addDays(h.Days, g)
		}
		if first == noTime || g.first != noTime && g.first < first {
			first = g.first
		}
		last = max(last, g.last)
	}
	if first != noTime {
		h.First, h.Last = moment(first), moment(last)
	}
	slices.Sort(refs)
	for _, n := range refs[:min(len(refs), evidence.MaxRefs)] {
		h.Refs = append(h.Refs, f.ref(n))
	}
	return h
}

func moment(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func dayName(day int64) string { return moment(day * daySeconds).Format(time.DateOnly) }

func addStatus(to map[string]int, g *group) map[string]int {
	for class, n := range g.status {
		if class > 0 && n > 0 {
			if to == nil {
				to = map[string]int{}
			}
			to[strconv.Itoa(class)+"xx"] += int(n)
		}
	}
	return to
}

func addDays(to map[string]int, g *group) map[string]int {
	for _, d := range g.days {
		if to == nil {
			to = make(map[string]int, len(g.days))
		}
		to[dayName(d.day)] += d.n
	}
	return to
}

func (f *folder) trafficKeys() []trafficKey {
	keys := make([]trafficKey, 0, len(f.traffic))
	for k := range f.traffic {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b trafficKey) int {
		return cmp.Or(compareServers(a.server, b.server), strings.Compare(a.protocol, b.protocol),
			cmp.Compare(a.day, b.day), cmp.Compare(a.version, b.version))
	})
	return keys
}

func (f *folder) trafficRecord(k trafficKey) *evidence.Traffic {
	return &evidence.Traffic{
		Server: *k.server, Protocol: k.protocol, Day: dayName(k.day),
		Negotiated: k.version, Count: *f.traffic[k], Source: f.format.Source,
	}
}

// ref names a line.
func (f *folder) ref(line int) string {
	return fmt.Sprintf("%s:%d", f.name, line)
}
