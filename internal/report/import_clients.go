package report

import (
	"cmp"
	"strings"
	"time"
)

// mostClients is how many parties each list names; --json has them all.
const mostClients = 10

// clientLists names who is weak: first those never seen to do better, who
// break when the floor rises; then those seen on both sides of it.
func (s summary) clientLists() {
	totals := s.clients.totals()
	floor := s.floor.String()
	only, k := "Only ever below "+floor, kindBreaks
	if s.Cut { // what else they use was not read
		only, k = "Below "+floor, kindUnknown
	}
	s.partyList(only, k, s.clients.top(onlyWeak, mostClients), totals[onlyWeak])
	s.partyList("Below "+floor+", but seen at "+floor+" or above too", kindRisk, s.clients.top(weakAndStrong, mostClients), totals[weakAndStrong])
	s.apartList(totals)
	if n := s.clients.other.weak; n > 0 {
		s.para(s.symbol(kindRisk)+" ", indent, s.noun(n)+" below "+floor+" came from yet more clients, which are not told apart", nil)
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
	head := pad("below", -9)
	if c.shares {
		head += pad("share", -9)
	}
	head += "  " + pad("client", c.name)
	if c.programs {
		head += "  program"
	}
	s.buf.WriteString(indent + s.dim(endCut(strings.TrimRight(head, " "), s.width-len(indent), s.dots)) + "\n")
	for _, e := range all {
		s.partyEntry(e, k, c)
	}
	if n := total.parties - len(all); n > 0 {
		s.para(indent, indent, s.dots+" and "+number(n)+" more with "+s.noun(total.weak-weakOf(all))+"; --json prints all", s.dim)
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
		s.para(before, rest, cmp.Or(s.particulars(e, "at"), "-"), s.dim)
		return
	}
	s.para(before, rest, endCut(s.programOf(e), 200, s.dots), nil)
	s.para(under, under, s.particulars(e, "at"), s.dim)
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
		return s.name(head(agent, 80)) + " (program not known)"
	}
	return "(no user agent)"
}

// particulars are when, where ("at" or "called by") and as whom.
func (s summary) particulars(e rankedParty, where string) string {
	var parts []string
	add := func(p string) {
		if p != "" {
			parts = append(parts, p)
		}
	}
	add(e.seen())
	if at := s.name(e.at.String()); at != "" {
		add(where + " " + at)
	}
	if e.party.Name != "" && e.party.IP != "" {
		add("address " + s.name(e.party.IP))
	}
	if who := s.name(e.who.String()); who != "" && who != s.name(e.title()) {
		add("as " + who)
	}
	if e.offered.Known() {
		offers := "offers up to " + e.offered.String()
		if e.offered.AtLeast(s.floor) && e.alert.Name == "" {
			offers += ": the server is the limit"
		}
		add(offers)
	}
	return strings.Join(parts, ", ")
}

// seen is from when to when.
func (t tally) seen() string {
	if t.first == never {
		return ""
	}
	from, to := time.Unix(t.first, 0).UTC(), time.Unix(t.last, 0).UTC()
	if day(from) == day(to) {
		if from.Truncate(time.Minute).Equal(to.Truncate(time.Minute)) {
			return day(from) + from.Format(" 15:04")
		}
		return day(from) + from.Format(" 15:04") + to.Format(" to 15:04")
	}
	return day(from) + " to " + day(to)
}

// apartList counts those whom no user would miss: probes, scanners, and who
// was only ever turned away by the application.
func (s summary) apartList(totals [partyClasses]classTotal) {
	words := [...]struct {
		class     partyClass
		one, many string
	}{
		{probeParty, "health probe or monitor", "health probes and monitors"},
		{scannerParty, "scanner", "scanners"},
		{deniedParty, "client that only ever got 4xx answers", "clients that only ever got 4xx answers"},
	}
	titled := false
	for _, w := range words {
		t := totals[w.class]
		if t.parties == 0 {
			continue
		}
		if !titled {
			s.section("Set apart: below " + s.floor.String() + ", but no user would miss them")
			titled = true
		}
		line := plural(t.parties, w.one, w.many) + ", " + s.noun(t.weak)
		if first := s.clients.top(w.class, 1); len(first) > 0 {
			line += ", such as " + s.name(first[0].title())
			if first[0].party.UserAgent != "" {
				line += ", " + s.programOf(first[0])
			}
		}
		s.para(s.symbol(kindApart)+" ", indent, line, nil)
	}
}

// legacyList is whom a log calls weak without telling a version.
func (s summary) legacyList() {
	all := s.legacy.ranked(func(t tally) bool { return t.weak > 0 }, mostClients)
	s.partyList("Called legacy by Entra: TLS 1.0, TLS 1.1 or 3DES", kindBreaks, all, s.legacy.totals()[onlyWeak])
}

// refusedList is who was turned away: the victims of a floor that was raised.
func (s summary) refusedList(title, who, where string, r *ranking) {
	all := r.ranked(func(t tally) bool { return t.weak > 0 }, mostClients)
	if len(all) == 0 {
		return
	}
	s.section(title)
	s.buf.WriteString(indent + s.dim(pad("times", -9)+"  "+who) + "\n")
	for _, e := range all {
		before := s.symbol(kindBreaks) + " " + s.kind(kindBreaks, pad(number(e.weak), -9)) + "  "
		rest := strings.Repeat(" ", displayWidth(before))
		name := cmp.Or(s.name(e.title()), "client not told")
		if e.party.UserAgent != "" {
			name += ", " + s.programOf(e)
		}
		s.para(before, rest, name, nil)
		s.para(rest, rest, s.particulars(e, where)+s.alertWords(e), s.dim)
	}
	if n := len(r.tallies) - len(all); n > 0 {
		s.para(indent, indent, s.dots+" and "+number(n)+" more; --json prints all", s.dim)
	}
}

func (s summary) alertWords(e rankedParty) string {
	if e.alert.Name == "" {
		return ""
	}
	said := "alert " + s.name(e.alert.Name)
	if e.alert.From != "" {
		said = s.name(e.alert.From) + " says " + s.name(e.alert.Name)
	}
	return "; " + said
}

// calledList is what raising the floor on the own side breaks: servers that
// these machines call and that were seen weak.
func (s summary) calledList() {
	all := s.called.ranked(func(t tally) bool { return t.weak > 0 }, mostClients)
	if len(all) == 0 {
		return
	}
	s.section("Servers you call that are below " + s.floor.String())
	s.buf.WriteString(indent + s.dim(pad("below", -9)+pad("share", -9)+"  server") + "\n")
	for _, e := range all {
		k := kindRisk
		if e.strong == 0 {
			k = kindBreaks
		}
		before := s.symbol(k) + " " + s.kind(k, pad(number(e.weak), -9)) + pad(percent(e.weak, e.weak+e.strong), -9) + "  "
		rest := strings.Repeat(" ", displayWidth(before))
		s.para(before, rest, s.siteName(e), nil)
		s.para(rest, rest, s.particulars(e, "called by"), s.dim)
	}
	weak := 0
	for _, t := range s.called.tallies {
		if t.weak > 0 {
			weak++
		}
	}
	if n := weak - len(all); n > 0 {
		s.para(indent, indent, s.dots+" and "+plural(n, "more server", "more servers")+"; --json prints all", s.dim)
	}
}
