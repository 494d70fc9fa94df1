package watch

import "encoding/binary"

// UDP ports of tunnels.
const (
	portGTPU      = 2152
	portTeredo    = 3544
	portVXLAN     = 4789
	portGeneve    = 6081
	portVXLANOld  = 8472
	portCAPWAPOut = 5247
)

// GRE protocols besides the EtherTypes.
const (
	greBridge   = 0x6558
	greERSPAN   = 0x88be
	greERSPANv3 = 0x22eb
)

// skipGRE passes over a GRE header (RFC 2784, 2890) and, where a switch
// mirrors its traffic, the ERSPAN header behind it.
func skipGRE(b []byte) ([]byte, reason) {
	if len(b) < 4 {
		return nil, reasonCut
	}
	size := 4
	for _, bit := range []byte{0x80, 0x20, 0x10} { // checksum, key, sequence
		if b[0]&bit != 0 {
			size += 4
		}
	}
	kind := binary.BigEndian.Uint16(b[2:])
	if b[1]&7 != 0 || b[0]&0x40 != 0 {
		return nil, reasonTunnel
	}
	switch {
	case kind == greERSPAN && b[0]&0x10 != 0:
		size += 8
	case kind == greERSPANv3:
		if size += 12; len(b) >= size && b[size-1]&1 != 0 {
			size += 8
		}
	}
	if len(b) < size {
		return nil, reasonCut
	}
	switch kind {
	case greBridge, greERSPAN, greERSPANv3:
		return skipEthernet(b[size:])
	}
	return skipEtherType(kind, b[size:])
}

// skipUDP looks into the tunnels that run over UDP. For every other packet it
// tells what is passed over: QUIC and DTLS carry TLS, too.
func skipUDP(b []byte) ([]byte, reason) {
	if len(b) < 9 {
		return nil, reasonNotTCP
	}
	src, dst, p := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]), b[8:]
	switch {
	case dst == portVXLAN || dst == portVXLANOld:
		if len(p) < 8 || p[0]&0x08 == 0 {
			return nil, reasonTunnel
		}
		return skipEthernet(p[8:])
	case dst == portGeneve:
		return skipGeneve(p)
	case dst == portGTPU || src == portGTPU:
		return skipGTP(p)
	case dst == portTeredo || src == portTeredo || dst == portCAPWAPOut || src == portCAPWAPOut:
		return nil, reasonTunnel
	case isQUIC(p, src, dst):
		return nil, reasonQUIC
	case len(p) > 13 && p[0] == 22 && p[1] == 0xfe:
		return nil, reasonDTLS
	}
	return nil, reasonNotTCP
}

// isQUIC recognises the long header, with which connections begin.
func isQUIC(p []byte, src, dst uint16) bool {
	if len(p) < 6 || p[0]&0xc0 != 0xc0 {
		return false
	}
	v := binary.BigEndian.Uint32(p[1:])
	return src == 443 || dst == 443 || v == 1 || v == 0x6b3343cf || v>>8 == 0xff0000 || v>>24 == 'Q'
}

// skipGeneve passes over a Geneve header (RFC 8926, 3.4).
func skipGeneve(p []byte) ([]byte, reason) {
	if len(p) < 8 || p[0]>>6 != 0 {
		return nil, reasonTunnel
	}
	size := 8 + int(p[0]&0x3f)*4
	if len(p) < size {
		return nil, reasonCut
	}
	kind := binary.BigEndian.Uint16(p[2:])
	if kind == greBridge {
		return skipEthernet(p[size:])
	}
	return skipEtherType(kind, p[size:])
}

// skipGTP passes over the header of user data in mobile networks (3GPP TS
// 29.281, 5.1).
func skipGTP(p []byte) ([]byte, reason) {
	const userData = 0xff
	if len(p) < 8 || p[0]>>5 != 1 || p[0]&0x10 == 0 || p[1] != userData {
		return nil, reasonNotTCP
	}
	flags, rest := p[0], p[8:]
	if flags&7 == 0 {
		return bareIP(rest)
	}
	if len(rest) < 4 {
		return nil, reasonCut
	}
	next := rest[3]
	rest = rest[4:]
	for flags&4 != 0 && next != 0 {
		if len(rest) == 0 || rest[0] == 0 || len(rest) < int(rest[0])*4 {
			return nil, reasonCut
		}
		n := int(rest[0]) * 4
		next, rest = rest[n-1], rest[n:]
	}
	return bareIP(rest)
}
