package evidence

import (
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// Replay is what a server said to a recorded hello that was sent to it again,
// byte for byte. It is no handshake of that client: nobody went on after the
// answer, and assessment does not count it.
type Replay struct {
	Hello      Party           `json:"hello"` // name and fingerprints of the recording
	Server     Party           `json:"server"`
	Target     string          `json:"target,omitempty"`
	Protocol   string          `json:"protocol,omitempty"`
	OfferedMax tlswire.Version `json:"offered_max,omitempty"`
	Answer     string          `json:"answer"` // "server_hello", "alert handshake_failure", "closed", "timeout" ...
	Version    tlswire.Version `json:"version,omitempty"`
	Suite      string          `json:"suite,omitempty"` // IANA name or 0xABCD
	Group      string          `json:"group,omitempty"` // where the answer states it
	At         time.Time       `json:"at,omitzero"`
}

// Kind is KindReplay.
func (*Replay) Kind() Kind { return KindReplay }
