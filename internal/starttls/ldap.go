package starttls

import "fmt"

// startTLSRequest is the extended request of RFC 4511 section 4.14.1: message
// 1, its name the OID 1.3.6.1.4.1.1466.20037.
var startTLSRequest = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16" + "1.3.6.1.4.1.1466.20037"

// ldapResults names the results of RFC 4511 appendix A.2 that servers give
// here.
var ldapResults = map[byte]string{
	1: "operationsError", 2: "protocolError", 8: "strongerAuthRequired", 10: "referral", 11: "adminLimitExceeded",
	13: "confidentialityRequired", 48: "inappropriateAuthentication", 50: "insufficientAccessRights", 51: "busy",
	52: "unavailable", 53: "unwillingToPerform", 80: "other",
}

const extendedResponse = 0x78

// ldap asks for TLS (RFC 4511 section 4.14).
func (d *dialog) ldap() error {
	d.asked = "StartTLS"
	if err := d.write([]byte(startTLSRequest)); err != nil {
		return err
	}
	head, err := d.r.Peek(2)
	switch {
	case err != nil && len(head) == 0:
		return d.broken(err)
	case err != nil || head[0] != 0x30:
		b, _ := d.peek()
		return d.refused(b, "")
	}
	body, err := d.element()
	if err != nil {
		return err
	}
	code, said, ok := ldapResult(body)
	switch {
	case !ok:
		return d.refused(body, "no answer of LDAP")
	case code == 0:
		return nil
	}
	name := ldapResults[code]
	if name == "" {
		name = fmt.Sprintf("result %d", code)
	}
	return &Refusal{To: d.asked, Said: cut(said), Why: "does not start TLS: " + name}
}

// element reads one element of BER, whose length may be in the long form, and
// gives its content.
func (d *dialog) element() ([]byte, error) {
	for n := 2; ; n++ { // a head has at most six bytes here
		head, err := d.r.Peek(n)
		if err != nil {
			return nil, d.refused(head, "an answer cut short")
		}
		size, used, ok := berLength(head[1:])
		switch {
		case !ok && n < 6:
			continue
		case !ok || size > maxLine-6:
			return nil, d.refused(head, "a message too long")
		}
		b, err := d.exactly(1 + used + size)
		if err != nil {
			return nil, err
		}
		return b[1+used:], nil
	}
}

// berLength reads a length of up to four bytes.
func berLength(b []byte) (size, used int, ok bool) {
	if len(b) == 0 {
		return 0, 0, false
	}
	if b[0] < 0x80 {
		return int(b[0]), 1, true
	}
	n := int(b[0] & 0x7f)
	if n == 0 || n > 4 || len(b) < 1+n {
		return 0, 0, false
	}
	for _, c := range b[1 : 1+n] {
		size = size<<8 | int(c)
	}
	return size, 1 + n, true
}

// next splits off the first element.
func next(b []byte) (tag byte, content, tail []byte, ok bool) {
	if len(b) < 2 {
		return 0, nil, nil, false
	}
	size, used, ok := berLength(b[1:])
	if !ok || size > len(b)-1-used {
		return 0, nil, nil, false
	}
	return b[0], b[1+used : 1+used+size], b[1+used+size:], true
}

// ldapResult takes the result and its text out of a message: number, then the
// response, which holds the result, a name and the text. A notice of
// disconnection (section 4.4.1) has the same shape.
func ldapResult(message []byte) (code byte, said []byte, ok bool) {
	tag, _, tail, ok := next(message)
	if !ok || tag != 2 {
		return 0, nil, false
	}
	tag, response, _, ok := next(tail)
	if !ok || tag != extendedResponse {
		return 0, nil, false
	}
	tag, result, tail, ok := next(response)
	if !ok || tag != 10 || len(result) != 1 {
		return 0, nil, false
	}
	if _, _, tail, ok = next(tail); ok {
		_, said, _, _ = next(tail)
	}
	return result[0], said, true
}
