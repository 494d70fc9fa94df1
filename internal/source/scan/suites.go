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
	defer v.foreseen.Wait()
	f := v.by.question.form
	chunks := h.chunks(v.version, f, suitesFor(v.version))
	whole := len(chunks) == 1
	for _, suites := range chunks {
		var first *answer
		if slices.Contains(suites, v.by.answer.hello.Suite) && len(suites) == len(v.by.question.suites) {
			first = &v.by.answer
		}
		found, one := h.drain(ctx, v, suites, first)
		v.suites, whole = append(v.suites, found...), whole && one
	}
	if len(v.suites) < 2 {
		return
	}
	h.learnCourse(v.suites)
	if whole {
		v.order = h.order(ctx, v)
	} else {
		h.orderOfPieces(ctx, v)
	}
	if v.order == byServer {
		v.chacha = h.chachaOrder(ctx, v)
	}
}

// chachaOrder tells whether a server with an order of its own yet puts
// ChaCha20 first for a client that does: one hello more, where it has both.
func (h *host) chachaOrder(ctx context.Context, v *version) string {
	list := h.chachaFirst(v, v.suites)
	if list != nil && chacha(h.pick(ctx, v, list)) == 1 {
		return byClient
	}
	return ""
}

// chachaFirst is the list with ChaCha20 first; nil where that says nothing.
func (h *host) chachaFirst(v *version, suites []tlswire.Suite) []tlswire.Suite {
	list := slices.Clone(suites)
	slices.SortStableFunc(list, func(a, b tlswire.Suite) int { return chacha(b) - chacha(a) })
	if chacha(list[0]) == 0 || chacha(suites[0]) == 1 || len(h.chunks(v.version, v.by.question.form, list)) != 1 {
		return nil
	}
	return list
}

// drain takes each suite that the server picks out of the next hello until it
// refuses the rest, and so has the server's order. first is the answer to
// all of them, if that is known.
//
// A refusal other than the usual one, or of all, may be due to a single suite
// that the server chokes on, so the halves are asked then; and their halves,
// as long as that brings more to light. whole reports that it was not needed.
func (h *host) drain(ctx context.Context, v *version, all []tlswire.Suite, first *answer) (found []tlswire.Suite, whole bool) {
	pieces, hidden, barren := [][]tlswire.Suite{all}, false, 0
	for depth := 0; len(pieces) > 0; depth++ {
		var next [][]tlswire.Suite
		before := len(found)
		for _, list := range pieces {
			f, rest, end := h.drainList(ctx, v, list, first)
			first, found = nil, append(found, f...)
			usual := depth == 0 && len(f) > 0 && nothingInCommon(&end)
			if len(rest) > 1 && !usual && end.refuses(v.version) {
				next = append(next, halves(rest)...)
			}
		}
		switch {
		case depth == 0:
			hidden = len(found) == 0 // and yet the version is accepted
		case len(found) > before:
			hidden, barren = true, 0
		default:
			barren++
		}
		if barren > 1 || barren == 1 && !hidden {
			break
		}
		pieces = next
	}
	more, _, _ := h.drainList(ctx, v, unsignedByRSA(v.version, found, all), nil)
	return append(found, more...), !hidden && len(more) == 0
}

// unsignedByRSA is what is worth asking apart when a server of TLS 1.2 has
// shown no suite that an RSA key signs: OpenSSL picks such a suite even if no
// algorithm allows that key to sign, and then fails with the refusal that says
// nothing is in common.
func unsignedByRSA(v tlswire.Version, found, all []tlswire.Suite) (other []tlswire.Suite) {
	if v.Rank() != tlswire.TLS12.Rank() || slices.ContainsFunc(found, signedByRSA) || !slices.ContainsFunc(all, signedByRSA) {
		return nil
	}
	for _, s := range all {
		if !signedByRSA(s) && !slices.Contains(found, s) {
			other = append(other, s)
		}
	}
	return other
}

func signedByRSA(s tlswire.Suite) bool {
	in, _ := s.Info()
	return in.Auth == tlswire.AuthRSA && (in.KeyExchange == tlswire.KexECDHE || in.KeyExchange == tlswire.KexDHE)
}

// halves deals a list out to two, so that the likely suites go to both.
func halves(list []tlswire.Suite) [][]tlswire.Suite {
	h := make([][]tlswire.Suite, 2)
	for i, s := range list {
		h[i%2] = append(h[i%2], s)
	}
	return h
}

