package evidence

import (
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// State says whether a server takes a version.
type State string

// The states. Unknown is an answer of its own: a timeout is not a refusal.
const (
	Accepted State = "accepted"
	Rejected State = "rejected"
	Unknown  State = "unknown"
)

// VersionState is what a server did when asked for one version.
type VersionState struct {
	State   State  `json:"state"`
	Because string `json:"because"`         // what was seen: "server_hello", "alert protocol_version", "timeout" ...
	Order   string `json:"order,omitempty"` // "server" or "client": whose preference decides
	// ChaCha20 is "client" when the server has an order of its own and yet
	// puts ChaCha20 first for a client that does: one without hardware for AES.
	ChaCha20 string   `json:"chacha20,omitempty"`
	Suites   []string `json:"suites,omitempty"`
}

// Certificate is what one certificate of a server says.
type Certificate struct {
	Subject            string    `json:"subject,omitempty"`
	Names              []string  `json:"names,omitempty"`
	Issuer             string    `json:"issuer,omitempty"`
	KeyType            string    `json:"key_type,omitempty"` // RSA, ECDSA, Ed25519, DSA
	KeyBits            int       `json:"key_bits,omitempty"`
	SignatureAlgorithm string    `json:"signature_algorithm,omitempty"`
	NotBefore          time.Time `json:"not_before,omitzero"`
	NotAfter           time.Time `json:"not_after,omitzero"`
	SHA256             string    `json:"sha256,omitempty"`

	// Of a server's own certificate: what it was sent with, and how it is
	// judged. Absent is not known.
	Chain       []Certificate `json:"chain,omitempty"`        // the certificates behind it, as sent
	NameMatches *bool         `json:"name_matches,omitempty"` // of the name that was asked for
	Trust       string        `json:"trust,omitempty"`        // Trusted or Untrusted
	TrustReason string        `json:"trust_reason,omitempty"` // of Untrusted
	Expired     *bool         `json:"expired,omitempty"`      // at the time of the scan
	NotYetValid *bool         `json:"not_yet_valid,omitempty"`
}

// How a certificate stands with the roots that it was judged by.
const (
	Trusted   = "trusted"
	Untrusted = "untrusted"
)

// Status of a server record.
const (
	StatusOK          = "ok"
	StatusPartial     = "partial"
	StatusUnreachable = "unreachable"
)

// Server is what an endpoint accepts: scanned, or declared by its
// configuration.
type Server struct {
	Target              string                            `json:"target,omitempty"`
	Host                string                            `json:"host,omitempty"` // declared records: the host the configuration is of
	IP                  string                            `json:"ip,omitempty"`
	Port                uint16                            `json:"port,omitempty"`
	SNI                 string                            `json:"sni,omitempty"`
	Protocol            string                            `json:"protocol,omitempty"`
	Status              string                            `json:"status,omitempty"`
	Error               string                            `json:"error,omitempty"` // why unreachable or partial
	Versions            map[tlswire.Version]*VersionState `json:"versions,omitempty"`
	Groups              []string                          `json:"groups,omitempty"`
	SignatureAlgorithms []string                          `json:"signature_algorithms,omitempty"`
	Certificates        []Certificate                     `json:"certificates,omitempty"`
	DHBits              int                               `json:"dh_bits,omitempty"`       // of its DH group before TLS 1.3
	QUICVersions        []string                          `json:"quic_versions,omitempty"` // as the server lists them: "QUIC v1" ...
	Facts               *Facts                            `json:"facts,omitempty"`
	Weaknesses          []string                          `json:"weaknesses,omitempty"` // ids of package knowledge
	Basis               Basis                             `json:"basis,omitempty"`      // declared; absent on a scan
	Layer               string                            `json:"layer,omitempty"`
	Because             string                            `json:"because,omitempty"` // the deciding line, "nginx.conf:12"
	First               time.Time                         `json:"first,omitzero"`
	Last                time.Time                         `json:"last,omitzero"`
	Connections         int                               `json:"connections,omitempty"`
	FactConnections     int                               `json:"fact_connections,omitempty"` // of them: for Facts alone
	ElapsedMS           int64                             `json:"elapsed_ms,omitempty"`
}

// The protocols of scans in datagrams.
const (
	ProtocolQUIC = "quic"
	ProtocolDTLS = "dtls"
)

// OverUDP reports whether the record is a scan of QUIC or DTLS. What answers
// there may be another program than at the TCP port of the same number: such a
// record says nothing of what clients of TLS over TCP find.
func (s *Server) OverUDP() bool {
	return s.Basis != Declared && (s.Protocol == ProtocolQUIC || s.Protocol == ProtocolDTLS)
}

// Kind is KindServer.
func (*Server) Kind() Kind { return KindServer }

// Refusals are what a client offers and yet does not complete, or asks for
// without saying so in its hello. A zero field is not known, not "no".
type Refusals struct {
	// Lowest is the lowest version that it completes. A hello without
	// supported_versions names the highest alone (RFC 5246, E.1).
	Lowest tlswire.Version `json:"lowest,omitempty" yaml:"lowest"`
	// LegacySignatures is set when it takes no signature over MD5 or SHA-1 in
	// a key exchange, and so none that is signed before TLS 1.2: OpenSSL 3
	// from security level 1 on.
	LegacySignatures bool   `json:"legacy_signatures,omitempty" yaml:"legacy_signatures"`
	SHA1Certificates bool   `json:"sha1_certificates,omitempty" yaml:"sha1_certificates"`
	DHBits           int    `json:"dh_bits,omitempty" yaml:"dh_bits"`   // shorter DH groups are refused
	DHMost           int    `json:"dh_most,omitempty" yaml:"dh_most"`   // longer DH groups are refused
	RSABits          int    `json:"rsa_bits,omitempty" yaml:"rsa_bits"` // shorter RSA keys are refused
	NeedsEMS         bool   `json:"needs_extended_master_secret,omitempty" yaml:"needs_extended_master_secret"`
	Because          string `json:"because,omitempty" yaml:"because"` // how this is known
}

// Client is what a client can offer: seen in its hello, known, or declared by
// its configuration.
type Client struct {
	Client              Party             `json:"client"`
	Host                string            `json:"host,omitempty"` // declared records: the host the configuration is of
	Versions            []tlswire.Version `json:"versions,omitempty"`
	Suites              []string          `json:"suites,omitempty"`
	Groups              []string          `json:"groups,omitempty"`
	SignatureAlgorithms []string          `json:"signature_algorithms,omitempty"`
	Extensions          []string          `json:"extensions,omitempty"`
	KeyShares           []string          `json:"key_shares,omitempty"` // TLS 1.3: groups it sends a share of at once
	Capable             tlswire.Version   `json:"capable,omitempty"`    // highest it can do when it is set up for it
	Refuses             *Refusals         `json:"refuses,omitempty"`
	Basis               Basis             `json:"basis,omitempty"`
	Layer               string            `json:"layer,omitempty"`
	Because             string            `json:"because,omitempty"`
	Fact                string            `json:"fact,omitempty"` // knowledge record behind a default
	Rule                string            `json:"rule,omitempty"`
	Source              string            `json:"source,omitempty"`
	Refs                []string          `json:"refs,omitempty"`
}

// Kind is KindClient.
func (*Client) Kind() Kind { return KindClient }
