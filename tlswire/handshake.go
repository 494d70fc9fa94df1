package tlswire

// HandshakeType is the type of a handshake message (RFC 8446, 4).
type HandshakeType uint8

// The handshake messages.
const (
	TypeHelloRequest        HandshakeType = 0
	TypeClientHello         HandshakeType = 1
	TypeServerHello         HandshakeType = 2
	TypeHelloVerifyRequest  HandshakeType = 3 // DTLS
	TypeNewSessionTicket    HandshakeType = 4
	TypeEndOfEarlyData      HandshakeType = 5
	TypeHelloRetryRequest   HandshakeType = 6 // drafts of TLS 1.3 before 22
	TypeEncryptedExtensions HandshakeType = 8
	TypeCertificate         HandshakeType = 11
	TypeServerKeyExchange   HandshakeType = 12
	TypeCertificateRequest  HandshakeType = 13
	TypeServerHelloDone     HandshakeType = 14
	TypeCertificateVerify   HandshakeType = 15
	TypeClientKeyExchange   HandshakeType = 16
	TypeFinished            HandshakeType = 20
	TypeCertificateStatus   HandshakeType = 22
	TypeKeyUpdate           HandshakeType = 24
	TypeCompressedCert      HandshakeType = 25 // RFC 8879
	TypeMessageHash         HandshakeType = 254
)

const handshakeHeader = 4

// Handshake is one handshake message.
type Handshake struct {
	Type   HandshakeType
	Length int    // of the body, as announced
	Body   []byte // without the header; shorter than Length when the input is cut
}

// ParseHandshake reads the handshake message at the start of b, which holds
// no record headers: the content of handshake records, or of QUIC CRYPTO
// frames. It returns what follows. On ErrShort the body holds what is there.
func ParseHandshake(b []byte) (h Handshake, rest []byte, err error) {
	if len(b) < handshakeHeader {
		return Handshake{}, b, ErrShort
	}
	h = Handshake{Type: HandshakeType(b[0]), Length: be24(b[1:])}
	body := b[handshakeHeader:]
	if len(body) < h.Length {
		h.Body = body[:len(body):len(body)]
		return h, b, ErrShort
	}
	h.Body = body[:h.Length:h.Length]
	return h, body[h.Length:], nil
}

// AppendHandshake writes the header of a handshake message and its body.
func AppendHandshake(dst []byte, t HandshakeType, body []byte) []byte {
	dst = append(dst, byte(t), byte(len(body)>>16), byte(len(body)>>8), byte(len(body)))
	return append(dst, body...)
}
