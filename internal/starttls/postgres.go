package starttls

import (
	"bytes"
	"encoding/binary"
)

// postgres sends SSLRequest and reads one byte (PostgreSQL documentation,
// "Message Flow", section "SSL Session Encryption", and "Message Formats").
func (d *dialog) postgres() error {
	d.asked = "SSLRequest"
	if err := d.write([]byte{0, 0, 0, 8, 4, 210, 22, 47}); err != nil {
		return err
	}
	b, err := d.r.Peek(1)
	if err != nil {
		return d.broken(err)
	}
	switch b[0] {
	case 'S':
		_, err = d.r.Discard(1)
		return err
	case 'N':
		return &Refusal{To: d.asked, Said: "N", Why: "does not offer TLS: ssl is off"}
	case 'E':
		return d.postgresError()
	}
	b, _ = d.peek()
	return d.refused(b, "")
}

// postgresError reads an ErrorResponse: fields of a letter and a text each.
func (d *dialog) postgresError() error {
	head, err := d.r.Peek(5)
	if err != nil {
		return d.refused(head, "")
	}
	n := binary.BigEndian.Uint32(head[1:]) + 1
	if n < 5 || n > maxLine {
		b, _ := d.peek()
		return d.refused(b, "")
	}
	b, err := d.exactly(int(n))
	if err != nil {
		return err
	}
	for field := range bytes.SplitSeq(b[5:], []byte{0}) {
		if len(field) > 1 && field[0] == 'M' {
			return d.refused(field[1:], "")
		}
	}
	return d.refused(b[5:], "")
}

// peek gives what has come already, and at least one byte.
func (d *dialog) peek() ([]byte, error) {
	if _, err := d.r.Peek(1); err != nil {
		return nil, d.broken(err)
	}
	return d.r.Peek(d.r.Buffered())
}
