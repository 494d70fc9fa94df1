package pcapfilter

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/net/bpf"
)

// A node is a part of an expression.
type node interface{}

type (
	both   struct{ a, b node }
	either struct{ a, b node }
	not    struct{ a node }
	tagged struct{ a node } // a, looked for inside a VLAN tag
	vlan   struct {
		id       uint32
		numbered bool
	}
	// test compares bytes of the packet.
	test struct {
		where place
		at    uint32 // from there
		size  int
		mask  uint32 // zero for none
		op    bpf.JumpTest
		value uint32
	}
)

// place is what test.at counts from.
type place uint8

const (
	atType      place = iota // the EtherType itself
	atNetwork                // the IP header
	atTransport              // what follows an IPv4 header
	atTag                    // the tag that the kernel took off
	atTagThere               // whether there is one
)

func and(all ...node) node {
	out := all[0]
	for _, n := range all[1:] {
		out = both{out, n}
	}
	return out
}

func or(all ...node) node {
	out := all[0]
	for _, n := range all[1:] {
		out = either{out, n}
	}
	return out
}

// EtherTypes and IP protocols.
const (
	etherIPv4 = 0x0800
	etherARP  = 0x0806
	etherRARP = 0x8035
	etherIPv6 = 0x86dd
	protoTCP  = 6
	protoUDP  = 17
	protoFrag = 44
	protoSCTP = 132
)

func etherType(n uint32) node {
	return test{where: atType, size: 2, op: bpf.JumpEqual, value: n}
}

func network8(at, value uint32) node {
	return test{where: atNetwork, at: at, size: 1, op: bpf.JumpEqual, value: value}
}

// protocol is the test of ip, ip6, tcp or udp alone.
func protocol(name string) node {
	number := uint32(protoTCP)
	switch name {
	case "ip":
		return etherType(etherIPv4)
	case "ip6":
		return etherType(etherIPv6)
	case "udp":
		number = protoUDP
	}
	return or(
		and(etherType(etherIPv6), or(network8(6, number), and(network8(6, protoFrag), network8(40, number)))),
		and(etherType(etherIPv4), network8(9, number)),
	)
}

// portRange is the test of the ports of TCP, UDP or (without a protocol) also
// SCTP, which has them in the same place.
func portRange(q qualifiers, low, high uint32) node {
	v6, v4 := either6(q.proto, 6), either6(q.proto, 9)
	const notFirst = 0x1fff // the offset of a fragment
	first := not{test{where: atNetwork, at: 6, size: 2, op: bpf.JumpBitsSet, value: notFirst}}
	return or(
		and(etherType(etherIPv6), v6, sided(q.dir, func(n uint32) node { return within(atNetwork, 40+2*n, low, high) })),
		and(etherType(etherIPv4), v4, first, sided(q.dir, func(n uint32) node { return within(atTransport, 2*n, low, high) })),
	)
}

// either6 is the test of the protocol's number at a place in the IP header.
func either6(proto string, at uint32) node {
	switch proto {
	case "tcp":
		return network8(at, protoTCP)
	case "udp":
		return network8(at, protoUDP)
	}
	return or(network8(at, protoTCP), network8(at, protoUDP), network8(at, protoSCTP))
}

// sided is a test of the source (0), the destination (1) or either.
func sided(dir string, of func(n uint32) node) node {
	switch dir {
	case "src":
		return of(0)
	case "dst":
		return of(1)
	}
	return or(of(0), of(1))
}

func within(where place, at, low, high uint32) node {
	t := test{where: where, at: at, size: 2, op: bpf.JumpEqual, value: low}
	if low == high {
		return t
	}
	from, to := t, t
	from.op = bpf.JumpGreaterOrEqual
	to.op, to.value = bpf.JumpLessOrEqual, high
	return and(from, to)
}

// addresses is the test of the addresses of a network. Those of IPv4 stand in
// ARP, too.
func addresses(q qualifiers, net netip.Prefix) node {
	if net.Addr().Is6() {
		return and(etherType(etherIPv6), sided(q.dir, func(n uint32) node { return prefix(8+16*n, net) }))
	}
	v4 := and(etherType(etherIPv4), sided(q.dir, func(n uint32) node { return prefix(12+4*n, net) }))
	if q.proto == "ip" {
		return v4
	}
	return or(v4, and(or(etherType(etherARP), etherType(etherRARP)), sided(q.dir, func(n uint32) node { return prefix(14+10*n, net) })))
}

// prefix compares the words of an address that a network fixes.
func prefix(at uint32, net netip.Prefix) node {
	b := net.Addr().AsSlice()
	var words []node
	for left := net.Bits(); left > 0; left -= 32 {
		t := test{where: atNetwork, at: at, size: 4, op: bpf.JumpEqual, value: binary.BigEndian.Uint32(b)}
		if left < 32 {
			t.mask = ^uint32(0) << (32 - left)
		}
		words = append(words, t)
		at, b = at+4, b[4:]
	}
	if words == nil { // all addresses
		return test{where: atNetwork, at: at, size: 1, op: bpf.JumpGreaterOrEqual}
	}
	return and(words...)
}
