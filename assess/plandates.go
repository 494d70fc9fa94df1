package assess

import (
	"cmp"
	"slices"
	"time"

	"github.com/tlsready/tlsready/knowledge"
)

// dates are the days that matter to the plan: deadlines of what the estate
// uses, the ends of waivers, and when observations are complete.
func (b *planner) dates() []PlanDate {
	out := []PlanDate{}
	add := func(date, kind, id string, what Text) {
		if date != "" {
			out = append(out, PlanDate{Date: date, Kind: kind, ID: id, What: what})
		}
	}
	for _, c := range b.base.Constraints {
		if c.Kind == knowledge.Deadline && b.usesMicrosoft365() {
			add(dayOf(c.Date.Until), "deadline", c.ID, say("%s: %s", told(c.Product), told(c.Text)))
		}
	}
	for _, m := range b.base.Milestones {
		if b.opt.Policy.Cloud != "" && slices.Contains(m.Clouds, b.opt.Policy.Cloud) && dayOf(m.Until) >= b.report.AsOf {
			add(dayOf(m.Until), "deadline", m.ID, say("%s: %s", told(m.About), told(m.Event)))
		}
	}
	for _, v := range b.report.Verdicts.Outlines() {
		if v.BreaksOn != "" {
			add(v.BreaksOn, "deadline", "breaks/"+v.Server, say("connections with %s break", v.Server))
		}
	}
	for _, w := range b.opt.Waivers {
		add(dayOf(w.Until), "waiver", "waiver/"+w.Party, say("last day of the exception for %s (%s)", w.Party, w.Owner))
	}
	for _, n := range b.of[stepObserve] {
		if joined := joinSpans(n.host.spans); len(joined) > 0 {
			due := b.windowOf(n.host).due(joined[len(joined)-1].from)
			add(due.Format(time.DateOnly), "window", "window/"+n.Host, say("observation of %s is complete, if it went on without a gap", n.Host))
		}
	}
	slices.SortFunc(out, func(x, y PlanDate) int {
		return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.ID, y.ID))
	})
	return slices.CompactFunc(out, func(x, y PlanDate) bool {
		return x.Date == y.Date && x.Kind == y.Kind && x.ID == y.ID && x.What.String() == y.What.String()
	})
}

// usesMicrosoft365 reports whether anybody was seen to use its endpoints.
func (b *planner) usesMicrosoft365() bool {
	for _, h := range b.estate.hosts {
		if h.foreign {
			return true
		}
	}
	return false
}

// mostNoted bounds the hosts that a note names.
const mostNoted = 20

// notes are the constraints that hold here and block no step: an order that
// the steps follow already, or something to mind.
func (b *planner) notes() []PlanNote {
	out := []PlanNote{}
	for _, c := range b.base.Constraints {
		if len(c.Blocks) > 0 || c.Kind == knowledge.Deadline || len(b.steps) == 0 {
			continue
		}
		var hosts []string
		switch {
		case len(c.Applies) > 0:
			for _, h := range b.hostsWith(c.Applies) {
				hosts = append(hosts, h.name)
			}
		case c.ID == "con.reverse-break":
			hosts = b.reverseHosts()
		}
		if len(hosts) == 0 {
			continue
		}
		text := say("%s: %s", told(c.Product), told(cmp.Or(c.Text, c.Before)))
		if c.Before != "" && c.After != "" {
			text = say("%s: %s, before: %s", told(c.Product), told(c.Before), told(c.After))
		}
		out = append(out, PlanNote{Constraint: c.ID, Text: text, Hosts: hosts[:min(len(hosts), mostNoted)]})
	}
	return out
}

// reverseHosts are servers too old for clients of today.
func (b *planner) reverseHosts() []string {
	var out []string
	for _, v := range b.report.Verdicts.Outlines() {
		if v.Cause == Reverse && !slices.Contains(out, hostOfID(v.Server)) {
			out = append(out, hostOfID(v.Server))
		}
	}
	return out
}
