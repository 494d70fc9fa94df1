package tlswire

import (
	"errors"
	"fmt"
)

// Extension is an extension to write.
type Extension struct {
	Type ExtensionType
	Data []byte
}

// KeyShare is a key share to write.
type KeyShare struct {
	Group Group
	Key   []byte
}

// ClientHelloSpec says what a ClientHello shall be. The random and the
// session id come from the caller, so that the same spec gives the same
// bytes. The zero value of a list leaves its extension out.
type ClientHelloSpec struct {
	// Min and Max are the range of versions to offer. Max SSL30 gives the
	// SSLv3 form: record version 3.0 and no extensions. Max TLS13 gives
	// supported_versions, down to Min but not below TLS 1.0; a Min of zero
	// is Max. Below TLS 1.3 a hello cannot state its lowest version.
	Min, Max Version

	// RecordVersion overrides the version of the record layer: by default
	// TLS 1.0, as clients do, or SSL 3.0 for Max SSL30 (RFC 8446, 5.1).
	RecordVersion Version
	// LegacyVersion overrides the version in the hello.
	LegacyVersion Version
	// SupportedVersions overrides the list made of Min and Max.
	SupportedVersions []Version

	Random      []byte // 32 bytes
	SessionID   []byte
	Cookie      []byte // DTLS; see DTLS
	DTLS        bool   // put a cookie field in
	Suites      []Suite
	Compression []byte // default: null alone

	ServerName   string // no trailing dot, no address (RFC 6066, 3)
	Groups       []Group
	PointFormats []byte
	Schemes      []SignatureScheme
	ALPN         []string
	KeyShares    []KeyShare
	// EmptyKeyShare writes a key_share without shares, which asks for a
	// HelloRetryRequest: it names the group and costs the server no
	// signature (RFC 8446, 4.2.8).
	EmptyKeyShare bool

	ExtendedMasterSecret bool
	SecureRenegotiation  bool
	SessionTicket        bool

	// Extra extensions come before the last two, since some servers fail on
	// a hello that ends with an empty extension.
	Extra []Extension
	// PadTo pads the message, header included, to this length (RFC 7685).
	PadTo int
	// NoExtensions leaves all of them out.
	NoExtensions bool
}

// What can be wrong with a spec.
var (
	errRandom  = errors.New("tlswire: a ClientHello needs 32 random bytes")
	errTooLong = errors.New("tlswire: a list is too long for its length field")
)

// Versions the legacy field and the extension carry.
func (s *ClientHelloSpec) legacy() Version {
	switch {
	case s.LegacyVersion != 0:
		return s.LegacyVersion
	case s.Max == DTLS13:
		return DTLS12
	case s.Max.Rank() >= TLS13.Rank():
		return TLS12
	}
	return s.Max
}

func (s *ClientHelloSpec) supported() []Version {
	if s.SupportedVersions != nil || s.Max.Rank() < TLS13.Rank() {
		return s.SupportedVersions
	}
	if s.Max == DTLS13 {
		return spanDown([]Version{DTLS13, DTLS12, DTLS10}, s.Min)
	}
	return spanDown([]Version{s.Max, TLS12, TLS11, TLS10}, s.Min)
}

// spanDown is the head of all, which falls, down to lo; a lo of zero is the
// highest alone.
func spanDown(all []Version, lo Version) []Version {
	for i, v := range all {
		if i > 0 && (lo == 0 || v.Rank() < lo.Rank()) {
			return all[:i]
		}
	}
	return all
}

// AppendMessage writes the handshake message, with its header.
func (s *ClientHelloSpec) AppendMessage(dst []byte) ([]byte, error) {
	if len(s.Random) != 32 {
		return dst, errRandom
	}
	w := writer{b: dst}
	start := len(dst)
	w.u8(uint8(TypeClientHello))
	message := w.open(3)
	w.u16(uint16(s.legacy()))
	w.bytes(s.Random)
	w.vec(1, s.SessionID)
	if s.DTLS {
		w.vec(1, s.Cookie)
	}
	suites := w.open(2)
	for _, v := range s.Suites {
		w.u16(uint16(v))
	}
	w.close(suites)
	if s.Compression == nil {
		w.vec(1, []byte{0})
	} else {
		w.vec(1, s.Compression)
	}
	if !s.NoExtensions && s.legacy() != SSL30 {
		s.extensions(&w, start)
	}
	w.close(message)
	if w.tooLong {
		return dst, errTooLong
	}
	return w.b, nil
}

