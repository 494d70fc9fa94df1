package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/internal/columns"
)

// mostClients is how many parties each list names; --json has them all.
const mostClients = 10

// clientLists names who is weak: first those never seen to do better, who
// break when the floor rises; then those seen on both sides of it.
func (s summary) clientLists() {
	totals := s.clients.totals()
	floor := s.floor.String()
	only, k := s.T("Only ever below %s", floor), kindBreaks
	if s.Cut { // what else they use was not read
		only, k = s.T("Below %s", floor), kindUnknown
	}
	s.partyList(only, k, s.clients.top(onlyWeak, mostClients), totals[onlyWeak])
	s.partyList(s.T("Below %[1]s, but seen at %[1]s or above too", floor), kindRisk, s.clients.top(weakAndStrong, mostClients), totals[weakAndStrong])
	s.apartList(totals)
	if n := s.clients.other.weak; n > 0 {
		s.para(s.symbol(kindRisk)+" ", indent, s.T("%s below %s came from yet more clients, which are not told apart", s.noun(n), floor), nil)
	}
}

// partyList is a list of one class, with its own total in the title.
func (s summary) partyList(title string, k kind, all []rankedParty, total classTotal) {
	if len(all) == 0 {
		return
	}
	s.section(title)
	c := partyColumns{shares: k == kindRisk}
	for _, e := range all {
		c.name = max(c.name, displayWidth(s.name(e.title())))
		c.programs = c.programs || e.party.UserAgent != ""
	}
	c.name = min(c.name, max(15, s.width/2-10))
	head := pad(s.T("below"), -9)
	if c.shares {
		head += pad(s.T("share"), -9)
	}
	head += "  " + pad(s.T("client"), c.name)
	if c.programs {
		head += "  " + s.T("program")
	}
	s.buf.WriteString(indent + s.dim(endCut(strings.TrimRight(head, " "), s.width-len(indent), s.dots)) + "\n")
	for _, e := range all {
		s.partyEntry(e, k, c)
	}
	if n := total.parties - len(all); n > 0 {
		s.para(indent, indent, s.dots+" "+s.T("and %s more with %s; --json prints all", number(n), s.noun(total.weak-weakOf(all))), s.dim)
	}
}

// partyColumns is what a list of parties shows, and how wide the name is.
type partyColumns struct {
	shares, programs bool
	name             int
}

func weakOf(all []rankedParty) int {
	n := 0
	for _, e := range all {
		n += e.weak
	}
	return n
}

// partyEntry writes a client in two lines or so: how much and who; then when,
// where and as whom.
func (s summary) partyEntry(e rankedParty, k kind, c partyColumns) {
	before := s.symbol(k) + " " + s.kind(k, pad(number(e.weak), -9))
	if c.shares {
		before += pad(percent(e.weak, e.weak+e.strong), -9)
	}
	before += "  "
	under := strings.Repeat(" ", displayWidth(before)) // below the client's name
	before += pad(middleCut(s.name(e.title()), c.name, s.dots), c.name) + "  "
	rest := strings.Repeat(" ", displayWidth(before))
	if s.width-displayWidth(before) < 20 { // a narrow terminal
		s.buf.WriteString(strings.TrimRight(before, " ") + "\n")
		before, rest = under, under
	}
	if !c.programs {
		s.para(before, rest, cmp.Or(s.particulars(e, itsServer), "-"), s.dim)
		return
	}
	s.para(before, rest, endCut(s.programOf(e), 200, s.dots), nil)
	s.para(under, under, s.particulars(e, itsServer), s.dim)
}

// programOf is what the agent tells, or the agent itself.
func (s summary) programOf(e rankedParty) string {
	agent := e.party.UserAgent
	if agent == "-" {
		agent = ""
	}
	if p := s.program(agent); p.name != "" {
		return s.name(p.name)
	}
	if agent != "" {
		return s.T("%s (program not known)", s.name(columns.Head(agent, 80)))
	}
	return s.T("(no user agent)")
}

// What the other side of a party is to it.
type otherSide int

const (
	itsServer otherSide = iota
	itsCaller
)

// particulars are when, where and as whom.
func (s summary) particulars(e rankedParty, other otherSide) string {
	var parts []string
	add := func(p string) {
		if p != "" {
			parts = append(parts, p)
		}
	}
	add(s.seen(e.tally))
	switch at := s.several(e.at); {
	case at == "":
	case other == itsCaller:
		add(s.T("called by %s", at))
	default:
		add(s.T("at %s", at))
	}
	if e.party.Name != "" && e.party.IP != "" {
		add(s.T("address %s", s.name(e.party.IP)))
	}
	if who := s.several(e.who); who != "" && who != s.name(e.title()) {
		add(s.T("as %s", who))
	}
	if e.offered.Known() {
		if e.offered.AtLeast(s.floor) && e.alert.Name == "" {
			add(s.T("offers up to %s: the server is the limit", e.offered))
		} else {
			add(s.T("offers up to %s", e.offered))
		}
	}
	return strings.Join(parts, s.comma)
}

