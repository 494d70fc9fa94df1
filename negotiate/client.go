package negotiate

import (
	"slices"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// ClientProfile is what a client offers, in its own order, and what it will not
// complete. A nil list is not known; an empty one was seen to be empty.
type ClientProfile struct {
	Name string
	// Versions are those offered. Implied says that the highest of them
	// stands for all below it, as in a hello without supported_versions
	// (RFC 5246, E.1).
	Versions []tlswire.Version
	Implied  bool

	Suites    []tlswire.Suite
	Groups    []tlswire.Group
	KeyShares []tlswire.Group
	Schemes   []tlswire.SignatureScheme

	ServerName bool // sends a name (RFC 6066, 3); see NameKnown
	NameKnown  bool
	Fallback   bool // TLS_FALLBACK_SCSV (RFC 7507)
	SSLv2Form  bool // starts with a hello of the SSLv2 form (RFC 5246, E.2)
	EMS        bool // extended_master_secret (RFC 7627)

	Refuses evidence.Refusals
	// Capable is the highest version that it can do when set up for it; zero
	// is not known.
	Capable tlswire.Version
	// WhyLow is the cause of a low offer where a setting or knowledge says
	// it, and empty else.
	WhyLow Cause
}

// FromHello is the profile of one hello. Refusals are what is known besides;
// the zero value is nothing.
func FromHello(name string, h *tlswire.ClientHello, refuses evidence.Refusals) ClientProfile {
	p := ClientProfile{
		Name: name, Implied: !h.Extensions.Has(tlswire.ExtSupportedVersions),
		Suites: slices.Collect(h.CipherSuites()), Fallback: h.Fallback(),
		SSLv2Form: h.Format == tlswire.FormatSSLv2, EMS: h.ExtendedMasterSecret(),
		ServerName: len(h.ServerName()) > 0, NameKnown: true, Refuses: refuses,
		Groups:  withoutGREASE([]tlswire.Group{}, h.Groups()),
		Schemes: withoutGREASE([]tlswire.SignatureScheme{}, h.SignatureSchemes()),
	}
	for v := range h.Versions() {
		p.Versions = append(p.Versions, v)
	}
	p.KeyShares = []tlswire.Group{}
	for g := range h.KeyShares().All() {
		if !tlswire.IsGREASE(uint16(g)) {
			p.KeyShares = append(p.KeyShares, g)
		}
	}
	return p
}

func withoutGREASE[T ~uint16](dst []T, l tlswire.List[T]) []T { return l.Append(dst) }

// FromClient is the profile of a client record. Names that are not known are
// passed over; what the record does not hold is not known.
func FromClient(c *evidence.Client) ClientProfile {
	p := ClientProfile{
		Name: clientName(c), Versions: c.Versions, Capable: c.Capable,
		Suites:    named(c.Suites, tlswire.SuiteByName),
		Groups:    named(c.Groups, tlswire.GroupByName),
		Schemes:   named(c.SignatureAlgorithms, tlswire.SignatureSchemeByName),
		KeyShares: named(c.KeyShares, tlswire.GroupByName),
	}
	if c.Refuses != nil {
		p.Refuses = *c.Refuses
	}
	if c.Basis == evidence.Declared {
		p.WhyLow = CapableButOff // what holds it is a setting: see the records of those
	}
	if p.Suites == nil {
		return p // not from a hello
	}
	p.Fallback = slices.Contains(p.Suites, tlswire.SuiteFallback)
	has := func(t tlswire.ExtensionType) bool { return slices.Contains(c.Extensions, t.String()) }
	if len(c.Extensions) > 0 {
		p.NameKnown, p.ServerName = true, has(tlswire.ExtServerName)
		p.EMS = has(tlswire.ExtExtendedMasterSecret)
		p.Groups = seenEmpty(p.Groups, has(tlswire.ExtSupportedGroups))
		p.Schemes = seenEmpty(p.Schemes, has(tlswire.ExtSignatureAlgorithms))
	}
	p.Implied = len(p.Versions) == 1 && !has(tlswire.ExtSupportedVersions)
	return p
}

// seenEmpty makes an unknown list an empty one when its extension was not
// there.
func seenEmpty[T any](l []T, sent bool) []T {
	if l == nil && !sent {
		return []T{}
	}
	return l
}

// named reads names; nil stays nil.
func named[T any](names []string, by func(string) (T, bool)) []T {
	var out []T
	for _, n := range names {
		if x, ok := by(n); ok {
			out = append(out, x)
		}
	}
	return out
}

func clientName(c *evidence.Client) string {
	for _, n := range []string{c.Client.Name, c.Client.UserAgent, c.Host, c.Client.IP, c.Fact, c.Client.JA4} {
		if n != "" {
			if c.Layer != "" && n == c.Host {
				return n + " (" + c.Layer + ")"
			}
			return n
		}
	}
	return "unnamed client"
}

// Client is a compiled profile.
type Client struct {
	ClientProfile
	max, min int // ranks of the highest and lowest version offered
	offers   [8]bool
	suites   []suite
	set      suiteSet
	shares   bool // knows which key shares it sends
}

// Compile makes a profile ready to be compared.
func (p ClientProfile) Compile() *Client {
	c := &Client{ClientProfile: p, suites: compileSuites(p.Suites), set: newSuiteSet(p.Suites), shares: p.KeyShares != nil}
	for _, v := range p.Versions {
		r := v.Rank()
		if r == 0 || v>>8 != 3 && v != tlswire.SSL20 {
			continue // DTLS and drafts
		}
		c.offers[r] = true
		c.max = max(c.max, r)
		if c.min == 0 || r < c.min {
			c.min = r
		}
	}
	if p.Implied && c.max > 0 {
		for r := tlswire.SSL30.Rank(); r < c.max; r++ {
			c.offers[r] = true
		}
		c.min = min(c.min, tlswire.SSL30.Rank())
	}
	return c
}
