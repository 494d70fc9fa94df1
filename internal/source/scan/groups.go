package scan

import (
	"context"
	"slices"

	"github.com/tlsready/tlsready/tlswire"
)

// shortGroups is how many groups a hello carries that must be short.
const shortGroups = 12

// findGroups finds the groups like the suites. In TLS 1.3 the server names
// one in a HelloRetryRequest, before it in its key exchange. A group found in
// TLS 1.3 is not looked for again.
func (h *host) findGroups(ctx context.Context) {
	if v := h.versions[tlswire.TLS13]; v.accepted() {
		h.groups = h.drainGroups(ctx, v, v.suites, groupsFor(tlswire.TLS13), &v.by.answer)
	}
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
		h.groups = append(h.groups, h.drainGroups(ctx, h.versions[v], suites, rest, nil)...)
		return
	}
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
	for len(rest) > 0 {
		var a answer
		if first != nil {
			a, first = *first, nil
		} else {
			q := h.question(v.version, v.by.question.form, suites)
			q.groups, q.row = rest, row
			q.wants = func(tlswire.Suite) bool { return true }
			a = h.ask(ctx, q)
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
