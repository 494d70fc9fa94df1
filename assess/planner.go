package assess

import (
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// planner makes one plan.
type planner struct {
	base    *knowledge.Base
	floor   tlswire.Version
	report  *Report
	opt     PlanOptions
	window  Window
	estate  *estate
	records []evidence.Record // but for handshakes
	rank    map[string]int    // of the steps, as knowledge orders them

	steps []*node
	byID  map[string]*node
	of    map[string][]*node // by step
	last  int                // the last wave in which a server's role goes off

	shared map[string]Gate        // by constraint: gates that are the same for all hosts
	with   map[string][]*planHost // hosts by what runs there
}

// node is a step with what it waits for.
type node struct {
	PlanStep
	host  *planHost // nil for the estate
	after []*node
	seen  map[*node]bool // of after
	rank  int
}

// waitsFor adds an edge.
func (n *node) waitsFor(before *node) {
	if before == nil || before == n || n.seen[before] {
		return
	}
	if n.seen == nil {
		n.seen = map[*node]bool{}
	}
	n.seen[before] = true
	n.after = append(n.after, before)
}

func newPlanner(r *Report, all *evidence.Set, opt PlanOptions) *planner {
	b := &planner{
		base: opt.Knowledge, floor: r.Floor, report: r, opt: opt, window: opt.Window, records: all.Others,
		estate: newEstate(r, all, opt.Knowledge), rank: map[string]int{}, byID: map[string]*node{}, of: map[string][]*node{},
		shared: map[string]Gate{}, with: map[string][]*planHost{},
	}
	for i, s := range b.base.StepOrder() {
		b.rank[s.ID] = i
	}
	for _, h := range b.estate.hosts {
		b.applyOwners(h)
	}
	return b
}

func (b *planner) applyOwners(h *planHost) {
	for _, o := range b.opt.Owners {
		if matchesParty(o.Pattern, h.name, "") {
			h.owner, h.contact, h.window = o.Owner, o.Contact, o.Window
			return
		}
	}
}
