package tlswire

// ServerFlight is the clear text that a server sends first: an SSLv2 or TLS
// hello and what follows it, or an alert. A field is set only when its
// message was there; the slices are parts of the input or of the scratch.
type ServerFlight struct {
	HasHello bool
	Hello    ServerHello
	// Retried is the HelloRetryRequest, when a ServerHello came after it;
	// when only the request came, it is Hello.
	HasRetried bool
	Retried    ServerHello

	HasSSLv2 bool
	SSLv2    SSLv2ServerHello

	HasCertificate bool // never in TLS 1.3, where it is encrypted
	Certificate    Certificates
	// KeyExchange is the body of ServerKeyExchange: see ParseKeyExchange.
	KeyExchange        []byte
	CertificateStatus  []byte // the body of that message: see StapledOCSP
	NewTicket          []byte // the body of NewSessionTicket: see SessionTicket
	CertificateRequest bool   // the server asks for a client certificate
	Done               bool   // ServerHelloDone
	ChangeCipherSpec   bool
	Encrypted          bool // protected records follow
	Finished           bool // protected handshake records, after ChangeCipherSpec

	HasAlert   bool
	AlertLevel AlertLevel
	Alert      Alert

	// Read is how many bytes of whole records were read.
	Read int
}

// Complete reports whether nothing more comes in clear text before the
// client's next turn, so that a scanner can stop reading. A HelloRetryRequest
// and the ServerHello of TLS 1.3 are the end of it.
func (f *ServerFlight) Complete() bool {
	return f.Done || f.Encrypted || f.HasSSLv2 || f.HasAlert && f.AlertLevel == AlertFatal ||
		f.HasHello && f.Hello.NegotiatedVersion().AtLeast(TLS13)
}

// ParseKeyExchange reads ServerKeyExchange by the hello's suite and version.
func (f *ServerFlight) ParseKeyExchange() (ServerKeyExchange, error) {
	return ParseServerKeyExchange(f.KeyExchange, f.Hello.Suite, f.Hello.NegotiatedVersion())
}

// StapledOCSP is the OCSP response of CertificateStatus, in DER; nil when none
// came or the message does not add up (RFC 6066, 8).
func (f *ServerFlight) StapledOCSP() []byte {
	const ocsp = 1
	c := cursor{b: f.CertificateStatus}
	if c.u8() != ocsp {
		return nil
	}
	der := c.vec24()
	if c.failed || len(c.b) > 0 {
		return nil
	}
	return der
}

// SessionTicket is the ticket of NewSessionTicket before TLS 1.3, where it
// stands in clear text; nil when none came or the message does not add up
// (RFC 5077, 3.3).
func (f *ServerFlight) SessionTicket() []byte {
	c := cursor{b: f.NewTicket}
	c.take(4) // how long it shall be kept
	ticket := c.vec16()
	if c.failed || len(c.b) > 0 {
		return nil
	}
	return ticket
}

// ReadServerFlight reads the server's direction of a connection from its
// start, as far as it is there. A message that spans records is assembled in
// scratch, which may be nil. The error says why it ends: nil at the end of
// the stream on a record's border, ErrShort inside a record or message,
// ErrNotTLS when other bytes stand there. What was read before is there in
// every case; Complete tells whether more is to come.
func ReadServerFlight(stream, scratch []byte) (ServerFlight, error) {
	var f ServerFlight
	if DetectServerHello(stream) == DetectedSSLv2 {
		var err error
		f.SSLv2, err = ParseSSLv2ServerHello(stream)
		f.HasSSLv2 = err == nil
		return f, err
	}
	r := MessageReader{Scratch: scratch[:0], stream: stream}
	for !f.Encrypted {
		if r.AtEnd() {
			return f, nil
		}
		m, err := r.Next()
		f.Read = r.Offset()
		if err != nil {
			return f, err
		}
		if err := f.add(m); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (f *ServerFlight) add(m Message) error {
	switch {
	case m.Encrypted:
		f.Encrypted = true
		f.Finished = m.Type == ContentHandshake
	case m.Type == ContentHandshake:
		return f.handshake(m)
	case m.Type == ContentChangeCipherSpec:
		f.ChangeCipherSpec = true
	case m.Type == ContentAlert:
		level, alert, err := ParseAlert(m.Fragment)
		if err != nil {
			return err
		}
		// A warning does not hide the fatal alert that comes after it.
		if !f.HasAlert || level == AlertFatal {
			f.HasAlert, f.AlertLevel, f.Alert = true, level, alert
		}
	}
	return nil
}

func (f *ServerFlight) handshake(m Message) (err error) {
	body := m.Handshake.Body
	switch m.Handshake.Type {
	case TypeServerHello:
		if f.HasHello {
			f.HasRetried, f.Retried = f.Hello.HelloRetryRequest(), f.Hello
		}
		f.Hello, err = ParseServerHello(body)
		err = whole(err)
		f.Hello.RecordVersion = m.Version
		// Extensions that do not add up hide neither suite nor version.
		f.HasHello = err == nil || f.Hello.HasExtensions
	case TypeCertificate:
		f.Certificate, err = ParseCertificate(body, f.Hello.NegotiatedVersion())
		err = whole(err)
		f.HasCertificate = err == nil
	case TypeServerKeyExchange:
		f.KeyExchange = body
	case TypeNewSessionTicket:
		f.NewTicket = body
	case TypeCertificateStatus:
		f.CertificateStatus = body
	case TypeCertificateRequest:
		f.CertificateRequest = true
	case TypeServerHelloDone:
		f.Done = true
	}
	return err
}
