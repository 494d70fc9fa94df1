package assess

import (
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// asks is what a policy asks besides a version. The zero value asks nothing.
type asks struct {
	suites   map[tlswire.Suite]bool // up to TLS 1.2; nil: all
	suites13 map[tlswire.Suite]bool // of TLS 1.3; nil: all
	never    []knowledge.SuiteClass
	groups   []tlswire.Group // nil: all
	oneOf    []tlswire.Group // one of these must be agreed on; nil: none need be
	cert     knowledge.CertRule
	dhMin    int // of groups before TLS 1.3, in bits; 0: any
}

func newAsks(k *knowledge.Policy) asks {
	set := func(names []string) map[tlswire.Suite]bool {
		if len(names) == 0 {
			return nil
		}
		out := map[tlswire.Suite]bool{}
		for _, n := range names {
			if s, ok := tlswire.SuiteByName(n); ok {
				out[s] = true
			}
		}
		return out
	}
	return asks{
		suites: set(k.TLS12), suites13: set(k.TLS13), never: k.NoSuites,
		groups: k.Groups, oneOf: k.RequireGroups, cert: k.Cert, dhMin: k.DHMin,
	}
}

// nothing reports whether any suite and group will do.
func (a *asks) nothing() bool { return !a.aboutSuites() && !a.aboutGroups() }

func (a *asks) aboutSuites() bool { return a.suites != nil || a.suites13 != nil || a.never != nil }

func (a *asks) aboutGroups() bool { return a.groups != nil || a.oneOf != nil }

// suite reports whether a suite is allowed. One that is not in the tables is
// not: nobody could have allowed it.
func (a *asks) suite(s tlswire.Suite) bool {
	info, ok := s.Info()
	if !ok {
		return !a.aboutSuites()
	}
	for _, class := range a.never {
		if class.Has(info) {
			return false
		}
	}
	allowed := a.suites
	if info.KeyExchange == tlswire.KexAny {
		allowed = a.suites13
	}
	return allowed == nil || allowed[s]
}

// group reports whether a key exchange in a group is allowed.
func (a *asks) group(g tlswire.Group) bool {
	return (a.groups == nil || slices.Contains(a.groups, g)) && (a.oneOf == nil || slices.Contains(a.oneOf, g))
}

// suiteOfAll is TLS_AES_128_GCM_SHA256, which all of TLS 1.3 must have.
const suiteOfAll tlswire.Suite = 0x1301

// answer is yes, no, or not told.
type answer int

const (
	untold answer = iota
	yes
	no
)

// met reports whether what a handshake agreed on is what the policy allows.
//
// Of a handshake in TLS 1.3 that does not name its suite or group, both sides
// can do what every implementation must (RFC 8446 section 9.1): the suite
// TLS_AES_128_GCM_SHA256 and the group secp256r1.
func (a *asks) met(h *evidence.Terms) answer {
	modern := h.Negotiated == tlswire.TLS13
	suite, named := tlswire.SuiteByName(h.Suite)
	switch {
	case !a.aboutSuites(), !named && modern && a.suite(suiteOfAll):
	case !named:
		return untold
	case !a.suite(suite):
		return no
	}
	if !a.aboutGroups() {
		return yes
	}
	group, known := tlswire.GroupByName(h.Group)
	switch {
	case known && a.group(group):
		return yes
	case known:
		return no
	case modern && a.group(tlswire.GroupSecp256r1):
		return yes
	case named && !modern && !ephemeral(suite):
		if a.oneOf != nil {
			return no
		}
		return yes
	}
	return untold
}

// lists reports whether what one party has, at one version, leaves anything
// that the policy allows, and if not, what is lacking. A nil list is not told.
func (a *asks) lists(v tlswire.Version, suites, groups []string) (answer, Cause) {
	left, bare := untold, false // bare: an allowed suite needs no group
	if suites != nil {
		left = no
		for _, name := range suites {
			if s, ok := tlswire.SuiteByName(name); ok && s.CanRun(v) && a.suite(s) {
				left, bare = yes, bare || (v != tlswire.TLS13 && !ephemeral(s))
			}
		}
	}
	if left == no {
		return no, NoCommonCipher
	}
	if !a.aboutSuites() {
		left = yes
	}
	if !a.aboutGroups() || (bare && a.oneOf == nil) {
		return left, ""
	}
	if groups == nil {
		return untold, ""
	}
	for _, name := range groups {
		if g, ok := tlswire.GroupByName(name); ok && a.group(g) && (v == tlswire.TLS13 || !g.TLS13Only()) {
			return left, ""
		}
	}
	return no, NoCommonGroupOrSignature
}

// server reports whether a scanned or configured server has, at or above the
// floor, what the policy allows.
func (a *asks) server(s *evidence.Server, floor tlswire.Version) (answer, Cause) {
	best, cause := no, Cause("")
	for _, v := range tlswire.StreamVersions {
		st := s.Versions[v]
		if !v.AtLeast(floor) || st == nil || st.State == evidence.Rejected {
			continue
		}
		got, why := a.lists(v, st.Suites, s.Groups)
		switch {
		case got == yes && st.State == evidence.Accepted:
			return yes, ""
		case got != no:
			best = untold
		case cause == "" || why == NoCommonGroupOrSignature: // it got further
			cause = why
		}
	}
	if best == untold {
		return untold, ""
	}
	return no, cause
}

// client reports the same of a client whose hello is known.
func (a *asks) client(c *evidence.Client, floor tlswire.Version) (answer, Cause) {
	best, cause := no, Cause("")
	top := highest(c.Versions)
	for _, v := range tlswire.StreamVersions {
		if !v.AtLeast(floor) || v.Rank() > top.Rank() {
			continue
		}
		got, why := a.lists(v, c.Suites, c.Groups)
		switch {
		case got == yes:
			return yes, ""
		case got == untold:
			best = untold
		case cause == "" || why == NoCommonGroupOrSignature:
			cause = why
		}
	}
	if best == untold || cause == "" {
		return untold, ""
	}
	return no, cause
}

// ephemeral reports whether a suite up to TLS 1.2 exchanges keys in a group.
func ephemeral(s tlswire.Suite) bool {
	info, _ := s.Info()
	switch info.KeyExchange {
	case tlswire.KexDHE, tlswire.KexECDHE, tlswire.KexDHEPSK, tlswire.KexECDHEPSK:
		return true
	}
	return false
}
