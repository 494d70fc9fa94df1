package negotiate

import (
	"slices"
	"sync"

	"github.com/tlsready/tlsready/tlswire"
)

// setWords bounds the suites with a name: the registry has fewer than 400, and
// those beyond the set's end go to its list.
const setWords = 8

// suiteSet is a set of suites: one bit each for those with a name, a list for
// the rest.
type suiteSet struct {
	bits [setWords]uint64
	rest []tlswire.Suite
}

// suiteIndex numbers the suites with a name.
var suiteIndex = sync.OnceValue(func() map[tlswire.Suite]uint16 {
	m := make(map[tlswire.Suite]uint16, len(tlswire.Suites()))
	for i, in := range tlswire.Suites() {
		m[in.Suite] = uint16(i)
	}
	return m
})

func newSuiteSet(list []tlswire.Suite) (s suiteSet) {
	for _, x := range list {
		if i, ok := suiteIndex()[x]; ok && int(i) < setWords*64 {
			s.bits[i/64] |= 1 << (i % 64)
		} else {
			s.rest = append(s.rest, x)
		}
	}
	return s
}

// has reports whether a compiled suite is in the set.
func (s *suiteSet) has(x *suite) bool {
	if x.named {
		return s.bits[x.index/64]&(1<<(x.index%64)) != 0
	}
	return slices.Contains(s.rest, x.code)
}

// suite is a suite with what the comparison needs, looked up once.
type suite struct {
	code     tlswire.Suite
	index    uint16
	named    bool
	lo, hi   int8 // ranks of the versions in which it runs
	exchange exchange
	key      keyKind
	chacha   bool
}

// exchange is what a suite needs besides the suite itself.
type exchange uint8

const (
	byOther exchange = iota // nothing that this model knows of
	byCurve                 // ECDHE: a common curve
	byField                 // DHE: a group of the server's
	byShare                 // TLS 1.3: a common group of any kind
)

// keyKind is the kind of key that signs a handshake.
type keyKind uint8

const (
	keyNone keyKind = iota // anonymous, PSK, or RSA encryption: nothing is signed
	keyRSA
	keyECDSA
	keyDSA
	keyAny // TLS 1.3: the suite does not say
)

func compileSuite(x tlswire.Suite) suite {
	s := suite{code: x, lo: 0, hi: 127}
	if i, ok := suiteIndex()[x]; ok && int(i) < setWords*64 {
		s.index, s.named = i, true
	}
	in, ok := x.Info()
	if !ok {
		return s
	}
	s.lo, s.hi = int8(in.Min.Rank()), int8(in.Max.Rank())
	if in.Signalling || in.KeyExchange == tlswire.KexNone {
		s.hi = -1
	}
	s.chacha = len(in.Cipher) >= 8 && in.Cipher[:8] == "CHACHA20"
	switch in.KeyExchange {
	case tlswire.KexAny:
		s.exchange, s.key = byShare, keyAny
		return s
	case tlswire.KexECDHE, tlswire.KexECDHEPSK:
		s.exchange = byCurve
	case tlswire.KexDHE, tlswire.KexDHEPSK:
		s.exchange = byField
	default:
		return s // RSA encryption and fixed keys sign nothing
	}
	switch in.Auth {
	case tlswire.AuthRSA:
		s.key = keyRSA
	case tlswire.AuthECDSA:
		s.key = keyECDSA
	case tlswire.AuthDSS:
		s.key = keyDSA
	}
	return s
}

func compileSuites(list []tlswire.Suite) []suite {
	out := make([]suite, 0, len(list))
	for _, x := range list {
		if s := compileSuite(x); s.hi >= 0 {
			out = append(out, s)
		}
	}
	return out
}

// runs reports whether the suite runs in the version of this rank.
func (s *suite) runs(rank int) bool { return int(s.lo) <= rank && rank <= int(s.hi) }

// authOf is the kind of key in the certificate that goes with a suite, signed
// with or not.
func authOf(x tlswire.Suite) keyKind {
	in, _ := x.Info()
	switch in.Auth {
	case tlswire.AuthRSA:
		return keyRSA
	case tlswire.AuthECDSA:
		return keyECDSA
	case tlswire.AuthDSS:
		return keyDSA
	}
	return keyNone
}
