package report

import (
	"cmp"
	"slices"
	"strings"
)

// maxPrograms bounds the programs that are told apart; agents can be forged.
const maxPrograms = 1 << 14

// countProgram counts a weak client, if it is new, and what it sent under its
// program. Those that are set apart are left out.
func (c *Connections) countProgram(agent string, s sighting, isNew bool) {
	p := c.program(agent)
	if p.class != onlyWeak {
		return
	}
	n, known := c.weak[p.name]
	if !known && len(c.weak) >= maxPrograms {
		p.name = ""
		n = c.weak[""]
	}
	n.weak += s.weak
	if isNew {
		n.parties++
	}
	c.weak[p.name] = n
}

// programList sums up what weak clients run, where there are more of them
// than their own lists can name: one update may mend many.
func (s summary) programList() {
	type line struct {
		name string
		classTotal
	}
	var all []line
	clients := 0
	for name, n := range s.weak {
		all = append(all, line{name, n})
		clients += n.parties
	}
	if clients <= mostClients || len(all) == 1 && all[0].name == "" {
		return
	}
	slices.SortFunc(all, func(a, b line) int {
		return cmp.Or(cmp.Compare(b.weak, a.weak), cmp.Compare(b.parties, a.parties), cmp.Compare(a.name, b.name))
	})
	s.section(s.T("Programs below %s", s.floor))
	s.buf.WriteString(indent + s.dim(pad(s.T("below"), -9)+pad(s.T("clients"), -11)+"  "+s.T("program")) + "\n")
	for _, l := range all[:min(len(all), mostClients)] {
		before := indent + s.kind(kindRisk, pad(number(l.weak), -9)) + pad(number(l.parties), -11) + "  "
		s.para(before, strings.Repeat(" ", displayWidth(before)), cmp.Or(s.name(l.name), s.T("not known")), nil)
	}
	if n := len(all) - mostClients; n > 0 {
		s.para(indent, indent, s.dots+" "+s.T("and %s", s.N(n, "more program", "more programs")), s.dim)
	}
}
