package assess

import (
	"fmt"
	"slices"
	"strings"
)

// connect says for every step what comes first: what knowledge's order of
// work asks for on the same host, and what hosts ask of each other.
func (b *planner) connect() {
	for _, n := range b.steps {
		if n.host != nil {
			b.afterOwn(n, n.Step, map[string]bool{})
		}
	}
	b.connectClients()
	b.connectProducts()
	b.connectEstate()
	b.connectClientRoles()
}

// afterOwn makes a step wait for the nearest steps before it that its host, or
// the estate, needs: those that nobody needs are passed through.
func (b *planner) afterOwn(n *node, step string, walked map[string]bool) {
	s, ok := b.base.Step(step)
	if !ok {
		return
	}
	for _, before := range s.After {
		if walked[before] {
			continue
		}
		walked[before] = true
		own, all := b.get(before, n.host), b.get(before, nil)
		if own != nil || all != nil {
			n.waitsFor(own)
			n.waitsFor(all)
			continue
		}
		b.afterOwn(n, before, walked)
	}
}

// connectClients: a server is watched once those who call it can do better,
// and what is still weak then is mended.
func (b *planner) connectClients() {
	for _, n := range b.of[stepObserve] {
		for v := range n.host.asServer.all() {
			if c := b.partyOf(v); c != nil {
				n.waitsFor(b.get(stepEnableClient, c))
			}
		}
	}
	for _, n := range b.of[stepFixClients] {
		for v := range n.host.asClient.all() {
			if s := b.serverOf(v); s != nil {
				n.waitsFor(b.get(stepObserve, s))
			}
		}
	}
}

func (b *planner) serverOf(v *Outline) *planHost {
	_, party := v.Parties()
	return b.estate.find(hostOfID(v.Server), party.IP)
}

func (b *planner) partyOf(v *Outline) *planHost {
	if v.Client == Anyone {
		return nil
	}
	return b.estate.find(hostOfID(v.Client), "")
}

// connectProducts are the orders that products ask for between hosts.
func (b *planner) connectProducts() {
	all := func(step string, before string) {
		for _, n := range b.of[step] {
			for _, m := range b.of[before] {
				n.waitsFor(m)
			}
		}
	}
	all(stepDriver, stepDatabase) // back ends before the servers that use them
	skype := []string{"prod.sfb.2015-cu9", "prod.sfb.2019-cu1"}
	for _, n := range b.of[stepProduct] {
		if len(n.host.running(skype)) == 0 {
			continue
		}
		for _, m := range b.of[stepDatabase] { // con.sfb-inside-out
			n.waitsFor(m)
		}
		if n.host.isEdge() {
			for _, m := range b.of[stepProduct] {
				if len(m.host.running(skype)) > 0 && !m.host.isEdge() {
					n.waitsFor(m)
				}
			}
		}
		if f := b.get(stepFramework, n.host); f != nil { // con.sfb-prereq-sequence
			f.waitsFor(n)
		}
	}
	for _, n := range b.of[stepEnableServer] { // con.configmgr-clients-first
		if !n.host.has([]string{"prod.configmgr"}) {
			continue
		}
		for _, m := range b.of[stepEnableClient] {
			n.waitsFor(m)
		}
	}
}

// isEdge reports whether a Skype for Business Server is called an Edge.
func (h *planHost) isEdge() bool {
	return strings.Contains(h.name, "edge") || slices.ContainsFunc(h.products, func(p installed) bool {
		return strings.Contains(strings.ToLower(p.Name), "edge server")
	})
}

