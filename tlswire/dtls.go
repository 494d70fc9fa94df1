package tlswire

// DTLSRecord is one plaintext record of DTLS (RFC 6347, 4.1).
type DTLSRecord struct {
	Type     ContentType
	Version  Version
	Epoch    uint16 // above zero the fragment is encrypted
	Sequence uint64
	Fragment []byte
}

// ParseDTLSRecord reads the record at the start of a datagram and returns
// what follows it; a datagram may hold several. ErrShort means a datagram
// that is cut.
func ParseDTLSRecord(b []byte) (r DTLSRecord, rest []byte, err error) {
	if len(b) > 0 && (b[0] < byte(ContentChangeCipherSpec) || b[0] > byte(ContentACK)) || len(b) > 1 && !dtlsVersion(b[1:min(3, len(b))]) {
		return r, b, ErrNotTLS
	}
	c := cursor{b: b}
	r.Type = ContentType(c.u8())
	r.Version = Version(c.u16())
	r.Epoch = uint16(c.u16())
	r.Sequence = uint64(c.u24())<<24 | uint64(c.u24())
	n := c.u16()
	if n > maxFragment {
		return r, b, errRecordLength
	}
	r.Fragment = c.vec(n)
	if c.failed {
		return r, b, ErrShort
	}
	return r, c.b, nil
}

// dtlsVersion reports whether b, one byte or two, begins a version that
// stands in records: 1.0, 1.2, 1.3 or that of the drafts before.
func dtlsVersion(b []byte) bool {
	if b[0] == byte(DTLS09>>8) {
		return len(b) == 1 || b[1] == byte(DTLS09&0xff)
	}
	return b[0] == 0xfe && (len(b) == 1 || b[1] >= 0xfc)
}

// DTLSHandshake is one fragment of a handshake message (RFC 6347, 4.2.2).
type DTLSHandshake struct {
	Type     HandshakeType
	Length   int // of the whole message
	Sequence uint16
	Offset   int
	Fragment []byte
}

// Whole reports whether the fragment is the whole message.
func (h *DTLSHandshake) Whole() bool { return h.Offset == 0 && len(h.Fragment) == h.Length }

// ParseDTLSHandshake reads the fragment at the start of b, the content of a
// handshake record of epoch zero, and returns what follows. Its body, once
// whole, is for ParseDTLSClientHello, ParseServerHello and so on.
func ParseDTLSHandshake(b []byte) (h DTLSHandshake, rest []byte, err error) {
	c := cursor{b: b}
	h.Type = HandshakeType(c.u8())
	h.Length = c.u24()
	h.Sequence = uint16(c.u16())
	h.Offset = c.u24()
	h.Fragment = c.vec24()
	switch {
	case c.failed:
		return h, b, ErrShort
	case h.Offset+len(h.Fragment) > h.Length:
		return h, b, errOddLength
	}
	return h, c.b, nil
}

// AppendDTLSRecord writes one record of DTLS in epoch zero.
func AppendDTLSRecord(dst []byte, t ContentType, v Version, sequence uint64, fragment []byte) []byte {
	dst = append(dst, byte(t), byte(v>>8), byte(v), 0, 0,
		byte(sequence>>40), byte(sequence>>32), byte(sequence>>24),
		byte(sequence>>16), byte(sequence>>8), byte(sequence),
		byte(len(fragment)>>8), byte(len(fragment)))
	return append(dst, fragment...)
}

// AppendDTLSHandshake writes a handshake message as one fragment; message is
// what ClientHelloSpec.AppendMessage writes.
func AppendDTLSHandshake(dst []byte, sequence uint16, message []byte) []byte {
	if len(message) < handshakeHeader {
		return dst
	}
	head, body := message[:handshakeHeader], message[handshakeHeader:]
	dst = append(dst, head...)
	dst = append(dst, byte(sequence>>8), byte(sequence), 0, 0, 0)
	dst = append(dst, head[1:]...)
	return append(dst, body...)
}
