package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

// top is the answer in a few lines: how much is weak, from how many, over
// which time, and what was not measured. What was not measured is in no share.
func (s summary) top() {
	totals := s.clients.totals()
	k, lead := s.headline(totals)
	s.para(s.strong(k, s.symbols[k])+" ", indent, lead, s.bold)
	for _, line := range s.whoLines(totals) {
		s.para(indent, indent+indent, s.Sentence(upperFirst(line)), nil)
	}
	s.blank()
	s.basisLines()
}

// headline says the share of what could be measured.
func (s summary) headline(totals [partyClasses]classTotal) (kind, string) {
	of, floor := s.main(), s.floor.String()
	what, all := s.noun(of.measured()), of.measured()
	if of == &s.out {
		what = s.N(all, "call to another server", "calls to other servers")
	}
	switch refused := s.in.refused + s.out.refused; {
	case all == 0 && len(s.legacy.tallies) > 0:
		return kindBreaks, s.T("%s of %s are called legacy: TLS 1.0, TLS 1.1 or 3DES.",
			s.noun(s.legacy.totals()[onlyWeak].weak), s.N(len(s.legacy.tallies), "client", "clients"))
	case all == 0 && refused > 0:
		return kindUnknown, s.T("No version was told, but %s.", s.N(refused, "handshake was refused", "handshakes were refused"))
	case all == 0:
		return kindUnknown, s.T("No version was told: whether anything is below %s is not known.", floor)
	case of.weak == 0 && s.Cut:
		return kindOK, s.T("Nothing below %s was found. What is at or above it was not counted.", floor)
	case of.weak == 0:
		return kindOK, s.T("Nothing measured is below %s: 0 of %s.", floor, what)
	}
	k := kindRisk
	if !s.Cut && (totals[onlyWeak].parties > 0 || of == &s.out) {
		k = kindBreaks
	}
	weak, share := number(of.weak), percent(of.weak, all)
	switch {
	case s.Cut && of.weak == 1:
		return k, s.T("%s was below %s.", s.noun(1), floor)
	case s.Cut:
		return k, s.T("%s were below %s.", s.noun(of.weak), floor)
	case of.weak == 1:
		return k, s.T("%s of %s (%s) was below %s.", weak, what, share, floor)
	}
	return k, s.T("%s of %s (%s) were below %s.", weak, what, share, floor)
}

// whoLines count clients.
func (s summary) whoLines(totals [partyClasses]classTotal) (parts []string) {
	only, both := totals[onlyWeak].parties, totals[weakAndStrong].parties
	floor := s.floor.String()
	if n := only + both; n > 0 {
		parts = append(parts, s.T("%s below %s, %s", s.N(n, "client", "clients"), floor, s.howMany(only, n)))
	}
	if n := s.in.weak - totals[onlyWeak].weak - totals[weakAndStrong].weak - s.clients.other.weak - s.nameless; n > 0 {
		parts = append(parts, s.T("listed apart: %s of probes, scanners and denied clients", s.noun(n)))
	}
	if s.nameless > 0 {
		parts = append(parts, s.T("of %s below %s the client is not told", s.noun(s.nameless), floor))
	}
	if s.out.weak > 0 && s.main() == &s.in {
		parts = append(parts, s.T("%s of %s calls to other servers are below %s", number(s.out.weak), number(s.out.measured()), floor))
	}
	if s.in.refused+s.out.refused > 0 && s.main().measured() > 0 {
		parts = append(parts, s.N(s.in.refused+s.out.refused, "handshake was refused", "handshakes were refused"))
	}
	return parts
}

// howMany says how many of the weak clients were only ever weak.
func (s summary) howMany(only, of int) string {
	switch {
	case s.Cut:
		return s.T("and it was not read whether they also do better")
	case only == of && of == 1:
		return s.T("which was never seen to do better")
	case only == of:
		return s.T("none of which was ever seen to do better")
	case only == 0:
		return s.T("all of which were seen to do better too")
	case only == 1:
		return s.T("of which 1 was never seen to do better")
	}
	return s.T("of which %s were never seen to do better", number(only))
}

// basisLines say what the shares stand on, and what is in none of them.
func (s summary) basisLines() {
	read, inputs := 0, 0
	for _, c := range s.covers {
		if c.Source == passedOver {
			continue
		}
		read += c.Read
		inputs++
	}
	basis := s.T("Read: %s of %s", s.N(read, "record", "records"), s.N(inputs, "input", "inputs"))
	if s.others && !s.requests {
		basis = s.T("Read: %s, %s", s.N(inputs, "input", "inputs"), s.noun(s.in.all+s.out.all))
	}
	if !s.span.first.IsZero() {
		const minute = "2006-01-02 15:04"
		basis = s.T("%s, %s to %s UTC", basis, s.span.first.UTC().Format(minute), s.span.last.UTC().Format(minute))
	}
	s.para(indent, indent, s.Sentence(basis), s.dim)
	var not []string
	for _, r := range s.reasons() {
		not = append(not, s.T("%s (%s)", r.reason, number(r.n)))
	}
	if n := s.in.untold + s.out.untold - s.legacy.totals()[onlyWeak].weak; n > 0 {
		not = append(not, s.T("%s of which no version is known", s.noun(n)))
	}
	if len(not) > 0 {
		s.para(indent, indent+indent, s.T("Not measured, and in no share: %s.", strings.Join(not, s.T("; "))), s.dim)
	}
}

