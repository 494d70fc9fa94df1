package scan

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/tlswire"
)

// suitesFor is every suite to offer in a version, the likely ones first, so
// that hellos which must be short hold what servers have. Suites that later
// versions dropped stay in: some servers never dropped them.
var suitesFor = func() func(v tlswire.Version) []tlswire.Suite {
	all := sync.OnceValue(func() map[tlswire.Version][]tlswire.Suite {
		m, likely := map[tlswire.Version][]tlswire.Suite{}, likelyFirst()
		for _, v := range slices.Concat(tlswire.StreamVersions[:], dtlsVersions) {
			for _, in := range likely {
				if in.Min.Rank() <= v.Rank() && (in.Min == tlswire.TLS13) == v.AtLeast(tlswire.TLS13) {
					m[v] = append(m[v], in.Suite)
				}
			}
		}
		return m
	})
	return func(v tlswire.Version) []tlswire.Suite { return all()[v] }
}()

// likelyFirst is every suite that can be agreed on, common ones first.
func likelyFirst() []*tlswire.SuiteInfo {
	var list []*tlswire.SuiteInfo
	rare := map[*tlswire.SuiteInfo]int{}
	for _, in := range tlswire.Suites() {
		if !in.Signalling && in.KeyExchange != tlswire.KexNone {
			list, rare[&in] = append(list, &in), rarity(&in)
		}
	}
	slices.SortStableFunc(list, func(a, b *tlswire.SuiteInfo) int {
		return cmp.Or(cmp.Compare(rare[a], rare[b]), b.Min.Rank()-a.Min.Rank(), b.Bits-a.Bits)
	})
	return list
}

// rarity puts suites in order: common ciphers with common keys first, then
// what needs unusual keys or was always a curiosity.
func rarity(in *tlswire.SuiteInfo) int {
	n := 0
	switch in.KeyExchange {
	case tlswire.KexAny, tlswire.KexECDHE:
	case tlswire.KexRSA:
		n++
	case tlswire.KexDHE:
		n += 2
	default:
		n += 40
	}
	switch in.Auth {
	case tlswire.AuthRSA, tlswire.AuthECDSA, tlswire.AuthAny:
	case tlswire.AuthAnon, tlswire.AuthDSS:
		n += 20
	default:
		n += 40
	}
	switch {
	case !in.Registered:
		n += 30
	case in.Export, in.Bits < 112, strings.Contains(in.Cipher, "CCM"):
		n += 12
	case strings.HasPrefix(in.Cipher, "AES"), strings.HasPrefix(in.Cipher, "CHACHA20"):
	case strings.HasPrefix(in.Cipher, "3DES"), in.Cipher == "RC4_128":
		n += 4
	case strings.HasPrefix(in.Cipher, "CAMELLIA"):
		n += 8
	default:
		n += 12
	}
	return n
}

// popularGroups suffice for a hello that must be short.
var popularGroups = []tlswire.Group{
	tlswire.GroupX25519, tlswire.GroupSecp256r1, tlswire.GroupSecp384r1, tlswire.GroupSecp521r1,
}

// groupsFor is every group to offer in a version. Before TLS 1.3 the prime
// groups stay out: a server that knows them there (RFC 7919) would otherwise
// refuse DHE with parameters of its own, which clients of that time take.
var groupsFor = func() func(v tlswire.Version) []tlswire.Group {
	lists := sync.OnceValue(func() [2][]tlswire.Group {
		first := append([]tlswire.Group{tlswire.GroupX25519MLKEM768}, popularGroups...)
		var l [2][]tlswire.Group
		l[0], l[1] = slices.Clone(popularGroups), first
		for _, g := range tlswire.Groups() {
			explicit := g >= 0xFF00 // curves by their parameters
			if !slices.Contains(l[0], g) && !explicit && !g.TLS13Only() && !g.FiniteField() {
				l[0] = append(l[0], g)
			}
			old := g < 0x0017 || g >= 0x001A && g <= 0x001C // never in TLS 1.3 (RFC 8446, 4.2.7)
			if !slices.Contains(l[1], g) && !explicit && !old {
				l[1] = append(l[1], g)
			}
		}
		return l
	})
	return func(v tlswire.Version) []tlswire.Group {
		if v.AtLeast(tlswire.TLS13) {
			return lists()[1]
		}
		return lists()[0]
	}
}()

// allSchemes are the signature algorithms to offer, RSA-SHA1 among them: a
// server with an old certificate has nothing else before TLS 1.3.
var allSchemes = []tlswire.SignatureScheme{
	tlswire.ECDSAWithP256, tlswire.RSAPSSRSAESHA256, tlswire.RSAWithSHA256,
	tlswire.ECDSAWithP384, tlswire.RSAPSSRSAESHA384, tlswire.RSAWithSHA384,
	tlswire.ECDSAWithP521, tlswire.RSAPSSRSAESHA512, tlswire.RSAWithSHA512,
	tlswire.SchemeEd25519, tlswire.SchemeEd448,
	tlswire.RSAPSSPSSSHA256, tlswire.RSAPSSPSSSHA384, tlswire.RSAPSSPSSSHA512,
	tlswire.RSAWithSHA1, tlswire.ECDSAWithSHA1, tlswire.DSAWithSHA1,
	0x0402, 0x0301, 0x0303, 0x0302, 0x0101, // dsa_sha256, the SHA-224 ones, MD5
}

// popularSchemes suffice for a hello that must be short.
var popularSchemes = []tlswire.SignatureScheme{
	tlswire.ECDSAWithP256, tlswire.RSAPSSRSAESHA256, tlswire.RSAWithSHA256, tlswire.ECDSAWithP384,
	tlswire.RSAWithSHA384, tlswire.RSAWithSHA512, tlswire.SchemeEd25519, tlswire.RSAWithSHA1, tlswire.ECDSAWithSHA1,
}

// newSchemes are allSchemes for TLS 1.3, where SHA-1 is not for
// handshakes but still for old certificates (RFC 8446, 4.2.3).
var newSchemes = func() (l []tlswire.SignatureScheme) {
	for _, s := range allSchemes {
		if s>>8 >= 4 && s != 0x0402 || s == tlswire.RSAWithSHA1 || s == tlswire.ECDSAWithSHA1 {
			l = append(l, s)
		}
	}
	return append(l, tlswire.SchemeMLDSA44, tlswire.SchemeMLDSA65, tlswire.SchemeMLDSA87)
}()
