package starttls

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Packet types of TDS ([MS-TDS] section 2.2.3.1.1) and values of the option
// ENCRYPTION (section 2.2.6.5).
const (
	tdsResult   = 0x04
	tdsPrelogin = 0x12
	tdsHead     = 8
	tdsPacket   = 4096 // the size until another is agreed on
	tdsLast     = 1    // status: end of message

	tdsEncryption = 1 // option
	encryptOn     = 1
	encryptNotSup = 2
)

// preloginOptions are the options of a PRELOGIN in their order: version of the
// client, encryption wanted, instance, thread, several result sets.
var preloginOptions = [][]byte{{0, 0, 0, 0, 0, 0}, {encryptOn}, {0}, {0, 0, 0, 0}, {0}}

// prelogin is the message with which a client begins: a table of options with
// offset and length each, a terminator, the data.
func prelogin() []byte {
	var head, body []byte
	at := 5*len(preloginOptions) + 1
	for i, o := range preloginOptions {
		head = append(head, byte(i), byte(at>>8), byte(at), 0, byte(len(o)))
		body = append(body, o...)
		at += len(o)
	}
	return slices.Concat(head, []byte{0xff}, body)
}

// tds exchanges PRELOGIN. TLS then comes in packets of its type until the
// handshake is done (section 3.2.5.2).
func (d *dialog) tds() error {
	d.asked = "PRELOGIN"
	if err := d.write(appendTDS(nil, prelogin())); err != nil {
		return err
	}
	answer, err := d.tdsMessage()
	if err != nil {
		return err
	}
	value, ok := preloginEncryption(answer)
	switch {
	case !ok:
		return d.refused(answer, "an answer without the option ENCRYPTION")
	case value == encryptNotSup:
		return &Refusal{To: d.asked, Said: "ENCRYPT_NOT_SUP", Why: "does not do TLS"}
	case value > 3:
		return &Refusal{To: d.asked, Why: fmt.Sprintf("encryption %d is not known", value)}
	}
	d.wrap = wrapTDS
	return nil
}

// tdsMessage reads packets up to the end of a message.
func (d *dialog) tdsMessage() ([]byte, error) {
	var message []byte
	for {
		head, err := d.r.Peek(tdsHead)
		switch {
		case err != nil && len(head) == 0:
			return nil, d.broken(err)
		case err != nil, head[0] != tdsResult && head[0] != tdsPrelogin:
			b, _ := d.peek()
			return nil, d.refused(b, "")
		}
		n, last := int(binary.BigEndian.Uint16(head[2:])), head[1]&tdsLast != 0
		if n < tdsHead || n > maxLine || len(message)+n > maxDialog/4 {
			return nil, d.refused(head, "no packet of TDS")
		}
		b, err := d.exactly(n)
		if err != nil {
			return nil, err
		}
		message = append(message, b[tdsHead:]...)
		if last || n == tdsHead {
			return message, nil
		}
	}
}

// preloginEncryption looks the option up in the table of a PRELOGIN.
func preloginEncryption(b []byte) (value byte, ok bool) {
	for i := 0; i+5 <= len(b) && b[i] != 0xff; i += 5 {
		at, n := int(binary.BigEndian.Uint16(b[i+1:])), int(binary.BigEndian.Uint16(b[i+3:]))
		if b[i] == tdsEncryption && n > 0 && at < len(b) {
			return b[at], true
		}
	}
	return 0, false
}

// appendTDS puts a payload into packets.
func appendTDS(b, payload []byte) []byte {
	for first := true; first || len(payload) > 0; first = false {
		n, status := len(payload), byte(tdsLast)
		if n > tdsPacket-tdsHead {
			n, status = tdsPacket-tdsHead, 0
		}
		b = append(b, tdsPrelogin, status)
		b = binary.BigEndian.AppendUint16(b, uint16(n+tdsHead))
		b = append(b, 0, 0, 1, 0) // process, packet number, window
		b = append(b, payload[:n]...)
		payload = payload[n:]
	}
	return b
}
