package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

// A matrix bigger than this is no longer looked at, only scrolled.
const (
	mostMatrixRows    = 25
	mostMatrixColumns = 20
)

// matrix is every client against every server, those in trouble first.
type matrix struct {
	Servers []string
	Rows    []matrixRow
	Left    string // what was left out, in words
}

type matrixRow struct {
	Client string
	Cells  []matrixCell
}

// matrixCell is empty where the two were never seen together.
type matrixCell struct {
	Class, Symbol, Label, Link string
}

type pairKey struct{ client, server string }

// axis ranks the parties of one side: by how many pairs break, are at risk,
// are unknown, and then by name. Whoever stands for all comes last.
type axis map[string]*[kinds]int

func (a axis) add(name string, k kind) {
	if a[name] == nil {
		a[name] = new([kinds]int)
	}
	a[name][k]++
}

func (a axis) names(last map[string]bool) []string {
	out := make([]string, 0, len(a))
	for n := range a {
		out = append(out, n)
	}
	slices.SortFunc(out, func(x, y string) int {
		return cmp.Or(
			cmpTrueFirst(last[y], last[x]),
			cmp.Compare(a[y][kindBreaks], a[x][kindBreaks]),
			cmp.Compare(a[y][kindRisk], a[x][kindRisk]),
			cmp.Compare(a[y][kindUnknown], a[x][kindUnknown]),
			cmp.Compare(x, y),
		)
	})
	return out
}

// newMatrix is nil without a single pair.
func newMatrix(v *view) *matrix {
	if v.pairs() == 0 {
		return nil
	}
	clients, servers := axis{}, axis{}
	for k := range kinds {
		for o := range v.outlines(v.verdicts[k]) {
			clients.add(v.clientName(o.Client), k)
			servers.add(v.serverName(o.Server, o.Protocol), k)
		}
	}
	last := map[string]bool{v.anyClient(): true, v.anyServer(): true}
	rows, columns := clients.names(last), servers.names(last)
	m := &matrix{Servers: firstOf(columns, mostMatrixColumns)}
	cells := newCells(v, firstOf(rows, mostMatrixRows), m.Servers)
	for _, c := range firstOf(rows, mostMatrixRows) {
		row := matrixRow{Client: c}
		for _, s := range m.Servers {
			row.Cells = append(row.Cells, cells[pairKey{c, s}])
		}
		m.Rows = append(m.Rows, row)
	}
	m.Left = v.leftOut(clients, rows, mostMatrixRows, servers, columns, mostMatrixColumns)
	return m
}

// newCells are the cells of some clients and servers.
func newCells(v *view, clients, servers []string) map[pairKey]matrixCell {
	links := v.links()
	rows, columns := setOf(clients), setOf(servers)
	cells := map[pairKey]matrixCell{}
	for k := range kinds { // worst first: of two protocols the worse shows
		for i, p := range v.verdicts[k] {
			o := v.outline(v.verdicts[k][i])
			key := pairKey{v.clientName(o.Client), v.serverName(o.Server, o.Protocol)}
			if !rows[key.client] || !columns[key.server] {
				continue
			}
			if _, ok := cells[key]; !ok {
				cells[key] = newCell(v, k, v.whole(p), links)
			}
		}
	}
	return cells
}

func setOf(names []string) map[string]bool {
	out := map[string]bool{}
	for _, n := range names {
		out[n] = true
	}
	return out
}

func newCell(v *view, k kind, x assess.Verdict, links map[string]string) matrixCell {
	label := v.outcome(k)
	if f := v.fault(x, v.need); f != "" && k <= kindRisk {
		label = v.T("%s: %s", label, f)
	}
	c := matrixCell{Class: k.class(), Symbol: symbols[k], Label: label}
	if k <= kindUnknown {
		c.Link = links[verdictKey(x)]
	}
	return c
}

// links lead from a pair to its card, if it has one on the page.
func (v *view) links() map[string]string {
	out := map[string]string{}
	for k := range v.groups {
		for _, g := range firstOf(v.groups[k], mostCards) {
			for _, p := range g.Members {
				out[verdictKey(v.whole(p))] = "#" + g.ID
			}
		}
	}
	return out
}

func verdictKey(v assess.Verdict) string {
	return strings.Join([]string{v.Client, v.Server, v.Protocol, string(v.Verdict), v.Why.String()}, "\x00")
}

// leftOut says what the matrix does not show, and whether any of that breaks.
func (w words) leftOut(ca axis, rows []string, mostRows int, sa axis, columns []string, mostColumns int) string {
	one := func(a axis, all []string, most int, word string) string {
		if len(all) <= most {
			return ""
		}
		breaking := 0
		for _, n := range all[most:] {
			if a[n][kindBreaks] > 0 {
				breaking++
			}
		}
		if breaking > 0 {
			return w.T("%s of %s %s (%s more break)", number(most), number(len(all)), word, number(breaking))
		}
		return w.T("%s of %s %s", number(most), number(len(all)), word)
	}
	var parts []string
	for _, s := range []string{one(ca, rows, mostRows, w.T("clients")), one(sa, columns, mostColumns, w.T("servers"))} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return w.T("Shown are %s, those that break first.", w.List(parts))
}

// share is one stretch of the bar, in thousandths of its length.
type share struct {
	Class string
	X, W  int
}

// newShares divides the bar; whatever exists can be seen in it.
func newShares(v *view) ([]share, string) {
	const length, least = 1000, 8
	total := v.pairs()
	if total == 0 {
		return nil, ""
	}
	var out []share
	var said []string
	biggest := 0
	used := 0
	for k := range kinds {
		n := v.count(k)
		if n == 0 {
			continue
		}
		w := max(least, n*length/total)
		out = append(out, share{Class: k.class(), W: w})
		said = append(said, v.T("%s %s", number(n), v.outcome(k)))
		if w > out[biggest].W {
			biggest = len(out) - 1
		}
		used += w
	}
	out[biggest].W += length - used
	x := 0
	for i := range out {
		out[i].X = x
		x += out[i].W
	}
	return out, v.T("Of %s: %s", v.N(total, "pair", "pairs"), v.List(said))
}
