package watch

import (
	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

// maxParts is how many messages of one direction are put together at a time:
// a flight has two that matter.
const maxParts = 4

// A dtlsState holds the messages that came in fragments.
type dtlsState struct {
	parts [2][]dtlsMessage
}

// A dtlsMessage is a message of which fragments came. They come in any order,
// twice and overlapping, as CRYPTO frames do.
type dtlsMessage struct {
	kind     tlswire.HandshakeType
	sequence uint16
	length   int
	bytes    quicwire.Stream
	at       moment
}

func (m *dtlsMessage) whole() bool { return len(m.bytes.Bytes()) == m.length }

// looksLikeDTLS recognises a record of DTLS up to 1.2, or of a hello of 1.3.
func looksLikeDTLS(p []byte) bool {
	r, _, err := tlswire.ParseDTLSRecord(p)
	switch {
	case err != nil && (err != tlswire.ErrShort || len(p) < dtlsHeader+12):
		return false
	case r.Epoch > 0:
		return len(r.Fragment) > 8 // a nonce at least
	case r.Type == tlswire.ContentHandshake:
		h, _, err := tlswire.ParseDTLSHandshake(r.Fragment)
		return err == nil || err == tlswire.ErrShort && h.Length > 0
	}
	return r.Type == tlswire.ContentAlert && len(r.Fragment) == 2 || r.Type == tlswire.ContentChangeCipherSpec && len(r.Fragment) <= 3
}

const dtlsHeader = 13

// continuesDTLS recognises the header of protected records in DTLS 1.3, which
// begins with 001 (RFC 9147, 4).
func continuesDTLS(p []byte) bool { return len(p) > 0 && p[0]>>5 == 1 }

// dtlsRecords takes the records of one datagram.
func (s *session) dtlsRecords(d int, seg *segment) {
	for b := seg.payload; len(b) > 0 && !s.over; {
		if continuesDTLS(b) {
			b = s.dtls13Record(d, b)
			continue
		}
		r, rest, err := tlswire.ParseDTLSRecord(b)
		if err != nil && (err != tlswire.ErrShort || seg.missing == 0) {
			return
		}
		if r.Epoch > 0 {
			s.dtlsProtected(d, &r)
		} else {
			s.dtlsRecord(d, &r)
		}
		s.decide()
		b = rest
		if err != nil {
			return
		}
	}
}

// dtlsProtected takes an encrypted record of DTLS up to 1.2.
func (s *session) dtlsProtected(d int, r *tlswire.DTLSRecord) {
	if s.ev == nil {
		s.alreadyOpen = s.alreadyOpen || r.Type == tlswire.ContentApplicationData
		return
	}
	s.protected(d, len(r.Fragment))
}

// dtlsRecord takes a record in clear text.
func (s *session) dtlsRecord(d int, r *tlswire.DTLSRecord) {
	h := &s.half[d]
	h.record.Version = r.Version
	switch r.Type {
	case tlswire.ContentChangeCipherSpec:
		h.ccs = true
		s.touch()
	case tlswire.ContentAlert:
		if level, alert, err := tlswire.ParseAlert(r.Fragment); err == nil {
			s.alertFrom(d, level, alert)
		}
	case tlswire.ContentHandshake:
		for b := r.Fragment; len(b) > 0 && !s.over; {
			m, rest, err := tlswire.ParseDTLSHandshake(b)
			if err != nil && err != tlswire.ErrShort {
				return
			}
			s.dtlsFragment(d, &m)
			if err != nil {
				return
			}
			b = rest
		}
	}
}

// dtls13Record takes a record with the header of DTLS 1.3: 001CSLEE, of which
// C is a connection id, whose length the hellos tell, S a sequence number of
// two bytes and L a length; EE is the end of the epoch: 2 for the handshake, 3
// for data.
func (s *session) dtls13Record(d int, b []byte) (rest []byte) {
	head := 2 + int(b[0]>>3&1)
	size := len(b) - head
	if b[0]&0x14 == 4 { // a length, and no connection id
		if head += 2; len(b) < head {
			return nil
		}
		size = int(b[head-2])<<8 | int(b[head-1])
		if size > len(b)-head {
			return nil
		}
		rest = b[head+size:]
	}
	if s.ev == nil {
		return rest
	}
	s.hidden[d] = true
	s.touch()
	const finished = 12 + 32 + 1 + 16 // header, hash, content type and tag; an ACK of two records is shorter
	if epoch := b[0] & 3; s.gotServer && s.tls13 && d == s.client && (epoch == 3 || epoch == 2 && size >= finished) {
		s.finished = true
		s.decide()
	}
	return rest
}

// dtlsFragment takes a fragment of a message, if it is one that matters.
func (s *session) dtlsFragment(d int, f *tlswire.DTLSHandshake) {
	longest := maxHello
	switch f.Type {
	case tlswire.TypeHelloVerifyRequest:
		s.again = s.again || s.isAnswer(d)
		s.touch()
		return
	case tlswire.TypeServerKeyExchange:
		longest = maxKeyExchange
	case tlswire.TypeCertificate:
		if !s.t.opt.Certificates || s.isClient(d) {
			return
		}
	case tlswire.TypeClientHello, tlswire.TypeServerHello:
	default:
		return
	}
	if f.Length > longest || f.Length == 0 {
		return
	}
	if f.Whole() && (s.gotServer || !needsHello(f.Type)) {
		s.dtlsMessage(d, f.Type, f.Fragment)
		return
	}
	m := s.dtlsPart(d, f)
	before := m.bytes.Held()
	m.bytes.Add(&quicwire.Frame{Offset: uint64(f.Offset), Data: f.Fragment})
	s.hold(m.bytes.Held() - before)
	m.at = s.at
	s.dtlsReady(d)
}

// dtlsPart finds the message that a fragment belongs to. When there are too
// many, the oldest goes.
func (s *session) dtlsPart(d int, f *tlswire.DTLSHandshake) *dtlsMessage {
	parts := s.dtls.parts[d]
	for i := range parts {
		if m := &parts[i]; m.sequence == f.Sequence && m.kind == f.Type && m.length == f.Length {
			return m
		}
	}
	if len(parts) >= maxParts {
		s.dropPart(d, 0)
	}
	s.dtls.parts[d] = append(s.dtls.parts[d], dtlsMessage{kind: f.Type, sequence: f.Sequence, length: f.Length})
	return &s.dtls.parts[d][len(s.dtls.parts[d])-1]
}

func (s *session) dropPart(d, i int) {
	parts := s.dtls.parts[d]
	s.hold(-parts[i].bytes.Held())
	s.dtls.parts[d] = append(parts[:i], parts[i+1:]...)
}

// needsHello reports whether a message says something only once the
// ServerHello is known.
func needsHello(kind tlswire.HandshakeType) bool {
	return kind == tlswire.TypeServerKeyExchange || kind == tlswire.TypeCertificate
}

// dtlsReady takes the messages that are whole. One that came before the
// ServerHello that it needs waits for it.
func (s *session) dtlsReady(d int) {
	for i := 0; i < len(s.dtls.parts[d]) && !s.over; {
		m := s.dtls.parts[d][i]
		if !m.whole() || needsHello(m.kind) && !s.gotServer {
			i++
			continue
		}
		s.dropPart(d, i)
		s.handshakeMessage(d, m.kind, m.bytes.Bytes(), false)
		i = 0
	}
}

// dtlsMessage takes a message that came whole, and what waited for it.
func (s *session) dtlsMessage(d int, kind tlswire.HandshakeType, body []byte) {
	s.handshakeMessage(d, kind, body, false)
	s.dtlsReady(d)
}

// cutDTLS uses what there is of hellos of which no more will come.
func (s *session) cutDTLS(d int) {
	for len(s.dtls.parts[d]) > 0 {
		m := s.dtls.parts[d][0]
		s.dropPart(d, 0)
		if b := m.bytes.Bytes(); len(b) > 0 && !needsHello(m.kind) {
			s.at = m.at
			s.handshakeMessage(d, m.kind, b, true)
		}
	}
}
