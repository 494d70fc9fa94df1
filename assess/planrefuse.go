package assess

// choosePilot takes, of the servers whose gates are all met, the one that
// fewest use.
func (b *planner) choosePilot() {
	pilot := b.get(stepPilot, nil)
	if pilot == nil {
		return
	}
	var best *node
	for _, n := range b.of[stepDisableServer] {
		if n.Reason() == nil && (best == nil || usersOf(n.host) < usersOf(best.host)) {
			best = n
		}
	}
	g := Gate{Constraint: gatePilot}
	if best == nil {
		g.Reason = say("no server has all its gates met yet")
	} else {
		pilot.Host, pilot.Owner, pilot.Contact = best.Host, best.Owner, best.Contact
		pilot.Why = Texts{say("the fewest use it")}
		g.Met, g.Reason = true, say("%s has all its gates met", best.Host)
	}
	pilot.Gates = append(pilot.Gates, g)
}

func usersOf(h *planHost) int {
	n := 0
	for v := range h.asServer.all() {
		n += v.Count
	}
	return n
}

// refuse refuses what a gate holds back, and what waits for it on the same
// host.
func (b *planner) refuse() {
	for _, n := range b.steps { // in their order: what comes first is settled first
		if n.Reason() == nil {
			if before := b.refusedBefore(n); before != nil {
				n.Gates = append(n.Gates, Gate{Constraint: gateOrder, Reason: say("waits for %s, which is refused", before.ID)})
			}
		}
		if n.Reason() != nil {
			n.State = StepRefused
		}
	}
}

func (b *planner) refusedBefore(n *node) *node {
	refused := 0
	for _, before := range n.after {
		if before.State != StepRefused {
			continue
		}
		if before.Step == stepPilot || before.host != nil && before.host == n.host {
			return before
		}
		if refused++; n.Step == stepGuard && refused == len(n.after) {
			return before
		}
	}
	return nil
}
