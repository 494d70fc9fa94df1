package tlswire

import "fmt"

// IsGREASE reports whether v is one of the sixteen values that clients
// sprinkle into their lists so that servers keep ignoring what they do not
// know (RFC 8701, 2).
func IsGREASE(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

// named is one row of a table of code points.
type named[T ~uint8 | ~uint16] struct {
	v    T
	name string
}

// nameOf finds v in a table in rising order.
func nameOf[T ~uint8 | ~uint16](table []named[T], v T) (string, bool) {
	lo, hi := 0, len(table)
	for lo < hi {
		if m := (lo + hi) / 2; table[m].v < v {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo < len(table) && table[lo].v == v {
		return table[lo].name, true
	}
	return "", false
}

// valueOf finds a name, or reads the 0xABCD that hex writes.
func valueOf[T ~uint8 | ~uint16](table []named[T], name string, digits int) (T, bool) {
	for i := range table {
		if table[i].name == name {
			return table[i].v, true
		}
	}
	v, ok := parseHex(name, digits)
	return T(v), ok
}

func parseHex(s string, digits int) (uint16, bool) {
	if len(s) != 2+digits || s[:2] != "0x" {
		return 0, false
	}
	var v uint16
	for _, c := range []byte(s[2:]) {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | uint16(c-'0')
		case c >= 'A' && c <= 'F':
			v = v<<4 | uint16(c-'A'+10)
		case c >= 'a' && c <= 'f':
			v = v<<4 | uint16(c-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

func hex16(v uint16) string { return fmt.Sprintf("0x%04X", v) }
