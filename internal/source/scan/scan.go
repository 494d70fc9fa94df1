package scan

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/tlsready/tlsready/evidence"
)

// Run asks one target what it accepts, each of its addresses in turn, and
// emits a server record for each, and a coverage record where something could
// not be seen or was left out. What goes wrong out there is evidence; the error is that of
// emit or of a ctx that ended.
func Run(ctx context.Context, t Target, opt Options, emit evidence.Emit) error {
	opt = opt.withDefaults()
	t = t.OrPort(opt.Port)
	sni := opt.SNI
	if _, err := netip.ParseAddr(t.Host); err != nil && sni == "" && !opt.NoSNI {
		sni = t.Host
	}
	return eachAddress(ctx, t, sni, opt, emit, func(ip netip.Addr, opt Options) error {
		if err := scanAddress(ctx, t, ip, sni, opt, emit); err != nil || !opt.QUIC || t.Protocol != "https" {
			return err
		}
		return scanAddress(ctx, Target{Host: t.Host, Port: t.Port, PortSet: true, Protocol: protoQUIC}, ip, sni, opt, emit)
	})
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
		limited, clock, cancel := withClock(ctx, opt.Deadline)
		h.clock = clock
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
