package tlswire

import "fmt"

// SignatureScheme is a signature algorithm (RFC 8446, 4.2.3); in TLS 1.2 it
// is a hash and a signature (RFC 5246, 7.4.1.4.1).
type SignatureScheme uint16

// The schemes in use; String knows more.
const (
	RSAWithSHA1      SignatureScheme = 0x0201
	DSAWithSHA1      SignatureScheme = 0x0202
	ECDSAWithSHA1    SignatureScheme = 0x0203
	RSAWithSHA256    SignatureScheme = 0x0401
	ECDSAWithP256    SignatureScheme = 0x0403
	RSAWithSHA384    SignatureScheme = 0x0501
	ECDSAWithP384    SignatureScheme = 0x0503
	RSAWithSHA512    SignatureScheme = 0x0601
	ECDSAWithP521    SignatureScheme = 0x0603
	RSAPSSRSAESHA256 SignatureScheme = 0x0804
	RSAPSSRSAESHA384 SignatureScheme = 0x0805
	RSAPSSRSAESHA512 SignatureScheme = 0x0806
	SchemeEd25519    SignatureScheme = 0x0807
	SchemeEd448      SignatureScheme = 0x0808
	RSAPSSPSSSHA256  SignatureScheme = 0x0809
	RSAPSSPSSSHA384  SignatureScheme = 0x080A
	RSAPSSPSSSHA512  SignatureScheme = 0x080B
	SchemeMLDSA44    SignatureScheme = 0x0904
	SchemeMLDSA65    SignatureScheme = 0x0905
	SchemeMLDSA87    SignatureScheme = 0x0906
)

var schemeNames = []named[SignatureScheme]{
	{0x0101, "rsa_pkcs1_md5"},
	{0x0102, "dsa_md5"},
	{0x0103, "ecdsa_md5"},
	{0x0201, "rsa_pkcs1_sha1"},
	{0x0202, "dsa_sha1"},
	{0x0203, "ecdsa_sha1"},
	{0x0301, "rsa_pkcs1_sha224"},
	{0x0302, "dsa_sha224"},
	{0x0303, "ecdsa_sha224"},
	{0x0401, "rsa_pkcs1_sha256"},
	{0x0402, "dsa_sha256"},
	{0x0403, "ecdsa_secp256r1_sha256"},
	{0x0420, "rsa_pkcs1_sha256_legacy"},
	{0x0501, "rsa_pkcs1_sha384"},
	{0x0502, "dsa_sha384"},
	{0x0503, "ecdsa_secp384r1_sha384"},
	{0x0520, "rsa_pkcs1_sha384_legacy"},
	{0x0601, "rsa_pkcs1_sha512"},
	{0x0602, "dsa_sha512"},
	{0x0603, "ecdsa_secp521r1_sha512"},
	{0x0620, "rsa_pkcs1_sha512_legacy"},
	{0x0704, "eccsi_sha256"},
	{0x0705, "iso_ibs1"},
	{0x0706, "iso_ibs2"},
	{0x0707, "iso_chinese_ibs"},
	{0x0708, "sm2sig_sm3"},
	{0x0709, "gostr34102012_256a"},
	{0x070A, "gostr34102012_256b"},
	{0x070B, "gostr34102012_256c"},
	{0x070C, "gostr34102012_256d"},
	{0x070D, "gostr34102012_512a"},
	{0x070E, "gostr34102012_512b"},
	{0x070F, "gostr34102012_512c"},
	{0x0804, "rsa_pss_rsae_sha256"},
	{0x0805, "rsa_pss_rsae_sha384"},
	{0x0806, "rsa_pss_rsae_sha512"},
	{0x0807, "ed25519"},
	{0x0808, "ed448"},
	{0x0809, "rsa_pss_pss_sha256"},
	{0x080A, "rsa_pss_pss_sha384"},
	{0x080B, "rsa_pss_pss_sha512"},
	{0x081A, "ecdsa_brainpoolP256r1tls13_sha256"},
	{0x081B, "ecdsa_brainpoolP384r1tls13_sha384"},
	{0x081C, "ecdsa_brainpoolP512r1tls13_sha512"},
	{0x0840, "gostr34102012_256"},
	{0x0841, "gostr34102012_512"},
	{0x0904, "mldsa44"},
	{0x0905, "mldsa65"},
	{0x0906, "mldsa87"},
}

// String is the IANA name; the pairs of TLS 1.2 without one get a name made
// alike (dsa_sha256); else 0xABCD.
func (s SignatureScheme) String() string {
	if n, ok := nameOf(schemeNames, s); ok {
		return n
	}
	return hex16(uint16(s))
}

// SignatureSchemeByName reads what String writes.
func SignatureSchemeByName(name string) (SignatureScheme, bool) {
	return valueOf(schemeNames, name, 4)
}

// Weak reports whether the scheme signs over SHA-1 or MD5, which clients and
// servers of today refuse (RFC 9155).
func (s SignatureScheme) Weak() bool { return s>>8 == 1 || s>>8 == 2 }

// MarshalText writes the name.
func (s SignatureScheme) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *SignatureScheme) UnmarshalText(b []byte) error {
	v, ok := SignatureSchemeByName(string(b))
	if !ok {
		return fmt.Errorf("no signature scheme is called %q", b)
	}
	*s = v
	return nil
}
