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
	Parallel int           // connections at once to one address at first, twice as many while nothing fails; default 4
	// Signatures asks for signature algorithms too: about ten connections
	// more, each of which costs the server a signature.
	Signatures bool
	Roots      *Roots // to judge certificates by; nil: trust is not known

	Dialer   Dialer           // default net.Dialer
	Resolver Resolver         // default net.DefaultResolver
	Now      func() time.Time // default time.Now
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
	if o.Dialer == nil {
		o.Dialer = &net.Dialer{}
	}
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}
