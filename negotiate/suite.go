package negotiate

import (
	"github.com/tlsready/tlsready/tlswire"
)

// needs answers, once a pair, what the suites ask for in turn.
type needs struct {
	client *Client
	server *Server
	rank   int
	curve  yes
	field  yes
	key    [keyAny + 1]yes
}

// yes is an answer that is worked out when it is first wanted.
type yes uint8

func (y *yes) get(work func() bool) bool {
	if *y == 0 {
		*y = 1
		if work() {
			*y = 2
		}
	}
	return *y == 2
}

// pickSuite takes the suite, and the group with it.
func (r *Result) pickSuite(rank int) {
	c, s := r.client, r.server
	v := &s.versions[rank]
	n := needs{client: c, server: s, rank: rank}
	if v.anySuite || c.Suites == nil {
		r.assumed |= assumesSuites
	} else {
		x, sure := n.pick(v)
		if x != nil && rank == rankTLS12 && !n.anyScheme() {
			r.fails(whySignature, NoCommonGroupOrSignature, ByBoth)
			return
		}
		if x == nil {
			r.noSuite(&n, v)
			return
		}
		if !sure {
			r.assumed |= assumesOrder
		}
		r.Suite = x.code
		if x.exchange != byCurve && x.exchange != byShare {
			return
		}
	}
	if rank == rankTLS13 {
		r.pickShare(&n)
	} else if r.Suite != 0 {
		r.Group = n.pickCurve(v.order == Yes)
		if c.Groups == nil || s.Groups == nil {
			r.assumed |= assumesGroups
		}
	}
}

// pick takes the first suite of whose order decides. Where that is not known
// it takes the client's, and reports whether it makes no difference.
func (n *needs) pick(v *version) (x *suite, sure bool) {
	ours := func() *suite { return n.first(v.suites, &n.client.set, v.chacha && n.client.prefersChaCha(v)) }
	theirs := func() *suite { return n.first(n.client.suites, &v.set, false) }
	switch v.order {
	case Yes:
		return ours(), true
	case No:
		return theirs(), true
	}
	x = theirs()
	return x, x == nil || len(v.suites) == 1 || ours().code == x.code
}

// prefersChaCha reports whether ChaCha20 is the first of the client's suites
// that the server knows.
func (c *Client) prefersChaCha(v *version) bool {
	for i := range c.suites {
		if x := &c.suites[i]; v.set.has(x) {
			return x.chacha
		}
	}
	return false
}

// first is the first of list that the other side has and that works.
func (n *needs) first(list []suite, other *suiteSet, chacha bool) *suite {
	if chacha {
		for i := range list {
			if x := &list[i]; x.chacha && other.has(x) && n.met(x) {
				return x
			}
		}
	}
	for i := range list {
		if x := &list[i]; other.has(x) && n.met(x) {
			return x
		}
	}
	return nil
}

// met reports whether a suite that both have can be agreed.
func (n *needs) met(x *suite) bool {
	return x.runs(n.rank) && n.exchanges(x) && n.signs(x)
}

func (n *needs) exchanges(x *suite) bool {
	switch x.exchange {
	case byCurve:
		return n.curve.get(n.commonCurve)
	case byField:
		return n.field.get(n.commonField)
	}
	return true // TLS 1.3 looks for the group after the suite
}

func (n *needs) signs(x *suite) bool {
	if x.key == keyNone || x.key == keyAny {
		return true
	}
	return n.key[x.key].get(func() bool {
		return (x.key != keyECDSA || n.knowsCurveOfKey()) && (n.rank != rankTLS12 || n.commonScheme(x.key))
	})
}

// noSuite says why none works: first the suites, then groups, then signatures.
func (r *Result) noSuite(n *needs, v *version) {
	common, group := false, false
	for i := range v.suites {
		x := &v.suites[i]
		if !x.runs(n.rank) || !n.client.set.has(x) {
			continue
		}
		common = true
		group = group || !n.exchanges(x) || x.key == keyECDSA && !n.knowsCurveOfKey()
	}
	switch {
	case !common:
		r.fails(whySuite, NoCommonCipher, ByBoth)
	case group:
		r.fails(whyGroup, NoCommonGroupOrSignature, ByBoth)
	default:
		r.fails(whySignature, NoCommonGroupOrSignature, ByBoth)
	}
}

// signedSuite reports whether the key exchange of an agreed suite is signed,
// and with what.
func signedSuite(s tlswire.Suite) keyKind { x := compileSuite(s); return x.key }
