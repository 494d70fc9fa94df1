package watch

import (
	"bytes"
	"encoding/binary"

	"github.com/tlsready/tlsready/quicwire"
	"github.com/tlsready/tlsready/tlswire"
)

// quicKeysSize is what a pair of keys takes, roughly: two AES keys each.
const quicKeysSize = 4 << 10

// A quicState is what is needed to read the Initial packets of a connection.
type quicState struct {
	client   int                 // the direction of the client, once keys are there
	origin   []byte              // the connection id that they come from; nil without
	version  [2]quicwire.Version // of the keys of each direction
	keys     [2]*quicwire.Keys   // of each direction
	stream   [2]quicwire.Stream  // CRYPTO frames of each direction
	taken    [2]int              // bytes of them that were read
	held     int                 // bytes of memory
	late     bool                // a connection between these ports was seen before
	declined bool                // the server answered with other versions
}

// looksLikeQUIC recognises the long header, with which connections begin: of
// a known version, or of any on the port of HTTPS.
func looksLikeQUIC(seg *segment) bool {
	p := seg.payload
	if len(p) < 7 || p[0]&0x80 == 0 {
		return false
	}
	v := quicwire.Version(binary.BigEndian.Uint32(p[1:]))
	https := seg.key[0].port == 443 || seg.key[1].port == 443
	if v == quicwire.Negotiation {
		return https && negotiatesVersions(p)
	}
	if p[0]&0x40 == 0 {
		return false
	}
	return https || v.Readable() || v.Reserved() || v>>8 == 0xff0000
}

// negotiatesVersions reports whether a datagram that begins like Version
// Negotiation is one in full: connection ids, and a list of versions of which
// one is known.
func negotiatesVersions(p []byte) bool {
	h, _, err := quicwire.ParseHeader(p)
	if err != nil || h.Type != quicwire.VersionNegotiation {
		return false
	}
	for v := range h.Versions() {
		if v.Readable() {
			return true
		}
	}
	return false
}

// continuesQUIC recognises what may be a packet of a connection that is
// known: a long header, or the short one with its fixed bit.
func continuesQUIC(p []byte) bool { return len(p) > 0 && (p[0]&0x80 != 0 || p[0]&0x40 != 0) }

// quicPackets takes the packets of one datagram.
func (s *session) quicPackets(d int, seg *segment) {
	for b := seg.payload; len(b) > 0 && !s.over; {
		h, rest, err := quicwire.ParseHeader(b)
		switch {
		case err == quicwire.ErrNotLong:
			s.quicShort(d, b)
			return
		case err != nil: // cut, or something else on these ports
			if err == quicwire.ErrShort && h.Type == quicwire.Initial {
				s.cutInitial(d, &h)
			}
			return
		}
		switch h.Type {
		case quicwire.Initial:
			s.quicInitial(d, &h)
		case quicwire.Handshake, quicwire.ZeroRTT:
			s.touch()
		case quicwire.Retry:
			s.again = s.again || s.isAnswer(d)
		case quicwire.VersionNegotiation:
			if s.isAnswer(d) {
				s.again, s.quic.declined = true, true
				s.touch()
			}
		}
		b = rest
	}
}

// isAnswer reports whether a packet of direction d, which carries no proof of
// where it is from, may be the server's answer to a hello.
func (s *session) isAnswer(d int) bool { return s.gotClient && !s.gotServer && s.client != d }

// versionRefused reports whether the server answered with other versions of
// QUIC and the client did not come back with one of them.
func (s *session) versionRefused() bool { return s.quic != nil && s.quic.declined }

// quicShort takes a packet of 1-RTT: a client that sends one has verified the
// server's Finished, and sent its own before (RFC 9001, 5.7).
func (s *session) quicShort(d int, b []byte) {
	const least = 1 + 4 + 16 // first byte, packet number and sample
	if b[0]&0x40 == 0 || len(b) < least {
		return
	}
	s.hidden[d] = true
	s.touch()
	if s.gotServer && d == s.client {
		s.finished = true
		s.decide()
	}
}

