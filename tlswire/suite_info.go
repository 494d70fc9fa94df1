package tlswire

import (
	"strings"
	"sync"
)

func findSuite(s Suite) (int, bool) {
	lo, hi := 0, len(suiteTable)
	for lo < hi {
		if m := (lo + hi) / 2; suiteTable[m].code < s {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo, lo < len(suiteTable) && suiteTable[lo].code == s
}

var suites = sync.OnceValue(func() []SuiteInfo {
	all := make([]SuiteInfo, len(suiteTable))
	for i, row := range suiteTable {
		all[i] = describe(row)
	}
	return all
})

// Suites is every suite known, in rising order of the code points, with the
// signalling values and those of Registered false among them. The caller
// must not change it.
func Suites() []SuiteInfo { return suites() }

// unregistered reports whether a code point is known by convention only:
// drafts, private use and numbers that IANA keeps free since they are in use.
func unregistered(s Suite) bool {
	switch {
	case s == 0x001C, s == 0x001D, s >= 0x0060 && s <= 0x0066, s >= 0x0080 && s <= 0x0083,
		s >= 0xCC13 && s <= 0xCC15, s >= 0xFE00:
		return true
	}
	return false
}

// withoutRules leaves out of a key exchange's name the rules that held for it.
var withoutRules = strings.NewReplacer("_EXPORT1024", "", "_EXPORT", "", "_FIPS", "")

// describe reads a suite's properties off its name.
func describe(row suiteRow) SuiteInfo {
	in := SuiteInfo{Suite: row.code, Name: row.name, OpenSSL: row.openssl, GnuTLS: row.gnutls}
	in.Registered = !unregistered(row.code)
	in.Signalling = strings.HasSuffix(row.name, "_SCSV")
	in.Export = strings.Contains(row.name, "_EXPORT")
	name := strings.TrimSuffix(row.name, "_OLD")
	name = name[strings.IndexByte(name, '_')+1:]
	kx, cipher, found := strings.Cut(name, "_WITH_")
	switch {
	case in.Signalling:
		in.Min, in.Max = SSL30, TLS12
		return in
	case !found:
		in.KeyExchange, in.Auth, cipher = KexAny, AuthAny, name
	case kx == "GOSTR341112_256" && strings.Contains(cipher, "_MGM_"):
		in.KeyExchange, in.Auth = KexAny, AuthAny
	default:
		in.KeyExchange, in.Auth = exchangeOf(withoutRules.Replace(kx))
	}
	in.Cipher, in.MAC = splitCipher(cipher)
	in.Bits = keyBits(in.Cipher, in.Export)
	in.AEAD = isAEAD(in.Cipher)
	switch in.KeyExchange {
	case KexAny, KexDHE, KexECDHE, KexDHEPSK, KexECDHEPSK, KexECCPWD, KexSRP:
		in.ForwardSecret = true
	}
	in.Min, in.Max = versionsOf(&in)
	return in
}

// exchangeOf splits the part of a name before WITH.
func exchangeOf(kx string) (KeyExchange, Auth) {
	switch kx {
	case "NULL":
		return KexNone, AuthNone
	case "RSA":
		return KexRSA, AuthRSA
	case "PSK":
		return KexPSK, AuthPSK
	case "RSA_PSK":
		return KexRSAPSK, AuthRSA
	case "DHE_PSK", "PSK_DHE":
		return KexDHEPSK, AuthPSK
	case "ECDHE_PSK":
		return KexECDHEPSK, AuthPSK
	case "SRP_SHA":
		return KexSRP, AuthSRP
	case "SRP_SHA_RSA":
		return KexSRP, AuthRSA
	case "SRP_SHA_DSS":
		return KexSRP, AuthDSS
	case "KRB5":
		return KexKRB5, AuthKRB5
	case "ECCPWD":
		return KexECCPWD, AuthPWD
	case "FORTEZZA_KEA":
		return KexFortezza, AuthKEA
	case "DH_anon":
		return KexDHE, AuthAnon
	case "ECDH_anon":
		return KexECDHE, AuthAnon
	case "DH_RSA", "DH_DSS":
		return KexDH, AuthDH
	case "ECDH_RSA", "ECDH_ECDSA":
		return KexECDH, AuthECDH
	}
	if strings.HasPrefix(kx, "GOST") {
		return KexGOST, AuthGOST
	}
	k, a, _ := strings.Cut(kx, "_")
	return KeyExchange(k), Auth(a)
}

// splitCipher splits the part of a name after WITH into cipher and hash. The
// CCM suites of TLS 1.2 and the GOST ones name no hash.
func splitCipher(s string) (cipher, mac string) {
	i := strings.LastIndexByte(s, '_')
	if i < 0 {
		return "NULL", s // TLS_SHA256_SHA256: integrity only, RFC 9150
	}
	switch s[i+1:] {
	case "MD5", "SHA", "SHA256", "SHA384", "SHA512", "SM3", "GOSTR3411", "OMAC", "IMIT":
		if s[:i] == "SHA256" || s[:i] == "SHA384" {
			return "NULL", s[i+1:]
		}
		if s[:i] == "NULL" && s[i+1:] == "NULL" {
			return "NULL", ""
		}
		return s[:i], s[i+1:]
	case "CCM", "8":
		return s, "SHA256"
	case "L", "S":
		return s, "GOSTR341112"
	}
	if s == "NULL_NULL" {
		return "NULL", ""
	}
	return s, ""
}

func isAEAD(cipher string) bool {
	for _, mode := range [...]string{"_GCM", "_CCM", "CHACHA20", "_MGM", "AEGIS"} {
		if strings.Contains(cipher, mode) {
			return true
		}
	}
	return false
}

func keyBits(cipher string, export bool) int {
	switch {
	case cipher == "NULL":
		return 0
	case strings.Contains(cipher, "_56"):
		return 56
	case strings.HasPrefix(cipher, "3DES"):
		return 112
	case strings.HasPrefix(cipher, "DES_CBC") && !strings.Contains(cipher, "40"):
		return 56
	case export:
		return 40
	case strings.HasPrefix(cipher, "FORTEZZA"):
		return 80
	case strings.Contains(cipher, "256"), strings.HasPrefix(cipher, "CHACHA20"),
		strings.HasPrefix(cipher, "KUZNYECHIK"), strings.HasPrefix(cipher, "MAGMA"), strings.HasPrefix(cipher, "28147"):
		return 256
	}
	return 128
}

// versionsOf is the span in which a suite can be agreed.
func versionsOf(in *SuiteInfo) (lo, hi Version) {
	cipher := in.Cipher
	switch {
	case in.KeyExchange == KexAny:
		return TLS13, TLS13
	case in.KeyExchange == KexFortezza:
		return SSL30, SSL30
	case in.KeyExchange == KexNone:
		return SSL30, TLS12 // the state before a handshake, never agreed
	case in.Export:
		return SSL30, TLS10 // RFC 4346, A.5
	case strings.HasPrefix(cipher, "DES_CBC"), strings.HasPrefix(cipher, "IDEA"):
		return SSL30, TLS11 // RFC 5469, 3
	case in.AEAD, in.KeyExchange == KexGOST && in.Suite >= 0xC100 && in.Suite <= 0xC102:
		return TLS12, TLS12
	case in.KeyExchange.psk() && in.MAC != "SHA":
		// With PSK these hashes serve the MAC alone and TLS 1.0 may use
		// them (RFC 5487, 3; RFC 5489, 3.2; RFC 6367, 3.3).
		return TLS10, TLS12
	case in.MAC == "SHA256", in.MAC == "SHA384":
		return TLS12, TLS12 // RFC 5246, A.5; RFC 5289, 2
	case in.KeyExchange.psk(), in.KeyExchange == KexSRP, in.KeyExchange == KexKRB5, in.KeyExchange == KexGOST:
		return TLS10, TLS12 // they came as extensions of TLS 1.0
	}
	return SSL30, TLS12
}

// CanRun reports whether the suite can be agreed in version v; a suite that
// is not known can in any.
func (s Suite) CanRun(v Version) bool {
	in, ok := s.Info()
	if !ok {
		return true
	}
	return v.Rank() >= in.Min.Rank() && v.Rank() <= in.Max.Rank() && !in.Signalling && in.KeyExchange != KexNone
}
