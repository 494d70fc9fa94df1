package watch

import "encoding/binary"

// IP protocol numbers.
const (
	protoHop      = 0
	protoIPv4     = 4
	protoTCP      = 6
	protoUDP      = 17
	protoIPv6     = 41
	protoRouting  = 43
	protoFragment = 44
	protoGRE      = 47
	protoESP      = 50
	protoAH       = 51
	protoDest     = 60
	protoMobility = 135
)

// TCP flags.
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	_
	flagACK
)

// maxDepth bounds IP inside IP.
const maxDepth = 4

// A segment is a TCP segment, or a UDP datagram, as captured.
type segment struct {
	key      flowKey
	hash     uint64 // of the key
	dir      int    // of the two directions of the key
	udp      bool   // a datagram; the next three fields are TCP's
	seq, ack uint32
	flags    byte
	payload  []byte
	missing  int // bytes of the payload that were sent but not captured
}

// An endpoint is an address, IPv4 mapped into IPv6, and a port.
type endpoint struct {
	addr
	port uint16
}

// An addr is an address of IPv6 in two numbers.
type addr struct{ hi, lo uint64 }

// A flowKey names a connection, whichever side speaks.
type flowKey [2]endpoint

// A decoder finds segments in packets.
type decoder struct {
	seed  hashSeed
	parts fragments
}

// decode finds out what a frame holds.
func (d *decoder) decode(f *frame, p *packet) {
	p.number, p.nanos, p.link, p.cut = f.number, f.nanos, f.link, f.cut
	s := &p.segment
	if f.link != linkEthernet || !s.usual(f.data) {
		ip, why := skipLink(f.link, f.data)
		if why == used {
			why = d.transport(ip, f.absent, s)
		}
		if p.why = why; why != used {
			return
		}
	}
	p.why, s.hash = used, d.seed.hash(&s.key, s.udp)
}

// transport finds the TCP segment or UDP datagram in an IP packet, of which
// absent bytes were not captured.
func (d *decoder) transport(b []byte, absent int, s *segment) reason {
	for range maxDepth {
		ip, why := parseIP(b, s)
		if why == used && ip.fragment.is {
			ip, why = d.join(ip, s)
		}
		if why != used {
			return why
		}
		// A length in the header that the wire never carried is a lie.
		ip.missing = min(ip.missing, absent)
		switch ip.proto {
		case protoTCP:
			return parseTCP(ip, s)
		case protoUDP:
			var tunnel bool
			if b, tunnel, why = parseUDP(ip, s); !tunnel {
				return why
			}
		case protoIPv4, protoIPv6:
			b, why = bareIP(ip.payload)
		case protoGRE:
			b, why = skipGRE(ip.payload)
		case protoESP:
			return reasonEncrypted
		default:
			return reasonNotTCP
		}
		if why != used {
			return why
		}
	}
	return reasonTunnel
}

// ipPayload is what an IP packet carries.
type ipPayload struct {
	proto   byte
	payload []byte
	missing int // bytes not captured
	fragment
}

func parseIP(b []byte, s *segment) (ipPayload, reason) {
	if len(b) > 0 && b[0]>>4 == 6 {
		return parseIPv6(b, s)
	}
	if len(b) < 20 {
		return ipPayload{}, reasonCut
	}
	head := int(b[0]&15) * 4
	total := int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 {
		total = len(b) // left to the network card to fill in
	}
	if head < 20 || total < head {
		return ipPayload{}, reasonMalformed
	}
	if len(b) < head {
		return ipPayload{}, reasonCut
	}
	s.key[0].addr, s.key[1].addr = mapIPv4(b[12:]), mapIPv4(b[16:])
	end := min(total, len(b))
	ip := ipPayload{proto: b[9], payload: b[head:end], missing: total - end}
	if place := binary.BigEndian.Uint16(b[6:]); place&0x3fff != 0 {
		ip.fragment = fragment{is: true, id: uint32(binary.BigEndian.Uint16(b[4:])), offset: int(place&0x1fff) * 8, more: place&0x2000 != 0}
	}
	if ip.proto == protoAH && !ip.fragment.is {
		return skipExtensions(ip.proto, ip.payload, ip.missing)
	}
	return ip, used
}

// mapIPv4 is ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
func mapIPv4(b []byte) addr { return addr{0, 0xffff<<32 | uint64(binary.BigEndian.Uint32(b))} }

func readIPv6(b []byte) addr { return addr{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])} }

