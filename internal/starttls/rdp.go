package starttls

import (
	"encoding/binary"
	"fmt"
)

// rdpRequest is an X.224 connection request in its TPKT that asks for TLS or
// CredSSP, which both begin with TLS ([MS-RDPBCGR] sections 2.2.1.1 and
// 2.2.1.1.1).
var rdpRequest = []byte{
	3, 0, 0, 19, // TPKT, length
	14, 0xe0, 0, 0, 0, 0, 0, // X.224 CR
	1, 0, 8, 0, rdpSSL | rdpHybrid, 0, 0, 0, // RDP_NEG_REQ
}

// Protocols of RDP_NEG_REQ and RDP_NEG_RSP.
const (
	rdpSSL      = 1
	rdpHybrid   = 2
	rdpHybridEx = 8
)

// rdpFailures are the codes of RDP_NEG_FAILURE (section 2.2.1.2.2).
var rdpFailures = map[uint32]string{
	1: "SSL_REQUIRED_BY_SERVER", 2: "SSL_NOT_ALLOWED_BY_SERVER: classic RDP security alone, without TLS",
	3: "SSL_CERT_NOT_ON_SERVER: it has no certificate", 4: "INCONSISTENT_FLAGS",
	5: "HYBRID_REQUIRED_BY_SERVER: CredSSP alone", 6: "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
}

// rdp asks for TLS in the connection request.
func (d *dialog) rdp() error {
	d.asked = "the connection request"
	if err := d.write(rdpRequest); err != nil {
		return err
	}
	head, err := d.r.Peek(4)
	switch {
	case err != nil && len(head) == 0:
		return d.broken(err)
	case err != nil || head[0] != 3 || head[1] != 0:
		b, _ := d.peek()
		return d.refused(b, "")
	}
	n := int(binary.BigEndian.Uint16(head[2:]))
	if n < 11 || n > maxLine {
		return d.refused(head, "no connection confirm of RDP")
	}
	b, err := d.exactly(n)
	if err != nil {
		return err
	}
	if why := rdpConfirm(b); why != "" {
		return &Refusal{To: d.asked, Why: why}
	}
	return nil
}

// rdpConfirm says why a TPKT with the X.224 connection confirm (section
// 2.2.1.2) leads to no TLS; "" when it does. b has at least 11 bytes.
func rdpConfirm(b []byte) string {
	switch {
	case b[5]&0xf0 != 0xd0:
		return fmt.Sprintf("no connection confirm of RDP (X.224 code 0x%02x)", b[5])
	case len(b) < 19:
		return "classic RDP security alone, without TLS (no negotiation in the answer)"
	}
	value := binary.LittleEndian.Uint32(b[15:])
	switch b[11] {
	case 2: // RDP_NEG_RSP
		switch value {
		case rdpSSL, rdpHybrid, rdpHybridEx:
			return ""
		case 0:
			return "chose classic RDP security, without TLS"
		}
		return fmt.Sprintf("chose the unknown protocol %d", value)
	case 3: // RDP_NEG_FAILURE
		if why, ok := rdpFailures[value]; ok {
			return "refuses: " + why
		}
		return fmt.Sprintf("refuses: failure code %d", value)
	}
	return fmt.Sprintf("no negotiation of RDP (type %d)", b[11])
}
