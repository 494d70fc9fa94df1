package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/tlswire"
)

// Notice is a text to send to somebody who answers for what breaks.
type Notice struct {
	Name string // of its file, without folder and language: notice-ann-example
	Text string // as plain text, its subject in the first line
}

const (
	mostItems   = 100 // troubles in one notice
	noticeWidth = 76  // a mail that is quoted once still has lines of 80
)

// Notices are the texts for all owners in one language, those with the most
// that breaks first. ask is whom they may ask; empty if that is the sender.
func Notices(r *assess.Report, opt Options, ask string) []Notice {
	opt.Width, opt.Color, opt.ASCII = noticeWidth, false, false
	v := newView(r, opt)
	taken := map[string]int{}
	var out []Notice
	for _, c := range v.contacts() {
		name := "notice-" + slug(cmp.Or(c.Owner, c.Contact, "no-owner"))
		if taken[name]++; taken[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, taken[name])
		}
		out = append(out, Notice{Name: name, Text: v.notice(c, opt, cleaner{}.name(ask))})
	}
	return out
}

// slug is a file name of what somebody is called, on every system.
func slug(s string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c > 0x2e80 && !unprintable(c):
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	return cmp.Or(strings.Trim(b.String(), "-"), "owner")
}

// letter writes a notice.
type letter struct {
	*page
	v *view
}

func (v *view) notice(c contact, opt Options, ask string) string {
	l := letter{newPage(opt), v}
	l.buf.WriteString(v.T("Subject: %s", v.subject(c)) + "\n")
	l.blank()
	if !c.Unknown() {
		l.para("", "", v.T("To: %s", strings.TrimSpace(c.Owner+" "+bracketed(c.Contact, c.Owner))), nil)
		l.blank()
	} else {
		l.para("", "", v.T("Nobody is named who answers for what follows; an owners file (--owners) names them."), nil)
		l.blank()
	}
	l.para("", "", v.opening(), nil)
	l.para("", "", v.duty(c), nil)
	n := 0
	for _, g := range firstOf(c.groups, mostItems) {
		n++
		l.item(n, g)
	}
	for _, s := range firstOf(c.settings, mostItems-n) {
		n++
		l.setting(n, s)
	}
	if left := len(c.groups) + len(c.settings) - n; left > 0 {
		l.blank()
		l.para("", "", v.T("And %s more, which --format csv and json have.", number(left)), nil)
	}
	l.blank()
	if ask == "" {
		ask = v.T("whoever sent you this")
	}
	l.para("", "", v.T("If you have questions, or cannot be done in time, ask %s: an exception needs a reason, somebody who answers for it, and a day on which it ends.", ask), nil)
	l.blank()
	l.para("", "", v.Join(v.judged(), v.gaps.looked()), nil)
	return l.buf.String()
}

// bracketed is an address behind a name.
func bracketed(address, name string) string {
	if address == "" || name == "" {
		return address
	}
	return "<" + address + ">"
}

func (v *view) subject(c contact) string {
	what := cmp.Or(v.r.PolicyText.Tell(v.Look), v.r.Policy)
	switch {
	case c.Breaks > 0 && v.deadline() != "":
		return v.T("%s on %s: %s", what, v.deadline(), v.N(c.Breaks, "connection of yours breaks", "connections of yours break"))
	case c.Breaks > 0:
		return v.T("%s: %s", what, v.N(c.Breaks, "connection of yours breaks", "connections of yours break"))
	case c.Settings > 0:
		return v.T("%s: %s", what, v.N(c.Settings, "setting of yours stands in the way", "settings of yours stand in the way"))
	}
	return v.T("%s: %s", what, v.N(c.Risk, "connection of yours is at risk", "connections of yours are at risk"))
}

// opening says what comes, and by when.
func (v *view) opening() string {
	what := cmp.Or(v.r.PolicyText.Tell(v.Look), v.r.Policy)
	if d := v.deadline(); d != "" {
		return v.T("What comes: %s, on %s. What is listed here must be done before that day.", what, d)
	}
	return v.T("What comes: %s. The day is not set yet; what is listed here must be done before.", what)
}

