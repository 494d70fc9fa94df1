package scan

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

// enumerate finds all suites of an accepted version, and whose order decides.
func (h *host) enumerate(ctx context.Context, v *version) {
	if v.version == tlswire.SSL20 {
		return // its hello named them all
	}
	f := v.by.question.form
	chunks := h.chunks(v.version, f, suitesFor(v.version))
	for _, suites := range chunks {
		var first *answer
		if slices.Contains(suites, v.by.answer.hello.Suite) && len(suites) == len(v.by.question.suites) {
			first = &v.by.answer
		}
		v.suites = append(v.suites, h.drain(ctx, v, suites, first, true)...)
	}
	if len(v.suites) < 2 {
		return
	}
	if len(chunks) == 1 {
		v.order = h.order(ctx, v)
	} else {
		h.orderOfChunks(ctx, v)
	}
}

// drain takes each suite that the server picks out of the next hello until it
// refuses the rest, and so has the server's order. first is the answer to
// all of rest, if that is known. A refusal of another kind than "nothing in
// common" may be due to one bad suite, so whole asks for the halves then.
func (h *host) drain(ctx context.Context, v *version, rest []tlswire.Suite, first *answer, whole bool) (found []tlswire.Suite) {
	rest = slices.Clone(rest)
	for len(rest) > 0 {
		var a answer
		if first != nil {
			a, first = *first, nil
		} else {
			a = h.ask(ctx, h.question(v.version, v.by.question.form, rest))
		}
		switch {
		case a.accepts(v.version):
			found = append(found, a.hello.Suite)
			rest = without(rest, a.hello.Suite)
		case a.outcome == misfit:
			h.note(fmt.Sprintf("%s: %s", v.version, a.detail))
			// Some servers compare only the last byte of a suite; those that
			// could have led to this one are out, the others remain.
			n := len(rest)
			rest = slices.DeleteFunc(rest, func(s tlswire.Suite) bool { return s&0xff == a.hello.Suite&0xff })
			if len(rest) == n {
				return found
			}
		case !a.refuses(v.version):
			h.missing(v.version, "suites", a.because(v.version))
			return found
		case whole && !nothingInCommon(&a) && len(rest) > 1:
			half := len(rest) / 2
			found = append(found, h.drain(ctx, v, rest[:half], nil, false)...)
			return append(found, h.drain(ctx, v, rest[half:], nil, false)...)
		default:
			return found
		}
	}
	return found
}

// nothingInCommon reports whether a refusal is the usual one.
func nothingInCommon(a *answer) bool {
	return a.outcome == helloed || a.outcome == alerted &&
		(a.alert == tlswire.AlertHandshakeFailure || a.alert == tlswire.AlertInsufficientSecurity)
}

func without[T comparable](list []T, x T) []T {
	return slices.DeleteFunc(list, func(y T) bool { return x == y })
}

// The values of VersionState.Order.
const (
	byServer = "server"
	byClient = "client"
)

// order tells whose preference decided. When the suites came in another order
// than they were offered in, it was the server's; else one hello in another
// order tells.
func (h *host) order(ctx context.Context, v *version) string {
	offered := suitesFor(v.version)
	if !slices.IsSortedFunc(v.suites, func(a, b tlswire.Suite) int { return slices.Index(offered, a) - slices.Index(offered, b) }) {
		return byServer
	}
	list := turned(v.suites)
	switch h.pick(ctx, v, list) {
	case 0:
		return ""
	case list[0]:
		return byClient
	}
	return byServer
}

// turned is the list backwards, but with ChaCha20 last: a server with an
// order of its own may still put it first for clients that do, which have no
// hardware for AES.
func turned(suites []tlswire.Suite) []tlswire.Suite {
	list := slices.Clone(suites)
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b tlswire.Suite) int { return chacha(a) - chacha(b) })
	if list[0] == suites[0] {
		slices.Reverse(list)
	}
	return list
}

func chacha(s tlswire.Suite) int {
	if strings.Contains(s.String(), "CHACHA20") {
		return 1
	}
	return 0
}

// pick is what the server takes from a list, zero when it does not say.
func (h *host) pick(ctx context.Context, v *version, list []tlswire.Suite) tlswire.Suite {
	a := h.ask(ctx, h.question(v.version, v.by.question.form, list))
	if !a.accepts(v.version) {
		return 0
	}
	return a.hello.Suite
}

// orderOfChunks finds the order where hellos were too short for all suites,
// if those found fit into one.
func (h *host) orderOfChunks(ctx context.Context, v *version) {
	if len(h.chunks(v.version, v.by.question.form, v.suites)) != 1 {
		return
	}
	there := turned(v.suites)
	forth, back := h.pick(ctx, v, v.suites), h.pick(ctx, v, there)
	switch {
	case forth == 0 || back == 0:
	case forth == v.suites[0] && back == there[0]:
		v.order = byClient
	default:
		v.order = byServer
		if again := h.drain(ctx, v, v.suites, nil, true); len(again) == len(v.suites) {
			v.suites = again
		}
	}
}
