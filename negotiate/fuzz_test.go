package negotiate

import (
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// FuzzHello: no hello, however broken, ends a comparison but by an outcome,
// and a server answers only what was offered.
func FuzzHello(f *testing.F) {
	spec := tlswire.ClientHelloSpec{
		Min: tlswire.TLS10, Max: tlswire.TLS13, Random: make([]byte, 32), Suites: []tlswire.Suite{aes13, gcm128},
		Groups: []tlswire.Group{tlswire.GroupX25519}, Schemes: []tlswire.SignatureScheme{tlswire.RSAPSSRSAESHA256, tlswire.RSAWithSHA256},
	}
	hello, err := spec.AppendRecords(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(hello)
	f.Add([]byte("\x80\x2e\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x2f0123456789abcdef"))
	server := sServer(tlswire.TLS10, tlswire.TLS12, tlswire.TLS13).Compile()
	f.Fuzz(func(t *testing.T, b []byte) {
		h, _ := tlswire.ReadClientHello(b, nil)
		c := FromHello("fuzz", &h, evidence.Refusals{}).Compile()
		r := Agree(c, server)
		switch r.Outcome {
		case Agrees:
			if r.Suite != 0 && !h.OffersSuite(r.Suite) {
				t.Fatalf("agrees on %s, which was not offered", r.Suite)
			}
			if r.Detail() != "" {
				t.Fatalf("agrees, and says %q", r.Detail())
			}
		case Fails:
			if r.Cause == "" || r.LimitedBy == "" || r.Detail() == "" {
				t.Fatalf("fails without a reason: %+v", r)
			}
		case Unknown:
			if r.Detail() == "" {
				t.Fatal("unknown without a reason")
			}
		}
	})
}
