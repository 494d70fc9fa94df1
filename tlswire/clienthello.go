package tlswire

// HelloFormat is the form in which a ClientHello is written.
type HelloFormat uint8

// The forms. A hello of the SSLv2 form may offer up to TLS 1.2 (RFC 5246,
// E.2).
const (
	FormatTLS HelloFormat = iota
	FormatSSLv2
	FormatDTLS
)

// String is "tls", "sslv2" or "dtls".
func (f HelloFormat) String() string {
	switch f {
	case FormatSSLv2:
		return "sslv2"
	case FormatDTLS:
		return "dtls"
	}
	return "tls"
}

// ClientHello is a ClientHello as it was sent (RFC 8446, 4.1.2; RFC 5246,
// 7.4.1.2). All slices are parts of the input; a field that was cut away is
// nil.
type ClientHello struct {
	Format        HelloFormat
	RecordVersion Version // of the record layer; zero when parsed without
	Version       Version // legacy_version: see MaxVersion for what is offered
	Random        []byte  // the challenge of an SSLv2 hello
	SessionID     []byte
	Cookie        []byte // DTLS (RFC 6347, 4.2.1)
	Suites        SuiteList
	Kinds         KindList // of an SSLv2 hello, instead of Suites
	Compression   []byte
	Extensions    Extensions
	// HasExtensions tells an empty extension block from none.
	HasExtensions bool
}

// ParseClientHello reads the body of a ClientHello message, as it is in TLS
// and in QUIC. On ErrShort the hello holds what was there before the cut.
func ParseClientHello(body []byte) (ClientHello, error) {
	var h ClientHello
	err := parseClientHello(&h, body)
	return h, err
}

// ParseDTLSClientHello reads the body of a ClientHello of DTLS, which has a
// cookie besides (RFC 6347, 4.2.1).
func ParseDTLSClientHello(body []byte) (ClientHello, error) {
	h := ClientHello{Format: FormatDTLS}
	err := parseClientHello(&h, body)
	return h, err
}

func parseClientHello(h *ClientHello, body []byte) error {
	c := cursor{b: body}
	h.Version = Version(c.u16())
	h.Random = c.take(32)
	h.SessionID = c.vec8()
	if h.Format == FormatDTLS {
		h.Cookie = c.vec8()
	}
	h.Suites = SuiteList(c.vec16())
	h.Compression = c.vec8()
	switch {
	case len(h.SessionID) > 32:
		return errSessionID
	case c.failed:
		return ErrShort
	case len(h.Suites)%2 != 0:
		return errOddLength
	case len(c.b) == 0:
		return nil
	}
	h.HasExtensions = true
	h.Extensions = Extensions(c.vec16())
	switch {
	case c.failed:
		return ErrShort
	case len(c.b) > 0:
		return errTrailing
	}
	return h.Extensions.check()
}

// check tells whether the extensions fill their block exactly.
func (e Extensions) check() error {
	c := cursor{b: e}
	for len(c.b) > 0 {
		c.u16()
		c.vec16()
		if c.failed {
			return errOddLength
		}
	}
	return nil
}

// ReadClientHello reads the ClientHello at the start of a stream, in TLS
// records or in the SSLv2 form. A hello that spans records is assembled in
// scratch, which may be nil. ErrShort means that more bytes are needed; the
// hello then holds what is there.
func ReadClientHello(stream, scratch []byte) (ClientHello, error) {
	if DetectClientHello(stream) == DetectedSSLv2 {
		h, _, err := ParseSSLv2ClientHello(stream)
		return h, err
	}
	r := MessageReader{Scratch: scratch[:0], stream: stream}
	m, err := r.Next()
	if m.Type != ContentHandshake && (err == nil || m.Type != 0) {
		return ClientHello{}, ErrNotTLS
	}
	if m.Handshake.Type != TypeClientHello && (err == nil || m.Handshake.Length > 0) {
		return ClientHello{RecordVersion: m.Version}, errWrongMessage
	}
	h := ClientHello{RecordVersion: m.Version}
	if len(m.Handshake.Body) == 0 {
		return h, firstError(err, ErrShort)
	}
	perr := whole(parseClientHello(&h, m.Handshake.Body))
	return h, firstError(err, perr)
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// whole turns the ErrShort of a message that is there as a whole into what it
// then is: no further bytes will mend it.
func whole(err error) error {
	if err == ErrShort {
		return errOverrun
	}
	return err
}
