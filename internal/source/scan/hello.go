package scan

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/binary"
	"slices"

	"github.com/tlsready/tlsready/tlswire"
)

// form is how large and how modern a hello is made. Servers and boxes in
// front of them fail on long hellos and on extensions, each in its own way.
type form uint8

// The forms, richest first.
const (
	formFull  form = iota // all suites, groups and algorithms
	form64                // at most 64 suites
	form255               // besides, at most 255 bytes
	formPlain             // at most 64 suites and no extensions, as before 2003
)

const (
	maxSuites = 64
	maxBytes  = 255
)

// String completes "a hello with ...".
func (f form) String() string {
	return [...]string{"all suites", "at most 64 suites", "at most 255 bytes", "no extensions"}[f]
}

// question is one hello: exactly one version, and what is offered with it.
type question struct {
	version  tlswire.Version
	form     form
	suites   []tlswire.Suite
	groups   []tlswire.Group
	sni      string
	alpn     []string                       // of protocols whose servers insist on it
	schemes  []tlswire.SignatureScheme      // instead of those of the form
	raw      []byte                         // a recorded hello, sent as it is; the rest says what it offers
	also     func(*tlswire.ClientHelloSpec) // asks for more than suites and groups
	stranger bool                           // its certificates are not those of the name that is asked about
	row      string                         // of questions asked one after the other, whose connections may be opened early; "" for none
	opens    int                            // connections to open early for the row
	// wants tells whether to read on after a ServerHello with this suite,
	// for the certificate and the key exchange; nil is never.
	wants func(tlswire.Suite) bool
}

// question gives the question for a version in a form. SSLv2 has its own hello,
// in which only the length of the challenge differs.
func (h *host) question(v tlswire.Version, f form, suites []tlswire.Suite) question {
	q := question{version: v, form: f, suites: suites, sni: h.sni, alpn: h.target.ALPN, wants: h.wantsFlight}
	switch {
	case f == formPlain || v == tlswire.SSL30 || v == tlswire.SSL20:
		q.sni, q.alpn = "", nil
	case f == form255:
		q.groups = popularGroups
	default:
		q.groups = groupsFor(v)
	}
	return q
}

// chunks splits suites into lists that a hello of this form can hold.
func (h *host) chunks(v tlswire.Version, f form, suites []tlswire.Suite) [][]tlswire.Suite {
	n := len(suites)
	if n == 0 {
		return [][]tlswire.Suite{nil} // SSLv2 has ciphers of its own
	}
	switch f {
	case form64, formPlain:
		n = maxSuites
	case form255:
		bare := h.question(v, f, nil)
		n = min(maxSuites, max(1, (maxBytes-len(bare.bytes()))/2))
	}
	return slices.Collect(slices.Chunk(suites, max(n, 1)))
}

// bytes is the hello as it goes over the wire.
func (q *question) bytes() []byte {
	if q.raw != nil {
		return q.raw
	}
	if q.version == tlswire.SSL20 {
		return q.sslv2()
	}
	s := tlswire.ClientHelloSpec{Min: q.version, Max: q.version, Random: random(32), Suites: q.suites}
	if q.version != tlswire.TLS13 {
		// Instead of the extension, so that it reaches every server.
		s.Suites = append(slices.Clone(q.suites), tlswire.SuiteEmptyRenegotiationInfo)
	}
	s.NoExtensions = q.form == formPlain || q.version == tlswire.SSL30
	s.ServerName, s.ALPN = q.sni, q.alpn
	s.Groups = q.groups
	s.PointFormats = []byte{0}
	switch {
	case q.version == tlswire.TLS13:
		s.Schemes = newSchemes
		s.PointFormats = nil
		s.Extra = []tlswire.Extension{{Type: tlswire.ExtPSKModes, Data: []byte{1, 1}}}
		s.EmptyKeyShare = true
	case q.version == tlswire.TLS12:
		s.Schemes = allSchemes
	}
	if q.form != form255 {
		// What strict servers and middleboxes look for.
		s.ExtendedMasterSecret = q.version != tlswire.TLS13
		if q.version == tlswire.TLS13 {
			s.SessionID = random(32)
		}
	}
	if q.form == form255 {
		if s.Schemes != nil {
			s.Schemes = popularSchemes
		}
		// A real share, for servers that will not ask for one.
		if q.version == tlswire.TLS13 && slices.Contains(q.groups, tlswire.GroupX25519) {
			s.EmptyKeyShare, s.KeyShares = false, []tlswire.KeyShare{x25519Share()}
		}
	}
	if q.schemes != nil {
		// What may sign the certificates themselves is another matter.
		s.Schemes = q.schemes
		s.Extra = append(s.Extra, tlswire.Extension{Type: tlswire.ExtSignatureAlgsCert, Data: schemeList(allSchemes)})
	}
	if q.also != nil {
		q.also(&s)
	}
	b, err := s.AppendRecords(nil)
	if err != nil {
		return nil // a list of over 32000 suites; ours have some hundred
	}
	return b
}

// schemeList is the data of an extension that lists signature algorithms.
func schemeList(list []tlswire.SignatureScheme) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(2*len(list)))
	for _, s := range list {
		b = binary.BigEndian.AppendUint16(b, uint16(s))
	}
	return b
}

func (q *question) sslv2() []byte {
	s := tlswire.SSLv2ClientHelloSpec{Version: tlswire.SSL20, Kinds: tlswire.SSLv2Kinds(), Challenge: random(16)}
	if q.form != formFull {
		s.Challenge = random(32)
	}
	b, err := s.Append(nil)
	if err != nil {
		return nil
	}
	return b
}

func x25519Share() tlswire.KeyShare {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return tlswire.KeyShare{Group: tlswire.GroupX25519, Key: random(32)}
	}
	return tlswire.KeyShare{Group: tlswire.GroupX25519, Key: key.PublicKey().Bytes()}
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}
