package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// number writes 1204 as 1,204.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural writes "1 client" or "5 clients".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// list writes "a", "a and b" or "a, b and c".
func list(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// names writes the first few of many names and counts the rest.
func names(all []string, most int) string {
	if len(all) <= most+1 {
		return list(all)
	}
	return strings.Join(all[:most], ", ") + " and " + number(len(all)-most) + " more"
}

func upperFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// sentence ends s with a full stop.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:") {
		return s
	}
	return s + "."
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// need is what a party must be able to do.
func need(r *assess.Report) string {
	switch {
	case r.Policy == "pqc":
		return "post-quantum key exchange"
	case r.Floor.Known():
		return r.Floor.String()
	}
	return "what the policy asks"
}

// when says the moment the policy is about.
func when(r *assess.Report) string {
	if r.Dated {
		return "on " + r.AsOf + " under " + r.Policy
	}
	switch r.Policy {
	case "tls12":
		return "when TLS 1.0 and 1.1 go off"
	case "tls13":
		return "when TLS 1.2 and older go off"
	case "pqc":
		return "when post-quantum key exchange is required"
	}
	return "under " + r.Policy
}

// causeWords says a cause in plain words that follow "the client" or "the
// server".
func causeWords(c assess.Cause, need string) string {
	switch c {
	case assess.Incapable:
		return "cannot do " + need
	case assess.CapableButOff:
		return "can do " + need + " but it is switched off"
	case assess.PinnedByCode:
		return "is pinned to an old version in its code"
	case assess.PinnedByConfig:
		return "is pinned to an old version by a setting"
	case assess.CappedByFrameworkTarget:
		return "is built for an old framework that stops below " + need
	case assess.ProductPrerequisiteMissing:
		return "needs a product update before old versions may go off"
	case assess.DependsOnLegacyEndpoint:
		return "uses an endpoint for old clients that goes away"
	case assess.Unidentified:
		return "stays below " + need + " and is not identified yet"
	}
	return "is the limit"
}

// fault says in one sentence whose fault it is and why; it is empty where
// neither is known of a pair that does not break.
func fault(v assess.Verdict, need string) string {
	switch v.Cause {
	case assess.Middlebox:
		return "Something in between (a proxy or TLS inspection) lowers the version"
	case assess.NoCommonCipher:
		return "The two sides share no cipher suite that is allowed"
	case assess.NoCommonGroupOrSignature:
		return "The two sides share no key exchange group or signature that is allowed"
	case assess.Reverse:
		return "The server is too old: the client itself refuses what it offers"
	case "":
		if v.LimitedBy == "" || v.LimitedBy == assess.UnknownSide {
			if v.Verdict == assess.Breaks {
				return "Below " + need + "; which side is the limit is not known"
			}
			return ""
		}
	}
	words := causeWords(v.Cause, need)
	switch v.LimitedBy {
	case assess.ClientSide:
		return "The client " + words
	case assess.ServerSide:
		return "The server " + words
	case assess.BothSides:
		return "Each side " + words
	}
	return "One side (not known which) " + words
}

// disagreement says that sources disagree, once.
func disagreement(s string) string {
	const words = "sources disagree: "
	return words + strings.TrimPrefix(s, words)
}

// sideWords names whose fault it is, in a column.
func sideWords(s assess.Side) string {
	switch s {
	case assess.ClientSide:
		return "client"
	case assess.ServerSide:
		return "server"
	case assess.BothSides:
		return "both sides"
	}
	return "not known"
}

func confidenceWords(b evidence.Basis) string {
	switch b {
	case evidence.Observed:
		return "seen"
	case evidence.Declared:
		return "declared"
	case evidence.Known:
		return "known of this software"
	case evidence.Inferred:
		return "inferred"
	}
	return ""
}

// outcomeWords name a verdict for people.
func outcomeWords(k kind) string {
	return [...]string{"breaks", "at risk", "not known", "ok", "waived", "set apart"}[k]
}

func apartWords(reason string) string {
	switch reason {
	case assess.ApartScanner:
		return "a scanner"
	case assess.ApartProbe:
		return "a probe"
	case assess.ApartDeniedOnly:
		return "only ever turned away (4xx)"
	case assess.ApartLowerRetry:
		return "a second try at a lower version"
	}
	return reason
}

// span writes one version, or the weakest and the strongest.
func span(all []tlswire.Version) string {
	var low, high tlswire.Version
	for _, v := range all {
		if v == 0 {
			continue
		}
		if low == 0 || v.Rank() < low.Rank() {
			low = v
		}
		if high == 0 || v.Rank() > high.Rank() {
			high = v
		}
	}
	switch {
	case low == 0:
		return ""
	case low == high:
		return low.String()
	}
	return low.String() + " to " + high.String()
}

// effectWords says what a setting does to versions.
func effectWords(e evidence.Effect, versions []tlswire.Version) string {
	var vs []string
	for _, v := range versions {
		vs = append(vs, v.String())
	}
	of := list(vs)
	if of == "" {
		return ""
	}
	switch e {
	case evidence.Pins:
		return "pins " + of
	case evidence.Caps:
		return "allows " + of + " at most"
	case evidence.Floors:
		return "asks for at least " + of
	case evidence.Allows:
		return "allows " + of
	case evidence.Blocks:
		return "blocks " + of
	case evidence.Default:
		return "left to the default: " + of
	case evidence.Review:
		return "decides about " + of
	}
	return ""
}

// partyName writes a side of a pair.
func partyName(s, any string) string {
	switch s {
	case assess.Anyone:
		return any
	case "":
		return "(no name)"
	}
	return s
}

// What a side is called that stands for all.
const (
	anyClient = "any client"
	anyServer = "any server"
)

func clientName(v assess.Verdict) string { return partyName(v.Client, anyClient) }

func serverName(v assess.Verdict) string {
	s := partyName(v.Server, anyServer)
	switch v.Protocol {
	case "", "https", "tls":
		return s
	}
	return s + " (" + v.Protocol + ")"
}

// versionOrNothing leaves out what is not known.
func versionOrNothing(v tlswire.Version) string {
	if v == 0 {
		return ""
	}
	return v.String()
}