// bytes are the address as a packet has it.
func (a addr) bytes() (b [16]byte) {
	binary.BigEndian.PutUint64(b[:], a.hi)
	binary.BigEndian.PutUint64(b[8:], a.lo)
	return b
}

func parseIPv6(b []byte, s *segment) (ipPayload, reason) {
	if len(b) < 40 {
		return ipPayload{}, reasonCut
	}
	total := 40 + int(binary.BigEndian.Uint16(b[4:]))
	if total == 40 {
		total = len(b) // left to the network card, or a jumbogram
	}
	s.key[0].addr, s.key[1].addr = readIPv6(b[8:]), readIPv6(b[24:])
	end := min(total, len(b))
	return skipExtensions(b[6], b[40:end], total-end)
}

// skipExtensions passes over the extension headers of IPv6 (RFC 8200, 4), of
// a packet of which missing bytes were not captured.
func skipExtensions(proto byte, p []byte, missing int) (ipPayload, reason) {
	for {
		var size int
		switch proto {
		case protoHop, protoRouting, protoDest, protoMobility:
			if len(p) < 8 {
				return ipPayload{}, reasonCut
			}
			size = 8 + int(p[1])*8
		case protoAH:
			if len(p) < 8 {
				return ipPayload{}, reasonCut
			}
			size = 8 + int(p[1])*4
		case protoFragment:
			if len(p) < 8 {
				return ipPayload{}, reasonCut
			}
			place := binary.BigEndian.Uint16(p[2:])
			if place&0xfff9 == 0 { // the only one: RFC 6946
				size = 8
				break
			}
			f := fragment{is: true, v6: true, id: binary.BigEndian.Uint32(p[4:]), offset: int(place &^ 7), more: place&1 != 0}
			return ipPayload{proto: p[0], payload: p[8:], missing: missing, fragment: f}, used
		default:
			return ipPayload{proto: proto, payload: p, missing: missing}, used
		}
		if size > len(p) {
			return ipPayload{}, reasonCut
		}
		proto, p = p[0], p[size:]
	}
}

func parseTCP(ip ipPayload, s *segment) reason {
	b := ip.payload
	if len(b) < 20 {
		if ip.missing > 0 {
			return reasonCut
		}
		return reasonMalformed
	}
	head := int(b[12]>>4) * 4
	if head < 20 || head > len(b)+ip.missing {
		return reasonMalformed
	}
	if head > len(b) {
		return reasonCut
	}
	s.key[0].port, s.key[1].port = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	s.seq, s.ack = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	s.flags, s.udp = b[13], false
	s.payload, s.missing = b[head:], ip.missing
	s.order()
	return used
}

// order puts the two ends in the order of the key.
func (s *segment) order() {
	s.dir = 0
	if less(&s.key[1], &s.key[0]) {
		s.key[0], s.key[1] = s.key[1], s.key[0]
		s.dir = 1
	}
}

func less(a, b *endpoint) bool {
	switch {
	case a.hi != b.hi:
		return a.hi < b.hi
	case a.lo != b.lo:
		return a.lo < b.lo
	}
	return a.port < b.port
}

// usual reads the frame that nearly all are: Ethernet, IPv4 without options and
// fragments, TCP, captured whole. It finds what the long way does with less to
// ask, and leaves all others to that.
func (s *segment) usual(b []byte) bool {
	const ip, tcp = 14, 34
	if len(b) < tcp+20 || binary.BigEndian.Uint16(b[12:]) != etherIPv4 || b[ip] != 0x45 || b[ip+9] != protoTCP ||
		binary.BigEndian.Uint16(b[ip+6:])&0x3fff != 0 {
		return false
	}
	end, head := ip+int(binary.BigEndian.Uint16(b[ip+2:])), int(b[tcp+12]>>4)*4
	if end > len(b) || head < 20 || tcp+head > end {
		return false
	}
	s.key[0] = endpoint{mapIPv4(b[ip+12:]), binary.BigEndian.Uint16(b[tcp:])}
	s.key[1] = endpoint{mapIPv4(b[ip+16:]), binary.BigEndian.Uint16(b[tcp+2:])}
	s.seq, s.ack = binary.BigEndian.Uint32(b[tcp+4:]), binary.BigEndian.Uint32(b[tcp+8:])
	s.flags, s.udp = b[tcp+13], false
	s.payload, s.missing = b[tcp+head:end], 0
	s.order()
	return true
}