// duty says how much of it is theirs.
func (v *view) duty(c contact) string {
	var all []string
	if c.Breaks > 0 {
		all = append(all, v.N(c.Breaks, "connection breaks", "connections break"))
	}
	if c.Risk > 0 {
		all = append(all, v.N(c.Risk, "connection is at risk", "connections are at risk"))
	}
	if c.Settings > 0 {
		all = append(all, v.N(c.Settings, "setting breaks what uses it", "settings break what uses them"))
	}
	return v.T("Of what you answer for: %s.", strings.Join(all, v.T(", ")))
}

// item writes one trouble.
func (l letter) item(n int, g contactGroup) {
	v, lead := l.v, g.Lead
	l.blank()
	title := fmt.Sprintf("%d. ", n)
	l.para(title, strings.Repeat(" ", len(title)), v.First(g.clients(), mostNames)+" → "+v.First(g.servers(), mostNames), nil)
	what := v.outcome(g.kind)
	if f := v.fault(lead, v.need); f != "" {
		what = v.Sentence(v.howKnown(f, lead.Confidence))
	}
	if lead.BreaksOn != "" {
		what = v.Join(what, v.Sentence(v.T("breaks on %s", lead.BreaksOn)))
	}
	l.fields([]field{
		{v.T("What breaks:"), what},
		{v.T("Program:"), v.First(g.software(), 3)},
		{v.T("Seen:"), g.since()},
		{v.T("Why:"), lead.Why.String()},
		{v.T("How to fix:"), numbered(lead.Fix.Strings(), " ")},
		{v.T("To find out:"), lead.Next.String()},
		{v.T("How to test:"), v.test(lead)},
		{v.T("Proof:"), v.First(g.because(), 3)},
	})
}

// setting writes one configured value.
func (l letter) setting(n int, g settingGroup) {
	v := l.v
	l.blank()
	title := fmt.Sprintf("%d. ", n)
	l.para(title, strings.Repeat(" ", len(title)), v.First(g.Hosts, mostNames)+": "+g.Value, nil)
	l.fields([]field{
		{v.T("What breaks:"), v.Sentence(g.Why.String())},
		{v.T("Where:"), v.First(g.Places, 3)},
		{v.T("How to fix:"), numbered(g.Fix.Strings(), " ")},
		{v.T("How to test:"), v.T("export its settings once more and run: tlsready audit FILE")},
		{v.T("Proof:"), v.First(g.Because, 3)},
	})
}

type field struct{ label, text string }

// fields writes what is known, with the labels in one column.
func (l letter) fields(all []field) {
	wide := 0
	for _, f := range all {
		wide = max(wide, displayWidth(f.label))
	}
	for _, f := range all {
		if f.text != "" {
			l.para(indent+" "+pad(f.label, wide)+" ", strings.Repeat(" ", wide+4), f.text, nil)
		}
	}
}

// since says how often and over which days a trouble was seen.
func (g group) since() string {
	times := ""
	if n := g.times; n > 0 {
		times = g.v.N(n, "time", "times")
	}
	first, last := g.span()
	switch from, to := day(first), day(last); {
	case from == "" && to == "":
		return times
	case from == "" || from == to:
		return strings.Join(nonEmpty(times, to), g.v.T(", "))
	default:
		return strings.Join(nonEmpty(times, g.v.T("%s to %s", from, to)), g.v.T(", "))
	}
}

func nonEmpty(ss ...string) []string {
	var out []string
	for _, s := range ss {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// test says how to see that the fix works.
func (v *view) test(x assess.Verdict) string {
	floor := v.r.Floor
	if !floor.Known() {
		floor = tlswire.TLS12
	}
	switch {
	case atServer(x.LimitedBy, x.Client) && x.Server != assess.Anyone && safeWord(x.Server):
		return v.T("run: tlsready scan %s; it must then accept %s", assess.ScanTarget(x.Server, x.Protocol), floor)
	case x.Server != assess.Anyone && x.Client != assess.Anyone:
		return v.T("connect to %s once more; the server's log, or tlsready watch with a capture, must then show %s or later", x.Server, floor)
	}
	return v.T("export its settings once more and run: tlsready audit FILE")
}
