package watch

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
)

// proxySignature begins version 2 of the PROXY protocol
// (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, 2.2).
const proxySignature = "\r\n\r\n\x00\r\nQUIT\n"

// proxiedClient is the address of the client that a balancer names before it
// hands a connection on, "" for none: the hello is that client's, not the
// balancer's. head is how the client's direction begins.
func proxiedClient(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte(proxySignature)):
		return proxied2(head[len(proxySignature):])
	case bytes.HasPrefix(head, []byte("PROXY TCP")):
		return proxied1(string(head))
	}
	return ""
}

// proxied1 reads "PROXY TCP4 source destination port port", of which the end
// may be missing.
func proxied1(head string) string {
	words := strings.Split(head, " ")
	if len(words) < 4 { // the source may not be there in full
		return ""
	}
	addr, err := netip.ParseAddr(words[2])
	if err != nil || addr.Zone() != "" {
		return ""
	}
	return addr.Unmap().String()
}

// proxied2 reads what follows the signature: version and command, family,
// length and addresses.
func proxied2(b []byte) string {
	const proxy, tcp4, tcp6 = 0x21, 0x11, 0x21
	if len(b) < 4 || b[0] != proxy {
		return ""
	}
	size, source := 0, b[4:]
	switch b[1] {
	case tcp4:
		size = 4
	case tcp6:
		size = 16
	}
	if size == 0 || int(binary.BigEndian.Uint16(b[2:])) < 2*size+4 || len(source) < size {
		return ""
	}
	addr, _ := netip.AddrFromSlice(source[:size])
	return addr.Unmap().String()
}
