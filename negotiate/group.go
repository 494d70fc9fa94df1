package negotiate

import (
	"slices"

	"github.com/tlsready/tlsready/tlswire"
)

// commonCurve reports whether ECDHE before TLS 1.3 has a curve. A client that
// sends no list takes any (RFC 8422, 4), though some servers take none then.
func (n *needs) commonCurve() bool {
	c, s := n.client, n.server
	switch {
	case c.Groups == nil:
		return true
	case len(c.Groups) == 0:
		return s.NeedsGroup != Yes
	case s.Groups == nil:
		return slices.ContainsFunc(c.Groups, isCurve)
	}
	return n.pickCurve(true) != 0
}

func isCurve(g tlswire.Group) bool { return !g.FiniteField() && !g.TLS13Only() }

// pickCurve is the first curve of one side's order that both have; zero when
// there is none or it is not known.
func (n *needs) pickCurve(serverOrder bool) tlswire.Group {
	mine, other := n.client.Groups, n.server.curves
	if serverOrder {
		mine, other = other, mine
	}
	for _, g := range mine {
		if isCurve(g) && slices.Contains(other, g) {
			return g
		}
	}
	return 0
}

// commonField reports whether DHE may be taken: a server that knows the groups
// of RFC 7919 must not when the client names only others (section 4).
func (n *needs) commonField() bool {
	if !n.server.fields {
		return true
	}
	named := false
	for _, g := range n.client.Groups {
		if g.FiniteField() {
			named = true
			if slices.Contains(n.server.Groups, g) {
				return true
			}
		}
	}
	return !named
}

// knowsCurveOfKey reports whether the client takes the curve of the server's
// ECDSA key, which before TLS 1.3 the same list says (RFC 8422, 5.1.1).
func (n *needs) knowsCurveOfKey() bool {
	if len(n.client.Groups) == 0 {
		return true
	}
	known := false
	for _, k := range n.server.Keys {
		if kindOf(k.Type) != keyECDSA {
			continue
		}
		if k.Curve == 0 || slices.Contains(n.client.Groups, k.Curve) {
			return true
		}
		known = true
	}
	return !known
}

// pickShare takes the group of TLS 1.3 and sees to the signature. The server
// takes a share that is there before it asks for another (RFC 8446, 4.1.1).
func (r *Result) pickShare(n *needs) {
	c, s := r.client, r.server
	switch {
	case c.Groups == nil || s.Groups == nil:
		r.assumed |= assumesGroups
	default:
		if r.Group = firstCommon(c.KeyShares, s.Groups); r.Group == 0 {
			r.Group = firstCommon(c.Groups, s.Groups)
		}
		if r.Group == 0 {
			r.fails(whyGroup, NoCommonGroupOrSignature, ByBoth)
			return
		}
	}
	if !n.signs13() {
		r.fails(whySignature, NoCommonGroupOrSignature, ByBoth)
	}
}

func firstCommon(mine, other []tlswire.Group) tlswire.Group {
	for _, g := range mine {
		if slices.Contains(other, g) && !before13(g) {
			return g
		}
	}
	return 0
}

// before13 reports whether TLS 1.3 has no use for a curve (RFC 8446, 4.2.7).
func before13(g tlswire.Group) bool { return g < tlswire.GroupSecp256r1 || g >= 0x001A && g <= 0x001C }
