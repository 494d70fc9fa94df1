package scan

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/tlsready/tlsready/evidence"
)

// eachAddress has each address of a target asked that may be, in its turn.
// One without a name is asked for by name only, as behind a proxy: then the
// address is the zero one. What is left out is said in a coverage record.
func eachAddress(ctx context.Context, t Target, sni string, opt Options, emit evidence.Emit, ask func(netip.Addr, Options) error) error {
	ips, err := addresses(ctx, t.Host, opt)
	if err != nil {
		return emitUnresolved(ctx, t, sni, err, opt, emit)
	}
	now := opt.Now().UTC()
	c := evidence.Coverage{Source: source, Input: t.String(), Read: len(ips), First: now, Last: now}
	for _, ip := range ips {
		if why := opt.leavesOut(t.Host, ip); why != "" {
			c.Skip(ip.String(), why)
			continue
		}
		c.Used++
		if err := inTurn(ctx, t, ip, opt, ask); err != nil {
			return err
		}
	}
	if len(c.Skipped) == 0 {
		return nil
	}
	return emit(&c)
}

// inTurn asks one address when it has the turn.
func inTurn(ctx context.Context, t Target, ip netip.Addr, opt Options, ask func(netip.Addr, Options) error) error {
	lane := t.Host
	if ip.IsValid() {
		lane = ip.String()
	}
	p, leave, err := opt.Manners.enter(ctx, lane, opt.Parallel)
	if err != nil {
		return fmt.Errorf("scan of %s: %w", t, err)
	}
	defer leave()
	opt.pace = p
	return ask(ip, opt)
}

// addresses gives each address of a host once.
func addresses(ctx context.Context, host string, opt Options) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	if opt.ByName {
		return []netip.Addr{{}}, nil
	}
	return resolve(ctx, host, opt)
}

// LeavesOut says why nothing of a target is to be asked; "" when something
// may be.
func (o Options) LeavesOut(t Target) string {
	ip, _ := netip.ParseAddr(t.Host)
	return o.leavesOut(t.Host, ip)
}

// leavesOut says why an address is not to be asked.
func (o Options) leavesOut(host string, ip netip.Addr) string {
	switch {
	case o.Exclude.Host(host), ip.IsValid() && o.Exclude.Addr(ip):
		return "excluded"
	case !ip.IsValid():
	case o.Network == "ip4" && !ip.Is4():
		return "left out: not an IPv4 address"
	case o.Network == "ip6" && ip.Is4():
		return "left out: not an IPv6 address"
	}
	return ""
}

// resolve gives each address of a name once.
func resolve(ctx context.Context, name string, opt Options) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, opt.Deadline)
	defer cancel()
	found, err := opt.Resolver.LookupNetIP(ctx, opt.Network, name)
	if err != nil {
		return nil, err
	}
	var ips []netip.Addr
	for _, ip := range found {
		if ip = ip.Unmap(); !slices.Contains(ips, ip) {
			ips = append(ips, ip)
		}
	}
	if len(ips) == 0 {
		return nil, fmt.Errorf("%s has no address", name)
	}
	return ips, nil
}
