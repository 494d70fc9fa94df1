package watch

import (
	"bytes"

	"github.com/tlsready/tlsready/tlswire"
)

// searchLimit is how many bytes of a direction are searched for a hello
// before it is taken for something else.
const searchLimit = 64 << 10

// A mode is what the parser of a direction is doing.
type mode uint8

const (
	modeSearch  mode = iota // looking for a hello
	modeRecords             // reading TLS records
	modeSSLv2               // after an SSLv2 SERVER-HELLO
	modeIgnore              // something else
)

// feed takes the next bytes of a direction.
func (s *session) feed(d int, b []byte) {
	h := &s.half[d]
	for len(b) > 0 {
		switch h.mode {
		case modeSearch:
			b = s.search(d, b)
		case modeRecords:
			b = s.records(d, b)
		case modeSSLv2:
			s.sslv2Data(d, b)
			return
		default:
			return
		}
	}
}

// search looks for the start of TLS: first where the segment begins, then
// anywhere in it, since STARTTLS and proxies leave the hello behind plain
// text. It returns what is to be read in the mode it has set.
func (s *session) search(d int, b []byte) []byte {
	h := &s.half[d]
	h.remember(b)
	h.searched += len(b)
	if len(h.carry) > 0 {
		s.hold(len(b))
		h.carry = append(h.carry, b...)
		b = h.carry
	}
	i, found := s.findStart(d, b)
	switch {
	case found:
		h.prefix += i
		s.dropCarry(d)
		return b[i:]
	case h.mode != modeSearch: // an SSLv2 hello was read
		s.dropCarry(d)
		return b[i:]
	}
	h.prefix += i
	s.setCarry(d, b[i:])
	if h.searched > searchLimit {
		h.mode = modeIgnore
		s.dropCarry(d)
		s.over = s.over || !s.hasHello() && s.half[1-d].mode == modeIgnore
	}
	return nil
}

// findStart returns where to go on: with found, the start of a record to be
// read, else the first byte that must be kept until more arrive.
func (s *session) findStart(d int, b []byte) (i int, found bool) {
	h := &s.half[d]
	if n := tdsHeader(b); n > 0 {
		i = n
	}
	if n, done := s.findSSLv2(d, b); done {
		return n, false
	}
	if s.hasHello() {
		if plausibleRecords(b[i:]) {
			h.mode = modeRecords
			return i, true
		}
	} else if !s.flow.syn[d] && h.prefix == 0 && plausibleRecords(b) && b[0] == byte(tlswire.ContentApplicationData) {
		s.alreadyOpen = true
		h.mode = modeIgnore
		return len(b), false
	}
	for {
		n := bytes.IndexByte(b[i:], byte(tlswire.ContentHandshake))
		if n < 0 {
			return len(b), false
		}
		i += n
		client, server := tlswire.DetectClientHello(b[i:]), tlswire.DetectServerHello(b[i:])
		switch {
		case client == tlswire.DetectedTLS, server == tlswire.DetectedTLS && !s.isClient(d):
			h.mode = modeRecords
			return i, true
		case client == tlswire.NeedMore || server == tlswire.NeedMore:
			return i, false
		}
		i++
	}
}

// tdsHeader is the length of the header that SQL Server's protocol puts
// before TLS during the handshake ([MS-TDS] 2.2.3.1), zero if there is none.
func tdsHeader(b []byte) int {
	if len(b) > 8 && (b[0] == 0x12 || b[0] == 4) && b[1] <= 1 && b[7] == 0 &&
		b[8] >= byte(tlswire.ContentChangeCipherSpec) && b[8] <= byte(tlswire.ContentApplicationData) {
		return 8
	}
	return 0
}

// plausibleRecords reports whether b begins with a record and, if that ends
// within b, goes on with another.
func plausibleRecords(b []byte) bool {
	for range 2 {
		if len(b) < 5 {
			return false
		}
		rec, rest, err := tlswire.ParseRecord(b)
		if rec.Version > 0x0304 || rec.Type > tlswire.ContentApplicationData || err != nil && err != tlswire.ErrShort {
			return false
		}
		if err != nil || len(rest) < 5 {
			return true
		}
		b = rest
	}
	return true
}

// findSSLv2 looks for a hello of the SSLv2 form, which can only stand where
// a segment begins: it has too little to go by elsewhere. When done, n is
// where to go on.
func (s *session) findSSLv2(d int, b []byte) (n int, done bool) {
	if b[0]&0x80 == 0 || s.half[d].prefix > searchLimit {
		return 0, false
	}
	if s.sslv2 && !s.isClient(d) {
		return s.findSSLv2Server(d, b)
	}
	if s.hasHello() {
		return 0, false
	}
	switch tlswire.DetectClientHello(b) {
	case tlswire.NeedMore:
		return 0, true
	case tlswire.DetectedSSLv2:
		hello, rest, err := tlswire.ParseSSLv2ClientHello(b)
		if err == tlswire.ErrShort {
			return 0, true
		}
		if err == nil {
			s.half[d].mode = modeRecords
			s.clientHello(d, &hello, false, b[:len(b)-len(rest)])
			return len(b) - len(rest), true
		}
	}
	return 0, false
}

func (s *session) findSSLv2Server(d int, b []byte) (n int, done bool) {
	switch tlswire.DetectServerHello(b) {
	case tlswire.NeedMore:
		return 0, true
	case tlswire.DetectedSSLv2:
		_, err := tlswire.ParseSSLv2ServerHello(b)
		if err == tlswire.ErrShort {
			return 0, true
		}
		if err == nil {
			s.sslv2ServerHello(d)
			return len(b), true
		}
	}
	return 0, false
}

// remember keeps the first bytes of the direction, which tell the protocol.
func (h *half) remember(b []byte) { h.headN += copy(h.head[h.headN:], b) }

func (s *session) setCarry(d int, b []byte) {
	h := &s.half[d]
	s.hold(len(b) - len(h.carry))
	h.carry = append(h.carry[:0], b...)
}

// smallCarry is what may stay of a carry without being counted.
const smallCarry = 64

// dropCarry forgets the carry; slices of it stay valid until the next bytes.
func (s *session) dropCarry(d int) {
	h := &s.half[d]
	s.hold(-len(h.carry))
	if h.carry = h.carry[:0]; cap(h.carry) > smallCarry {
		h.carry = nil
	}
}
