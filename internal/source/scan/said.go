package scan

import (
	"bytes"
	"slices"

	"github.com/tlsready/tlsready/tlswire"
)

// said is what a ServerHello and the clear text behind it tell besides
// version, suite and key exchange.
type said struct {
	ems, secure bool // extended_master_secret and renegotiation_info stand there
	marker      tlswire.Version
	compression byte
	heartbeat   string // the mode of its extension; empty without
	ticket      bool   // session_ticket stands there
	sessionID   []byte
	alpn        string
	stapled     []byte // the OCSP response of CertificateStatus, in DER
}

// hear reads it, of versions in which it stands in clear text.
func hear(f *tlswire.ServerFlight) said {
	h := &f.Hello
	s := said{
		ems: h.ExtendedMasterSecret(), secure: h.SecureRenegotiation(), ticket: h.SessionTicket(),
		marker: h.DowngradeMarker(), compression: h.Compression, alpn: string(h.ALPN()),
		sessionID: bytes.Clone(h.SessionID), stapled: bytes.Clone(f.StapledOCSP()),
	}
	if mode, ok := h.Extensions.Get(tlswire.ExtHeartbeat); ok {
		s.heartbeat = heartbeatMode(mode)
	}
	return s
}

// heartbeatMode names the mode that a server states (RFC 6520, 2).
func heartbeatMode(mode []byte) string {
	if len(mode) == 1 && mode[0] == 2 {
		return "peer_not_allowed_to_send"
	}
	return "peer_allowed_to_send"
}

// maxChain is how many certificates of a chain are kept. The longest that
// browsers follow have half as many.
const maxChain = 12

// shownChain copies what a server sent, as far as it is of use.
func shownChain(certs tlswire.Certificates) (chain [][]byte) {
	for der := range certs.All() {
		if len(chain) == maxChain {
			break
		}
		chain = append(chain, bytes.Clone(der))
	}
	return chain
}

// maxChains is how many chains of one server are kept: one that shows another
// certificate in every answer must not fill the memory.
const maxChains = 16

// learnChain keeps a chain whose first certificate is new. The caller holds
// the lock.
func (h *host) learnChain(chain [][]byte) {
	same := func(c [][]byte) bool { return bytes.Equal(c[0], chain[0]) }
	if len(chain) > 0 && len(h.chains) < maxChains && !slices.ContainsFunc(h.chains, same) {
		h.chains = append(h.chains, chain)
	}
}

// learnDH keeps the length of a DH group, and the shortest of those that a
// client of its time takes: anonymous and export suites have groups of their
// own. The caller holds the lock.
func (h *host) learnDH(a *answer) {
	if a.dhBits == 0 {
		return
	}
	if i, known := slices.BinarySearch(h.dhSizes, a.dhBits); !known && len(h.dhSizes) < maxChains {
		h.dhSizes = slices.Insert(h.dhSizes, i, a.dhBits)
	}
	in, _ := a.hello.Suite.Info()
	if in.Auth != tlswire.AuthAnon && !in.Export && (h.dhBits == 0 || a.dhBits < h.dhBits) {
		h.dhBits = a.dhBits
	}
}