// quicInitial takes an Initial packet. One that the keys do not fit may be
// the first of a connection: after Retry or Version Negotiation it goes to
// another connection id, and so does that of a new connection.
func (s *session) quicInitial(d int, h *quicwire.Header) {
	q := s.quic
	payload, ok := s.openInitial(d, h)
	if !ok && (q.origin == nil || q.client == d || !s.hasHello()) {
		keys, err := quicwire.InitialKeys(h.Version, h.DCID, quicwire.Client)
		if err != nil {
			return
		}
		if payload, _, err = keys.Open(s.t.scratch[:0], h); err != nil {
			return
		}
		ok = true
		s.newKeys(d, h, keys)
	}
	if !ok {
		return
	}
	s.t.scratch = payload[:0]
	s.quicFrames(d, payload)
	s.quicMessages(d)
}

// cutInitial takes a first packet of which only the front was captured. What
// it says is lost, yet its connection id is what the server's answer needs.
func (s *session) cutInitial(d int, h *quicwire.Header) {
	if q := s.quic; q.origin == nil && h.Version.Readable() {
		q.client, q.origin = d, bytes.Clone(h.DCID)
		s.holdQUIC()
	}
}

// newKeys starts over with keys that fitted.
func (s *session) newKeys(client int, h *quicwire.Header, keys *quicwire.Keys) {
	q := s.quic
	s.forgetStreams()
	*q = quicState{client: client, origin: bytes.Clone(h.DCID), held: q.held, late: q.late, declined: q.declined}
	q.keys[client], q.version[client] = keys, h.Version
	s.holdQUIC()
}

// openInitial opens a packet with the keys of the connection, if it has any.
// The server may answer in another version than the client asked in (RFC
// 9368), with keys from the same connection id.
func (s *session) openInitial(d int, h *quicwire.Header) ([]byte, bool) {
	q := s.quic
	if q.origin == nil {
		return nil, false
	}
	if q.keys[d] == nil || q.version[d] != h.Version {
		from := quicwire.Server
		if d == q.client {
			from = quicwire.Client
		}
		keys, err := quicwire.InitialKeys(h.Version, q.origin, from)
		if err != nil {
			return nil, false
		}
		if payload, _, err := keys.Open(s.t.scratch[:0], h); err == nil {
			q.keys[d], q.version[d] = keys, h.Version
			return payload, true
		}
		return nil, false
	}
	payload, _, err := q.keys[d].Open(s.t.scratch[:0], h)
	return payload, err == nil
}

// quicFrames takes the frames of an Initial packet.
func (s *session) quicFrames(d int, payload []byte) {
	for len(payload) > 0 && !s.over {
		f, rest, err := quicwire.NextFrame(payload)
		if err != nil {
			return
		}
		switch f.Type {
		case quicwire.FrameCrypto:
			// Bytes beyond what is kept are no hello's.
			if s.quic.stream[d].Add(&f) == nil {
				s.holdQUIC()
			}
		case quicwire.FrameClose, quicwire.FrameCloseByUs:
			s.quicMessages(d)
			s.quicClose(d, &f)
		}
		payload = rest
	}
}

// quicClose takes a CONNECTION_CLOSE.
func (s *session) quicClose(d int, f *quicwire.Frame) {
	if alert, ok := f.Alert(); ok {
		s.alertFrom(d, tlswire.AlertFatal, tlswire.Alert(alert))
		return
	}
	s.closed(d)
	s.over = s.hasHello()
}

// quicMessages takes the messages that are whole.
func (s *session) quicMessages(d int) {
	q := s.quic
	for !s.over {
		m, _, err := tlswire.ParseHandshake(q.stream[d].Bytes()[q.taken[d]:])
		if err != nil {
			return
		}
		q.taken[d] += 4 + m.Length
		s.handshakeMessage(d, m.Type, m.Body, false)
	}
}

// cutQUIC uses what there is of a hello of which no more will come.
func (s *session) cutQUIC(d int) {
	q := s.quic
	if m, _, err := tlswire.ParseHandshake(q.stream[d].Bytes()[q.taken[d]:]); err != nil && len(m.Body) > 0 {
		s.handshakeMessage(d, m.Type, m.Body, true)
	}
	s.forgetStreams()
}

// forgetStreams gives back the memory of both streams.
func (s *session) forgetStreams() {
	q := s.quic
	q.stream, q.taken = [2]quicwire.Stream{}, [2]int{}
	s.holdQUIC()
}

// holdQUIC counts what the streams and the keys take.
func (s *session) holdQUIC() {
	q := s.quic
	held := q.stream[0].Held() + q.stream[1].Held()
	if q.origin != nil {
		held += quicKeysSize
	}
	s.hold(held - q.held)
	q.held = held
}
