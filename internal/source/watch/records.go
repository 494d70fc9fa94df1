package watch

import "github.com/tlsready/tlsready/tlswire"

// Bounds of handshake messages that are kept until they are whole.
const (
	maxHello       = 64 << 10
	maxKeyExchange = 16 << 10
)

// A parser reads the records of one direction as they come, byte by byte if
// it must. Only messages that matter are kept, and only when a segment does
// not hold them whole.
type parser struct {
	mode     mode
	lost     bool // what was read is not all that was sent
	ccs      bool // a ChangeCipherSpec was sent
	searched int
	prefix   int    // bytes before TLS
	carry    []byte // search: the start of what may be a hello
	head     [64]byte
	headN    int

	header  [5]byte
	headerN int
	record  tlswire.Record // without fragment
	left    int            // bytes of the record to come
	opaque  bool           // the record is encrypted
	skip    bool           // the rest of the record cannot be understood
	alert   [2]byte
	alertN  int

	msgHeader  [4]byte
	msgHeaderN int
	msgType    tlswire.HandshakeType
	msgLeft    int
	msgKeep    bool
	msg        []byte
	msgHeld    int // counted for it
	msgAt      moment
}

// records reads records. It returns what is left when the bytes are no
// records any more.
func (s *session) records(d int, b []byte) []byte {
	h := &s.half[d]
	for len(b) > 0 {
		if h.left == 0 {
			was := b
			n := copy(h.header[h.headerN:], b)
			b = b[n:]
			if h.headerN += n; h.headerN < len(h.header) {
				return nil
			}
			h.headerN = 0
			if !s.startRecord(d) {
				s.loseTrack(d)
				return was
			}
			if h.left == 0 {
				s.endRecord(d)
			}
			continue
		}
		n := min(h.left, len(b))
		s.fragment(d, b[:n])
		b = b[n:]
		if h.left -= n; h.left == 0 {
			s.endRecord(d)
		}
		if s.over || h.mode != modeRecords {
			return nil
		}
	}
	return nil
}

// startRecord reads the header of a record.
func (s *session) startRecord(d int) bool {
	h := &s.half[d]
	rec, _, err := tlswire.ParseRecord(h.header[:])
	if err != nil && err != tlswire.ErrShort || rec.Version > 0x0304 {
		return false
	}
	h.record, h.left, h.alertN, h.skip = rec, rec.Length, 0, false
	h.opaque = rec.Type == tlswire.ContentHandshake && h.ccs
	if rec.Type != tlswire.ContentHandshake {
		s.dropMessage(d)
	}
	return true
}

// fragment takes a part of the current record.
func (s *session) fragment(d int, b []byte) {
	h := &s.half[d]
	switch {
	case h.skip:
	case h.record.Type == tlswire.ContentAlert:
		h.alertN += copy(h.alert[h.alertN:], b)
	case h.record.Type == tlswire.ContentHandshake:
		// After a HelloRetryRequest a ChangeCipherSpec may come before the
		// second hellos, which are in clear text all the same.
		if h.opaque && s.retry && h.left == h.record.Length && (b[0] == 1 || b[0] == 2) {
			h.opaque = false
		}
		if !h.opaque {
			s.messages(d, b)
		}
	}
}

// endRecord is called when the last byte of a record was taken.
func (s *session) endRecord(d int) {
	h := &s.half[d]
	kind := h.record.Type
	if h.skip {
		kind = 0
	}
	switch kind {
	case tlswire.ContentChangeCipherSpec:
		if h.record.Length == 1 {
			h.ccs = true
			s.touch()
		}
	case tlswire.ContentAlert:
		level, alert, err := tlswire.ParseAlert(h.alert[:h.alertN])
		if h.record.Length == 2 && err == nil {
			s.alertFrom(d, level, alert)
		} else {
			s.protected(d, h.record.Length)
		}
	case tlswire.ContentHandshake:
		if h.opaque {
			s.protected(d, h.record.Length)
		}
	case tlswire.ContentApplicationData:
		s.protected(d, h.record.Length)
	}
	s.decide()
}

