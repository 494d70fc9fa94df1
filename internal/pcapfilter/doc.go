// Package pcapfilter compiles the part of tcpdump's filter language
// (pcap-filter(7)) that one needs to choose whose connections are watched, into
// the program that the kernel runs on each packet (classic BPF).
//
// It knows host, net, port and portrange, each with src or dst and with ip,
// ip6, tcp or udp; these alone; vlan; and, or, not, && || ! and parentheses.
// As in tcpdump, and and or bind alike, from the left; a value alone takes the
// words of the one before it (port 443 or 8443); a port never matches an IP
// fragment but the first; host and net match ARP besides; after vlan, the rest
// is about what is inside the tag. Everything else is a SyntaxError, which
// names the word; tcpdump -ddd then does the compiling, and Parse reads it.
package pcapfilter

import "fmt"

// A SyntaxError names the word that is not understood.
type SyntaxError struct {
	Word   string // "" for the end
	Reason string
}

func (e *SyntaxError) Error() string {
	if e.Word == "" {
		return "the filter ends too early: " + e.Reason
	}
	return fmt.Sprintf("filter, at %q: %s", e.Word, e.Reason)
}

// A Layout says where in a packet things are.
type Layout struct {
	// EtherType is where the EtherType stands, or negative if the kernel is to
	// be asked for it.
	EtherType int
	// Network is where the IP header begins.
	Network uint32
	// Tags says that VLAN tags may have been taken off, and that the kernel
	// can be asked for them.
	Tags bool
}

// The layouts of a file, and of a packet as the kernel shows it to a filter
// (linux/filter.h: SKF_NET_OFF).
var (
	Ethernet       = Layout{EtherType: 12, Network: 14}
	KernelEthernet = Layout{EtherType: 12, Network: 14, Tags: true}
	KernelCooked   = Layout{EtherType: -1, Network: 0xfff00000, Tags: true}
)
