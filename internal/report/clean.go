package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

// maxShown bounds one value from evidence: a user agent can be a megabyte.
const maxShown = 1000

// unprintable reports whether a terminal or a browser could obey c instead
// of showing it: controls, marks of text direction, line separators, and what
// has no agreed look.
func unprintable(c rune) bool {
	if c >= ' ' && c <= '~' {
		return false // nearly all there is
	}
	return unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs)
}

// cleaner makes text from evidence safe to show.
type cleaner struct {
	words
	ascii bool
}

// name shows everything unprintable as an escape: in a name it is a lie.
func (c cleaner) name(s string) string {
	if len(s) <= maxShown && plain(s) {
		return strings.TrimSpace(s)
	}
	var b strings.Builder
	n := 0
	for i, r := range s {
		if n++; n > maxShown {
			b.WriteString("...")
			break
		}
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case unprintable(r) && r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case unprintable(r), c.ascii && r >= 0x80:
			fmt.Fprintf(&b, `\u%04x`, r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// plain reports whether nothing stands in a text but printable ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// tidy reports whether a text is plain and has one blank between its words and
// none around them: most have.
func tidy(s string) bool {
	last := byte(' ')
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == ' ' && last == ' ' {
			return false
		}
		last = s[i]
	}
	return s == "" || last != ' '
}

// prose is name for sentences, in which white space may break lines. Few
// other marks than those below stand in our own sentences.
func (c cleaner) prose(s string) string {
	if len(s) <= maxShown && tidy(s) {
		return s
	}
	if c.ascii {
		s = plainMarks.Replace(s)
	}
	return c.name(strings.Join(strings.Fields(s), " "))
}

var plainMarks = strings.NewReplacer("→", "->", "…", "...", "–", "-", "—", "-", "·", "|", "’", "'", "“", `"`, "”", `"`)

func (c cleaner) proses(in []string) []string {
	out := make([]string, 0, len(in))
	for _, s := range in {
		if s = c.prose(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// references are places of proof; that of a scan is a sentence.
func (c cleaner) references(in []string) []string {
	out := c.proses(in)
	for i, s := range out {
		if strings.HasPrefix(s, "scan of ") { // all others are places in files
			out[i] = c.recognised(s)
		}
	}
	return out
}

// recognised is prose in the language, if it is a sentence of ours that
// stands in evidence.
func (c cleaner) recognised(s string) string { return c.prose(cmp.Or(c.Look(s), s)) }

// told puts a text into words, fit to show.
func (c cleaner) told(t assess.Text) assess.Text { return assess.Verbatim(c.prose(t.Tell(c.Look))) }

func (c cleaner) toldAll(ts assess.Texts) assess.Texts {
	out := make(assess.Texts, 0, len(ts))
	for _, s := range c.proses(ts.Tell(c.Look)) {
		out = append(out, assess.Verbatim(s))
	}
	return out
}

func (c cleaner) verdict(v assess.Verdict) assess.Verdict {
	v.Client, v.Server = c.name(v.Client), c.name(v.Server)
	v.Protocol, v.Software, v.Layer = c.name(v.Protocol), c.name(v.Software), c.name(v.Layer)
	v.Owner, v.Contact = c.name(v.Owner), c.name(v.Contact)
	v.BreaksOn, v.SetApart = c.name(v.BreaksOn), c.name(v.SetApart)
	v.Why, v.Next = c.told(v.Why), assess.Verbatim(c.name(v.Next.Tell(c.Look)))
	v.Fix, v.Because = c.toldAll(v.Fix), c.references(v.Because)
	disputes := v.Contradicts
	v.Contradicts = nil
	for _, d := range disputes {
		v.Contradicts = append(v.Contradicts, c.recognised(d))
	}
	v.ClientParty, v.ServerParty = c.party(v.ClientParty), c.party(v.ServerParty)
	if v.Waived != nil {
		v.Waived = &assess.Waiver{
			Owner: c.name(v.Waived.Owner), Until: c.name(v.Waived.Until), Reason: c.prose(v.Waived.Reason),
		}
	}
	return v
}

// shape is verdict for what lists sort and count by.
func (c cleaner) shape(in *assess.Shape) *assess.Shape {
	s := *in
	for _, text := range []*string{&s.Protocol, &s.Software, &s.Owner, &s.Contact, &s.BreaksOn, &s.SetApart} {
		*text = c.name(*text)
	}
	return &s
}

func (c cleaner) party(p evidence.Party) evidence.Party {
	for _, s := range []*string{&p.IP, &p.Name, &p.UserAgent, &p.Identity, &p.JA3, &p.JA4} {
		*s = c.name(*s)
	}
	return p
}

func (c cleaner) setting(s assess.SettingVerdict) assess.SettingVerdict {
	for _, p := range []*string{
		&s.Host, &s.Role, &s.Layer, &s.Value, &s.Where.File, &s.Where.Path, &s.Verdict, &s.Rule, &s.Fact, &s.Confidence, &s.Owner, &s.Contact,
	} {
		*p = c.name(*p)
	}
	s.Effect = evidence.Effect(c.name(string(s.Effect)))
	s.Why, s.Fix, s.Because, s.Sources = c.told(s.Why), c.toldAll(s.Fix), c.proses(s.Because), c.proses(s.Sources)
	return s
}

func (c cleaner) coverage(in *evidence.Coverage) *evidence.Coverage {
	out := *in
	out.Source, out.Input, out.Failed = c.name(in.Source), c.name(in.Input), c.recognised(in.Failed)
	out.Blind = nil
	for _, b := range in.Blind {
		if b = c.recognised(b); b != "" {
			out.Blind = append(out.Blind, b)
		}
	}
	out.Skipped = slices.Clone(in.Skipped)
	for i, s := range out.Skipped {
		out.Skipped[i].Ref, out.Skipped[i].Reason = c.name(s.Ref), c.recognised(s.Reason)
	}
	return &out
}
