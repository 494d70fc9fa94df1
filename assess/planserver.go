package assess

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// certainty is yes, no, or that nothing tells.
type certainty int

const (
	nothingTells certainty = iota
	surelyNot
	surely
)

// listeners are what is known of the endpoints of the host: their scans, and
// the configurations of those that were not scanned.
func (h *planHost) listeners() []*evidence.Server {
	scanned := map[string]bool{}
	var out []*evidence.Server
	for _, s := range h.scans {
		if s.Status != evidence.StatusUnreachable {
			scanned[s.Target] = true
			out = append(out, s)
		}
	}
	for _, s := range h.servers {
		if !scanned[s.Target] && (len(h.scans) == 0 || s.Target != "") {
			out = append(out, s)
		}
	}
	return out
}

// takesFloor says whether every listener takes the floor or more.
func (h *planHost) takesFloor(floor tlswire.Version) certainty {
	listeners := h.listeners()
	all := surely
	for _, s := range listeners {
		switch strongEnough(s, floor) {
		case surelyNot:
			return surelyNot
		case nothingTells:
			all = nothingTells
		}
	}
	if len(listeners) > 0 && all == surely {
		return surely
	}
	seen := nothingTells
	for v := range h.asServer.all() {
		switch {
		case v.LimitedBy == ServerSide && v.Verdict == Breaks:
			return surelyNot
		case v.Verdict == OK && v.Negotiated.AtLeast(floor):
			seen = surely
		}
	}
	return seen
}

func strongEnough(s *evidence.Server, floor tlswire.Version) certainty {
	result := surelyNot
	for v, st := range s.Versions {
		if !v.AtLeast(floor) {
			continue
		}
		switch st.State {
		case evidence.Accepted:
			return surely
		case evidence.Unknown:
			result = nothingTells
		}
	}
	if len(s.Versions) == 0 {
		return nothingTells
	}
	return result
}

// takesWeak says whether any listener still takes less than the floor.
func (h *planHost) takesWeak(floor tlswire.Version) certainty {
	listeners := h.listeners()
	result := surelyNot
	for _, s := range listeners {
		told := false
		for v, st := range s.Versions {
			if !v.Below(floor) {
				continue
			}
			told = true
			switch st.State {
			case evidence.Accepted:
				return surely
			case evidence.Unknown:
				result = nothingTells
			}
		}
		if !told {
			result = nothingTells
		}
	}
	if len(listeners) > 0 && len(h.scans) > 0 {
		return result
	}
	for v := range h.asServer.all() {
		if v.Negotiated.Below(floor) {
			return surely
		}
	}
	if len(listeners) == 0 {
		return nothingTells
	}
	return result
}

// offersWeak says whether the host's own client role still offers less than
// the floor.
func (h *planHost) offersWeak(floor tlswire.Version) certainty {
	if len(h.clients) == 0 {
		return nothingTells
	}
	for _, c := range h.clients {
		if len(below(c.Versions, floor)) > 0 {
			return surely
		}
	}
	return surelyNot
}

// serves reports whether others connect to this host. Every Windows has a
// server role; on a workstation nobody calls it.
func (h *planHost) serves() bool {
	if len(h.scans)+h.asServer.len() > 0 {
		return true
	}
	for _, s := range h.servers {
		if s.Target != "" {
			return true
		}
	}
	for _, p := range h.products {
		if p.Fact != "" && !p.isClientProduct() || p.known == nil && strings.Contains(p.Name, "Server") {
			return true
		}
	}
	return false
}

// isClientProduct is for products that call others rather than being called.
func (p *installed) isClientProduct() bool {
	return strings.HasPrefix(p.Fact, "prod.device.") || strings.HasPrefix(p.Fact, "prod.client.") || p.Fact == "prod.sql.native-client"
}
