package watch

import (
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/negotiate"
	"github.com/tlsready/tlsready/tlswire"
)

// TestRecordSaysAll: a hello as a client record comes to the same agreements as
// the hello itself.
func TestRecordSaysAll(t *testing.T) {
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	servers := profileServers()
	n := 0
	for _, k := range base.KnownClients {
		h := k.Hello.Parse()
		if h == nil || h.Format != tlswire.FormatTLS {
			continue
		}
		n++
		hello := negotiate.FromHello("", h, evidence.Refusals{}).Compile()
		record := negotiate.FromClient(clientOf(h, evidence.Party{}, "")).Compile()
		for i, s := range servers {
			a, b := negotiate.Agree(hello, s), negotiate.Agree(record, s)
			if a.Outcome != b.Outcome || a.Version != b.Version || a.Suite != b.Suite || a.Group != b.Group || a.Detail() != b.Detail() {
				t.Errorf("%s, server %d: the hello %s %s %s %s %s, its record %s %s %s %s %s", k.Title(), i,
					a.Outcome, a.Version, a.Suite, a.Group, a.Detail(), b.Outcome, b.Version, b.Suite, b.Group, b.Detail())
			}
		}
	}
	if n < 62 {
		t.Errorf("%d hellos, want 62", n)
	}
}

// profileServers have one version each, and all of them.
func profileServers() (out []*negotiate.Server) {
	suites := map[tlswire.Version][]tlswire.Suite{
		tlswire.TLS10: {0xC013, 0xC00A, 0x002F, 0x000A},
		tlswire.TLS12: {0xC02F, 0xC02C, 0xCCA8, 0x009C, 0x002F},
		tlswire.TLS13: {0x1302, 0x1301, 0x1303},
	}
	for _, only := range []tlswire.Version{0, tlswire.TLS10, tlswire.TLS12, tlswire.TLS13} {
		p := negotiate.ServerProfile{
			Groups:   []tlswire.Group{tlswire.GroupX25519MLKEM768, tlswire.GroupSecp256r1, tlswire.GroupX25519},
			Keys:     []negotiate.Key{{Type: "RSA", Bits: 2048}},
			Schemes:  []tlswire.SignatureScheme{tlswire.RSAPSSRSAESHA256, tlswire.RSAWithSHA256, tlswire.ECDSAWithP256},
			Fallback: negotiate.Yes,
		}
		for _, v := range tlswire.StreamVersions {
			x := negotiate.VersionProfile{Version: v, State: evidence.Rejected, ServerOrder: negotiate.Yes}
			if suites[v] != nil && (only == 0 || only == v) {
				x.State, x.Suites = evidence.Accepted, suites[v]
			}
			p.Versions = append(p.Versions, x)
		}
		out = append(out, p.Compile())
	}
	return out
}
