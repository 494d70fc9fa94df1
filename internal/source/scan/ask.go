package scan

import (
	"context"
)

// rounds is how often a hello that met with silence is asked again while the
// server does not even answer the control.
const rounds = 6

// ask puts a question and takes care that the answer is one to it.
func (h *host) ask(ctx context.Context, q question) answer {
	a := h.try(ctx, &q)
	if a.speaks() || a.outcome == notAsked {
		return a
	}
	return h.settle(ctx, q, a)
}

// try makes one connection when its turn has come.
func (h *host) try(ctx context.Context, q *question) answer {
	h.pace.enter(ctx, false)
	defer h.pace.leave(false)
	h.wait(ctx)
	a := h.probe(ctx, q)
	h.learn(q, &a)
	return a
}

// learn keeps what every answer tells about the host as a whole.
func (h *host) learn(q *question, a *answer) {
	if a.speaks() {
		h.pace.ease()
	}
	if a.outcome != helloed {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.control == nil {
		c := *q
		c.wants, c.row, c.opens = nil, "", 0
		h.control = &c
	}
	h.borne = max(h.borne, len(q.bytes()))
	h.learnDH(a)
	if a.chain != nil && !q.stranger {
		if info, ok := a.hello.Suite.Info(); ok {
			h.seenAuth[info.Auth] = true
		}
		h.learnChain(a.chain)
	}
}

// settle asks again what met with silence, a close, a reset, an internal error
// or something that is not TLS. Each time the control follows at once: when it
// succeeds, the server is well and what came was meant for this hello; when it
// fails, the server is strained, and gets a pause. The answer is firm after two such
// rounds; one, once the server has shown that this is how it says no; four,
// once it has broken off a connection and then answered the same hello.
func (h *host) settle(ctx context.Context, q question, a answer) answer {
	h.mu.Lock()
	known := h.control != nil
	need := 2
	switch {
	case h.path.lossy():
		need = 3
	case h.flaky:
		need = 4
	case h.habits[a.outcome] > 1:
		need = 1
	}
	h.mu.Unlock()
	if a.outcome == timedOut && known && need == 1 {
		return a // it stays unknown, and every round costs the full timeout
	}
	agree := 0
	for round := range rounds {
		b, well := h.pair(ctx, &q, agree+1 >= need)
		switch {
		case b.outcome == notAsked:
			return a
		case b.speaks():
			h.pace.stumble()
			h.mu.Lock()
			h.flaky = true
			h.mu.Unlock()
			return b
		case !known && round > 0:
			return b
		case !known, !well:
			h.pace.strain()
			agree = 0
		case b.same(&a):
			agree++
		default:
			agree = 1
		}
		a = b
		if agree >= need || agree > 0 && a.outcome == timedOut && !h.path.lossy() {
			a.firm = true
			h.mu.Lock()
			h.habits[a.outcome]++
			h.mu.Unlock()
			return a
		}
	}
	return a
}

// pair asks, and right after it the control, with no other connection open. The
// last time, a server that ends connections without a word is asked the control
// once more: one that has room for a single connection is still busy with the
// hello that it answered when the next comes, and must not be taken to refuse
// what follows a control. For the same reason it is left alone for a moment
// before.
func (h *host) pair(ctx context.Context, q *question, last bool) (a answer, well bool) {
	h.pace.enter(ctx, true)
	defer h.pace.leave(true)
	h.wait(ctx)
	h.dropAhead("")
	if last {
		sleep(ctx, firstPause)
	}
	a = h.probe(ctx, q)
	h.learn(q, &a)
	h.mu.Lock()
	control := h.control
	h.mu.Unlock()
	if a.speaks() || control == nil {
		return a, false
	}
	well = h.repeats(ctx, control)
	if well && last && (a.outcome == closed || a.outcome == reset) {
		well = h.repeats(ctx, control)
	}
	return a, well
}

// repeats reports whether the control succeeds once more.
func (h *host) repeats(ctx context.Context, control *question) bool {
	h.wait(ctx)
	h.pace.rest(ctx)
	c := h.probe(ctx, control)
	return c.outcome == helloed
}
