package scan

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"strconv"
	"strings"
)

// MaxTargets bounds what one operand may stand for where all of it is held
// in memory.
const MaxTargets = 1 << 16

// MaxAddresses bounds what one operand may stand for: an IPv4 block of /8.
const MaxAddresses = 1 << 24

// Operand is what a person names at once: one target, or a block or range of
// addresses, which takes no more room.
type Operand struct {
	first Target
	to    netip.Addr // of a block or range: its last address
	spans *[4]span   // of ranges within an IPv4 address
}

// span is a range of one number of an IPv4 address.
type span struct{ low, high uint8 }

// ParseOperand reads host, host:port, [v6]:port, an address, a CIDR block
// (192.0.2.0/24, with a port as 192.0.2.0/24:8443), a range of addresses
// (192.0.2.1-192.0.2.9, 2001:db8::1-2001:db8::9, or within the numbers of an
// IPv4 address as 192.0.2-3.1-9) or a URL (https://host/path, smtp://host;
// quic://host and dtls://host ask the UDP port). Without a scheme the port
// tells the protocol: 25 is SMTP with STARTTLS; tls://host:25 forces TLS at
// once.
func ParseOperand(arg string) (Operand, error) {
	o, err := parseOperand(strings.TrimSpace(arg))
	if err == nil && o.Len() > MaxAddresses {
		err = fmt.Errorf("stands for more than %d addresses; split it into smaller blocks", MaxAddresses)
	}
	if err != nil {
		return Operand{}, fmt.Errorf("target %.200q: %w", arg, err)
	}
	return o, nil
}

// ParseTarget is ParseOperand for what stands for at most MaxTargets.
func ParseTarget(arg string) ([]Target, error) {
	o, err := ParseOperand(arg)
	if err != nil {
		return nil, err
	}
	if o.Len() > MaxTargets {
		return nil, fmt.Errorf("target %q: stands for %d addresses, more than %d; split it into smaller blocks", arg, o.Len(), MaxTargets)
	}
	out := make([]Target, 0, o.Len())
	for t := range o.All() {
		out = append(out, t)
	}
	return out, nil
}

// Len is how many targets it stands for, at most MaxAddresses + 1.
func (o Operand) Len() int {
	switch {
	case o.spans != nil:
		n := 1
		for _, s := range o.spans {
			n *= int(s.high) - int(s.low) + 1
		}
		return min(n, MaxAddresses+1)
	case o.to.IsValid():
		return distance(o.from(), o.to)
	}
	return 1
}

// from is the first address of a block or range.
func (o Operand) from() netip.Addr { return netip.MustParseAddr(o.first.Host) }

// distance is how many addresses there are from a to b, at most
// MaxAddresses + 1.
func distance(a, b netip.Addr) int {
	x, y := a.As16(), b.As16()
	if [8]byte(x[:8]) != [8]byte(y[:8]) {
		return MaxAddresses + 1
	}
	n := binary.BigEndian.Uint64(y[8:]) - binary.BigEndian.Uint64(x[8:])
	return int(min(n, MaxAddresses)) + 1
}

// All gives the targets one by one.
func (o Operand) All() iter.Seq[Target] {
	return func(yield func(Target) bool) {
		switch {
		case o.spans != nil:
			o.eachOctet(yield)
		case o.to.IsValid():
			for ip := o.from(); ip.IsValid() && ip.Compare(o.to) <= 0; ip = ip.Next() {
				if !yield(o.at(ip)) {
					return
				}
			}
		default:
			yield(o.first)
		}
	}
}

func (o Operand) eachOctet(yield func(Target) bool) {
	var ip [4]byte
	for i, s := range o.spans {
		ip[i] = s.low
	}
	for {
		if !yield(o.at(netip.AddrFrom4(ip))) {
			return
		}
		i := 3
		for ; i >= 0 && ip[i] == o.spans[i].high; i-- {
			ip[i] = o.spans[i].low
		}
		if i < 0 {
			return
		}
		ip[i]++
	}
}