// drainList is drain for one list: what was found, what is left of the list,
// and the answer that ended it.
func (h *host) drainList(ctx context.Context, v *version, list []tlswire.Suite, first *answer) (found, rest []tlswire.Suite, end answer) {
	rest = slices.Clone(list)
	row := "suites of " + v.version.String()
	defer h.dropAhead(row)
	ahead := foresee(h, func(rest []tlswire.Suite, opens int) answer {
		q := h.question(v.version, v.by.question.form, rest)
		q.row, q.opens = row, opens
		return h.ask(ctx, q)
	}, h.guessSuites)
	ahead.ending = func(found []tlswire.Suite) { h.foreseeOrder(ctx, v, found) }
	defer ahead.wait()
	for len(rest) > 0 {
		var a answer
		if first != nil {
			a, first = *first, nil
		} else {
			a = ahead.answer(found, rest)
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
				return found, rest, a
			}
		default:
			if !a.refuses(v.version) {
				h.missing(v.version, "suites", a.because(v.version))
			}
			return found, rest, a
		}
	}
	return found, nil, answer{}
}

// nothingInCommon reports whether a refusal is the usual one.
func nothingInCommon(a *answer) bool {
	return a.outcome == helloed || a.outcome == alerted &&
		(a.alert == tlswire.AlertHandshakeFailure || a.alert == tlswire.AlertInsufficientSecurity)
}

func without[T comparable](list []T, xs ...T) []T {
	return slices.DeleteFunc(list, func(y T) bool { return slices.Contains(xs, y) })
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
	if !asOffered(v.version, v.suites) {
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

func asOffered(v tlswire.Version, suites []tlswire.Suite) bool {
	offered := suitesFor(v)
	return slices.IsSortedFunc(suites, func(a, b tlswire.Suite) int { return slices.Index(offered, a) - slices.Index(offered, b) })
}

// foreseeOrder asks whose order decides at a time when the suites are only
// guessed, which mostly turns out right.
func (h *host) foreseeOrder(ctx context.Context, v *version, suites []tlswire.Suite) {
	list := turned(suites)
	if !asOffered(v.version, suites) {
		list = h.chachaFirst(v, suites)
	}
	if len(suites) < 2 || list == nil || v.picks[listKey(list)] != nil {
		return
	}
	c := make(chan answer, 1)
	v.picks = map[string]chan answer{listKey(list): c}
	v.foreseen.Go(func() { c <- h.ask(ctx, h.question(v.version, v.by.question.form, list)) })
}

// turned is the list backwards, but with suites last that servers treat apart:
// one with an order of its own may put ChaCha20 first for clients that do,
// which have no hardware for AES, and Java takes weak ones last in any order
// (jdk.tls.legacyAlgorithms).
func turned(suites []tlswire.Suite) []tlswire.Suite {
	list := slices.Clone(suites)
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b tlswire.Suite) int { return apart(a) - apart(b) })
	if list[0] == suites[0] {
		slices.Reverse(list)
	}
	return list
}

func apart(s tlswire.Suite) int {
	in, _ := s.Info()
	weak := in.Auth == tlswire.AuthAnon || in.Bits < 112 // NULL, DES and what is shorter
	if chacha(s) == 1 || weak || strings.HasPrefix(in.Cipher, "3DES") || strings.HasPrefix(in.Cipher, "RC4") {
		return 1
	}
	return 0
}

func chacha(s tlswire.Suite) int {
	if strings.Contains(s.String(), "CHACHA20") {
		return 1
	}
	return 0
}

// pick is what the server takes from a list, zero when it does not say.
func (h *host) pick(ctx context.Context, v *version, list []tlswire.Suite) tlswire.Suite {
	var a answer
	if c := v.picks[listKey(list)]; c != nil {
		delete(v.picks, listKey(list))
		a = <-c
	} else {
		a = h.ask(ctx, h.question(v.version, v.by.question.form, list))
	}
	if !a.accepts(v.version) {
		return 0
	}
	return a.hello.Suite
}

// orderOfPieces finds the order where the suites were not found in one go, if
// those found fit into one hello.
func (h *host) orderOfPieces(ctx context.Context, v *version) {
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
		if again, _ := h.drain(ctx, v, v.suites, nil); len(again) == len(v.suites) {
			v.suites = again
		}
	}
}
