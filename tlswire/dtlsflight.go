package tlswire

import "slices"

// What a DTLSFlight keeps: a first flight has up to five messages, and its
// length is that of a certificate chain.
const (
	maxDTLSMessages = 16
	maxDTLSFlight   = 64 << 10
)

// A DTLSFlight puts the handshake messages of one side together: they come in
// fragments, in any order, and again when sent again (RFC 6347, 4.2.3). It
// ends where the messages become encrypted. The zero value is ready.
type DTLSFlight struct {
	messages map[uint16]*dtlsMessage
	held     int
}

type dtlsMessage struct {
	kind  HandshakeType
	body  []byte
	have  []bool // which bytes are there
	lacks int
}

// Add takes the content of a handshake record of epoch zero. What does not
// fit what came before, or is too much, is an error and passed over.
func (f *DTLSFlight) Add(fragment []byte) error {
	for len(fragment) > 0 {
		h, rest, err := ParseDTLSHandshake(fragment)
		if err != nil {
			return err
		}
		if err := f.add(&h); err != nil {
			return err
		}
		fragment = rest
	}
	return nil
}

func (f *DTLSFlight) add(h *DTLSHandshake) error {
	m := f.messages[h.Sequence]
	if m == nil {
		if len(f.messages) >= maxDTLSMessages || f.held+h.Length > maxDTLSFlight {
			return errMessageLength
		}
		if f.messages == nil {
			f.messages = map[uint16]*dtlsMessage{}
		}
		m = &dtlsMessage{kind: h.Type, body: make([]byte, h.Length), have: make([]bool, h.Length), lacks: h.Length}
		f.messages[h.Sequence] = m
		f.held += h.Length
	}
	if m.kind != h.Type || len(m.body) != h.Length {
		return errWrongMessage
	}
	for i, b := range h.Fragment {
		if at := h.Offset + i; !m.have[at] {
			m.have[at], m.body[at] = true, b
			m.lacks--
		}
	}
	return nil
}

// Cookie is that of a whole HelloVerifyRequest (RFC 6347, 4.2.1).
func (f *DTLSFlight) Cookie() ([]byte, bool) {
	for _, m := range f.messages {
		if m.kind == TypeHelloVerifyRequest && m.lacks == 0 {
			c := cursor{b: m.body}
			c.u16() // a version, which says nothing about the one to come
			cookie := c.vec8()
			return cookie, !c.failed
		}
	}
	return nil, false
}

// Messages are the whole messages from the lowest number on, up to the first
// that lacks something, in the form of TLS: each behind its type and length.
// HelloVerifyRequest is left out.
func (f *DTLSFlight) Messages() []byte {
	var out []byte
	var numbers []uint16
	for n := range f.messages {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		m := f.messages[n]
		if i > 0 && numbers[i-1]+1 != n || m.lacks > 0 {
			break
		}
		if m.kind == TypeHelloVerifyRequest {
			continue
		}
		out = AppendHandshake(out, m.kind, m.body)
	}
	return out
}
