package tlswire

import "fmt"

// Group is a key exchange group, formerly a named curve (RFC 8446, 4.2.7).
type Group uint16

// The groups in use; String knows all.
const (
	GroupSecp256r1          Group = 0x0017
	GroupSecp384r1          Group = 0x0018
	GroupSecp521r1          Group = 0x0019
	GroupX25519             Group = 0x001D
	GroupX448               Group = 0x001E
	GroupFFDHE2048          Group = 0x0100
	GroupFFDHE3072          Group = 0x0101
	GroupFFDHE4096          Group = 0x0102
	GroupFFDHE6144          Group = 0x0103
	GroupFFDHE8192          Group = 0x0104
	GroupMLKEM512           Group = 0x0200
	GroupMLKEM768           Group = 0x0201
	GroupMLKEM1024          Group = 0x0202
	GroupSecP256r1MLKEM768  Group = 0x11EB
	GroupX25519MLKEM768     Group = 0x11EC
	GroupSecP384r1MLKEM1024 Group = 0x11ED
	GroupCurveSM2MLKEM768   Group = 0x11EE
	GroupX25519Kyber768     Group = 0x6399
)

var groupNames = []named[Group]{
	{0x0001, "sect163k1"},
	{0x0002, "sect163r1"},
	{0x0003, "sect163r2"},
	{0x0004, "sect193r1"},
	{0x0005, "sect193r2"},
	{0x0006, "sect233k1"},
	{0x0007, "sect233r1"},
	{0x0008, "sect239k1"},
	{0x0009, "sect283k1"},
	{0x000A, "sect283r1"},
	{0x000B, "sect409k1"},
	{0x000C, "sect409r1"},
	{0x000D, "sect571k1"},
	{0x000E, "sect571r1"},
	{0x000F, "secp160k1"},
	{0x0010, "secp160r1"},
	{0x0011, "secp160r2"},
	{0x0012, "secp192k1"},
	{0x0013, "secp192r1"},
	{0x0014, "secp224k1"},
	{0x0015, "secp224r1"},
	{0x0016, "secp256k1"},
	{0x0017, "secp256r1"},
	{0x0018, "secp384r1"},
	{0x0019, "secp521r1"},
	{0x001A, "brainpoolP256r1"},
	{0x001B, "brainpoolP384r1"},
	{0x001C, "brainpoolP512r1"},
	{0x001D, "x25519"},
	{0x001E, "x448"},
	{0x001F, "brainpoolP256r1tls13"},
	{0x0020, "brainpoolP384r1tls13"},
	{0x0021, "brainpoolP512r1tls13"},
	{0x0022, "GC256A"},
	{0x0023, "GC256B"},
	{0x0024, "GC256C"},
	{0x0025, "GC256D"},
	{0x0026, "GC512A"},
	{0x0027, "GC512B"},
	{0x0028, "GC512C"},
	{0x0029, "curveSM2"},
	{0x0100, "ffdhe2048"},
	{0x0101, "ffdhe3072"},
	{0x0102, "ffdhe4096"},
	{0x0103, "ffdhe6144"},
	{0x0104, "ffdhe8192"},
	{0x0200, "MLKEM512"},
	{0x0201, "MLKEM768"},
	{0x0202, "MLKEM1024"},
	{0x11EB, "SecP256r1MLKEM768"},
	{0x11EC, "X25519MLKEM768"},
	{0x11ED, "SecP384r1MLKEM1024"},
	{0x11EE, "curveSM2MLKEM768"},
	{0x4138, "CECPQ2"},
	{0x6399, "X25519Kyber768Draft00"},
	{0x639A, "SecP256r1Kyber768Draft00"},
	{0xFE30, "X25519Kyber512Draft00"},
	{0xFE31, "X25519Kyber768Draft00Old"},
	{0xFE32, "P256Kyber768Draft00"},
	{0xFF01, "arbitrary_explicit_prime_curves"},
	{0xFF02, "arbitrary_explicit_char2_curves"},
}

// String is the IANA name, or 0xABCD.
func (g Group) String() string {
	if s, ok := nameOf(groupNames, g); ok {
		return s
	}
	return hex16(uint16(g))
}

// GroupByName reads what String writes.
func GroupByName(name string) (Group, bool) { return valueOf(groupNames, name, 4) }

// Groups is every group with a name, in rising order.
func Groups() []Group {
	all := make([]Group, len(groupNames))
	for i, n := range groupNames {
		all[i] = n.v
	}
	return all
}

// PostQuantum reports whether the group resists a quantum computer: a KEM
// alone or in a hybrid with a classical group, final or draft.
func (g Group) PostQuantum() bool { return g.MLKEM() || g.kemDraft() }

// MLKEM reports whether the group uses ML-KEM as standardised (FIPS 203),
// alone or in a hybrid.
func (g Group) MLKEM() bool {
	return g >= GroupMLKEM512 && g <= GroupMLKEM1024 || g >= GroupSecP256r1MLKEM768 && g <= GroupCurveSM2MLKEM768
}

// Hybrid reports whether the group joins a classical group with a KEM.
func (g Group) Hybrid() bool {
	return g >= GroupSecP256r1MLKEM768 && g <= GroupCurveSM2MLKEM768 || g.kemDraft()
}

// kemDraft is for the hybrids that were deployed before ML-KEM was final.
func (g Group) kemDraft() bool {
	switch g {
	case 0x4138, GroupX25519Kyber768, 0x639A, 0xFE30, 0xFE31, 0xFE32:
		return true
	}
	return false
}

// FiniteField reports whether the group is a prime field (RFC 7919), which
// DHE suites use; all other classical groups are curves.
func (g Group) FiniteField() bool { return g>>8 == 1 }

// TLS13Only reports whether the group exists in TLS 1.3 alone.
func (g Group) TLS13Only() bool {
	return g.PostQuantum() || g >= 0x001F && g <= 0x0021 || g == 0x0029
}

// MarshalText writes the name.
func (g Group) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads the name.
func (g *Group) UnmarshalText(b []byte) error {
	v, ok := GroupByName(string(b))
	if !ok {
		return fmt.Errorf("no group is called %q", b)
	}
	*g = v
	return nil
}