// messages takes handshake messages out of the content of a record.
func (s *session) messages(d int, b []byte) {
	h := &s.half[d]
	first := h.left == h.record.Length
	for len(b) > 0 {
		if h.msgLeft == 0 {
			n := copy(h.msgHeader[h.msgHeaderN:], b)
			b = b[n:]
			if h.msgHeaderN += n; h.msgHeaderN < len(h.msgHeader) {
				h.msgAt = s.at
				return
			}
			h.msgHeaderN = 0
			if !s.startMessage(d) {
				h.opaque, h.skip = first, !first
				return
			}
			first = false
			if h.msgLeft == 0 && h.msgKeep {
				s.message(d, nil, false)
			}
			continue
		}
		n := min(h.msgLeft, len(b))
		h.msgLeft -= n
		switch {
		case !h.msgKeep:
		case len(h.msg) == 0 && h.msgLeft == 0:
			h.msgAt = s.at
			s.message(d, b[:n], false)
		default:
			h.msg = append(h.msg, b[:n]...)
			s.holdMessage(d)
			h.msgAt = s.at
			if h.msgLeft == 0 {
				s.message(d, h.msg, false)
			}
		}
		if h.msgLeft == 0 {
			s.dropMessage(d)
		}
		b = b[n:]
	}
}

// startMessage reads the header of a message; it fails when that is none.
func (s *session) startMessage(d int) bool {
	h := &s.half[d]
	m, _, _ := tlswire.ParseHandshake(h.msgHeader[:])
	h.msgType, h.msgLeft, h.msgKeep = m.Type, m.Length, false
	switch m.Type {
	case tlswire.TypeClientHello, tlswire.TypeServerHello, tlswire.TypeHelloRetryRequest:
		h.msgKeep = m.Length <= maxHello
	case tlswire.TypeServerKeyExchange:
		h.msgKeep = m.Length <= maxKeyExchange
	case tlswire.TypeCertificate:
		h.msgKeep = s.wantsCertificate(d) && m.Length <= maxHello
	}
	const nextProtocol = 67 // of the draft before ALPN
	return m.Type <= tlswire.TypeCompressedCert || m.Type == nextProtocol
}

// message hands a whole message, or what was captured of it, on.
func (s *session) message(d int, body []byte, cut bool) {
	h := &s.half[d]
	now := s.at
	s.at = h.msgAt
	s.handshakeMessage(d, h.msgType, body, cut)
	s.at = now
}

// handshakeMessage takes a message of any transport.
func (s *session) handshakeMessage(d int, kind tlswire.HandshakeType, body []byte, cut bool) {
	switch kind {
	case tlswire.TypeClientHello:
		parse := tlswire.ParseClientHello
		if s.dtls != nil {
			parse = tlswire.ParseDTLSClientHello
		}
		hello, err := parse(body)
		hello.RecordVersion = s.half[d].record.Version
		if len(hello.Random) == 32 {
			s.clientHello(d, &hello, cut || err != nil, body)
		}
	case tlswire.TypeServerHello:
		hello, _ := tlswire.ParseServerHello(body)
		if len(hello.Random) == 32 {
			s.serverHello(d, &hello, cut)
		}
	case tlswire.TypeHelloRetryRequest:
		s.retry = true
	case tlswire.TypeServerKeyExchange:
		s.keyExchange(d, body)
	case tlswire.TypeCertificate:
		s.certificate(d, body)
	}
}

// holdMessage counts what the buffer of the message takes, also when it waits
// for the next one.
func (s *session) holdMessage(d int) {
	h := &s.half[d]
	s.hold(cap(h.msg) - h.msgHeld)
	h.msgHeld = cap(h.msg)
}

// dropMessage forgets the message that was being read.
func (s *session) dropMessage(d int) {
	h := &s.half[d]
	h.msg = reuse(h.msg)
	s.holdMessage(d)
	h.msgKeep, h.msgLeft, h.msgHeaderN = false, 0, 0
}

// cutMessage uses what there is of a message of which no more will come.
func (s *session) cutMessage(d int) {
	h := &s.half[d]
	if h.msgKeep && len(h.msg) > 0 {
		h.msgKeep = false
		s.message(d, h.msg, true)
	}
	s.dropMessage(d)
}

// gap passes over n bytes of a direction that were not captured. Inside a
// message that is not needed it does no harm.
func (s *session) gap(d, n int) {
	h := &s.half[d]
	switch {
	case h.mode != modeRecords:
		s.dropCarry(d)
		return
	case h.headerN > 0 || n > h.left || h.left == 0:
		s.loseTrack(d)
		return
	case h.record.Type != tlswire.ContentHandshake || h.opaque || h.skip:
		h.skip = h.skip || h.record.Type == tlswire.ContentAlert
	case !h.msgKeep && h.msgHeaderN == 0 && n <= h.msgLeft:
		h.msgLeft -= n
	default:
		s.cutMessage(d)
		h.lost, h.skip = true, true
	}
	if h.left -= n; h.left == 0 {
		s.endRecord(d)
	}
}

// loseTrack goes back to searching for the next record.
func (s *session) loseTrack(d int) {
	h := &s.half[d]
	s.cutMessage(d)
	h.lost = true
	h.headerN, h.left, h.searched = 0, 0, 0
	h.mode = modeSearch
}
