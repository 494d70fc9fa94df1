package watch

import "encoding/binary"

// UDP ports of tunnels.
const (
	portL2TP      = 1701
	portGTPU      = 2152
	portTeredo    = 3544
	portIPsec     = 4500
	portWireGuard = 51820
	portVXLAN     = 4789
	portGeneve    = 6081
	portVXLANGPE  = 4790
	portVXLANOld  = 8472
	portCAPWAP    = 5247
	portCAPWAPCtl = 5246
)

// GRE protocols besides the EtherTypes.
const (
	greBridge   = 0x6558
	grePPP      = 0x880b
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
	if b[1]&7 == 1 && kind == grePPP {
		return skipPPTP(b)
	}
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

// skipPPTP passes over the header of GRE as PPTP has it, with PPP behind (RFC
// 2637, 4.1).
func skipPPTP(b []byte) ([]byte, reason) {
	const sequence, acknowledgement = 0x10, 0x80 // of the first and the second byte
	size := 8
	if b[0]&sequence != 0 {
		size += 4
	}
	if b[1]&acknowledgement != 0 {
		size += 4
	}
	switch {
	case b[0]&sequence == 0: // an acknowledgement alone
		return nil, reasonNotTCP
	case len(b) < size:
		return nil, reasonCut
	}
	return skipPPP(b[size:])
}

// skipL2TP passes over the header of a data message of L2TP version 2, with
// PPP behind (RFC 2661, 3.1).
func skipL2TP(p []byte) ([]byte, reason) {
	const control, length, sequence, offset = 0x80, 0x40, 0x08, 0x02
	if len(p) < 6 {
		return nil, reasonNotTCP
	}
	flags, size := p[0], 6
	switch {
	case p[1]&0x0f != 2:
		return nil, reasonTunnel
	case flags&control != 0:
		return nil, reasonNotTCP
	}
	if flags&length != 0 {
		size += 2
	}
	if flags&sequence != 0 {
		size += 4
	}
	if flags&offset != 0 {
		if len(p) < size+2 {
			return nil, reasonCut
		}
		size += 2 + int(binary.BigEndian.Uint16(p[size:]))
	}
	if len(p) < size {
		return nil, reasonCut
	}
	return skipPPP(p[size:])
}

// skipTunnel looks into the tunnels that run over UDP. tunnel is false when
// the datagram is none.
func skipTunnel(src, dst uint16, p []byte) (b []byte, tunnel bool, why reason) {
	tunnel = true
	switch {
	case dst == portVXLAN || dst == portVXLANOld:
		if len(p) < 8 || p[0]&0x08 == 0 {
			return nil, tunnel, reasonTunnel
		}
		b, why = skipEthernet(p[8:])
	case dst == portVXLANGPE:
		b, why = skipVXLANGPE(p)
	case dst == portGeneve:
		b, why = skipGeneve(p)
	case dst == portL2TP || src == portL2TP:
		b, why = skipL2TP(p)
	case dst == portGTPU || src == portGTPU:
		b, why = skipGTP(p)
	case dst == portTeredo || src == portTeredo:
		b, why = skipTeredo(p)
	case (dst == portCAPWAP || src == portCAPWAP) && !isCAPWAPDTLS(src, dst, p):
		b, why = skipCAPWAP(p)
	case (dst == portIPsec || src == portIPsec) && isESP(p), (dst == portWireGuard || src == portWireGuard) && isWireGuard(p):
		why = reasonEncrypted
	default:
		tunnel = false
	}
	return b, tunnel, why
}

// isESP tells a packet of IPsec from what else comes to its port: messages of
// IKE begin with four zeros, and one byte keeps the path open (RFC 3948, 2).
func isESP(p []byte) bool { return len(p) > 8 && binary.BigEndian.Uint32(p) != 0 }

// isWireGuard recognises a message of data: type 4 and three zeros
// (https://www.wireguard.com/protocol).
func isWireGuard(p []byte) bool { return len(p) >= 32 && binary.LittleEndian.Uint32(p) == 4 }

// skipVXLANGPE passes over a VXLAN header that names what it carries
// (draft-ietf-nvo3-vxlan-gpe, 3).
func skipVXLANGPE(p []byte) ([]byte, reason) {
	const named = 0x04
	if len(p) < 8 {
		return nil, reasonCut
	}
	switch next := p[3]; {
	case p[0]&named == 0, next == 3:
		return skipEthernet(p[8:])
	case next == 1, next == 2:
		return bareIP(p[8:])
	}
	return nil, reasonTunnel
}

// skipTeredo passes over the indications that may stand before IPv6 in
// Teredo: authentication, then origin (RFC 4380, 5.1.1).
func skipTeredo(p []byte) ([]byte, reason) {
	if len(p) >= 4 && p[0] == 0 && p[1] == 1 {
		p = p[min(len(p), 4+int(p[2])+int(p[3])+9):]
	}
	if len(p) >= 8 && p[0] == 0 && p[1] == 0 {
		p = p[8:]
	}
	return bareIP(p)
}

// capwapPreamble is what stands before DTLS in CAPWAP (RFC 5415, 4.2).
const capwapPreamble = 4

// isCAPWAPDTLS reports whether a datagram of an access point holds DTLS.
func isCAPWAPDTLS(src, dst uint16, p []byte) bool {
	for _, port := range []uint16{portCAPWAP, portCAPWAPCtl} {
		if (src == port || dst == port) && len(p) > capwapPreamble && p[0] == 1 {
			return true
		}
	}
	return false
}

// skipCAPWAP passes over the header that an access point puts before the
// frames it hands on (RFC 5415, 4.3): of Ethernet, or of 802.11. Some swap the
// first two bytes of the latter.
func skipCAPWAP(p []byte) ([]byte, reason) {
	const (
		wlan, native    = 1 << 1, 1 // of the third byte
		part, keepAlive = 0x80, 0x08
	)
	if len(p) < 8 {
		return nil, reasonCut
	}
	size := int(p[1]>>3) * 4
	switch {
	case p[0] != 0 || size < 8 || p[3]&part != 0:
		return nil, reasonTunnel
	case p[3]&keepAlive != 0:
		return nil, reasonNotTCP
	case len(p) < size:
		return nil, reasonCut
	}
	kind, frame := p[2]&0x3f, p[size:]
	switch {
	case kind&native == 0:
		return skipEthernet(frame)
	case kind != wlan|native:
		return nil, reasonTunnel
	}
	b, why := skipWLAN(frame)
	if why == reasonNotIP && len(frame) > 1 && frame[1]&0x0f == 2<<2 {
		swapped := append([]byte{frame[1], frame[0]}, frame[2:]...)
		b, why = skipWLAN(swapped)
	}
	return b, why
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
