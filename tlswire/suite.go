package tlswire

import (
	"fmt"
	"strings"
)

// Suite is a cipher suite (RFC 8446, B.4).
type Suite uint16

// KeyExchange is how the two sides agree on keys.
type KeyExchange string

// The key exchanges.
const (
	KexAny      KeyExchange = "any" // TLS 1.3: by key_share, not by suite
	KexRSA      KeyExchange = "RSA"
	KexDH       KeyExchange = "DH" // the key is in the certificate
	KexDHE      KeyExchange = "DHE"
	KexECDH     KeyExchange = "ECDH" // the key is in the certificate
	KexECDHE    KeyExchange = "ECDHE"
	KexPSK      KeyExchange = "PSK"
	KexDHEPSK   KeyExchange = "DHE_PSK"
	KexRSAPSK   KeyExchange = "RSA_PSK"
	KexECDHEPSK KeyExchange = "ECDHE_PSK"
	KexSRP      KeyExchange = "SRP"
	KexKRB5     KeyExchange = "KRB5"
	KexECCPWD   KeyExchange = "ECCPWD"
	KexGOST     KeyExchange = "GOST"
	KexFortezza KeyExchange = "FORTEZZA"
	KexNone     KeyExchange = ""
)

func (k KeyExchange) psk() bool { return strings.HasSuffix(string(k), "PSK") }

// Auth is the key that a server needs for a suite.
type Auth string

// The kinds of server key.
const (
	AuthAny   Auth = "any" // TLS 1.3: by signature_algorithms, not by suite
	AuthRSA   Auth = "RSA"
	AuthECDSA Auth = "ECDSA" // also Ed25519 and Ed448 (RFC 8422, 5.10)
	AuthDSS   Auth = "DSS"
	AuthDH    Auth = "DH"   // a certificate with a DH key
	AuthECDH  Auth = "ECDH" // a certificate with an EC key
	AuthPSK   Auth = "PSK"
	AuthSRP   Auth = "SRP"
	AuthKRB5  Auth = "KRB5"
	AuthPWD   Auth = "PWD"
	AuthGOST  Auth = "GOST"
	AuthKEA   Auth = "KEA"
	AuthAnon  Auth = "anon"
	AuthNone  Auth = ""
)

// signs reports whether a ServerKeyExchange ends with a signature.
func (a Auth) signs() bool { return a == AuthRSA || a == AuthECDSA || a == AuthDSS }

// SuiteInfo is what a suite's name means.
type SuiteInfo struct {
	Suite   Suite
	Name    string // IANA, or as known by convention
	OpenSSL string // "" when OpenSSL never had it
	GnuTLS  string // "" when GnuTLS never had it

	KeyExchange KeyExchange
	Auth        Auth
	Cipher      string // AES_128_GCM
	MAC         string // SHA256; of an AEAD suite the hash of its PRF
	Bits        int    // of the cipher's key, by effect: 3DES has 112

	AEAD          bool
	ForwardSecret bool
	Export        bool
	Signalling    bool // not a suite but a message (SCSV)
	Registered    bool // by IANA

	// Min and Max are the lowest and highest version in which the suite can
	// have been negotiated. Min proves a version: GCM never happened below
	// TLS 1.2. Where implementations were laxer than the RFC, it follows
	// them: AES-CBC-SHA is agreed in SSLv3 too.
	Min, Max Version
}

// Info is what is known of the suite.
func (s Suite) Info() (SuiteInfo, bool) {
	if i, ok := findSuite(s); ok {
		return suites()[i], true
	}
	return SuiteInfo{Suite: s}, false
}

// String is the IANA name, or 0xABCD.
func (s Suite) String() string {
	if i, ok := findSuite(s); ok {
		return suiteTable[i].name
	}
	return hex16(uint16(s))
}

// MarshalText writes the name.
func (s Suite) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Suite) UnmarshalText(b []byte) error {
	v, ok := SuiteByName(string(b))
	if !ok {
		return fmt.Errorf("no cipher suite is called %q", b)
	}
	*s = v
	return nil
}
