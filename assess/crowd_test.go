package assess

import (
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Schannel never names a client: weak and strong handshakes of nobody known
// are not those of one client that does both.
func TestNobodyKnownIsNotOneClient(t *testing.T) {
	nobody := func(v tlswire.Version) evidence.Record {
		h := captured(v, v)
		h.Client, h.Offered, h.OfferedMax = evidence.Party{}, nil, 0
		return h
	}
	r := judgeAll(t, loadBase(t), "tls12", "", []evidence.Record{nobody(tlswire.TLS10), nobody(tlswire.TLS13)})
	for _, v := range r.Verdicts.All() {
		if v.Client != Anyone && (v.Verdict == OK || strings.Contains(v.Why.String(), "survive") || !strings.Contains(v.Why.String(), "tell its clients apart")) {
			t.Errorf("%s: %s", v.Verdict, v.Why)
		}
	}
}
