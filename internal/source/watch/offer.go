package watch

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/tlsready/tlsready/tlswire"
)

// An offer is what a ClientHello says of the program that sent it, besides
// the name it asks for: the same in each hello of that program.
type offer struct {
	versions []tlswire.Version // lowest first
	max      tlswire.Version
	fallback bool
	ech      bool
	ja3, ja4 string
	protocol string // by ALPN
}

func offerOf(h *tlswire.ClientHello, t tlswire.Transport) *offer {
	o := &offer{
		max: h.MaxVersion(), fallback: h.Fallback(), ech: h.Extensions.Has(tlswire.ExtECH),
		ja3: tlswire.JA3(h), ja4: tlswire.JA4(h, t), protocol: protocolOfALPN(string(h.ALPN().First())),
	}
	for v := range h.Versions() {
		o.versions = append(o.versions, v)
	}
	slices.SortStableFunc(o.versions, func(a, b tlswire.Version) int { return cmp.Compare(a.Rank(), b.Rank()) })
	return o
}

// offers remembers what hellos offer by the parts of them that decide it:
// programs are few, and two fingerprints cost more than all else about a hello.
type offers struct {
	known map[string]*offer
	key   []byte // scratch
}

// Bounds of what is remembered: some half a megabyte.
const (
	maxOffers   = 1 << 10
	maxOfferKey = 1 << 10
)

// of is offerOf with a memory. The offer is shared and not to be changed.
func (m *offers) of(h *tlswire.ClientHello, t tlswire.Transport) *offer {
	if h.Format == tlswire.FormatSSLv2 {
		return offerOf(h, t)
	}
	m.key = appendOfferKey(m.key[:0], h, t)
	if len(m.key) > maxOfferKey {
		m.key = nil
		return offerOf(h, t)
	}
	if o := m.known[string(m.key)]; o != nil {
		return o
	}
	if m.known == nil || len(m.known) >= maxOffers {
		m.known = map[string]*offer{}
	}
	o := offerOf(h, t)
	m.known[string(m.key)] = o
	return o
}

// appendOfferKey writes what an offer depends on: versions, suites, the types
// of the extensions, and the data of those that fingerprints or versions are
// read from. Of GREASE (RFC 8701) only its place counts.
func appendOfferKey(key []byte, h *tlswire.ClientHello, t tlswire.Transport) []byte {
	key = append(key, byte(t), byte(h.Format), byte(h.Version>>8), byte(h.Version))
	key = binary.BigEndian.AppendUint16(key, uint16(len(h.Suites)))
	key = appendWithoutGREASE(key, h.Suites)
	for kind, data := range h.Extensions.All() {
		at := len(key)
		key = append(key, byte(kind>>8), byte(kind))
		flatten(key[at:])
		switch kind {
		case tlswire.ExtSupportedGroups, tlswire.ExtSignatureAlgorithms:
			key = binary.BigEndian.AppendUint16(key, uint16(len(data)))
			key = appendWithoutGREASE(key, data) // a length, and numbers of the same size
		case tlswire.ExtSupportedVersions:
			key = append(key, byte(len(data)))
			key = append(key, data[:min(1, len(data))]...)
			key = appendWithoutGREASE(key, data[min(1, len(data)):])
		case tlswire.ExtPointFormats, tlswire.ExtALPN:
			key = binary.BigEndian.AppendUint16(key, uint16(len(data)))
			key = append(key, data...)
		}
	}
	return key
}

// appendWithoutGREASE appends numbers of two bytes, all of GREASE as one.
func appendWithoutGREASE(key, numbers []byte) []byte {
	at := len(key)
	key = append(key, numbers...)
	for b := key[at:]; len(b) >= 2; b = b[2:] {
		flatten(b)
	}
	return key
}

// flatten makes a number of GREASE the first of them.
func flatten(b []byte) {
	if b[0]&15 == 10 && b[0] == b[1] {
		b[0], b[1] = 10, 10
	}
}
