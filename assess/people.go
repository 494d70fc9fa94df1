package assess

import (
	"net/netip"
	"path"
	"strings"
	"time"
)

// Exception is a line of a waivers file: somebody answers for a party until a
// day.
type Exception struct {
	Party  string // name, address, network or pattern such as *.lab.example
	Reason string
	Owner  string
	Until  time.Time // the last day on which it holds
}

// Owner is a line of an owners file: who answers for the parties of a
// pattern.
type Owner struct {
	Pattern string
	Owner   string
	Contact string
	Window  string // what a plan must observe before anything goes off there, as ParseWindow reads it; empty: what holds for all
}

// matchesParty reports whether a pattern means a party, given by its id (with
// or without a port) or its address. Names match by *, addresses by network.
func matchesParty(pattern, id, ip string) bool {
	pattern = strings.ToLower(strings.TrimSpace(pattern))
	if pattern == "" || id == Anyone {
		return false
	}
	if network, err := netip.ParsePrefix(pattern); err == nil {
		for _, s := range []string{ip, hostOfID(id)} {
			if a, err := netip.ParseAddr(s); err == nil && network.Contains(a.Unmap()) {
				return true
			}
		}
		return false
	}
	for _, s := range []string{id, hostOfID(id), ip} {
		if ok, err := path.Match(pattern, s); s != "" && err == nil && ok {
			return true
		}
	}
	return false
}

// hostOfID takes the port off an id.
func hostOfID(id string) string {
	if i := strings.LastIndexByte(id, ':'); i > 0 && (strings.Count(id, ":") == 1 || strings.HasPrefix(id, "[")) {
		id = id[:i]
	}
	return strings.Trim(id, "[]")
}

// applyPeople names owners and waivers. The owners file beats the inventory;
// of several lines that fit the first counts.
func (j *judge) applyPeople(v *Verdict, opt Options) {
	fits := func(pattern string) bool {
		return matchesParty(pattern, v.Client, v.ClientParty.IP) || matchesParty(pattern, v.Server, v.ServerParty.IP)
	}
	limits := func(pattern string) bool {
		if v.LimitedBy == ServerSide || v.Client == Anyone {
			return matchesParty(pattern, v.Server, v.ServerParty.IP)
		}
		return matchesParty(pattern, v.Client, v.ClientParty.IP)
	}
	for _, o := range opt.Owners {
		if limits(o.Pattern) {
			v.Owner, v.Contact = o.Owner, o.Contact
			break
		}
	}
	if v.Verdict != Breaks {
		return
	}
	for _, e := range opt.Waivers {
		if v.Waived != nil && v.Waived.Until >= e.Until.Format(time.DateOnly) {
			continue // of several that fit, the one that holds longest
		}
		if fits(e.Party) {
			v.Waived = &Waiver{Owner: e.Owner, Until: e.Until.Format(time.DateOnly), Reason: e.Reason}
		}
	}
}

// ownSetting names who answers for a configured value: who answers for its
// host, by the owners file or else by the inventory.
func (j *judge) ownSetting(v *SettingVerdict, owners []Owner) {
	if h := j.dir.hosts[strings.ToLower(v.Host)]; h != nil {
		v.Owner = h.owner
	}
	for _, o := range owners {
		if matchesParty(o.Pattern, strings.ToLower(v.Host), "") {
			v.Owner, v.Contact = o.Owner, o.Contact
			return
		}
	}
}

// holds reports whether a waiver still counts on a day: up to and including
// its last one.
func (w *Waiver) holds(day string) bool { return w != nil && day <= w.Until }