// several names the first of some.
func (s summary) several(f few) string {
	if f.more {
		return s.name(s.List(append(slices.Clone(f.words), s.T("more"))))
	}
	return s.name(s.List(f.words))
}

// seen is from when to when.
func (w words) seen(t tally) string {
	if t.first == never {
		return ""
	}
	from, to := time.Unix(t.first, 0).UTC(), time.Unix(t.last, 0).UTC()
	if day(from) == day(to) {
		if from.Truncate(time.Minute).Equal(to.Truncate(time.Minute)) {
			return day(from) + from.Format(" 15:04")
		}
		return w.T("%s to %s", day(from)+from.Format(" 15:04"), to.Format("15:04"))
	}
	return w.T("%s to %s", day(from), day(to))
}

// apartList counts those whom no user would miss: probes, scanners, and who
// was only ever turned away by the application.
func (s summary) apartList(totals [partyClasses]classTotal) {
	titled := false
	for _, class := range []partyClass{probeParty, scannerParty, deniedParty} {
		t := totals[class]
		if t.parties == 0 {
			continue
		}
		if !titled {
			s.section(s.T("Set apart: below %s, but no user would miss them", s.floor))
			titled = true
		}
		line := s.apartParties(class, t.parties) + s.comma + s.noun(t.weak)
		if first := s.clients.top(class, 1); len(first) > 0 {
			line += s.comma + s.T("such as %s", s.name(first[0].title()))
			if first[0].party.UserAgent != "" {
				line += s.comma + s.programOf(first[0])
			}
		}
		s.para(s.symbol(kindApart)+" ", indent, line, nil)
	}
}

// apartParties counts those of a class that is set apart.
func (w words) apartParties(class partyClass, n int) string {
	switch class {
	case probeParty:
		return w.N(n, "health probe or monitor", "health probes and monitors")
	case scannerParty:
		return w.N(n, "scanner", "scanners")
	}
	return w.N(n, "client that only ever got 4xx answers", "clients that only ever got 4xx answers")
}

// legacyList is whom a log calls weak without telling a version.
func (s summary) legacyList() {
	all := s.legacy.ranked(func(t tally) bool { return t.weak > 0 }, mostClients)
	s.partyList(s.T("Called legacy by Entra: TLS 1.0, TLS 1.1 or 3DES"), kindBreaks, all, s.legacy.totals()[onlyWeak])
}

// refusedList is who was turned away: the victims of a floor that was raised.
func (s summary) refusedList(title, who string, other otherSide, r *ranking) {
	all := r.ranked(func(t tally) bool { return t.weak > 0 }, mostClients)
	if len(all) == 0 {
		return
	}
	s.section(title)
	s.buf.WriteString(indent + s.dim(pad(s.T("times"), -9)+"  "+who) + "\n")
	for _, e := range all {
		before := s.symbol(kindBreaks) + " " + s.kind(kindBreaks, pad(number(e.weak), -9)) + "  "
		rest := strings.Repeat(" ", displayWidth(before))
		name := cmp.Or(s.name(e.title()), s.T("client not told"))
		if e.party.UserAgent != "" {
			name += s.comma + s.programOf(e)
		}
		s.para(before, rest, name, nil)
		s.para(rest, rest, s.particulars(e, other)+s.alertWords(e), s.dim)
	}
	if n := len(r.tallies) - len(all); n > 0 {
		s.para(indent, indent, s.dots+" "+s.T("and %s more; --json prints all", number(n)), s.dim)
	}
}

func (s summary) alertWords(e rankedParty) string {
	if e.alert.Name == "" {
		return ""
	}
	if e.alert.From != "" {
		return s.T("; %s says %s", s.peer(s.name(e.alert.From)), s.name(e.alert.Name))
	}
	return s.T("; alert %s", s.name(e.alert.Name))
}

// calledList is what raising the floor on the own side breaks: servers that
// these machines call and that were seen weak.
func (s summary) calledList() {
	all := s.called.ranked(func(t tally) bool { return t.weak > 0 }, mostClients)
	if len(all) == 0 {
		return
	}
	s.section(s.T("Servers you call that are below %s", s.floor))
	s.buf.WriteString(indent + s.dim(pad(s.T("below"), -9)+pad(s.T("share"), -9)+"  "+s.T("server")) + "\n")
	for _, e := range all {
		k := kindRisk
		if e.strong == 0 {
			k = kindBreaks
		}
		before := s.symbol(k) + " " + s.kind(k, pad(number(e.weak), -9)) + pad(percent(e.weak, e.weak+e.strong), -9) + "  "
		rest := strings.Repeat(" ", displayWidth(before))
		s.para(before, rest, s.siteName(e), nil)
		s.para(rest, rest, s.particulars(e, itsCaller), s.dim)
	}
	weak := 0
	for _, t := range s.called.tallies {
		if t.weak > 0 {
			weak++
		}
	}
	if n := weak - len(all); n > 0 {
		s.para(indent, indent, s.dots+" "+s.T("and %s; --json prints all", s.N(n, "more server", "more servers")), s.dim)
	}
}
