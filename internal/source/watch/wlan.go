package watch

import "encoding/binary"

// skipRadiotap passes over what a monitoring card says of a frame
// (https://www.radiotap.org).
func skipRadiotap(b []byte) ([]byte, reason) {
	if len(b) < 8 || len(b) < int(binary.LittleEndian.Uint16(b[2:])) {
		return nil, reasonCut
	}
	return skipWLAN(b[binary.LittleEndian.Uint16(b[2:]):])
}

// skipWLAN passes over the header of an IEEE 802.11 data frame in clear text
// (IEEE 802.11, 9.3.2.1).
func skipWLAN(b []byte) ([]byte, reason) {
	const (
		data         = 2 << 2 // the type, besides version 0
		typeMask     = 0x0f
		nothing, qos = 0x40, 0x80 // of the first byte
		relayed      = 3          // both distribution bits
		encrypted    = 0x40       // of the second byte
		order        = 0x80
		several      = 0x80 // of the QoS field: an A-MSDU
	)
	if len(b) < 24 {
		return nil, reasonCut
	}
	kind, flags := b[0], b[1]
	if kind&typeMask != data || kind&nothing != 0 || flags&encrypted != 0 {
		return nil, reasonNotIP
	}
	size := 24
	if flags&relayed == relayed {
		size += 6
	}
	if kind&qos != 0 {
		if len(b) < size+2 {
			return nil, reasonCut
		}
		if b[size]&several != 0 {
			return nil, reasonTunnel
		}
		size += 2
		if flags&order != 0 {
			size += 4
		}
	}
	if len(b) < size {
		return nil, reasonCut
	}
	return skipLLC(b[size:])
}

// skipNFLOG finds the packet among the attributes that netfilter writes to
// its log (https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html). Lengths are
// in the byte order of the machine that captured.
func skipNFLOG(b []byte) ([]byte, reason) {
	const payload = 9
	if len(b) < 8 {
		return nil, reasonCut
	}
	var order binary.ByteOrder = binary.LittleEndian
	if n := int(order.Uint16(b[4:])); n < 4 || n > len(b)-4 {
		order = binary.BigEndian
	}
	for b = b[4:]; len(b) >= 4; {
		n, kind := int(order.Uint16(b)), order.Uint16(b[2:])
		switch {
		case n < 4:
			return nil, reasonMalformed
		case kind == payload:
			return bareIP(b[4:max(4, min(n, len(b)))])
		}
		b = b[min(len(b), (n+3)&^3):]
	}
	return nil, reasonCut
}