// at is the target at another address.
func (o Operand) at(ip netip.Addr) Target {
	t := o.first
	t.Host = ip.String()
	return t
}

func parseOperand(s string) (Operand, error) {
	switch {
	case s == "":
		return Operand{}, errors.New("empty; give a host, host:port, address, CIDR block or URL")
	case strings.Contains(s, "://"):
		t, err := parseURL(s)
		return Operand{first: t}, err
	case strings.Contains(s, "/"):
		return parseBlock(s)
	case strings.Contains(s, "-"):
		if o, is, err := parseRange(s); is {
			return o, err
		}
	}
	t, err := parseHostPort(s)
	return Operand{first: t}, err
}

// parseBlock reads a CIDR block, with or without a port.
func parseBlock(s string) (Operand, error) {
	addr, rest, _ := strings.Cut(s, "/")
	bits, port, hasPort := strings.Cut(rest, ":")
	addr = strings.TrimSuffix(strings.TrimPrefix(addr, "["), "]")
	ip, err := netip.ParseAddr(addr)
	if err != nil || !allDigits(bits) {
		return Operand{}, errors.New("neither a CIDR block such as 192.0.2.0/24 nor a host; a URL needs its scheme (https://...)")
	}
	block, err := netip.ParsePrefix(ip.WithZone("").String() + "/" + bits)
	if err != nil {
		return Operand{}, fmt.Errorf("the block size /%s is not possible; want /0 to /%d", bits, ip.BitLen())
	}
	if hasPort && port == "" {
		return Operand{}, errors.New("the port after ':' is missing")
	}
	t, err := withPort(block.Masked().Addr().String(), port)
	return Operand{first: t, to: lastOf(block)}, err
}

// lastOf is the last address of a block.
func lastOf(block netip.Prefix) netip.Addr {
	b := block.Masked().Addr().AsSlice()
	for i := block.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	last, _ := netip.AddrFromSlice(b)
	return last
}

// parseRange reads a range of addresses. It reports false for what has a
// hyphen and is none, as many names.
func parseRange(s string) (o Operand, is bool, err error) {
	if strings.Trim(s, "0123456789.-:") == "" && strings.Count(s, ".") == 3 {
		o, err = parseSpans(s)
		return o, true, err
	}
	low, high, _ := strings.Cut(s, "-")
	from, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(low, "["), "]"))
	if err != nil {
		return o, false, nil
	}
	if o.first, err = parseHostPort(high); err != nil {
		return o, true, err
	}
	to, err := netip.ParseAddr(o.first.Host)
	switch from = from.Unmap(); {
	case err != nil || from.BitLen() != to.BitLen() || from.Zone() != "" || to.Zone() != "":
		return o, true, errors.New("a range has an address of one kind at both ends, such as 192.0.2.1-192.0.2.9")
	case to.Less(from):
		return o, true, errors.New("the range ends before it begins")
	}
	o.first.Host, o.to = from.String(), to
	return o, true, nil
}

// parseSpans reads an IPv4 address with ranges for its numbers.
func parseSpans(s string) (Operand, error) {
	addr, port, hasPort := strings.Cut(s, ":")
	if hasPort && port == "" {
		return Operand{}, errors.New("the port after ':' is missing")
	}
	o := Operand{spans: new([4]span)}
	var first []string
	for i, part := range strings.Split(addr, ".") {
		low, high, ranged := strings.Cut(part, "-")
		if !ranged {
			high = low
		}
		a, errA := strconv.ParseUint(low, 10, 8)
		b, errB := strconv.ParseUint(high, 10, 8)
		if errA != nil || errB != nil || a > b || i > 3 {
			return Operand{}, fmt.Errorf("%q is no part of a range; want numbers from 0 to 255, the lower first, such as 192.0.2.1-9", part)
		}
		o.spans[i] = span{uint8(a), uint8(b)}
		first = append(first, strconv.FormatUint(a, 10))
	}
	var err error
	o.first, err = withPort(strings.Join(first, "."), port)
	return o, err
}
