package scan

import (
	"context"
	"fmt"
	"sync"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// version is one version being asked for.
type version struct {
	version tlswire.Version
	asked   []asked

	// Of an accepted version: the question that showed it, and what is found.
	by     *asked
	suites []tlswire.Suite
	order  string
	chacha string // whose order decides about ChaCha20, where that is another's

	picks    map[string]chan answer // questions about the order that were asked early
	foreseen sync.WaitGroup
}

// asked is a question and what it met with.
type asked struct {
	question question
	answer   answer
}

func (v *version) accepted() bool { return v.by != nil }

// add notes an answer and reports whether it shows that the version is taken.
func (v *version) add(q question, a answer) bool {
	v.asked = append(v.asked, asked{q, a})
	if a.accepts(v.version) && (v.by == nil || q.form < v.by.question.form) {
		v.by = &asked{q, a}
	}
	return v.by != nil
}

// has reports whether the version was asked for in a form.
func (v *version) has(f form) bool {
	for _, a := range v.asked {
		if a.question.form == f {
			return true
		}
	}
	return false
}

// versionsRow is the row of the first question about each version.
const versionsRow = "versions"

// contact finds out whether there is a TLS server, and how long hellos may
// be. It reports false when nothing more can be learned.
func (h *host) contact(ctx context.Context) bool {
	q := h.question(tlswire.TLS12, formFull, suitesFor(tlswire.TLS12))
	q.row, q.opens = versionsRow, h.opt.Parallel-1 // all of which the next step needs
	a := h.try(ctx, &q)
	if a.outcome == refused || a.outcome == unreachable {
		sleep(ctx, 4*firstPause)
		a = h.try(ctx, &q)
	}
	h.versions[tlswire.TLS12].add(q, a)
	switch {
	case !a.connected(), a.outcome == notAsked:
		h.dead = &a
		return false
	case a.outcome == helloed:
		return true
	}
	h.dropAhead(versionsRow)
	h.secondContact(ctx)
	h.mu.Lock()
	known := h.control != nil
	h.mu.Unlock()
	if !known {
		h.dead = &a
		return false
	}
	h.chooseForm(ctx)
	return true
}

func (a *answer) connected() bool {
	return a.outcome != refused && a.outcome != unreachable && a.outcome != connectTimedOut
}

// secondContact asks in all the ways that may bring an answer where a long
// hello for TLS 1.2 did not: shorter, older, newer.
func (h *host) secondContact(ctx context.Context) {
	type way struct {
		version tlswire.Version
		form    form
	}
	ways := []way{
		{tlswire.TLS12, form64},
		{tlswire.TLS12, form255},
		{tlswire.TLS10, form255},
		{tlswire.TLS10, formPlain},
		{tlswire.TLS10, formFull},
		{tlswire.TLS13, formFull},
		{tlswire.SSL30, formFull},
		{tlswire.SSL20, formFull},
	}
	var wg sync.WaitGroup
	answers := make([]asked, len(ways))
	for i, w := range ways {
		wg.Go(func() {
			q := h.question(w.version, w.form, h.chunks(w.version, w.form, suitesFor(w.version))[0])
			answers[i] = asked{q, h.try(ctx, &q)}
		})
	}
	wg.Wait()
	for _, x := range answers {
		h.versions[x.question.version].add(x.question, x.answer)
	}
}

// chooseForm takes the richest form in which a version was accepted whose
// hello is long enough to tell.
func (h *host) chooseForm(ctx context.Context) {
	for _, n := range []tlswire.Version{tlswire.TLS12, tlswire.TLS10} {
		v := h.versions[n]
		if !v.accepted() {
			continue
		}
		h.climb(ctx, v)
		if h.form = v.by.question.form; h.form != formFull {
			h.note(fmt.Sprintf("answers only hellos with %s", h.form))
		}
		return
	}
}

// climb asks once more, now with care, for an accepted version in the richer
// forms that got no answer: they may have failed by chance, and the poorer
// ones show less.
func (h *host) climb(ctx context.Context, v *version) {
	for f := h.formOf(v.version); f < v.by.question.form; f++ {
		if v.spoke(f) {
			continue
		}
		q := h.question(v.version, f, h.chunks(v.version, f, suitesFor(v.version))[0])
		if a := h.ask(ctx, q); a.accepts(v.version) {
			v.by = &asked{q, a}
			return
		}
	}
}

// spoke reports whether a hello in this form got an answer to it.
func (v *version) spoke(f form) bool {
	for _, x := range v.asked {
		if x.question.form == f && x.answer.speaks() {
			return true
		}
	}
	return false
}

// formOf is the form in which to ask for a version.
func (h *host) formOf(v tlswire.Version) form {
	if h.form == formPlain && v == tlswire.TLS13 {
		return form255 // without extensions there is no TLS 1.3
	}
	return h.form
}

// discover asks for a version in the form that the host bears.
func (h *host) discover(ctx context.Context, v *version) {
	f := h.formOf(v.version)
	if v.accepted() {
		h.climb(ctx, v)
		return
	}
	if v.has(f) && f == formFull {
		return // doubt comes back to it
	}
	for i, suites := range h.chunks(v.version, f, suitesFor(v.version)) {
		if i == 0 && v.has(f) {
			continue
		}
		q := h.question(v.version, f, suites)
		q.row = versionsRow
		if v.add(q, h.ask(ctx, q)) {
			return
		}
	}
}

// doubt asks once more, in other ways, for a version that was not accepted:
// no single hello is worth a "no". An answer that came before there was a
// control is settled now.
func (h *host) doubt(ctx context.Context, v *version) {
	if v.accepted() {
		return
	}
	for i := range v.asked {
		x := &v.asked[i]
		if x.question.form >= h.formOf(v.version) && !x.answer.speaks() && !x.answer.firm {
			x.answer = h.settle(ctx, x.question, x.answer)
			if x.answer.accepts(v.version) {
				v.by = &asked{x.question, x.answer}
				return
			}
		}
	}
	for _, f := range h.doubtForms(v) {
		if v.has(f) {
			continue
		}
		q := h.question(v.version, f, h.chunks(v.version, f, suitesFor(v.version))[0])
		a := h.ask(ctx, q)
		if f == formPlain && a.accepts(v.version) && h.needsNoName(ctx, v.version) {
			return
		}
		if v.add(q, a) {
			h.note(fmt.Sprintf("%s is accepted only in a hello with %s", v.version, f))
			return
		}
	}
	h.doubtSuites(ctx, v)
}

// doubtSuites is for a version whose refusal names another reason than the
// version, or none. The server may choke on one suite: of two hellos that
// have none in common, one is without it.
func (h *host) doubtSuites(ctx context.Context, v *version) {
	if v.version.Below(tlswire.TLS10) || h.namesVersion(v) {
		return
	}
	f := h.formOf(v.version)
	for _, suites := range halves(h.chunks(v.version, f, suitesFor(v.version))[0]) {
		q := h.question(v.version, f, suites)
		if v.add(q, h.ask(ctx, q)) {
			h.note(fmt.Sprintf("%s is accepted only in a hello with some suites left out", v.version))
			return
		}
	}
}

// namesVersion reports whether the server said that it is the version, or
// nothing at all, which no further hello would change.
func (h *host) namesVersion(v *version) bool {
	for _, x := range v.asked {
		a := &x.answer
		if a.outcome == helloed || a.outcome == alerted && a.alert == tlswire.AlertProtocolVersion ||
			a.outcome == timedOut || a.outcome == notAsked {
			return true
		}
	}
	return false
}

// doubtForms are the forms worth asking besides that of the host.
func (h *host) doubtForms(v *version) []form {
	switch v.version {
	case tlswire.SSL20:
		return []form{form255}
	case tlswire.SSL30:
		return []form{formPlain}
	case tlswire.TLS13:
		return []form{form255}
	}
	full := h.question(v.version, formFull, suitesFor(v.version))
	if h.form == formFull && !h.bears(&full) {
		return []form{form64, form255, formPlain}
	}
	return []form{form255, formPlain}
}

// needsNoName tells a server that takes a version only from clients that send
// no name, as old ones do, from one that cannot bear extensions. The former
// gets a record of its own.
func (h *host) needsNoName(ctx context.Context, v tlswire.Version) bool {
	if h.sni == "" {
		return false
	}
	f := h.formOf(v)
	q := h.question(v, f, h.chunks(v, f, suitesFor(v))[0])
	q.sni = ""
	a := h.ask(ctx, q)
	if !a.accepts(v) {
		return false
	}
	h.mu.Lock()
	h.nameless = true
	h.mu.Unlock()
	h.note(fmt.Sprintf("%s is accepted from clients that send no name (SNI)", v))
	return true
}

// state is the verdict on a version, from all that was asked. Questions in a
// form that the host cannot bear do not count.
func (h *host) state(v *version) *evidence.VersionState {
	if v.accepted() {
		s := &evidence.VersionState{State: evidence.Accepted, Because: "server_hello", Order: v.order, ChaCha20: v.chacha}
		for _, suite := range v.suites {
			s.Suites = append(s.Suites, suite.String())
		}
		for _, k := range v.by.answer.kinds {
			s.Suites = append(s.Suites, k.String())
		}
		return s
	}
	s := &evidence.VersionState{State: evidence.Rejected}
	asked := 0
	for _, x := range v.asked {
		if x.question.form < h.formOf(v.version) {
			continue
		}
		asked++
		switch refuses := x.answer.refuses(v.version); {
		case !refuses && s.State == evidence.Rejected:
			s.State, s.Because = evidence.Unknown, x.answer.because(v.version)
		case s.Because == "":
			s.Because = x.answer.because(v.version)
		}
	}
	if asked == 0 {
		s.Because = notAsked.String()
	}
	if asked == 0 || !h.anyAccepted() {
		s.State = evidence.Unknown
	}
	return s
}
