package negotiate

import (
	"slices"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

func TestFromServer(t *testing.T) {
	p := FromServer(&evidence.Server{
		Target: "mail.example:25", DHBits: 1024, Groups: []string{"secp256r1", "no such group"},
		Versions: map[tlswire.Version]*evidence.VersionState{
			tlswire.TLS12: {State: evidence.Accepted, Order: "server", ChaCha20: "client", Suites: []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}},
			tlswire.TLS10: {State: evidence.Accepted, Order: "client"},
			tlswire.TLS13: {State: evidence.Rejected, Because: "alert handshake_failure"},
		},
		Certificates: []evidence.Certificate{{KeyType: "ECDSA", KeyBits: 384, SignatureAlgorithm: "ECDSA-SHA1"}},
	})
	if p.Name != "mail.example:25" || p.DHBits != 1024 || !slices.Equal(p.Groups, []tlswire.Group{tlswire.GroupSecp256r1}) || p.IgnoresList != Yes {
		t.Errorf("profile %+v", p)
	}
	if want := []Key{{Type: "ECDSA", Bits: 384, Curve: tlswire.GroupSecp384r1, SHA1: true}}; !slices.Equal(p.Keys, want) {
		t.Errorf("keys %+v, want %+v", p.Keys, want)
	}
	if v := p.Versions[1]; v.Version != tlswire.TLS12 || v.ServerOrder != Yes || !v.ChaChaFirst || !slices.Equal(v.Suites, []tlswire.Suite{rsaAES}) {
		t.Errorf("TLS 1.2 %+v", v)
	}
	if v := p.Versions[0]; v.ServerOrder != No || v.Suites != nil {
		t.Errorf("TLS 1.0 %+v", v)
	}
}

// TestIgnoresList: only a refusal that names the version shows that the list of
// versions was read; silence shows nothing.
func TestIgnoresList(t *testing.T) {
	for because, want := range map[string]Tri{
		"alert protocol_version": NotKnown, "server_hello TLS 1.2": Yes, "alert handshake_failure": Yes, "closed": NotKnown,
	} {
		p := FromServer(&evidence.Server{Versions: map[tlswire.Version]*evidence.VersionState{
			tlswire.TLS13: {State: evidence.Rejected, Because: because},
		}})
		if p.IgnoresList != want {
			t.Errorf("%s: %d, want %d", because, p.IgnoresList, want)
		}
	}
}

func TestFromClient(t *testing.T) {
	v10, v12 := tlswire.TLS10, tlswire.TLS12
	for _, tc := range []struct {
		name    string
		record  evidence.Client
		implied bool
		groups  bool // known, though empty
		cause   Cause
	}{
		{"hello with a list", evidence.Client{Versions: []tlswire.Version{v12}, Suites: []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}, Extensions: []string{"supported_versions"}, Basis: evidence.Observed}, false, true, ""},
		{"hello without", evidence.Client{Versions: []tlswire.Version{v12}, Suites: []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}, Extensions: []string{"server_name"}, Basis: evidence.Observed}, true, true, ""},
		{"a hello with groups that have no name", evidence.Client{Versions: []tlswire.Version{v12}, Suites: []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}, Extensions: []string{"supported_groups"}, Basis: evidence.Observed}, true, false, ""},
		{"declared", evidence.Client{Host: "pc7", Layer: "winhttp", Versions: []tlswire.Version{v10}, Basis: evidence.Declared}, false, false, CapableButOff},
	} {
		p := FromClient(&tc.record)
		if p.Implied != tc.implied || (p.Groups != nil) != tc.groups || p.WhyLow != tc.cause {
			t.Errorf("%s: implied %v, groups %v, cause %q", tc.name, p.Implied, p.Groups, p.WhyLow)
		}
	}
	if got := FromClient(&evidence.Client{Host: "pc7", Layer: "winhttp"}).Name; got != "pc7 (winhttp)" {
		t.Errorf("name %q", got)
	}
}
