package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tlsready/tlsready/assess"
)

// renderPlanCalendar writes the dates of a plan as iCalendar (RFC 5545): one
// event a day that must not be missed, with a reminder a week before.
func renderPlanCalendar(out io.Writer, r *assess.Report, opt Options) error {
	p, w := planOf(r), words{opt.Lang}
	var b bytes.Buffer
	line := func(name, value string) { foldLine(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//tlsready//plan//EN")
	line("CALSCALE", "GREGORIAN")
	stamp := "19700101T000000Z" // no clock: the day the plan is for
	if day, err := time.Parse(time.DateOnly, p.AsOf); err == nil {
		stamp = day.Format("20060102T150405Z")
	}
	for _, d := range p.Dates {
		day, err := time.Parse(time.DateOnly, d.Date)
		if err != nil {
			continue
		}
		line("BEGIN", "VEVENT")
		line("UID", eventID(p, d))
		line("DTSTAMP", stamp)
		line("DTSTART;VALUE=DATE", day.Format("20060102"))
		line("DTEND;VALUE=DATE", day.AddDate(0, 0, 1).Format("20060102"))
		line("SUMMARY", icsText("TLS: "+w.tell(d.What)))
		line("DESCRIPTION", icsText(w.T("%s of the plan for %s (%s)", w.dateKind(d.Kind), p.Policy, d.ID)))
		line("CATEGORIES", icsText(d.Kind))
		line("TRANSP", "TRANSPARENT")
		line("BEGIN", "VALARM")
		line("ACTION", "DISPLAY")
		line("DESCRIPTION", icsText(w.T("In a week: %s", w.tell(d.What))))
		line("TRIGGER", "-P7D")
		line("END", "VALARM")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return write(out, "iCalendar", &b)
}

// dateKind says what sort of day it is.
func (w words) dateKind(kind string) string {
	switch kind {
	case "deadline":
		return w.T("deadline")
	case "waiver":
		return w.T("waiver")
	case "window":
		return w.T("window")
	}
	return kind
}

// eventID stays the same when a plan is made again, so that a calendar moves
// the event and does not show it twice.
func eventID(p *assess.Plan, d assess.PlanDate) string {
	sum := sha256.Sum256([]byte(p.Policy + "\x00" + d.Kind + "\x00" + d.ID))
	return hex.EncodeToString(sum[:12]) + "@tlsready"
}

// icsText escapes a value of type TEXT (RFC 5545 section 3.3.11).
func icsText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`).Replace(Line(s))
}

// mostOctets is the longest line without its end (RFC 5545 section 3.1).
const mostOctets = 75

// foldLine writes a content line, folded between characters.
func foldLine(b *bytes.Buffer, s string) {
	room := mostOctets
	for len(s) > room {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], mostOctets-1
	}
	b.WriteString(s + "\r\n")
}
