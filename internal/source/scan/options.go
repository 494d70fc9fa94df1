package scan

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// Dialer makes connections; *net.Dialer is one, and one that keeps to a rate
// or goes through a proxy is another.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Resolver finds the addresses of a name; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options say how to ask. The zero value is good.
type Options struct {
	SNI      string        // the name to send; default the target's, none for an address
	NoSNI    bool          // send no name
	Port     uint16        // for targets that name none
	Timeout  time.Duration // of one connection from dialling to the answer; default 5 s
	Deadline time.Duration // of one address; what is not known then is unknown; default 2 min
	Parallel int           // connections at once to one address at first, while nothing fails twice as many, eight times far away; default 4
	// Signatures asks for signature algorithms too: about ten connections
	// more, each of which costs the server a signature.
	Signatures bool
	// VersionsOnly leaves out suites, groups and facts: some twelve connections
	// an address. A "no" is as sure as without.
	VersionsOnly bool
	// QUIC asks the UDP port of each HTTPS target too, after its TCP port. Where
	// nobody answers that takes twice the Timeout.
	QUIC  bool
	Roots *Roots // to judge certificates by; nil: trust is not known

	Network string      // of the addresses of a name: "ip" (the default), "ip4" or "ip6"; others are left out
	Exclude *Exclusions // what must not be asked; ready
	Manners *Manners    // shared by all targets of a scan; nil for one target alone
	Rate    *Rate       // of new connections, shared by all targets; nil is no limit
	ByName  bool        // the Dialer finds the addresses of names

	Dialer   Dialer           // default net.Dialer
	Resolver Resolver         // default net.DefaultResolver
	Now      func() time.Time // default time.Now

	pace *pace // of the address, from Manners
}

func (o Options) withDefaults() Options {
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Deadline <= 0 {
		o.Deadline = 2 * time.Minute
	}
	if o.Parallel <= 0 {
		o.Parallel = 4
	}
	if o.Network == "" {
		o.Network = "ip"
	}
	if o.Dialer == nil {
		o.Dialer = NewDialer(netip.Addr{})
	}
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}
