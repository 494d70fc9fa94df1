package logs

import "github.com/tlsready/tlsready/tlswire"

// The CALG numbers of wincrypt.h that IIS writes, in its spelling.
const (
	calgRSA    = "a400" // RSA key exchange
	calgMD5    = "8003"
	calgSHA1   = "8004"
	calgSHA256 = "800c"
	calgSHA384 = "800d"
	calgSHA512 = "800e"
	calgDES    = "6601"
	calg3DES   = "6603"
	calgAES128 = "660e"
	calgAES256 = "6610"
	calgRC4    = "6801"
)

// calgSuites are the suites that cipher, hash and key exchange name
// together. ECDHE is missing since the numbers do not tell an RSA from an
// ECDSA certificate, and AES-128 with SHA-256 since they do not tell CBC
// from GCM. In TLS 1.3 the key exchange is no part of the suite.
var calgSuites = [...]struct {
	cipher, hash, exchange string
	suite                  tlswire.Suite
}{
	{calgAES128, calgSHA256, "0", 0x1301},
	{calgAES256, calgSHA384, "0", 0x1302},
	{calgRC4, calgMD5, calgRSA, 0x0004},
	{calgRC4, calgSHA1, calgRSA, 0x0005},
	{calgDES, calgSHA1, calgRSA, 0x0009},
	{calg3DES, calgSHA1, calgRSA, 0x000a},
	{calgAES128, calgSHA1, calgRSA, 0x002f},
	{calgAES256, calgSHA1, calgRSA, 0x0035},
	{calgAES256, calgSHA256, calgRSA, 0x003d},
	{calgAES256, calgSHA384, calgRSA, 0x009d},
}

// calgSuite is the fact of the three numbers. Even without a suite the hash
// proves something: before TLS 1.2 there was only MD5 and SHA-1.
func calgSuite(r *row) suiteFact {
	cipher, hash, exchange := r.cell[cellSuite], r.cell[cellHash], r.cell[cellKeyExchange]
	for i := range calgSuites {
		s := &calgSuites[i]
		if string(cipher) == s.cipher && string(hash) == s.hash && string(exchange) == s.exchange {
			return factOf(s.suite)
		}
	}
	switch string(hash) {
	case calgSHA256, calgSHA384, calgSHA512:
		return suiteFact{proof: "crypt-hash " + string(hash), min: tlswire.TLS12}
	}
	return suiteFact{}
}
