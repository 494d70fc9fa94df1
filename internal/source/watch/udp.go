package watch

import (
	"encoding/binary"

	"github.com/tlsready/tlsready/tlswire"
)

// portRDP is where RDP runs its own transport over UDP, with TLS or DTLS
// inside ([MS-RDPEUDP]).
const portRDP = 3389

// parseUDP reads a UDP header. Of a tunnel it returns what is inside.
func parseUDP(ip ipPayload, s *segment) (inside []byte, tunnel bool, why reason) {
	const head = 8
	b := ip.payload
	if len(b) < head {
		if ip.missing > 0 {
			return nil, false, reasonCut
		}
		return nil, false, reasonMalformed
	}
	src, dst, p := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]), b[head:]
	if inside, tunnel, why = skipTunnel(src, dst, p); tunnel {
		return inside, tunnel, why
	}
	if n := int(binary.BigEndian.Uint16(b[4:])) - head; n >= 0 && n < len(p) {
		p = p[:n] // what follows was added on the way
	}
	if isCAPWAPDTLS(src, dst, p) {
		p = p[capwapPreamble:]
	}
	s.udp, s.payload, s.missing = true, p, ip.missing
	s.key[0].port, s.key[1].port = src, dst
	s.order()
	return nil, false, used
}

// datagram takes one UDP datagram. One that is neither QUIC nor DTLS costs a
// look at its first bytes.
func (t *tracker) datagram(seg *segment) reason {
	isDTLS, isQUIC := looksLikeDTLS(seg.payload), looksLikeQUIC(seg)
	if seg.key[0].port == portRDP || seg.key[1].port == portRDP {
		return reasonRDP
	}
	if !isDTLS && !isQUIC && !continuesQUIC(seg.payload) && !continuesDTLS(seg.payload) {
		return reasonNotTCP
	}
	f := t.flows.find(seg)
	switch {
	case f != nil:
		t.touch(f)
	case isDTLS || isQUIC:
		f = t.open(seg)
	default:
		return reasonNotTCP
	}
	if f.s == nil {
		if !mayBegin(seg.payload) {
			return used
		}
		f.s = t.newSession(f)
	}
	f.s.datagram(seg, isDTLS)
	t.settle(f)
	return used
}

// mayBegin reports whether a datagram may begin a connection between ports of
// which the former one is over.
func mayBegin(p []byte) bool {
	return len(p) > 0 && (p[0]&0x80 != 0 || p[0] == byte(tlswire.ContentHandshake))
}

// datagram reads a datagram by the protocol that its connection speaks.
func (s *session) datagram(seg *segment, isDTLS bool) {
	d := seg.dir
	s.at = moment{s.t.frame, s.t.now}
	s.half[d].seen = true
	if s.quic == nil && s.dtls == nil {
		if isDTLS {
			s.dtls = new(dtlsState)
		} else {
			s.quic = &quicState{late: s.flow.hello != 0}
		}
	}
	if s.dtls != nil {
		s.dtlsRecords(d, seg)
		return
	}
	s.quicPackets(d, seg)
}

// isOver reports whether a ClientHello over UDP is one sent again of the
// connection that was over before. Part of its random is remembered for that;
// zero stands for "none".
func (s *session) isOver(h *tlswire.ClientHello) bool {
	mark := binary.BigEndian.Uint32(h.Random[28:]) | 1
	if !s.hasHello() && s.flow.hello == mark {
		s.over = true
		return true
	}
	s.flow.hello = mark
	return false
}

// cutDatagrams uses what there is of the hellos of which no more will come.
func (s *session) cutDatagrams(d int) {
	if s.quic != nil {
		s.cutQUIC(d)
	}
	if s.dtls != nil {
		s.cutDTLS(d)
	}
}