// connectEstate: everything comes together in the test with the old versions
// off, and from there goes out again to the servers.
func (b *planner) connectEstate() {
	for _, n := range b.of[stepNotify] {
		for _, m := range b.of[stepScan] {
			if m.Owner == n.Owner {
				n.waitsFor(m)
			}
		}
	}
	lab, pilot, guard := b.get(stepLab, nil), b.get(stepPilot, nil), b.get(stepGuard, nil)
	if lab != nil {
		hasNext := map[*node]bool{}
		for _, n := range b.steps {
			for _, before := range n.after {
				if b.early(n) {
					hasNext[before] = true
				}
			}
		}
		for _, n := range b.steps {
			if b.early(n) && n.Step != stepNotify && !hasNext[n] {
				lab.waitsFor(n)
			}
		}
	}
	if pilot != nil {
		pilot.waitsFor(lab)
		for _, n := range b.of[stepNotify] {
			pilot.waitsFor(n)
		}
		for _, n := range b.of[stepDisableServer] {
			n.waitsFor(pilot)
		}
	}
	if guard != nil {
		for _, n := range b.of[stepVerify] {
			guard.waitsFor(n)
		}
	}
}

// early reports whether a step comes before the test with the old versions
// off.
func (b *planner) early(n *node) bool { return n.rank < b.rank[stepLab] }

// connectClientRoles: client roles go last, behind the servers they call.
func (b *planner) connectClientRoles() {
	for _, n := range b.of[stepDisableClient] {
		for v := range n.host.asClient.all() {
			if s := b.serverOf(v); s != nil {
				n.waitsFor(b.get(stepEnableServer, s))
				n.waitsFor(b.get(stepDisableServer, s))
			}
		}
		n.waitsFor(b.get(stepPilot, nil))
	}
}

// sort gives every step its wave, and brings the steps into order. A client
// role is never in a wave before, or with, that of a server.
func (b *planner) sort() error {
	if cycle := findCycle(b.steps); cycle != nil {
		return cycleError(cycle, b.opt.Orders)
	}
	waves := map[*node]int{}
	var wave func(n *node) int
	wave = func(n *node) int {
		if w, ok := waves[n]; ok {
			return w
		}
		w := 1
		if n.Step == stepDisableClient {
			w = b.last + 1
		}
		for _, before := range n.after {
			w = max(w, wave(before)+1)
		}
		waves[n] = w
		return w
	}
	for _, n := range b.of[stepDisableServer] {
		b.last = max(b.last, wave(n))
	}
	clear(waves) // a user's order may have put a client role before a server
	for _, n := range b.steps {
		n.Wave = wave(n)
		n.After = n.After[:0]
		for _, before := range n.after {
			n.After = append(n.After, before.ID)
		}
		slices.Sort(n.After)
	}
	sortSteps(b.steps)
	return nil
}

// findCycle gives the steps of a cycle, each of which waits for the next and
// the last for the first, nil if there is none.
func findCycle(steps []*node) []*node {
	const open, closed = 1, 2
	state := map[*node]int{}
	type frame struct {
		n    *node
		next int
	}
	for _, start := range steps {
		if state[start] != 0 {
			continue
		}
		stack := []frame{{n: start}}
		state[start] = open
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(top.n.after) {
				state[top.n] = closed
				stack = stack[:len(stack)-1]
				continue
			}
			before := top.n.after[top.next]
			top.next++
			switch state[before] {
			case open:
				var cycle []*node
				for i := len(stack) - 1; i >= 0; i-- {
					cycle = append(cycle, stack[i].n)
					if stack[i].n == before {
						break
					}
				}
				slices.Reverse(cycle)
				return cycle
			case 0:
				state[before] = open
				stack = append(stack, frame{n: before})
			}
		}
	}
	return nil
}

// cycleError names the user's order that closes a cycle.
func cycleError(cycle []*node, orders []Order) error {
	ids := make([]string, 0, len(cycle)+1)
	for _, n := range slices.Backward(cycle) { // from what comes first
		ids = append(ids, n.ID)
	}
	ids = append(ids, ids[0])
	where := ""
	for _, o := range orders {
		for i, n := range cycle {
			if o.joins(cycle[(i+1)%len(cycle)], n) {
				where = o.Where // the last one in the file closes it
			}
		}
	}
	return &OrderError{Where: where, Reason: fmt.Sprintf("this order makes a cycle: %s", strings.Join(ids, " -> "))}
}