// AppendRecords writes the hello in records, as it goes over TCP.
func (s *ClientHelloSpec) AppendRecords(dst []byte) ([]byte, error) {
	message, err := s.AppendMessage(nil)
	if err != nil {
		return dst, err
	}
	v := s.RecordVersion
	switch {
	case v != 0:
	case s.legacy() == SSL30:
		v = SSL30
	default:
		v = TLS10
	}
	return AppendRecord(dst, ContentHandshake, v, message), nil
}

// extensions writes the block. An empty block is left out.
func (s *ClientHelloSpec) extensions(w *writer, start int) {
	block := w.open(2)
	s.names(w)
	s.flags(w)
	for _, e := range s.Extra {
		w.extension(e.Type, func() { w.bytes(e.Data) })
	}
	s.algorithms(w)
	s.tls13(w)
	if pad := s.PadTo - (len(w.b) - start) - 4; s.PadTo > 0 && pad >= 0 {
		w.extension(ExtPadding, func() { w.bytes(make([]byte, pad)) })
	}
	if len(w.b) == block.at+block.size {
		w.b = w.b[:block.at]
		return
	}
	w.close(block)
}

func (s *ClientHelloSpec) names(w *writer) {
	if s.ServerName != "" {
		w.extension(ExtServerName, func() {
			list := w.open(2)
			w.u8(0)
			w.vec(2, []byte(s.ServerName))
			w.close(list)
		})
	}
	if s.ALPN != nil {
		w.extension(ExtALPN, func() {
			list := w.open(2)
			for _, p := range s.ALPN {
				w.vec(1, []byte(p))
			}
			w.close(list)
		})
	}
}

func (s *ClientHelloSpec) flags(w *writer) {
	if s.SecureRenegotiation {
		w.extension(ExtRenegotiationInfo, func() { w.u8(0) })
	}
	if s.ExtendedMasterSecret {
		w.extension(ExtExtendedMasterSecret, func() {})
	}
	if s.SessionTicket {
		w.extension(ExtSessionTicket, func() {})
	}
}

func (s *ClientHelloSpec) tls13(w *writer) {
	if list := s.supported(); len(list) > 0 {
		w.extension(ExtSupportedVersions, func() {
			l := w.open(1)
			for _, v := range list {
				w.u16(uint16(v))
			}
			w.close(l)
		})
	}
	if len(s.KeyShares) > 0 || s.EmptyKeyShare {
		w.extension(ExtKeyShare, func() {
			l := w.open(2)
			for _, k := range s.KeyShares {
				w.u16(uint16(k.Group))
				w.vec(2, k.Key)
			}
			w.close(l)
		})
	}
}

func (s *ClientHelloSpec) algorithms(w *writer) {
	if s.PointFormats != nil {
		w.extension(ExtPointFormats, func() { w.vec(1, s.PointFormats) })
	}
	if s.Schemes != nil {
		w.extension(ExtSignatureAlgorithms, func() {
			l := w.open(2)
			for _, v := range s.Schemes {
				w.u16(uint16(v))
			}
			w.close(l)
		})
	}
	if s.Groups != nil {
		w.extension(ExtSupportedGroups, func() {
			l := w.open(2)
			for _, v := range s.Groups {
				w.u16(uint16(v))
			}
			w.close(l)
		})
	}
}

// SSLv2ClientHelloSpec says what a ClientHello of the SSLv2 form shall be.
type SSLv2ClientHelloSpec struct {
	Version   Version // SSL20 for SSLv2 itself
	Kinds     []CipherKind
	SessionID []byte // 0 or 16 bytes
	Challenge []byte // 16 to 32 bytes
}

// Append writes the hello with its record header.
func (s *SSLv2ClientHelloSpec) Append(dst []byte) ([]byte, error) {
	n := 9 + 3*len(s.Kinds) + len(s.SessionID) + len(s.Challenge)
	if n > 0x7fff {
		return dst, errTooLong
	}
	if len(s.Challenge) < 16 || len(s.Challenge) > 32 {
		return dst, fmt.Errorf("tlswire: an SSLv2 challenge of %d bytes: want 16 to 32", len(s.Challenge))
	}
	w := writer{b: dst}
	w.u16(0x8000 | uint16(n))
	w.u8(sslv2ClientHello)
	w.u16(uint16(s.Version))
	w.u16(uint16(3 * len(s.Kinds)))
	w.u16(uint16(len(s.SessionID)))
	w.u16(uint16(len(s.Challenge)))
	for _, k := range s.Kinds {
		w.bytes([]byte{byte(k >> 16), byte(k >> 8), byte(k)})
	}
	w.bytes(s.SessionID)
	w.bytes(s.Challenge)
	return w.b, nil
}
