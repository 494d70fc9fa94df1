package tlswire

// Detected is what the first bytes of one direction of a stream look like.
type Detected uint8

// What Detect... functions answer.
const (
	NotDetected   Detected = iota // something else
	NeedMore                      // as far as it goes it could be a hello
	DetectedTLS                   // a hello in TLS records
	DetectedSSLv2                 // a hello of the SSLv2 form
)

// The smallest ClientHello: version, random, empty session id, one suite, one
// compression method; the smallest ServerHello is as long but for the lists.
const (
	minClientHello = 2 + 32 + 1 + 2 + 2 + 2
	minServerHello = 2 + 32 + 1 + 2 + 1
	maxHelloHigh   = 1 // of the three bytes of the length: up to 128 kB
)

// LooksLikeClientHello reports whether b starts with a ClientHello, of TLS or
// of the SSLv2 form, as far as its first bytes tell: cheap and strict enough
// to ask of any TCP stream. It is DetectClientHello without "need more".
func LooksLikeClientHello(b []byte) bool { return DetectClientHello(b) >= DetectedTLS }

// DetectClientHello tells what b, the start of a stream, begins with. A TLS
// hello is recognised from 11 bytes on, or with the first record when that is
// shorter; one of the SSLv2 form from 11 bytes on.
func DetectClientHello(b []byte) Detected {
	if len(b) == 0 {
		return NeedMore
	}
	if b[0] == byte(ContentHandshake) {
		return detectTLS(b, TypeClientHello, minClientHello)
	}
	if b[0]&0x80 != 0 {
		return detectSSLv2(b)
	}
	return NotDetected
}

// DetectServerHello tells whether b, the start of a stream, begins with a
// ServerHello in a TLS record or an SSLv2 SERVER-HELLO. A server may begin
// with an alert as well: see ParseRecord.
func DetectServerHello(b []byte) Detected {
	if len(b) == 0 {
		return NeedMore
	}
	if b[0] == byte(ContentHandshake) {
		return detectTLS(b, TypeServerHello, minServerHello)
	}
	if b[0]&0x80 == 0 {
		return NotDetected
	}
	// length(2) type hit certtype version(2)
	want := [...]int{-1, -1, sslv2ServerHello, -1, -1, 0, 2}
	for i, w := range want {
		switch {
		case i >= len(b):
			return NeedMore
		case w >= 0 && int(b[i]) != w, (i == 3 || i == 4) && b[i] > 1:
			return NotDetected
		}
	}
	return DetectedSSLv2
}

func detectTLS(b []byte, t HandshakeType, least int) Detected {
	rec, _, err := ParseRecord(b)
	switch {
	case err == ErrShort && len(b) < recordHeader:
		return NeedMore
	case err != nil && err != ErrShort, rec.Length == 0, rec.Version > 0x0304:
		return NotDetected
	}
	f := rec.Fragment
	switch {
	case len(f) > 0 && f[0] != byte(t),
		len(f) > 1 && f[1] > maxHelloHigh,
		len(f) > 3 && be24(f[1:]) < least,
		// Every version is 3.x, but a draft of TLS 1.3 answered 7f.xx.
		len(f) > 4 && f[4] != 3 && (f[4] != 0x7f || t != TypeServerHello):
		return NotDetected
	case len(f) > 5, err == nil:
		return DetectedTLS
	}
	return NeedMore
}

// detectSSLv2 asks that the lengths add up, since otherwise it has only a few
// bits to go by.
func detectSSLv2(b []byte) Detected {
	if len(b) > 2 && b[2] != sslv2ClientHello || len(b) > 3 && b[3] != 0 && b[3] != 3 ||
		len(b) > 4 && (b[3] == 0 && b[4] != 2 || b[3] == 3 && b[4] > 4) {
		return NotDetected
	}
	if len(b) < 11 {
		return NeedMore
	}
	n := int(b[0]&0x7f)<<8 | int(b[1])
	kinds, id, challenge := int(be16(b[5:])), int(be16(b[7:])), int(be16(b[9:]))
	if kinds == 0 || kinds%3 != 0 || id > 32 || challenge < 8 || challenge > 64 || n != 9+kinds+id+challenge {
		return NotDetected
	}
	return DetectedSSLv2
}
