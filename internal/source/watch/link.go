package watch

import "encoding/binary"

// Link types (https://www.tcpdump.org/linktypes.html).
const (
	linkNull     = 0
	linkEthernet = 1
	linkPPP      = 9
	linkRawOld   = 12
	linkRawBSD   = 14
	linkPPPHDLC  = 50
	linkPPPoE    = 51
	linkRaw      = 101
	linkWLAN     = 105
	linkLoop     = 108
	linkSLL      = 113
	linkRadiotap = 127
	linkIPv4     = 228
	linkIPv6     = 229
	linkNFLOG    = 239
	linkSLL2     = 276
	linkUnknown  = 0xffff
)

// EtherTypes.
const (
	etherIPv4  = 0x0800
	etherIPv6  = 0x86dd
	etherVLAN  = 0x8100
	etherQinQ  = 0x88a8
	etherQinQ2 = 0x9100
	etherMPLS  = 0x8847
	etherMPLSM = 0x8848
	etherPPPoE = 0x8864
	etherCMD   = 0x8909 // Cisco MetaData: a security group tag
)

// skipLink finds the IP packet in a frame.
func skipLink(link uint16, b []byte) ([]byte, reason) {
	switch link {
	case linkEthernet:
		return skipEthernet(b)
	case linkSLL:
		return skipHeader(b, 16, 14)
	case linkSLL2:
		return skipHeader(b, 20, 0)
	case linkRaw, linkRawOld, linkRawBSD, linkIPv4, linkIPv6:
		return bareIP(b)
	case linkNull, linkLoop:
		// The address family is written in the byte order and the numbers of
		// the machine that captured; the IP header itself says enough.
		if len(b) < 4 {
			return nil, reasonCut
		}
		return bareIP(b[4:])
	case linkPPP, linkPPPHDLC:
		return skipPPP(b)
	case linkPPPoE:
		return skipPPPoE(b)
	case linkWLAN:
		return skipWLAN(b)
	case linkRadiotap:
		return skipRadiotap(b)
	case linkNFLOG:
		return skipNFLOG(b)
	}
	return nil, reasonLink
}

func skipEthernet(b []byte) ([]byte, reason) {
	if len(b) < 14 {
		return nil, reasonCut
	}
	kind := binary.BigEndian.Uint16(b[12:])
	if kind < 0x600 {
		return skipLLC(b[14:])
	}
	return skipEtherType(kind, b[14:])
}

// skipHeader passes over a header of fixed size with the EtherType inside.
func skipHeader(b []byte, size, at int) ([]byte, reason) {
	if len(b) < size {
		return nil, reasonCut
	}
	return skipEtherType(binary.BigEndian.Uint16(b[at:]), b[size:])
}

// skipEtherType passes over tags, labels and PPPoE until IP.
func skipEtherType(kind uint16, b []byte) ([]byte, reason) {
	for {
		switch kind {
		case etherIPv4, etherIPv6:
			return bareIP(b)
		case etherVLAN, etherQinQ, etherQinQ2:
			if len(b) < 4 {
				return nil, reasonCut
			}
			kind, b = binary.BigEndian.Uint16(b[2:]), b[4:]
		case etherCMD:
			if len(b) < 2 || len(b) < 4+4*int(b[1]) {
				return nil, reasonCut
			}
			n := 4 + 4*int(b[1])
			kind, b = binary.BigEndian.Uint16(b[n-2:]), b[n:]
		case etherMPLS, etherMPLSM:
			return skipMPLS(b)
		case etherPPPoE:
			return skipPPPoE(b)
		default:
			return nil, reasonNotIP
		}
	}
}

// skipLLC passes over an 802.2 header with SNAP (802.3 frames).
func skipLLC(b []byte) ([]byte, reason) {
	if len(b) < 8 {
		return nil, reasonNotIP
	}
	if b[0] != 0xaa || b[1] != 0xaa || b[2] != 3 {
		return nil, reasonNotIP
	}
	return skipHeader(b, 8, 6)
}

// skipMPLS passes over a stack of labels (RFC 3032). What they carry is told
// by its first bits: IP, or the control word before an Ethernet frame (RFC
// 4448, 4.6).
func skipMPLS(b []byte) ([]byte, reason) {
	for len(b) >= 4 {
		bottom := b[2]&1 != 0
		if b = b[4:]; !bottom {
			continue
		}
		if len(b) >= 4 && b[0] == 0 {
			return skipEthernet(b[4:])
		}
		return bareIP(b)
	}
	return nil, reasonCut
}

func skipPPPoE(b []byte) ([]byte, reason) {
	if len(b) < 6 {
		return nil, reasonCut
	}
	return skipPPP(b[6:])
}

func skipPPP(b []byte) ([]byte, reason) {
	if len(b) >= 2 && b[0] == 0xff && b[1] == 3 {
		b = b[2:]
	}
	if len(b) < 2 {
		return nil, reasonCut
	}
	if b[0] == 0x21 || b[0] == 0x57 { // the protocol field compressed to one byte
		return bareIP(b[1:])
	}
	if p := binary.BigEndian.Uint16(b); p != 0x21 && p != 0x57 {
		return nil, reasonNotIP
	}
	return bareIP(b[2:])
}

// bareIP is an IP packet without anything before it.
func bareIP(b []byte) ([]byte, reason) {
	if len(b) == 0 {
		return nil, reasonCut
	}
	if v := b[0] >> 4; v != 4 && v != 6 {
		return nil, reasonNotIP
	}
	return b, used
}
