package quicwire

// FrameType is the type of a frame (RFC 9000, 19).
type FrameType uint64

// The frames that an Initial packet may hold (RFC 9000, 17.2.2).
const (
	FramePadding   FrameType = 0x00
	FramePing      FrameType = 0x01
	FrameACK       FrameType = 0x02
	FrameACKECN    FrameType = 0x03
	FrameCrypto    FrameType = 0x06
	FrameClose     FrameType = 0x1c // by QUIC or TLS
	FrameCloseByUs FrameType = 0x1d // by the application
)

// frameGoogleCrypto is CRYPTO in Google's T051. Elsewhere the number is that
// of STREAM, which no Initial packet may hold.
const frameGoogleCrypto FrameType = 0x08

// Frame is one frame of an Initial packet.
type Frame struct {
	Type   FrameType
	Offset uint64 // CRYPTO: where Data stands among the handshake bytes
	Data   []byte // CRYPTO: the bytes; CONNECTION_CLOSE: the reason in words
	Code   uint64 // CONNECTION_CLOSE: see Alert
}

// NextFrame reads the frame at the start of a payload and returns what
// follows; a run of PADDING is one frame. A frame that cannot stand in an
// Initial packet is ErrMalformed.
func NextFrame(payload []byte) (f Frame, rest []byte, err error) {
	c := cursor{b: payload}
	f.Type = FrameType(c.varint())
	switch f.Type {
	case FramePadding:
		for len(c.b) > 0 && c.b[0] == 0 {
			c.b = c.b[1:]
		}
	case FramePing:
	case FrameACK, FrameACKECN:
		c.ack(f.Type == FrameACKECN)
	case FrameCrypto, frameGoogleCrypto:
		f.Type = FrameCrypto
		f.Offset = c.varint()
		f.Data = c.vec()
	case FrameClose:
		f.Code = c.varint()
		c.varint() // the type of the frame at fault
		f.Data = c.vec()
	case FrameCloseByUs:
		f.Code = c.varint()
		f.Data = c.vec()
	default:
		return f, nil, ErrMalformed
	}
	if c.failed {
		return f, nil, ErrShort
	}
	return f, c.b, nil
}

func (c *cursor) ack(ecn bool) {
	c.varint() // largest
	c.varint() // delay
	ranges := c.varint()
	c.varint() // first range
	for ; ranges > 0 && !c.failed; ranges-- {
		c.varint()
		c.varint()
	}
	if ecn {
		c.varint()
		c.varint()
		c.varint()
	}
}

// Alert is the alert of TLS for which a connection was closed, and whether
// that was the reason (RFC 9001, 4.8).
func (f *Frame) Alert() (alert byte, ok bool) {
	if f.Type != FrameClose || f.Code>>8 != 1 {
		return 0, false
	}
	return byte(f.Code), true
}

// CodeName is the name of a transport error (RFC 9000, 20.1), "" for others.
func (f *Frame) CodeName() string {
	names := [...]string{
		"NO_ERROR", "INTERNAL_ERROR", "CONNECTION_REFUSED", "FLOW_CONTROL_ERROR", "STREAM_LIMIT_ERROR", "STREAM_STATE_ERROR",
		"FINAL_SIZE_ERROR", "FRAME_ENCODING_ERROR", "TRANSPORT_PARAMETER_ERROR", "CONNECTION_ID_LIMIT_ERROR", "PROTOCOL_VIOLATION",
		"INVALID_TOKEN", "APPLICATION_ERROR", "CRYPTO_BUFFER_EXCEEDED", "KEY_UPDATE_ERROR", "AEAD_LIMIT_REACHED", "NO_VIABLE_PATH",
		"VERSION_NEGOTIATION_ERROR",
	}
	if f.Code < uint64(len(names)) {
		return names[f.Code]
	}
	return ""
}

// AppendCrypto writes a CRYPTO frame.
func AppendCrypto(dst []byte, offset uint64, data []byte) []byte {
	return appendVec(AppendVarint(append(dst, byte(FrameCrypto)), offset), data)
}

// AppendACK writes an ACK of one packet.
func AppendACK(dst []byte, number uint64) []byte {
	return append(AppendVarint(append(dst, byte(FrameACK)), number), 0, 0, 0)
}

// AppendClose writes a CONNECTION_CLOSE of the transport.
func AppendClose(dst []byte, code uint64, reason string) []byte {
	return appendVec(append(AppendVarint(append(dst, byte(FrameClose)), code), 0), []byte(reason))
}