// reason is why lines are in no share, and how many.
type reason struct {
	reason string
	n      int
}

// mostReasons bounds the reasons in the head; all stand under what could not
// be seen.
const mostReasons = 4

func (s summary) reasons() []reason {
	var out []reason
	for _, c := range s.covers {
		for _, k := range c.Skipped {
			text, n := s.recognised(k.Reason), max(1, k.Count)
			if c.Source == passedOver {
				continue
			}
			if i := slices.IndexFunc(out, func(r reason) bool { return r.reason == text }); i >= 0 {
				out[i].n += n
			} else {
				out = append(out, reason{text, n})
			}
		}
	}
	slices.SortFunc(out, func(a, b reason) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.reason, b.reason)) })
	if len(out) > mostReasons {
		rest := reason{s.T("for other reasons"), 0}
		for _, r := range out[mostReasons-1:] {
			rest.n += r.n
		}
		out = append(out[:mostReasons-1], rest)
	}
	return out
}

// turnOnMark stands in a blind spot between what is missing and the lines
// that turn it on.
const turnOnMark = " To turn them on, "

// enable shows the lines to add to a server's configuration, once a format,
// as they are to be copied.
func (s summary) enable() {
	title := s.T("What to turn on, to see who is below %s", s.floor)
	said := map[string]bool{}
	for _, c := range s.covers {
		for _, b := range c.Blind {
			_, how, found := strings.Cut(b, turnOnMark)
			if !found || said[how] {
				continue
			}
			if len(said) == 0 {
				s.section(title)
			}
			said[how] = true
			s.howTo(c, how)
		}
		if how := s.TurnOn[c.Source]; how != "" && c.Failed == noRows && !said[how] {
			if len(said) == 0 {
				s.section(title)
			}
			said[how] = true
			s.howTo(c, how)
		}
	}
}

// noRows is why a log failed that is of a known kind and has nothing about
// TLS.
const noRows = "no rows"

// howTo writes one instruction. What is to be copied is not wrapped, but for
// elements of XML, which may be broken between attributes.
func (s summary) howTo(c *evidence.Coverage, how string) {
	lines := strings.Split(how, "\n")
	s.para(s.symbol(kindUnknown)+" ", indent, s.T("%s: %s", s.name(c.Source), s.recognised(lines[0])), nil)
	for _, l := range lines[1:] {
		l = strings.ReplaceAll(l, "\t", "    ")
		body := strings.TrimLeft(l, " ")
		before := indent + indent + l[:len(l)-len(body)]
		command := func(l string) string { return s.paint(sgrCommand, l) }
		switch body = s.name(body); {
		case isProse(body):
			s.para(indent, indent, s.recognised(body), nil)
		case strings.HasPrefix(body, "<") && !spaceInQuotes(body):
			s.para(before, before+indent+indent, body, command)
		default:
			s.buf.WriteString(strings.TrimRight(before+command(body), " ") + "\n")
		}
	}
}

// isProse tells words between lines of configuration: they end with a colon,
// or stand in brackets.
func isProse(l string) bool {
	return strings.HasSuffix(l, ":") && strings.Contains(l, " ") || strings.HasPrefix(l, "(") && strings.HasSuffix(l, ")")
}

// spaceInQuotes reports whether a value holds a space, at which a line may
// not be broken.
func spaceInQuotes(l string) bool {
	for i, part := range strings.Split(l, `"`) {
		if i%2 == 1 && strings.Contains(part, " ") {
			return true
		}
	}
	return false
}

// notSeen is what could not be seen, less the instructions shown before.
func (s summary) notSeen() {
	var short []*evidence.Coverage
	for _, c := range s.covers {
		out := *c
		out.Blind = nil
		for _, b := range c.Blind {
			what, _, found := strings.Cut(b, turnOnMark)
			if found {
				what = s.T("%s (how to turn them on stands above)", s.recognised(strings.TrimSuffix(what, ".")))
			}
			out.Blind = append(out.Blind, what)
		}
		short = append(short, &out)
	}
	text{page: s.page, view: &view{words: s.words, gaps: newGaps(s.cleaner, &assess.Report{Coverage: short})}}.gapList()
}

// next is what leads on from here.
func (s summary) next() {
	if s.in.all+s.out.all == 0 {
		return
	}
	s.section(s.T("What to type next"))
	hint := func(command, why string) {
		s.command(indent, command)
		s.para(indent+indent+indent, indent+indent+indent, why, s.dim)
	}
	verb, args := s.typed()
	if !s.Passed {
		hint("tlsready check "+args, s.T("who breaks, whose fault it is, and what to do"))
	}
	hint("tlsready "+verb+" --json "+args+" > evidence.ndjson", s.T("every client with its counts and places, to keep"))
	hint("tlsready report evidence.ndjson", s.T("verdicts from what was kept, alone or with more evidence"))
}

// typed is the command and what it was given, if that is short and safe to
// type again.
func (s summary) typed() (verb, args string) {
	any := "FILE..."
	if s.Passed {
		any = "-i NAME"
	}
	if len(s.Typed) < 2 {
		return "import", any
	}
	verb, args = s.Typed[0], strings.Join(s.Typed[1:], " ")
	room := s.width - len("  tlsready  --json  > evidence.ndjson  ") - len(verb)
	if len(args) > room || slices.ContainsFunc(s.Typed[1:], func(a string) bool { return !safeWord(a) && a != "-i" }) {
		return verb, any
	}
	return verb, args
}
