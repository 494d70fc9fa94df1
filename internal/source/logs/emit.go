package logs

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math"
	"net/netip"
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
	if err := f.emitHandshakes(emit); err != nil {
		return err
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
	f.all, f.covers, f.inputs = newGroups(nil, &f.opt, f.seed), nil, nil
	return nil
}

// emitHandshakes makes records on one core while another takes them.
func (f *Fold) emitHandshakes(emit evidence.Emit) error {
	const block = 1 << 10
	made := make(chan []*evidence.Handshake, 2)
	stop := make(chan struct{})
	go func() {
		defer close(made)
		groups, names := f.all.sorted(), dayNames{}
		for len(groups) > 0 {
			out := make([]*evidence.Handshake, 0, block)
			for len(groups) > 0 && len(out) < block {
				n := sameRecord(groups)
				out = append(out, f.handshake(groups[:n], names))
				groups = groups[n:]
			}
			select {
			case made <- out:
			case <-stop:
				return
			}
		}
	}()
	var err error
	for block := range made {
		for i := 0; i < len(block) && err == nil; i++ {
			if err = emit(block[i]); err != nil {
				close(stop)
			}
		}
	}
	return err
}

// sameRecord is how many groups at the start make one record.
func sameRecord(groups []sortable) int {
	n := 1
	for n < len(groups) && groups[0].key == groups[n].key && compareGroups(&groups[0], &groups[n]) == 0 {
		n++
	}
	return n
}

// sortable is a group with what decides about nearly all of its order: its
// server, and its address if that is one of IPv4.
type sortable struct {
	key uint64
	in  *shard
	*group
}

// sorted are the groups that count, those of one record together.
func (g *groups) sorted() []sortable {
	g.rankServers()
	out := make([]sortable, 0, g.size())
	g.each(func(s *shard, g *group) {
		if g.count > 0 {
			out = append(out, sortable{s.all[g.of].rank<<32 | uint64(ipv4(s.get(g.client))), s, g})
		}
	})
	slices.SortFunc(out, func(a, b sortable) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return compareGroups(&a, &b)
	})
	return out
}

// rankServers numbers the servers in their order.
func (g *groups) rankServers() {
	rank := map[evidence.Party]uint64{}
	for _, s := range g.shards {
		for p := range s.servers {
			rank[p] = 0
		}
	}
	for i, p := range slices.SortedFunc(maps.Keys(rank), compareServers) {
		rank[p] = uint64(i)
	}
	for _, s := range g.shards {
		for _, of := range s.series {
			of.rank = rank[*of.server]
		}
	}
}

// ipv4 is an address as a number, and that of no address for all others,
// which come last.
func ipv4(s string) uint32 {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		return math.MaxUint32
	}
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// compareGroups orders groups of one server, and finds those that make one
// record equal.
func compareGroups(a, b *sortable) int {
	if n := strings.Compare(a.in.get(a.client), b.in.get(b.client)); n != 0 {
		return n
	}
	if n := strings.Compare(a.in.agents[a.agent], b.in.agents[b.agent]); n != 0 {
		return n
	}
	if n := strings.Compare(a.in.get(a.who), b.in.get(b.who)); n != 0 {
		return n
	}
	if n := strings.Compare(a.in.get(a.host), b.in.get(b.host)); n != 0 {
		return n
	}
	return compareKinds(a.in.all[a.of].kind, b.in.all[b.of].kind)
}

func compareKinds(a, b *kind) int {
	return cmp.Or(cmp.Compare(a.version, b.version), strings.Compare(a.suite, b.suite), strings.Compare(a.curve, b.curve),
		strings.Compare(a.protocol, b.protocol), cmp.Compare(a.outcome, b.outcome), strings.Compare(a.source, b.source),
		strings.Compare(a.alert.From, b.alert.From), strings.Compare(a.alert.Name, b.alert.Name),
		strings.Compare(a.ja3, b.ja3), strings.Compare(a.ja4, b.ja4))
}

func compareServers(a, b evidence.Party) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.IP, b.IP), cmp.Compare(a.Port, b.Port))
}

// handshake is the record of groups that compare equal.
func (f *Fold) handshake(groups []sortable, names dayNames) *evidence.Handshake {
	g, in := groups[0].group, groups[0].in
	for _, more := range groups[1:] {
		in.join(g, more.in, more.group, f.inputs)
	}
	of := in.all[g.of]
	k := of.kind
	h := &evidence.Handshake{
		Protocol:   k.protocol,
		Client:     evidence.Party{IP: in.get(g.client), Name: in.get(g.host), UserAgent: in.agents[g.agent], Identity: in.get(g.who), JA3: k.ja3, JA4: k.ja4},
		Server:     *of.server,
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
		if n > 0 {
			if h.Status == nil {
				h.Status = map[string]int{}
			}
			h.Status[statusClasses[class]] = int(n)
		}
	}
	in.days(g, func(day int32, n uint32) {
		if h.Days == nil {
			h.Days = make(map[string]int, len(g.few))
		}
		h.Days[names.of(day)] += int(n)
	})
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

// dayNames are the names of days that many records have in common.
type dayNames map[int32]string

// maxDayNames bounds what hostile clocks can make of them.
const maxDayNames = 1 << 16

func (d dayNames) of(day int32) string {
	name, have := d[day]
	if !have {
		name = dayName(int64(day))
		if len(d) < maxDayNames {
			d[day] = name
		}
	}
	return name
}

// statusClasses are what counts of HTTP status go by.
var statusClasses = [...]string{"1xx", "2xx", "3xx", "4xx", "5xx"}

// placeIn names a line.
func placeIn(input string, line int) string { return input + ":" + strconv.Itoa(line) }

// totals are the counts by server, day and version.
func (g *groups) totals() []*evidence.Traffic {
	sums := map[evidence.Traffic]int{}
	for _, shard := range g.shards {
		for _, s := range shard.series {
			s.days.all(func(day int32, n uint64) {
				sums[evidence.Traffic{
					Server: *s.server, Protocol: s.kind.protocol, Day: dayName(int64(day)),
					Negotiated: s.kind.version, Source: s.kind.source,
				}] += int(n)
			})
		}
	}
	out := make([]*evidence.Traffic, 0, len(sums))
	for t, n := range sums {
		t.Count = n
		out = append(out, &t)
	}
	slices.SortFunc(out, func(a, b *evidence.Traffic) int {
		return cmp.Or(compareServers(a.Server, b.Server), strings.Compare(a.Protocol, b.Protocol), strings.Compare(a.Source, b.Source),
			strings.Compare(a.Day, b.Day), cmp.Compare(a.Negotiated, b.Negotiated))
	})
	return out
}
