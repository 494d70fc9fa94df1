package tlswire

import (
	"fmt"
	"strings"
)

// Version is a protocol version as it stands on the wire. Zero is "not
// known"; SSLv2 has the number its own hello uses.
type Version uint16

// The versions that exist (RFC 6101, 2246, 4346, 5246, 8446; DTLS: RFC 4347,
// 6347, 9147).
const (
	SSL20  Version = 0x0002
	SSL30  Version = 0x0300
	TLS10  Version = 0x0301
	TLS11  Version = 0x0302
	TLS12  Version = 0x0303
	TLS13  Version = 0x0304
	DTLS09 Version = 0x0100 // of the drafts before RFC 4347: old OpenSSL, Cisco AnyConnect
	DTLS10 Version = 0xfeff
	DTLS12 Version = 0xfefd
	DTLS13 Version = 0xfefc
)

// StreamVersions are the versions spoken over TCP, oldest first.
var StreamVersions = [...]Version{SSL20, SSL30, TLS10, TLS11, TLS12, TLS13}

var versionNames = [...]struct {
	v    Version
	name string
}{
	{SSL20, "SSLv2"},
	{SSL30, "SSLv3"},
	{TLS10, "TLS 1.0"},
	{TLS11, "TLS 1.1"},
	{TLS12, "TLS 1.2"},
	{TLS13, "TLS 1.3"},
	{DTLS09, "DTLS 0.9"},
	{DTLS10, "DTLS 1.0"},
	{DTLS12, "DTLS 1.2"},
	{DTLS13, "DTLS 1.3"},
}

// String is the name crypto/tls.VersionName gives, with the DTLS versions
// besides; a number without a name is written 0xABCD, a draft of TLS 1.3 as
// "TLS 1.3 draft 18".
func (v Version) String() string {
	for _, n := range versionNames {
		if n.v == v {
			return n.name
		}
	}
	if v&0xff00 == 0x7f00 {
		return fmt.Sprintf("TLS 1.3 draft %d", v&0xff)
	}
	return fmt.Sprintf("0x%04X", uint16(v))
}

// ParseVersion reads what String writes.
func ParseVersion(s string) (Version, error) {
	for _, n := range versionNames {
		if n.name == s {
			return n.v, nil
		}
	}
	var x uint16
	if d, ok := strings.CutPrefix(s, "TLS 1.3 draft "); ok {
		if _, err := fmt.Sscanf(d, "%d", &x); err == nil && x < 0x100 {
			return Version(0x7f00 | x), nil
		}
	}
	if h, ok := strings.CutPrefix(s, "0x"); ok && len(h) == 4 {
		if _, err := fmt.Sscanf(h, "%04X", &x); err == nil {
			return Version(x), nil
		}
	}
	return 0, fmt.Errorf("version %q: want SSLv2, SSLv3, TLS 1.0 ... TLS 1.3 or DTLS 1.0 ... DTLS 1.3", s)
}

// Rank puts versions in order of strength: DTLS 1.0 and the drafts before it
// were made from TLS 1.1, DTLS 1.2 from TLS 1.2, and a draft of TLS 1.3 counts
// as TLS 1.3. Zero is "not known" or "no version".
func (v Version) Rank() int {
	if v >= SSL30 && v <= TLS13 {
		return 2 + int(v-SSL30)
	}
	return v.rankOfOther()
}

func (v Version) rankOfOther() int {
	switch {
	case v == SSL20:
		return 1
	case v == DTLS10, v == DTLS09:
		return TLS11.Rank()
	case v == DTLS12:
		return TLS12.Rank()
	case v == DTLS13, v&0xff00 == 0x7f00:
		return TLS13.Rank()
	}
	return 0
}

// Known reports whether v has a rank, so that it can be compared.
func (v Version) Known() bool { return v.Rank() > 0 }

// Below reports whether v is known and weaker than floor.
func (v Version) Below(floor Version) bool {
	return v.Known() && v.Rank() < floor.Rank()
}

// AtLeast reports whether v is known and as strong as floor.
func (v Version) AtLeast(floor Version) bool {
	return v.Known() && v.Rank() >= floor.Rank()
}

// MarshalText writes the name, so that records carry names and not numbers.
func (v Version) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the name.
func (v *Version) UnmarshalText(b []byte) error {
	p, err := ParseVersion(string(b))
	if err != nil {
		return err
	}
	*v = p
	return nil
}
