package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

func shareOf(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

// percent never rounds some to none, nor nearly all to all.
func percent(part, all int) string {
	switch {
	case all == 0:
		return "-"
	case part == 0:
		return "0 %"
	case part == all:
		return "100 %"
	}
	s := 100 * shareOf(part, all)
	switch {
	case s < 0.05:
		return "<0.1 %"
	case s > 99.9:
		return ">99.9 %"
	}
	return fmt.Sprintf("%.1f %%", s)
}

func percentOf(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// eighths are blocks of one eighth to seven eighths of a column.
var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// drawBar draws a share of top. What is more than nothing shows.
func (s summary) drawBar(share, top float64, room int) string {
	if share <= 0 {
		return ""
	}
	if s.ascii {
		return strings.Repeat("#", min(room, max(1, int(math.Round(share/top*float64(room))))))
	}
	n := min(8*room, max(1, int(math.Round(share/top*float64(8*room)))))
	return strings.Repeat("█", n/8) + eighths[n%8]
}

const barRoom = 24

// versionShares is how much came in each version.
func (s summary) versionShares() {
	of := s.main()
	if of.measured() == 0 {
		return
	}
	s.section(s.T("Versions"))
	for _, v := range slices.SortedFunc(maps.Keys(of.versions), byRank) {
		k, n := kindOK, of.versions[v]
		if v.Below(s.floor) {
			k = kindRisk
		}
		line := indent + s.symbol(k) + " " + pad(v.String(), 9) + pad(number(n), -11)
		if !s.Cut {
			line += "  " + pad(percent(n, of.measured()), -7) + "  "
			if room := min(barRoom, s.width-displayWidth(line)); room > 0 {
				line += s.kind(k, s.drawBar(shareOf(n, of.measured()), 1, room))
			}
		}
		s.buf.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

func byRank(a, b tlswire.Version) int {
	return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), cmp.Compare(a, b))
}

// mostSites is how many servers the table of shares lists.
const mostSites = 10

// siteShares is how much of each server's traffic is weak, the most first.
func (s summary) siteShares() {
	all := s.sites.ranked(func(tally) bool { return true }, mostSites)
	if len(all) == 0 || s.Cut {
		return
	}
	s.section(s.T("By server"))
	s.buf.WriteString(indent + s.dim(pad(s.T("below"), -9)+pad(s.T("of"), -11)+pad(s.T("share"), -9)+"  "+s.T("server")) + "\n")
	for _, e := range all {
		before := indent + pad(number(e.weak), -9) + pad(number(e.weak+e.strong), -11) + pad(percent(e.weak, e.weak+e.strong), -9) + "  "
		if e.weak > 0 {
			before = indent + s.kind(kindRisk, pad(number(e.weak), -9)) + before[len(indent)+9:]
		}
		s.para(before, strings.Repeat(" ", displayWidth(before)), s.siteName(e), nil)
	}
	if n := len(s.sites.tallies) - len(all); n > 0 {
		s.para(indent, indent, s.dots+" "+s.T("and %s", s.N(n, "more server", "more servers")), s.dim)
	}
}

func (s summary) siteName(e rankedParty) string {
	name := cmp.Or(s.name(e.title()), s.T("server not named"))
	switch e.protocol {
	case "", "https", "tls":
		return name
	}
	return name + " (" + s.name(e.protocol) + ")"
}
