package report

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// facts writes what a reader would look for first; --json has all.
func (l listing) facts(s *evidence.Server, room int) {
	line := func(title, say string) {
		l.para(indent+pad(title, room), indent+strings.Repeat(" ", room), l.prose(say), nil)
	}
	for _, c := range s.Certificates {
		if c.Trust == evidence.Untrusted {
			line(l.T("trust"), l.T("not trusted: %s", l.note(c.TrustReason)))
		}
		if evidence.Is(c.NameMatches, false) {
			line(l.T("trust"), l.T("the certificate is not for %s", s.SNI))
		}
	}
	if f := s.Facts; f != nil && len(f.ALPN) > 0 {
		line("ALPN", strings.Join(f.ALPN, ", "))
	}
}

// weaknesses writes a line for each. One of a later program is shown by its
// id.
func (l listing) weaknesses(s *evidence.Server, room int) {
	if len(s.Weaknesses) == 0 {
		return
	}
	named := map[string]*knowledge.Weakness{}
	if all, err := knowledge.Weaknesses(); err == nil {
		for _, w := range all {
			named[w.ID] = w
		}
	}
	for _, id := range s.Weaknesses {
		say := id
		if w := named[id]; w != nil {
			say = l.T("%s: %s", l.note(w.Name), l.note(w.Text))
		}
		l.para(indent+pad(l.T("weak"), room), indent+strings.Repeat(" ", room), l.prose(say), nil)
	}
}
