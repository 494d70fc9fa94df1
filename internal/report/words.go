package report

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/tlswire"
)

// words says things in the language of a report. The zero value speaks
// English.
type words struct{ *lang.Language }

// number writes 1204 as 1,204.
func number(n int) string { return lang.Number(n) }

// plural writes "1 client" or "5 clients", in English.
func plural(n int, one, many string) string { return words{}.N(n, one, many) }

// list writes "a", "a and b" or "a, b and c", in English.
func list(parts []string) string { return words{}.List(parts) }

func upperFirst(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// sentence ends s with a full stop, in English.
func sentence(s string) string { return words{}.Sentence(s) }

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// needed is what a party must be able to do.
func (w words) needed(r *assess.Report) string {
	switch {
	case r.Policy == "pqc":
		return w.T("post-quantum key exchange")
	case r.Floor.Known():
		return r.Floor.String()
	}
	return w.T("what the policy asks")
}

// when says the moment the policy is about.
func (w words) when(r *assess.Report) string {
	if r.Dated {
		return w.T("on %s under %s", r.AsOf, r.Policy)
	}
	switch r.Policy {
	case "tls12":
		return w.T("when TLS 1.0 and 1.1 go off")
	case "tls13":
		return w.T("when TLS 1.2 and older go off")
	case "pqc":
		return w.T("when post-quantum key exchange is required")
	}
	return w.T("under %s", r.Policy)
}

// fault says in one sentence whose fault it is and why; it is empty where
// neither is known of a pair that does not break.
func (w words) fault(v assess.Verdict, need string) string {
	return w.faultOf(v.Cause, v.LimitedBy, v.Verdict, need)
}

func (w words) faultOf(c assess.Cause, side assess.Side, outcome assess.Outcome, need string) string {
	switch c {
	case assess.Middlebox:
		return w.T("Something in between (a proxy or TLS inspection) lowers the version")
	case assess.NoCommonCipher:
		return w.T("The two sides share no cipher suite that is allowed")
	case assess.NoCommonGroupOrSignature:
		return w.T("The two sides share no key exchange group or signature that is allowed")
	case assess.Reverse:
		return w.T("The server is too old: the client itself refuses what it offers")
	case "":
		if side == "" || side == assess.UnknownSide {
			if outcome == assess.Breaks {
				return w.T("Below %s; which side is the limit is not known", need)
			}
			return ""
		}
	}
	return w.cause(w.atFault(side), c, need)
}

// atFault is the side that a sentence about a cause begins with.
func (w words) atFault(s assess.Side) string {
	switch s {
	case assess.ClientSide:
		return w.T("The client")
	case assess.ServerSide:
		return w.T("The server")
	case assess.BothSides:
		return w.T("Each side")
	}
	return w.T("One side (not known which)")
}

// cause says of a side why it stays below what is needed.
func (w words) cause(side string, c assess.Cause, need string) string {
	switch c {
	case assess.Incapable:
		return w.T("%s cannot do %s", side, need)
	case assess.CapableButOff:
		return w.T("%s can do %s but it is switched off", side, need)
	case assess.PinnedByCode:
		return w.T("%s is pinned to an old version in its code", side)
	case assess.PinnedByConfig:
		return w.T("%s is pinned to an old version by a setting", side)
	case assess.CappedByFrameworkTarget:
		return w.T("%s is built for an old framework that stops below %s", side, need)
	case assess.ProductPrerequisiteMissing:
		return w.T("%s needs a product update before old versions may go off", side)
	case assess.DependsOnLegacyEndpoint:
		return w.T("%s uses an endpoint for old clients that goes away", side)
	case assess.Unidentified:
		return w.T("%s stays below %s and is not identified yet", side, need)
	}
	return w.T("%s is the limit", side)
}

// disagreement says that sources disagree, once.
func (w words) disagreement(s string) string {
	return w.T("sources disagree: %s", strings.TrimPrefix(s, w.T("sources disagree: %s", "")))
}

// side names whose fault it is, in a column.
func (w words) side(s assess.Side) string {
	switch s {
	case assess.ClientSide:
		return w.T("client")
	case assess.ServerSide:
		return w.T("server")
	case assess.BothSides:
		return w.T("both sides")
	}
	return w.T("not known")
}

// howKnown says it where a finding was not seen but concluded.
func (w words) howKnown(fault string, b evidence.Basis) string {
	switch b {
	case evidence.Observed:
		return w.T("%s (seen)", fault)
	case evidence.Declared:
		return w.T("%s (declared)", fault)
	case evidence.Known:
		return w.T("%s (known of this software)", fault)
	case evidence.Inferred:
		return w.T("%s (inferred)", fault)
	}
	return fault
}

// outcome names a verdict for people.
func (w words) outcome(k kind) string {
	return [...]string{w.T("breaks"), w.T("at risk"), w.T("not known"), w.T("ok"), w.T("waived"), w.T("set apart")}[k]
}

func (w words) apart(reason string) string {
	switch reason {
	case assess.ApartScanner:
		return w.T("a scanner")
	case assess.ApartProbe:
		return w.T("a probe")
	case assess.ApartDeniedOnly:
		return w.T("only ever turned away (4xx)")
	case assess.ApartLowerRetry:
		return w.T("a second try at a lower version")
	}
	return reason
}

// waiver writes who answers for an exception, and how long.
func (w words) waiver(x *assess.Waiver) string {
	owner := cmp.Or(x.Owner, w.T("nobody named"))
	s := w.T("by %s", owner)
	if x.Until != "" {
		s = w.T("by %s until %s", owner, x.Until)
	}
	if x.Reason != "" {
		s = w.T("%s: %s", s, x.Reason)
	}
	return s
}

// span writes one version, or the weakest and the strongest.
func (w words) span(all []tlswire.Version) string {
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
	return w.T("%s to %s", low, high)
}

// effectWords says what a setting does to versions.
func (w words) effect(e evidence.Effect, versions []tlswire.Version) string {
	var vs []string
	for _, v := range versions {
		vs = append(vs, v.String())
	}
	of := w.List(vs)
	if of == "" {
		return ""
	}
	switch e {
	case evidence.Pins:
		return w.T("pins %s", of)
	case evidence.Caps:
		return w.T("allows %s at most", of)
	case evidence.Floors:
		return w.T("asks for at least %s", of)
	case evidence.Allows:
		return w.T("allows %s", of)
	case evidence.Blocks:
		return w.T("blocks %s", of)
	case evidence.Default:
		return w.T("left to the default: %s", of)
	case evidence.Review:
		return w.T("decides about %s", of)
	}
	return ""
}

// party writes a side of a pair.
func (w words) party(s, any string) string {
	switch s {
	case assess.Anyone:
		return any
	case "":
		return w.T("(no name)")
	}
	return s
}

// What a side is called that stands for all.
func (w words) anyClient() string { return w.T("any client") }
func (w words) anyServer() string { return w.T("any server") }

func (w words) client(v assess.Verdict) string { return w.clientName(v.Client) }
func (w words) server(v assess.Verdict) string { return w.serverName(v.Server, v.Protocol) }

func (w words) clientName(client string) string { return w.party(client, w.anyClient()) }

func (w words) serverName(server, protocol string) string {
	s := w.party(server, w.anyServer())
	switch protocol {
	case "", "https", "tls":
		return s
	}
	return s + " (" + protocol + ")"
}

// versionOrNothing leaves out what is not known.
func versionOrNothing(v tlswire.Version) string {
	if v == 0 {
		return ""
	}
	return v.String()
}
