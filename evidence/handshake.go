package evidence

import (
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// Outcome is how a handshake ended.
type Outcome string

// The outcomes.
const (
	Completed  Outcome = "completed"  // both sides reached protected data or Finished
	Refused    Outcome = "refused"    // a fatal alert, close or reset in answer to the hello
	Aborted    Outcome = "aborted"    // ended after the server's hello
	Unfinished Outcome = "unfinished" // the capture or log does not show the end
)

// Alert is a fatal alert and the side that sent it.
type Alert struct {
	From string `json:"from"` // "client" or "server"
	Name string `json:"name"` // as in RFC 8446 section 6, or a number without a name
}

// Handshake is a client and a server seen negotiating, once or, folded, Count
// times.
type Handshake struct {
	Protocol   string            `json:"protocol,omitempty"` // https, smtp, imap ... or tls
	Client     Party             `json:"client"`
	Server     Party             `json:"server"`
	Offered    []tlswire.Version `json:"offered,omitempty"`
	OfferedMax tlswire.Version   `json:"offered_max,omitempty"`
	Negotiated tlswire.Version   `json:"negotiated,omitempty"`
	Suite      string            `json:"suite,omitempty"` // IANA name or 0xABCD
	Group      string            `json:"group,omitempty"` // IANA name or 0xABCD
	ALPN       string            `json:"alpn,omitempty"`
	// Fallback is set when the hello carried TLS_FALLBACK_SCSV (RFC 7507): the
	// client had already failed with a higher offer.
	Fallback bool `json:"fallback,omitempty"`
	// ECH is set when the hello carried encrypted_client_hello (RFC 9849), real
	// or as GREASE: the server's name may be that of a front alone.
	ECH bool `json:"ech,omitempty"`
	// Resumed is set when the server took up an earlier session, so that it
	// showed no certificate. On single connections alone: folding drops it.
	Resumed bool `json:"resumed,omitempty"`
	// Certificate is the server's own, which is in clear text up to TLS 1.2.
	// On single connections alone, and where it was asked for.
	Certificate *Certificate `json:"certificate,omitempty"`
	// Downgrade is the version that the marker in ServerHello.random proves
	// the server could have spoken (RFC 8446 section 4.1.3).
	Downgrade tlswire.Version `json:"downgrade_marker,omitempty"`
	Outcome   Outcome         `json:"outcome,omitempty"`
	Alert     *Alert          `json:"alert,omitempty"`
	Status    map[string]int  `json:"status,omitempty"` // requests per HTTP status class, "2xx" ...
	Count     int             `json:"count"`
	First     time.Time       `json:"first,omitzero"`
	Last      time.Time       `json:"last,omitzero"`
	Days      map[string]int  `json:"days,omitempty"` // count per UTC day, "2026-03-02"
	Source    string          `json:"source,omitempty"`
	Refs      []string        `json:"refs,omitempty"` // at most MaxRefs places, "u_ex1.log:118"
}

// Kind is KindHandshake.
func (*Handshake) Kind() Kind { return KindHandshake }

// Traffic is how many connections a server had on one day in one version.
type Traffic struct {
	Server     Party           `json:"server"`
	Protocol   string          `json:"protocol,omitempty"`
	Day        string          `json:"day"`
	Negotiated tlswire.Version `json:"negotiated,omitempty"`
	Count      int             `json:"count"`
	Source     string          `json:"source,omitempty"`
}

// Kind is KindTraffic.
func (*Traffic) Kind() Kind { return KindTraffic }
