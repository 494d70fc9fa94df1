package negotiate

import (
	"github.com/tlsready/tlsready/text"
	"github.com/tlsready/tlsready/tlswire"
)

// Outcome is whether two parties agree.
type Outcome string

// The outcomes. Unknown is one of its own: what was not seen is no agreement.
const (
	Agrees  Outcome = "agrees"
	Fails   Outcome = "fails"
	Unknown Outcome = "unknown"
)

// Cause is the one cause of a failure, in the words that verdicts use.
type Cause string

// The causes that a negotiation can have.
const (
	Incapable                Cause = "incapable"
	CapableButOff            Cause = "capable_but_off"
	PinnedByCode             Cause = "pinned_by_code"
	PinnedByConfig           Cause = "pinned_by_config"
	CappedByFrameworkTarget  Cause = "capped_by_framework_target"
	NoCommonCipher           Cause = "no_common_cipher"
	NoCommonGroupOrSignature Cause = "no_common_group_or_signature"
	Middlebox                Cause = "middlebox"
	Reverse                  Cause = "reverse"
	Unidentified             Cause = "unidentified"
)

// Side is whose limit it is.
type Side string

// The sides.
const (
	ByClient  Side = "client"
	ByServer  Side = "server"
	ByBoth    Side = "both"
	ByUnknown Side = "unknown"
)

// Result is what a client and a server come to. Version, Suite and Group are
// what the server answers with, zero where that is not known; they stand also
// where the client then refuses.
type Result struct {
	Outcome   Outcome
	Version   tlswire.Version
	Suite     tlswire.Suite
	Group     tlswire.Group
	Cause     Cause // of Fails
	LimitedBy Side  // of Fails

	why     why
	assumed assumption
	client  *Client
	server  *Server
}

// why is what decided, for the line that says so.
type why uint8

const (
	whyAgreed why = iota
	whyNoVersions
	whyNotAsked
	whyVersionNotSeen
	whyLow
	whyHigh
	whyBears
	whyFallback
	whyFallbackNotKnown
	whyNoName
	whyNameNotKnown
	whySSLv2Form
	whySuite
	whyGroup
	whySignature
	whyLowest
	whyLowestNotKnown
	whyLegacySignature
	whyDH
	whyDHLong
	whyRSA
	whySHA1
	whyEMS
)

// assumption is a set of what a result takes for granted.
type assumption uint8

const (
	assumesSuites assumption = 1 << iota
	assumesOrder
	assumesGroups
	assumesSigned
	assumesForm
)

// Assumed is TellAssumed in English.
func (r *Result) Assumed() string { return r.TellAssumed().String() }

// TellAssumed says in one line what the result takes for granted because it is
// not known; empty when nothing is.
func (r *Result) TellAssumed() text.Text {
	if r.assumed == 0 {
		return text.Text{}
	}
	var out text.Text
	for i, t := range [...]text.Text{
		text.Say("that they have a suite in common: not all suites are known"),
		text.Say("that the client's order of suites decides"),
		text.Say("that they have a group in common: not all groups are known"),
		text.Say("that the key exchange is signed"),
		text.Say("that the server reads a hello of the SSLv2 form"),
	} {
		if r.assumed&(1<<i) != 0 {
			out = out.And(t)
		}
	}
	return out
}

// Detail is TellDetail in English.
func (r *Result) Detail() string { return r.TellDetail().String() }

// TellDetail says in one line why they fail, or what is not known; empty when
// they agree.
func (r *Result) TellDetail() text.Text {
	c, s := r.client, r.server
	if t := r.versionDetail(c, s); !t.IsZero() {
		return t
	}
	if t := r.refusalDetail(c, s); !t.IsZero() {
		return t
	}
	switch r.why {
	case whyNoName:
		return text.Say("sends no server name, and the server asks for one")
	case whyNameNotKnown:
		return text.Say("the server asks for a name; whether the client sends one is not known")
	case whySSLv2Form:
		return text.Say("starts with a hello of the SSLv2 form, which the server does not read")
	case whySuite:
		return text.Say("no suite in common for %s", r.Version)
	case whyGroup:
		return text.Say("no group in common for %s", r.Version)
	case whySignature:
		return text.Say("no signature algorithm in common for %s", r.Version)
	}
	return text.Text{}
}

func (r *Result) versionDetail(c *Client, s *Server) text.Text {
	switch r.why {
	case whyNoVersions:
		return text.Say("what the client offers is not known")
	case whyNotAsked:
		return text.Say("what the server accepts is not known")
	case whyVersionNotSeen:
		return text.Say("whether the server accepts %s is not known", r.Version)
	case whyLow:
		return text.Say("offers at most %s; the server accepts %s", versionOf(c.max), s.span())
	case whyHigh:
		return text.Say("offers %s; the server accepts %s", c.span(), s.span())
	case whyBears:
		return text.Say("the server fails on hellos above %s", s.Bears)
	case whyFallback:
		return text.Say("tries again with %s after a failure; the server, which does %s, refuses that", versionOf(c.max), versionOf(s.max))
	case whyFallbackNotKnown:
		return text.Say("tries again with %s after a failure; whether the server refuses that is not known", versionOf(c.max))
	}
	return text.Text{}
}

func (r *Result) refusalDetail(c *Client, s *Server) text.Text {
	v := r.Version
	switch r.why {
	case whyLowest:
		return text.Say("the server picks %s; the client completes nothing below %s", v, c.Refuses.Lowest)
	case whyLowestNotKnown:
		return text.Say("the server picks %s; the client's highest is %s, and how low it goes is not known", v, versionOf(c.max))
	case whyLegacySignature:
		return text.Say("the server picks %s; the client takes no signature over SHA-1", v)
	case whyDH:
		return text.Say("the server's DH group has %s bits; the client wants %s", s.DHBits, c.Refuses.DHBits)
	case whyDHLong:
		return text.Say("the server's DH group has %s bits; the client takes at most %s", s.DHBits, c.Refuses.DHMost)
	case whyRSA:
		return text.Say("the server's RSA key is shorter than the %s bits that the client wants", c.Refuses.RSABits)
	case whySHA1:
		return text.Say("the server's certificate is signed over SHA-1, which the client refuses")
	case whyEMS:
		return text.Say("the client wants extended_master_secret, which the server does not know")
	}
	return text.Text{}
}
