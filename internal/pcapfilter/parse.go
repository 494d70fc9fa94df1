package pcapfilter

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Bounds of an expression.
const (
	maxWords = 1 << 10
	maxDepth = 64
)

// A parser reads an expression of words.
type parser struct {
	words []string
	depth int
	last  qualifiers
	vlan  bool // what follows is inside a tag
}

// qualifiers are the words before a value.
type qualifiers struct {
	proto string // ip, ip6, tcp, udp, or "" for any
	dir   string // src, dst, or "" for either
	kind  string // host, net, port, portrange
}

// cut divides an expression into words.
func cut(s string) []string {
	s = strings.NewReplacer("(", " ( ", ")", " ) ", "&&", " and ", "||", " or ", "!", " not ").Replace(s)
	return strings.Fields(s)
}

func (p *parser) peek() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

func (p *parser) take() string {
	w := p.peek()
	if w != "" {
		p.words = p.words[1:]
	}
	return w
}

// taken takes a word if it is one of these.
func (p *parser) taken(words ...string) string {
	if w := p.peek(); w != "" && slices.Contains(words, w) {
		return p.take()
	}
	return ""
}

// expression reads terms up to the end or a closing parenthesis.
func (p *parser) expression() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, &SyntaxError{p.peek(), "too many parentheses"}
	}
	defer func() { p.depth-- }()
	left, err := p.term()
	if err != nil {
		return nil, err
	}
	for {
		op := p.taken("and", "or")
		if op == "" {
			return left, nil
		}
		right, err := p.term()
		if err != nil {
			return nil, err
		}
		if op == "and" {
			left = and(left, right)
		} else {
			left = or(left, right)
		}
	}
}

func (p *parser) term() (node, error) {
	negated := false
	for p.taken("not") != "" {
		negated = !negated
	}
	n, err := p.positive()
	if err == nil && negated {
		n = not{n}
	}
	return n, err
}

func (p *parser) positive() (node, error) {
	if p.taken("(") == "" {
		return p.primitive()
	}
	n, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.taken(")") == "" {
		return nil, &SyntaxError{p.peek(), "a ) is missing"}
	}
	return n, nil
}

// primitive reads one test: its qualifiers and its value.
func (p *parser) primitive() (node, error) {
	if p.taken("vlan") != "" {
		return p.tag()
	}
	var q qualifiers
	q.proto = p.taken("ip", "ip6", "tcp", "udp")
	q.dir = p.taken("src", "dst")
	q.kind = p.taken("host", "net", "port", "portrange")
	said := q != qualifiers{}
	switch {
	case q.proto != "" && q.dir == "" && q.kind == "":
		p.last = qualifiers{} // such a word is not taken over
		return p.inside(protocol(q.proto)), nil
	case !said && p.peek() != "" && p.last == (qualifiers{}):
		return nil, &SyntaxError{p.peek(), known}
	case !said:
		q = p.last
	}
	q.kind = cmp.Or(q.kind, "host")
	p.last = q
	n, err := p.value(q, said)
	if err != nil {
		return nil, err
	}
	return p.inside(n), nil
}

// inside has a test look into a tag, if vlan was said.
func (p *parser) inside(n node) node {
	if p.vlan {
		return tagged{n}
	}
	return n
}

// known are words of pcap-filter(7) that stand where a test begins.
const known = "this word is not known here: host, net, port, portrange, src, dst, ip, ip6, tcp, udp, vlan, and, or, not and ( ) are"

// value reads what a test compares with. If nothing was said before it, a word
// that is no value is one that should have been a qualifier.
func (p *parser) value(q qualifiers, said bool) (node, error) {
	word := p.take()
	if word == "" {
		return nil, &SyntaxError{"", "want a test, such as port 443"}
	}
	bad := func(reason string) error {
		if !said {
			reason = known
		}
		return &SyntaxError{word, reason}
	}
	ports := q.kind == "port" || q.kind == "portrange"
	switch {
	case ports && (q.proto == "ip" || q.proto == "ip6"):
		return nil, bad(q.proto + " has no ports: tcp or udp has")
	case !ports && (q.proto == "tcp" || q.proto == "udp"):
		return nil, bad(q.proto + " goes with port, not with " + q.kind)
	}
	switch q.kind {
	case "port":
		n, err := portNumber(word, q.proto)
		if err != nil {
			return nil, bad("want a port (0 to 65535)")
		}
		return portRange(q, n, n), nil
	case "portrange":
		from, to, ok := strings.Cut(word, "-")
		low, err := portNumber(from, q.proto)
		high, err2 := portNumber(to, q.proto)
		if !ok || err != nil || err2 != nil {
			return nil, bad("want two ports, such as 8000-8100")
		}
		return portRange(q, min(low, high), max(low, high)), nil
	case "net":
		prefix, ok := network(word)
		if !ok || !fits(q.proto, prefix.Addr()) {
			return nil, bad("want a network, such as 192.0.2.0/24 or 2001:db8::/32")
		}
		return addresses(q, prefix), nil
	}
	addr, err := netip.ParseAddr(word)
	if err != nil || addr.Zone() != "" || !fits(q.proto, addr) {
		return nil, bad("want an address, such as 192.0.2.7 (names are not looked up)")
	}
	return addresses(q, netip.PrefixFrom(addr, addr.BitLen())), nil
}

func portNumber(word, proto string) (uint32, error) {
	n, err := strconv.ParseUint(word, 10, 16)
	if err != nil && word != "" && (word[0] < '0' || word[0] > '9') {
		var port int
		port, err = net.LookupPort(cmp.Or(proto, "tcp"), word)
		n = uint64(port)
	}
	return uint32(n), err
}

// network reads a prefix. Bits behind its length are a mistake, as in tcpdump.
func network(word string) (netip.Prefix, bool) {
	if addr, err := netip.ParseAddr(word); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	prefix, err := netip.ParsePrefix(word)
	return prefix, err == nil && prefix == prefix.Masked()
}

// fits reports whether an address may stand behind ip or ip6. The mapped form
// of IPv4 is an IPv6 address.
func fits(proto string, a netip.Addr) bool {
	return proto == "" || (proto == "ip6") == a.Is6()
}

// tag reads what follows vlan.
func (p *parser) tag() (node, error) {
	if p.vlan {
		return nil, &SyntaxError{"vlan", "only one vlan is known here"}
	}
	p.vlan, p.last = true, qualifiers{}
	n, err := strconv.ParseUint(p.peek(), 10, 12)
	if err != nil {
		if w := p.peek(); w != "" && w[0] >= '0' && w[0] <= '9' {
			return nil, &SyntaxError{w, "want a VLAN's number (0 to 4095)"}
		}
		return vlan{}, nil
	}
	p.take()
	return vlan{id: uint32(n), numbered: true}, nil
}
