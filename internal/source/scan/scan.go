package scan

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/tlsready/tlsready/evidence"
)

// Run asks one target what it accepts, each of its addresses in turn, and
// emits a server record for each, and a coverage record where something could
// not be seen. What goes wrong out there is evidence; the error is that of
// emit or of a ctx that ended.
func Run(ctx context.Context, t Target, opt Options, emit evidence.Emit) error {
	opt = opt.withDefaults()
	if !t.PortSet && opt.Port != 0 {
		t.Port = opt.Port
		t = t.inferProtocol()
	}
	sni := opt.SNI
	ip, err := netip.ParseAddr(t.Host)
	if err == nil {
		return scanAddress(ctx, t, ip, sni, opt, emit)
	}
	if sni == "" && !opt.NoSNI {
		sni = t.Host
	}
	ips, err := resolve(ctx, t.Host, opt)
	if err != nil {
		return emitUnresolved(ctx, t, sni, err, opt, emit)
	}
	for _, ip := range ips {
		if err := scanAddress(ctx, t, ip, sni, opt, emit); err != nil {
			return err
		}
	}
	return nil
}

// resolve gives each address of a name once.
func resolve(ctx context.Context, name string, opt Options) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, opt.Deadline)
	defer cancel()
	found, err := opt.Resolver.LookupNetIP(ctx, "ip", name)
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

// scanAddress asks one address, with the name and, when the server turned out
// to accept more from clients that send none, without.
func scanAddress(ctx context.Context, t Target, ip netip.Addr, sni string, opt Options, emit evidence.Emit) error {
	if opt.NoSNI {
		sni = ""
	}
	for {
		h := newHost(opt, t, netip.AddrPortFrom(ip, t.Port), sni)
		first := opt.Now()
		limited, cancel := context.WithTimeout(ctx, opt.Deadline)
		h.scan(limited)
		cancel()
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("scan of %s: %w", t, err)
		}
		if err := h.emit(first, emit); err != nil {
			return err
		}
		if sni == "" || !h.nameless {
			return nil
		}
		sni = ""
	}
}

// emitUnresolved is for a name without an address.
func emitUnresolved(ctx context.Context, t Target, sni string, err error, opt Options, emit evidence.Emit) error {
	if ctx.Err() != nil {
		return fmt.Errorf("scan of %s: %w", t, ctx.Err())
	}
	now := opt.Now().UTC()
	reason := fmt.Sprintf("%v; check the name, or give an address and --sni %s", err, t.Host)
	s := &evidence.Server{
		Target: t.String(), Port: t.Port, SNI: sni, Protocol: t.Protocol,
		Status: evidence.StatusUnreachable, Error: reason, First: now, Last: now,
	}
	if err := emit(s); err != nil {
		return err
	}
	return emit(&evidence.Coverage{Source: source, Input: t.String(), Failed: reason, First: now, Last: now})
}
