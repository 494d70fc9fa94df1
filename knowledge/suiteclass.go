package knowledge

import (
	"strings"

	"github.com/tlsready/tlsready/tlswire"
)

// SuiteClass is a kind of cipher suite that a policy excludes in words.
type SuiteClass string

// The classes.
const (
	ClassNull        SuiteClass = "null"
	ClassExport      SuiteClass = "export"
	ClassAnonymous   SuiteClass = "anonymous"
	ClassRC4         SuiteClass = "rc4"
	ClassDES         SuiteClass = "des"
	Class3DES        SuiteClass = "3des"
	ClassCBC         SuiteClass = "cbc"
	ClassNotAES      SuiteClass = "not aes"
	ClassBelow112    SuiteClass = "below 112 bits"
	ClassRSAExchange SuiteClass = "rsa key exchange"
	ClassStaticDH    SuiteClass = "static dh" // DH and ECDH with the certificate's key
)

// UnmarshalText takes the words of the classes only.
func (c *SuiteClass) UnmarshalText(b []byte) error {
	return oneOf(c, b, "class of suites", ClassNull, ClassExport, ClassAnonymous, ClassRC4, ClassDES, Class3DES,
		ClassCBC, ClassNotAES, ClassBelow112, ClassRSAExchange, ClassStaticDH)
}

// Has reports whether a suite is of the class.
func (c SuiteClass) Has(s tlswire.SuiteInfo) bool {
	switch c {
	case ClassNull:
		return s.Cipher == "NULL"
	case ClassExport:
		return s.Export
	case ClassAnonymous:
		return s.Auth == tlswire.AuthAnon
	case ClassRC4:
		return strings.HasPrefix(s.Cipher, "RC4")
	case ClassDES:
		return strings.HasPrefix(s.Cipher, "DES")
	case Class3DES:
		return strings.HasPrefix(s.Cipher, "3DES")
	case ClassCBC:
		return strings.HasSuffix(s.Cipher, "_CBC")
	case ClassNotAES:
		return !strings.HasPrefix(s.Cipher, "AES")
	case ClassBelow112:
		return s.Bits < 112
	case ClassRSAExchange:
		return s.KeyExchange == tlswire.KexRSA
	case ClassStaticDH:
		return s.KeyExchange == tlswire.KexDH || s.KeyExchange == tlswire.KexECDH
	}
	return false
}
