package negotiate

import (
	"strings"

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

// Assumed says in one line what the result takes for granted because it is not
// known; empty when nothing is.
func (r *Result) Assumed() string {
	var out []string
	for i, text := range [...]string{
		"that they have a suite in common: not all suites are known",
		"that the client's order of suites decides",
		"that they have a group in common: not all groups are known",
		"that the key exchange is signed",
		"that the server reads a hello of the SSLv2 form",
	} {
		if r.assumed&(1<<i) != 0 {
			out = append(out, text)
		}
	}
	return strings.Join(out, "; ")
}

// Detail says in one line why they fail, or what is not known; empty when they
// agree.
func (r *Result) Detail() string {
	c, s := r.client, r.server
	if text := r.versionDetail(c, s); text != "" {
		return text
	}
	if text := r.refusalDetail(c, s); text != "" {
		return text
	}
	switch r.why {
	case whyNoName:
		return "sends no server name, and the server asks for one"
	case whyNameNotKnown:
		return "the server asks for a name; whether the client sends one is not known"
	case whySSLv2Form:
		return "starts with a hello of the SSLv2 form, which the server does not read"
	case whySuite:
		return "no suite in common for " + r.Version.String()
	case whyGroup:
		return "no group in common for " + r.Version.String()
	case whySignature:
		return "no signature algorithm in common for " + r.Version.String()
	}
	return ""
}

func (r *Result) versionDetail(c *Client, s *Server) string {
	switch r.why {
	case whyNoVersions:
		return "what the client offers is not known"
	case whyNotAsked:
		return "what the server accepts is not known"
	case whyVersionNotSeen:
		return "whether the server accepts " + r.Version.String() + " is not known"
	case whyLow:
		return "offers at most " + versionOf(c.max).String() + "; the server accepts " + s.span()
	case whyHigh:
		return "offers " + c.span() + "; the server accepts " + s.span()
	case whyBears:
		return "the server fails on hellos above " + s.Bears.String()
	case whyFallback:
		return "tries again with " + versionOf(c.max).String() + " after a failure; the server, which does " +
			versionOf(s.max).String() + ", refuses that"
	case whyFallbackNotKnown:
		return "tries again with " + versionOf(c.max).String() + " after a failure; whether the server refuses that is not known"
	}
	return ""
}

func (r *Result) refusalDetail(c *Client, s *Server) string {
	v := r.Version.String()
	switch r.why {
	case whyLowest:
		return "the server picks " + v + "; the client completes nothing below " + c.Refuses.Lowest.String()
	case whyLowestNotKnown:
		return "the server picks " + v + "; the client's highest is " + versionOf(c.max).String() + ", and how low it goes is not known"
	case whyLegacySignature:
		return "the server picks " + v + "; the client takes no signature over SHA-1"
	case whyDH:
		return "the server's DH group has " + number(s.DHBits) + " bits; the client wants " + number(c.Refuses.DHBits)
	case whyRSA:
		return "the server's RSA key is shorter than the " + number(c.Refuses.RSABits) + " bits that the client wants"
	case whySHA1:
		return "the server's certificate is signed over SHA-1, which the client refuses"
	case whyEMS:
		return "the client wants extended_master_secret, which the server does not know"
	}
	return ""
}
