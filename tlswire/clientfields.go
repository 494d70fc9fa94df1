package tlswire

import "iter"

// SignallingSuites say something other than a cipher.
const (
	SuiteEmptyRenegotiationInfo Suite = 0x00FF // RFC 5746, 3.3
	SuiteFallback               Suite = 0x5600 // RFC 7507
)

// vector16 is the content of an extension that is one vector with a two-byte
// length; a cut one gives what is there.
func (h *ClientHello) vector16(t ExtensionType) []byte {
	data, _ := h.Extensions.Get(t)
	c := cursor{b: data}
	return c.vec16()
}

func (h *ClientHello) vector8(t ExtensionType) []byte {
	data, _ := h.Extensions.Get(t)
	c := cursor{b: data}
	return c.vec8()
}

// SupportedVersions is the list of that extension, GREASE included; empty
// when there is none (RFC 8446, 4.2.1).
func (h *ClientHello) SupportedVersions() VersionList {
	return VersionList(h.vector8(ExtSupportedVersions))
}

// Versions runs through the versions that the hello states: those of
// supported_versions without GREASE, else the legacy version alone. Such a
// hello may mean lower versions too, but does not say so.
func (h *ClientHello) Versions() iter.Seq[Version] {
	return func(yield func(Version) bool) {
		list := h.SupportedVersions()
		if !h.Extensions.Has(ExtSupportedVersions) {
			yield(h.legacyMax())
			return
		}
		for v := range list.All() {
			if !IsGREASE(uint16(v)) && !yield(v) {
				return
			}
		}
	}
}

// legacyMax is what legacy_version offers: without supported_versions never
// more than TLS 1.2, whatever number stands there (RFC 8446, 4.2.1).
func (h *ClientHello) legacyMax() Version {
	if h.Format != FormatDTLS && h.Version > TLS12 && h.Version>>8 == 3 {
		return TLS12
	}
	return h.Version
}

// MaxVersion is the highest version that the hello offers, zero when it
// offers none that is known.
func (h *ClientHello) MaxVersion() Version {
	var best Version
	for v := range h.Versions() {
		if v.Rank() > best.Rank() {
			best = v
		}
	}
	return best
}

// Offers reports whether the hello states v.
func (h *ClientHello) Offers(v Version) bool {
	for o := range h.Versions() {
		if o == v {
			return true
		}
	}
	return false
}

// OffersSuite reports whether the suite is offered, in either form of hello.
func (h *ClientHello) OffersSuite(s Suite) bool {
	for k := range h.Kinds.All() {
		if k == CipherKind(s) {
			return true
		}
	}
	return h.Suites.Has(s)
}

// CipherSuites runs through the suites in the client's order, in either form
// of hello, without GREASE and without SSLv2's own ciphers; signalling values
// are among them.
func (h *ClientHello) CipherSuites() iter.Seq[Suite] {
	return func(yield func(Suite) bool) {
		for k := range h.Kinds.All() {
			if s, ok := k.Suite(); ok && !yield(s) {
				return
			}
		}
		for s := range h.Suites.All() {
			if !IsGREASE(uint16(s)) && !yield(s) {
				return
			}
		}
	}
}

// ServerName is the host name of server_name, nil when there is none
// (RFC 6066, 3).
func (h *ClientHello) ServerName() []byte {
	c := cursor{b: h.vector16(ExtServerName)}
	for len(c.b) > 0 && !c.failed {
		kind := c.u8()
		if name := c.vec16(); kind == 0 && len(name) > 0 {
			return name
		}
	}
	return nil
}

// ALPN is the protocols offered (RFC 7301, 3.1).
func (h *ClientHello) ALPN() Names { return Names(h.vector16(ExtALPN)) }

// Groups is supported_groups, GREASE included (RFC 8446, 4.2.7).
func (h *ClientHello) Groups() GroupList { return GroupList(h.vector16(ExtSupportedGroups)) }

// SignatureSchemes is signature_algorithms, GREASE included (RFC 8446,
// 4.2.3).
func (h *ClientHello) SignatureSchemes() SchemeList {
	return SchemeList(h.vector16(ExtSignatureAlgorithms))
}

// CertificateSchemes is signature_algorithms_cert (RFC 8446, 4.2.3).
func (h *ClientHello) CertificateSchemes() SchemeList {
	return SchemeList(h.vector16(ExtSignatureAlgsCert))
}

// KeyShares is the client's key shares (RFC 8446, 4.2.8).
func (h *ClientHello) KeyShares() KeyShares { return KeyShares(h.vector16(ExtKeyShare)) }

// PointFormats is ec_point_formats (RFC 8422, 5.1.2).
func (h *ClientHello) PointFormats() []byte { return h.vector8(ExtPointFormats) }

// ExtendedMasterSecret reports whether RFC 7627 is offered.
func (h *ClientHello) ExtendedMasterSecret() bool { return h.Extensions.Has(ExtExtendedMasterSecret) }

// EncryptThenMAC reports whether RFC 7366 is offered.
func (h *ClientHello) EncryptThenMAC() bool { return h.Extensions.Has(ExtEncryptThenMAC) }

// SecureRenegotiation reports whether RFC 5746 is offered, by the extension
// or by the signalling suite.
func (h *ClientHello) SecureRenegotiation() bool {
	return h.Extensions.Has(ExtRenegotiationInfo) || h.OffersSuite(SuiteEmptyRenegotiationInfo)
}

// SessionTicket reports whether tickets of RFC 5077 are offered.
func (h *ClientHello) SessionTicket() bool { return h.Extensions.Has(ExtSessionTicket) }

// Heartbeat reports whether RFC 6520 is offered.
func (h *ClientHello) Heartbeat() bool { return h.Extensions.Has(ExtHeartbeat) }

// Fallback reports whether the client says that it retries with a lower
// version (TLS_FALLBACK_SCSV, RFC 7507).
func (h *ClientHello) Fallback() bool { return h.OffersSuite(SuiteFallback) }

// ECH reports whether an encrypted hello goes along; what stands in clear
// text, the server name above all, is then the outer one (RFC 9849).
func (h *ClientHello) ECH() bool { return h.Extensions.Has(ExtECH) }

// PostQuantum reports whether a group that resists a quantum computer is
// offered.
func (h *ClientHello) PostQuantum() bool {
	for g := range h.Groups().All() {
		if g.PostQuantum() {
			return true
		}
	}
	return false
}
