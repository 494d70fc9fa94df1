package scan

import (
	"context"
	"slices"

	"github.com/tlsready/tlsready/tlswire"
)

// shortGroups is how many groups a hello carries that must be short.
const shortGroups = 12

// findNewGroups finds the groups of TLS 1.3 like the suites: the server names one
// in a HelloRetryRequest.
func (h *host) findNewGroups(ctx context.Context, v *version) {
	h.groups = h.drainGroups(ctx, v, v.by.question.suites, groupsFor(tlswire.TLS13), &v.by.answer)
}

// findOldGroups finds those of before TLS 1.3, which the server names in its key
// exchange. A group found in TLS 1.3 is not looked for again.
func (h *host) findOldGroups(ctx context.Context) []tlswire.Group {
	for _, v := range []tlswire.Version{tlswire.TLS12, tlswire.TLS11, tlswire.TLS10} {
		suites := ecdhe(h.versions[v].suites)
		if len(suites) == 0 {
			continue
		}
		var rest []tlswire.Group
		for _, g := range groupsFor(v) {
			if !slices.Contains(h.groups, g) {
				rest = append(rest, g)
			}
		}
		return h.drainGroups(ctx, h.versions[v], suites, rest, nil)
	}
	return nil
}

func ecdhe(suites []tlswire.Suite) (out []tlswire.Suite) {
	for _, s := range suites {
		if in, _ := s.Info(); in.KeyExchange == tlswire.KexECDHE {
			out = append(out, s)
		}
	}
	return out
}

func (h *host) drainGroups(ctx context.Context, v *version, suites []tlswire.Suite, all []tlswire.Group, first *answer) (found []tlswire.Group) {
	f := v.by.question.form
	if f == formPlain || len(suites) == 0 || len(all) == 0 {
		return nil
	}
	n := len(all)
	if f == form255 {
		n = shortGroups
		suites = suites[:min(len(suites), shortGroups)]
		first = nil // it offered only the popular ones
	}
	for rest := range slices.Chunk(all, n) {
		found = append(found, h.drainGroupList(ctx, v, suites, rest, first)...)
	}
	return found
}

func (h *host) drainGroupList(ctx context.Context, v *version, suites []tlswire.Suite, rest []tlswire.Group, first *answer) (found []tlswire.Group) {
	rest = slices.Clone(rest)
	const row = "groups"
	defer h.dropAhead(row)
	ahead := foresee(h, func(rest []tlswire.Group, opens int) answer {
		q := h.question(v.version, v.by.question.form, suites)
		q.groups, q.row, q.opens = rest, row, opens
		q.wants = func(tlswire.Suite) bool { return true }
		return h.ask(ctx, q)
	}, guessGroups)
	defer ahead.wait()
	for len(rest) > 0 {
		var a answer
		if first != nil {
			a, first = *first, nil
		} else {
			a = ahead.answer(found, rest)
		}
		switch {
		case a.accepts(v.version) && slices.Contains(rest, a.group):
			found = append(found, a.group)
			rest = without(rest, a.group)
		case a.accepts(v.version) && a.group == 0:
			h.missing(v.version, "groups", "the server's key exchange was not seen")
			return found
		case a.accepts(v.version):
			h.missing(v.version, "groups", "the server took "+a.group.String())
			return found
		case !a.refuses(v.version):
			h.missing(v.version, "groups", a.because(v.version))
			return found
		default:
			return found
		}
	}
	return found
}
