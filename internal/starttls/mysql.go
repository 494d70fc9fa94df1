package starttls

import (
	"bytes"
	"encoding/binary"
)

// Capabilities that a client states (MySQL internals, "Capabilities Flags").
const (
	mysqlLongPassword = 0x1
	mysqlProtocol41   = 0x200
	mysqlSSL          = 0x800
	mysqlSecure       = 0x8000
)

// mysql reads the greeting and sends SSLRequest, which has no answer: TLS
// follows (MySQL internals, "Connection Phase"; MariaDB knowledge base,
// "Connection").
func (d *dialog) mysql() error {
	head, err := d.r.Peek(5)
	if err != nil {
		if len(head) > 0 {
			return d.refused(head, "")
		}
		return d.broken(err)
	}
	n := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	if n < 1 || n > maxLine-4 || head[3] > 1 {
		b, _ := d.peek()
		return d.refused(b, "")
	}
	packet, err := d.exactly(4 + n)
	if err != nil {
		return err
	}
	if err := d.mysqlGreeting(packet[4:]); err != nil {
		return err
	}
	request := binary.LittleEndian.AppendUint32([]byte{32, 0, 0, 1}, mysqlLongPassword|mysqlProtocol41|mysqlSSL|mysqlSecure)
	request = binary.LittleEndian.AppendUint32(request, 1<<24-1) // longest packet
	request = append(request, 33)                                // utf8
	d.asked = "SSLRequest"
	return d.write(append(request, make([]byte, 23)...))
}

// mysqlGreeting looks for the SSL capability: after version, text up to a zero,
// connection number, eight bytes of salt and a filler.
func (d *dialog) mysqlGreeting(b []byte) error {
	switch {
	case b[0] == 0xff && len(b) > 3: // an error, with a number and, maybe, a state
		return d.refused(b[3:], "")
	case b[0] == 9:
		return d.refused(b[1:], "speaks the protocol of before 4.1, without TLS")
	case b[0] != 10:
		return d.refused(b, "")
	}
	version, tail, ok := bytes.Cut(b[1:], []byte{0})
	const at = 4 + 8 + 1
	if !ok || len(tail) < at+2 {
		return d.refused(b, "a greeting cut short")
	}
	if binary.LittleEndian.Uint16(tail[at:])&mysqlSSL == 0 {
		return d.refused(version, "does not offer TLS")
	}
	return nil
}
