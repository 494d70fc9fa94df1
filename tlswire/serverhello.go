package tlswire

import "bytes"

// ServerHello is a ServerHello or a HelloRetryRequest as it was sent
// (RFC 8446, 4.1.3; RFC 5246, 7.4.1.3). All slices are parts of the input.
type ServerHello struct {
	RecordVersion Version // zero when parsed without a record
	Version       Version // legacy_version: see NegotiatedVersion
	Random        []byte
	SessionID     []byte
	Suite         Suite
	Compression   byte
	Extensions    Extensions
	HasExtensions bool
}

// helloRetryRandom marks a ServerHello as HelloRetryRequest: SHA-256 of
// "HelloRetryRequest" (RFC 8446, 4.1.3).
var helloRetryRandom = []byte{
	0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
	0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
}

// ParseServerHello reads the body of a ServerHello message. On ErrShort the
// hello holds what was there before the cut.
func ParseServerHello(body []byte) (ServerHello, error) {
	var h ServerHello
	c := cursor{b: body}
	h.Version = Version(c.u16())
	h.Random = c.take(32)
	// The drafts of TLS 1.3 before 22 put their number here and left out the
	// session id and the compression.
	draft := h.Version>>8 == 0x7f
	if !draft {
		h.SessionID = c.vec8()
	}
	h.Suite = Suite(c.u16())
	if !draft {
		h.Compression = byte(c.u8())
	}
	switch {
	case len(h.SessionID) > 32:
		return h, errSessionID
	case c.failed:
		return h, ErrShort
	case len(c.b) == 0:
		return h, nil
	}
	h.HasExtensions = true
	h.Extensions = Extensions(c.vec16())
	switch {
	case c.failed:
		return h, ErrShort
	case len(c.b) > 0:
		return h, errTrailing
	}
	return h, h.Extensions.check()
}

// NegotiatedVersion is the version that the server picked: that of
// supported_versions, else legacy_version (RFC 8446, 4.2.1).
func (h *ServerHello) NegotiatedVersion() Version {
	if v, ok := h.Extensions.Get(ExtSupportedVersions); ok && len(v) == 2 {
		return Version(be16(v))
	}
	return h.Version
}

// HelloRetryRequest reports whether this is one (RFC 8446, 4.1.4).
func (h *ServerHello) HelloRetryRequest() bool { return bytes.Equal(h.Random, helloRetryRandom) }

// SelectedGroup is the group of key_share, in a ServerHello and in a
// HelloRetryRequest; zero when there is none, as before TLS 1.3, where
// ServerKeyExchange names the group (RFC 8446, 4.2.8).
func (h *ServerHello) SelectedGroup() Group {
	if k, ok := h.Extensions.Get(ExtKeyShare); ok && len(k) >= 2 {
		return Group(be16(k))
	}
	return 0
}

// ALPN is the protocol that the server picked, nil when none stands here; in
// TLS 1.3 the answer is encrypted (RFC 7301, 3.1).
func (h *ServerHello) ALPN() []byte {
	data, _ := h.Extensions.Get(ExtALPN)
	c := cursor{b: data}
	return Names(c.vec16()).First()
}

// ExtendedMasterSecret reports whether RFC 7627 was agreed.
func (h *ServerHello) ExtendedMasterSecret() bool { return h.Extensions.Has(ExtExtendedMasterSecret) }

// SecureRenegotiation reports whether the server knows RFC 5746.
func (h *ServerHello) SecureRenegotiation() bool { return h.Extensions.Has(ExtRenegotiationInfo) }

// SessionTicket reports whether the server will send a ticket (RFC 5077).
func (h *ServerHello) SessionTicket() bool { return h.Extensions.Has(ExtSessionTicket) }

// Heartbeat reports whether the server speaks RFC 6520.
func (h *ServerHello) Heartbeat() bool { return h.Extensions.Has(ExtHeartbeat) }

// DowngradeMarker is the version that the server proves it can do by the last
// eight bytes of its random: one that picks TLS 1.2 though it could do 1.3
// signs "DOWNGRD" 01 there, one that picks TLS 1.1 or lower though it could
// do 1.2 or more signs "DOWNGRD" 00 (RFC 8446, 4.1.3). It is TLS13, TLS12
// ("at least"), or zero without a marker.
func (h *ServerHello) DowngradeMarker() Version {
	if len(h.Random) != 32 || string(h.Random[24:31]) != "DOWNGRD" {
		return 0
	}
	switch h.Random[31] {
	case 1:
		return TLS13
	case 0:
		return TLS12
	}
	return 0
}
