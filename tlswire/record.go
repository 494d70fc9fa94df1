package tlswire

// ContentType is the type of a record (RFC 8446, 5.1).
type ContentType uint8

// The record types.
const (
	ContentChangeCipherSpec ContentType = 20
	ContentAlert            ContentType = 21
	ContentHandshake        ContentType = 22
	ContentApplicationData  ContentType = 23
	ContentHeartbeat        ContentType = 24 // RFC 6520
	ContentTLS12CID         ContentType = 25 // RFC 9146, DTLS only
	ContentACK              ContentType = 26 // RFC 9147, DTLS only
)

const (
	recordHeader = 5
	// maxFragment is the longest fragment any version allows: 2^14 and what
	// compression and encryption may add (RFC 5246, 6.2.3).
	maxFragment = 1<<14 + 2048
)

// Record is one record of a TLS stream.
type Record struct {
	Type     ContentType
	Version  Version // as the record layer says, not what is negotiated
	Length   int     // as announced
	Fragment []byte  // shorter than Length when the input is cut
}

// ParseRecord reads the record at the start of b and returns what follows
// it. ErrShort means that b starts like a record and more bytes are needed
// (the fragment then holds what is there), ErrNotTLS that it does not
// (RFC 8446, 5.1).
func ParseRecord(b []byte) (r Record, rest []byte, err error) {
	if len(b) > 0 && (b[0] < byte(ContentChangeCipherSpec) || b[0] > byte(ContentHeartbeat)) ||
		len(b) > 1 && b[1] != 3 {
		return Record{}, b, ErrNotTLS
	}
	if len(b) < recordHeader {
		return Record{}, b, ErrShort
	}
	r = Record{Type: ContentType(b[0]), Version: Version(be16(b[1:])), Length: int(be16(b[3:]))}
	if r.Length > maxFragment {
		return r, b, errRecordLength
	}
	if n := len(b) - recordHeader; n < r.Length {
		r.Fragment = b[recordHeader:len(b):len(b)]
		return r, b, ErrShort
	}
	end := recordHeader + r.Length
	r.Fragment = b[recordHeader:end:end]
	return r, b[end:], nil
}

// AppendRecord writes records of the given type around payload, as many as
// it needs.
func AppendRecord(dst []byte, t ContentType, v Version, payload []byte) []byte {
	for {
		n := min(len(payload), 1<<14)
		dst = append(dst, byte(t), byte(v>>8), byte(v), byte(n>>8), byte(n))
		dst = append(dst, payload[:n]...)
		if payload = payload[n:]; len(payload) == 0 {
			return dst
		}
	}
}
