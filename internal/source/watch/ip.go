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

// A segment is a TCP segment as captured.
type segment struct {
	key      flowKey
	dir      int // of the two directions of the key
	seq, ack uint32
	flags    byte
	payload  []byte
	missing  int // bytes of the payload that were sent but not captured
}

// An endpoint is an address, IPv4 mapped into IPv6, and a port.
type endpoint struct {
	addr [16]byte
	port uint16
}

// A flowKey names a connection, whichever side speaks.
type flowKey [2]endpoint

// decode finds the TCP segment in an IP packet, of which absent bytes were
// not captured.
func decode(b []byte, absent int, s *segment) reason {
	for range maxDepth {
		ip, why := parseIP(b, s)
		if why != used {
			return why
		}
		switch ip.proto {
		case protoTCP:
			// A length in the header that the wire never carried is a lie.
			ip.missing = min(ip.missing, absent)
			return parseTCP(ip, s)
		case protoUDP:
			b, why = skipUDP(ip.payload)
		case protoIPv4, protoIPv6:
			b, why = bareIP(ip.payload)
		case protoGRE:
			b, why = skipGRE(ip.payload)
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
	if binary.BigEndian.Uint16(b[6:])&0x3fff != 0 {
		return ipPayload{}, reasonFragment
	}
	mapIPv4(&s.key[0].addr, b[12:16])
	mapIPv4(&s.key[1].addr, b[16:20])
	end := min(total, len(b))
	return ipPayload{proto: b[9], payload: b[head:end], missing: total - end}, used
}

func mapIPv4(a *[16]byte, b []byte) {
	*a = [16]byte{10: 0xff, 11: 0xff}
	copy(a[12:], b)
}

func parseIPv6(b []byte, s *segment) (ipPayload, reason) {
	if len(b) < 40 {
		return ipPayload{}, reasonCut
	}
	total := 40 + int(binary.BigEndian.Uint16(b[4:]))
	if total == 40 {
		total = len(b) // left to the network card, or a jumbogram
	}
	copy(s.key[0].addr[:], b[8:24])
	copy(s.key[1].addr[:], b[24:40])
	end := min(total, len(b))
	proto, p := b[6], b[40:end]
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
			if binary.BigEndian.Uint16(p[2:])&0xfff9 != 0 {
				return ipPayload{}, reasonFragment
			}
			size = 8
		default:
			return ipPayload{proto: proto, payload: p, missing: total - end}, used
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
	s.flags = b[13]
	s.payload, s.missing = b[head:], ip.missing
	s.dir = 0
	if less(&s.key[1], &s.key[0]) {
		s.key[0], s.key[1] = s.key[1], s.key[0]
		s.dir = 1
	}
	return used
}

func less(a, b *endpoint) bool {
	for i := 0; i < 16; i += 8 {
		x, y := binary.BigEndian.Uint64(a.addr[i:]), binary.BigEndian.Uint64(b.addr[i:])
		if x != y {
			return x < y
		}
	}
	return a.port < b.port
}
