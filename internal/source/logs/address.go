package logs

import (
	"bytes"
	"net/netip"
)

// address gives the address in a field: the first of several hops, without
// brackets, port and zone. It is nil for what cannot be an address.
func address(b []byte) []byte {
	if i := bytes.IndexByte(b, ','); i >= 0 {
		b = b[:i]
	}
	if len(b) == 0 {
		return nil
	}
	if !isHex(b[0]) || !isHex(b[len(b)-1]) {
		b = bytes.Trim(b, " +\"")
	}
	if len(b) > 0 && b[0] == '[' {
		i := bytes.IndexByte(b, ']')
		if i < 0 {
			return nil
		}
		b = b[1:i]
	}
	colons, dots := 0, 0
	for i, c := range b {
		switch {
		case c == ':':
			colons++
		case c == '.':
			dots++
		case c == '%':
			return withoutPort(b[:i], colons, dots)
		case !isHex(c):
			return nil
		}
	}
	return withoutPort(b, colons, dots)
}

// withoutPort takes the port from 192.0.2.7:443.
func withoutPort(b []byte, colons, dots int) []byte {
	switch {
	case colons == 1 && dots == 3:
		return b[:bytes.IndexByte(b, ':')]
	case colons >= 2, colons == 0 && dots == 3:
		return b
	}
	return nil
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// canonicalAddress gives an address its one spelling, or "".
func canonicalAddress(s string) string {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return ""
	}
	return a.Unmap().String()
}

// hostName gives the name in a Host header, without the port. An address is
// no name, and what cannot be one was made up by the client.
func hostName(b []byte) []byte {
	if i := bytes.IndexByte(b, ':'); i >= 0 {
		b = b[:i]
	}
	if len(b) == 0 || len(b) > 253 || len(b) == 1 && !isHex(b[0]) {
		return nil
	}
	letters := false
	for _, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			letters = true
		case c >= '0' && c <= '9', c == '-', c == '.', c == '_':
		default:
			return nil
		}
	}
	if !letters {
		return nil
	}
	return b
}
