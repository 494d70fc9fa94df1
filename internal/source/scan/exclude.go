package scan

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
)

// Exclusions are what must not be asked, whoever names it: addresses and
// names. A name that is not excluded is asked at those of its addresses that
// are not. The nil Exclusions exclude nothing.
type Exclusions struct {
	names  map[string]bool
	ranges []addressRange // sorted, without overlaps, once ready is set
	ready  bool
}

// addressRange has both its ends in it.
type addressRange struct{ from, to netip.Addr }

// Add excludes what an operand stands for: an address, a block, a range, a
// name, or with *.example all names below one. With a port it would spare
// less than it seems to, so a port is an error.
func (x *Exclusions) Add(arg string) error {
	arg = strings.TrimSpace(arg)
	below := strings.HasPrefix(arg, "*.")
	o, err := parseOperand(strings.TrimPrefix(arg, "*."))
	ip, addrErr := netip.ParseAddr(o.first.Host)
	ip = ip.Unmap().WithZone("")
	switch {
	case err != nil:
	case o.spans != nil && o.Len() > MaxTargets:
		err = fmt.Errorf("stands for more than %d addresses; give blocks such as 10.0.0.0/8", MaxTargets)
	case o.first.PortSet:
		err = errors.New("with a port or a scheme; a host is spared as a whole")
	case below && addrErr == nil:
		err = errors.New("only names have a * before them")
	}
	if err != nil {
		return fmt.Errorf("exclusion %.200q: %w", arg, err)
	}
	switch {
	case o.spans != nil:
		for t := range o.All() {
			ip := netip.MustParseAddr(t.Host)
			x.ranges = append(x.ranges, addressRange{ip, ip})
		}
	case o.to.IsValid():
		x.ranges = append(x.ranges, addressRange{ip, o.to.Unmap()})
	case addrErr == nil:
		x.ranges = append(x.ranges, addressRange{ip, ip})
	default:
		x.addName(o.first.Host, below)
	}
	x.ready = false
	return nil
}

func (x *Exclusions) addName(name string, below bool) {
	if x.names == nil {
		x.names = map[string]bool{}
	}
	if below {
		name = "." + name
	}
	x.names[name] = true
}

// Read adds what a list says, in the form of ReadOperands. Errors are those of
// the first line that cannot be used, as a *BadTarget, or of reading.
func (x *Exclusions) Read(r io.Reader, name string) error {
	for word, err := range readWords(r, name) {
		if err != nil {
			return err
		}
		if err := x.Add(word.text); err != nil {
			return &BadTarget{word.ref(name), err}
		}
	}
	return nil
}

// Done makes the exclusions ready to be asked; call it once, after the last
// Add.
func (x *Exclusions) Done() {
	if x == nil || x.ready {
		return
	}
	slices.SortFunc(x.ranges, func(a, b addressRange) int { return a.from.Compare(b.from) })
	var merged []addressRange
	for _, r := range x.ranges {
		if n := len(merged); n > 0 && r.from.Compare(merged[n-1].to) <= 0 {
			if merged[n-1].to.Less(r.to) {
				merged[n-1].to = r.to
			}
			continue
		}
		merged = append(merged, r)
	}
	x.ranges, x.ready = merged, true
}

// Host reports whether a target's host is excluded, as it was named.
func (x *Exclusions) Host(host string) bool {
	if x == nil {
		return false
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return x.Addr(ip)
	}
	if x.names[host] {
		return true
	}
	for i, c := range host {
		if c == '.' && x.names[host[i:]] {
			return true
		}
	}
	return false
}

// Addr reports whether an address is excluded.
func (x *Exclusions) Addr(ip netip.Addr) bool {
	if x == nil {
		return false
	}
	ip = ip.Unmap().WithZone("")
	i, found := slices.BinarySearchFunc(x.ranges, ip, func(r addressRange, ip netip.Addr) int { return r.from.Compare(ip) })
	if found {
		return true
	}
	return i > 0 && ip.Compare(x.ranges[i-1].to) <= 0
}
