package evidence

import (
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// Facts are what a server's handshakes show besides versions and suites. A
// field that is absent is not known; false and "none" mean that it was asked
// and answered so.
type Facts struct {
	ExtendedMasterSecret *bool  `json:"extended_master_secret,omitempty"` // agreed where offered (RFC 7627)
	SecureRenegotiation  *bool  `json:"secure_renegotiation,omitempty"`   // the signal is answered (RFC 5746)
	FallbackSCSV         *bool  `json:"fallback_scsv,omitempty"`          // refuses a fallback that it could better (RFC 7507)
	DowngradeMarker      *bool  `json:"downgrade_marker,omitempty"`       // stands in each lower answer of a TLS 1.3 server (RFC 8446, 4.1.3)
	Compression          string `json:"compression,omitempty"`            // taken from a hello with DEFLATE, LZS and none: "DEFLATE", "LZS", "none"
	Heartbeat            string `json:"heartbeat,omitempty"`              // mode of the answer (RFC 6520, 2): "peer_allowed_to_send", "peer_not_allowed_to_send", "none"

	SessionIDs     string `json:"session_ids,omitempty"`     // below TLS 1.3: a Resumption
	SessionTickets string `json:"session_tickets,omitempty"` // below TLS 1.3 (RFC 5077): a Resumption
	PSK            string `json:"psk,omitempty"`             // tickets of TLS 1.3 (RFC 8446, 4.6.1): a Resumption

	// ALPN are the protocols taken of those asked for, in the server's order;
	// empty but there when none was.
	ALPN     []string      `json:"alpn,omitzero"`
	Stapling *bool         `json:"ocsp_stapling,omitempty"` // an OCSP response came with the certificate (RFC 6066, 8)
	OCSP     *OCSPResponse `json:"ocsp,omitempty"`

	NeedsName *bool `json:"needs_name,omitempty"` // refuses hellos without server_name
	// NamelessCertificate is the SHA-256 of the certificate shown to clients
	// that send no name, where that is another one.
	NamelessCertificate string `json:"nameless_certificate,omitempty"`
	SSLv2Form           *bool  `json:"sslv2_form,omitempty"` // reads hellos of the SSLv2 form (RFC 5246, E.2)
	// ToleratesUnknown is set by a hello that lists versions, suites and groups
	// that do not exist (RFC 8701) beside those that the server accepts.
	ToleratesUnknown *bool `json:"tolerates_unknown,omitempty"`
	// FailsAbove is the highest version that a hello may name: above it the
	// server fails in place of picking a lower one (RFC 8446, D.1).
	FailsAbove tlswire.Version `json:"fails_above,omitempty"`
	// DHSizes are the lengths of all DH groups seen before TLS 1.3, in bits,
	// rising.
	DHSizes []int `json:"dh_sizes,omitempty"`
}

// What became of a session that a client wants to go on with.
const (
	Resumed = "resumed" // a second connection went on with it
	Issued  = "issued"  // was given and not taken back
	NotDone = "none"    // was not given
)

// OCSPResponse is what a stapled response says (RFC 6960, 4.2.1).
type OCSPResponse struct {
	Status     string    `json:"status"` // "good", "revoked", "unknown", or of the response as a whole, as "try_later"
	ProducedAt time.Time `json:"produced_at,omitzero"`
	ThisUpdate time.Time `json:"this_update,omitzero"`
	NextUpdate time.Time `json:"next_update,omitzero"`
}

// Say gives a field its value: nil is not known.
func Say(b bool) *bool { return &b }

// Is reports whether a field is known and b.
func Is(field *bool, b bool) bool { return field != nil && *field == b }
