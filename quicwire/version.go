package quicwire

import (
	"encoding/binary"
	"fmt"
)

// Version is a version of QUIC as it stands in a long header.
type Version uint32

// The versions that have a name of their own.
const (
	Negotiation Version = 0          // marks Version Negotiation (RFC 8999, 6)
	V1          Version = 1          // RFC 9000
	V2          Version = 0x6b3343cf // RFC 9369
	V2Draft     Version = 0x709a50c4 // of the drafts of RFC 9369
	Draft29     Version = 0xff00001d // draft-ietf-quic-transport-29
)

// Versions of single vendors, which carry TLS as the drafts did. That these
// are their keys is proven by the packets that open with them.
const (
	mvfst             Version = 0xfaceb002 // Meta's mvfst, made from draft 27
	mvfstExperimental Version = 0xfaceb00e
	mvfst22           Version = 0xfaceb001 // made from draft 22
	googleT050        Version = 0x54303530 // Google's own frames around TLS
	googleT051        Version = 0x54303531
)

// The drafts of version 1 count up from this number.
const draftBase = 0xff000000

// draft is the number of the draft of version 1, zero when v is none.
func (v Version) draft() int {
	if n := int(v) - draftBase; n > 0 && n < 0x100 {
		return n
	}
	return 0
}

// String is "QUIC v1", "QUIC v2", "QUIC draft 29", for the protocol that came
// before them "gQUIC Q046", else the number.
func (v Version) String() string {
	switch {
	case v == V1:
		return "QUIC v1"
	case v == V2:
		return "QUIC v2"
	case v == V2Draft:
		return "QUIC v2 draft"
	case v.draft() > 0:
		return fmt.Sprintf("QUIC draft %d", v.draft())
	case v.google():
		return "gQUIC " + string(binary.BigEndian.AppendUint32(nil, uint32(v)))
	}
	if v == mvfst || v == mvfstExperimental || v == mvfst22 {
		return "QUIC mvfst"
	}
	return fmt.Sprintf("QUIC 0x%08X", uint32(v))
}

// google reports whether v is a version of Google's own, written as a letter
// and three digits.
func (v Version) google() bool {
	letter, digits := byte(v>>24), [3]byte{byte(v >> 16), byte(v >> 8), byte(v)}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return false
		}
	}
	return letter == 'Q' || letter == 'T'
}

// Reserved reports whether v is one of the versions that never come to be: a
// server answers them with the versions that it does know (RFC 9000, 15).
func (v Version) Reserved() bool { return v&0x0f0f0f0f == 0x0a0a0a0a }

// ReservedVersion makes a reserved version out of any number.
func ReservedVersion(n uint32) Version { return Version(n&0xf0f0f0f0 | 0x0a0a0a0a) }

// Readable reports whether the Initial packets of v can be read and written.
func (v Version) Readable() bool { _, ok := v.rules(); return ok }

// rules are what the versions differ in.
type rules struct {
	salt               [20]byte // RFC 9001, 5.2; RFC 9369, 3.3.1
	key, iv, hp        string   // labels
	retryKey           [16]byte // RFC 9001, 5.8; RFC 9369, 3.3.3
	retryNonce         [12]byte
	rotated            bool   // the numbers of the packet types (RFC 9369, 3.2)
	transportExtension uint16 // in which transport parameters stand
}

// Extensions of TLS that carry transport parameters: the registered one (RFC
// 9001, 8.2) and that of the drafts up to 32.
const (
	extTransport      = 0x0039
	extTransportDraft = 0xffa5
)

func (v Version) rules() (rules, bool) {
	switch d := v.draft(); {
	case v == V1, d == 33, d == 34:
		return rulesV1, true
	case v == V2:
		return rulesV2, true
	case d >= 29 && d <= 32:
		return rulesDraft29, true
	case d == 22, v == mvfst22:
		return rulesDraft23.salted(saltDraft22), true
	case v == googleT050:
		return rulesDraft23.salted(saltT050), true
	case v == googleT051:
		return rulesDraft23.salted(saltT051), true
	case v == V2Draft:
		return rulesV2Draft, true
	case d >= 23 && d <= 28, v == mvfst, v == mvfstExperimental:
		return rulesDraft23, true
	}
	return rules{}, false
}

var (
	rulesV1 = rules{
		salt: [20]byte{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a},
		key:  "quic key", iv: "quic iv", hp: "quic hp", transportExtension: extTransport,
		retryKey:   [16]byte{0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8, 0x4e},
		retryNonce: [12]byte{0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb},
	}
	rulesV2 = rules{
		salt: [20]byte{0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9},
		key:  "quicv2 key", iv: "quicv2 iv", hp: "quicv2 hp", rotated: true, transportExtension: extTransport,
		retryKey:   [16]byte{0x8f, 0xb4, 0xb0, 0x1b, 0x56, 0xac, 0x48, 0xe2, 0x60, 0xfb, 0xcb, 0xce, 0xad, 0x7c, 0xcc, 0x92},
		retryNonce: [12]byte{0xd8, 0x69, 0x69, 0xbc, 0x2d, 0x7c, 0x6d, 0x99, 0x90, 0xef, 0xb0, 0x4a},
	}
	// draft-ietf-quic-tls-29 to -32, 5.2 and 5.8.
	rulesDraft29 = rules{
		salt: [20]byte{0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99},
		key:  "quic key", iv: "quic iv", hp: "quic hp", transportExtension: extTransportDraft,
		retryKey:   [16]byte{0xcc, 0xce, 0x18, 0x7e, 0xd0, 0x9a, 0x09, 0xd0, 0x57, 0x28, 0x15, 0x5a, 0x6c, 0xb9, 0x6b, 0xe1},
		retryNonce: [12]byte{0xe5, 0x49, 0x30, 0xf9, 0x7f, 0x21, 0x36, 0xf0, 0x53, 0x0a, 0x8c, 0x1c},
	}
	// draft-ietf-quic-tls-23 to -28, 5.2. The integrity of a Retry was another
	// one in nearly each of them, and is left unchecked.
	rulesDraft23 = rules{
		salt: [20]byte{0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02},
		key:  "quic key", iv: "quic iv", hp: "quic hp", transportExtension: extTransportDraft,
	}
	// draft-ietf-quic-v2-01 to -04, 3.3.1; Retry is left unchecked.
	rulesV2Draft = rules{
		salt: [20]byte{0xa7, 0x07, 0xc2, 0x03, 0xa5, 0x9b, 0x47, 0x18, 0x4a, 0x1d, 0x62, 0xca, 0x57, 0x04, 0x06, 0xea, 0x7a, 0xe3, 0xe5, 0xd3},
		key:  "quicv2 key", iv: "quicv2 iv", hp: "quicv2 hp", rotated: true, transportExtension: extTransport,
	}
)

// Salts of versions that have all else from the drafts from 23 on.
var (
	saltDraft22 = [20]byte{0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a} // draft-ietf-quic-tls-22, 5.2
	saltT050    = [20]byte{0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10} // as Wireshark has it, as the next
	saltT051    = [20]byte{0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d}
)

// salted are the same rules with another salt.
func (r rules) salted(salt [20]byte) rules {
	r.salt = salt
	return r
}
