package scan

import (
	"context"
	"net"
	"net/netip"
	"strings"
)

// sourced dials from one address of this machine.
type sourced struct{ from netip.Addr }

// NewDialer makes connections from an address of this machine; the zero one
// leaves the choice to the system.
func NewDialer(from netip.Addr) Dialer {
	if !from.IsValid() {
		// Connections here live for moments.
		return &net.Dialer{KeepAlive: -1}
	}
	return sourced{from}
}

// DialContext is that of net.Dialer.
func (s sourced) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1}
	if strings.HasPrefix(network, "udp") {
		d.LocalAddr = net.UDPAddrFromAddrPort(netip.AddrPortFrom(s.from, 0))
	} else {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(s.from, 0))
	}
	return d.DialContext(ctx, network, address)
}
