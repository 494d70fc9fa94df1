package report

import (
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// TestListingOfConfigurations: equal states share a line where a configuration
// says them, limits of a setting stand beside it, and what has no say is no
// fault.
func TestListingOfConfigurations(t *testing.T) {
	said := func(s evidence.State, because string) *evidence.VersionState {
		return &evidence.VersionState{State: s, Because: because}
	}
	states := map[tlswire.Version]*evidence.VersionState{
		tlswire.SSL30: said(evidence.Rejected, "a.conf:7"), tlswire.TLS10: said(evidence.Rejected, "a.conf:7"), tlswire.TLS11: said(evidence.Rejected, "a.conf:7"),
		tlswire.TLS12: said(evidence.Accepted, "a.conf:7"), tlswire.TLS13: said(evidence.Accepted, "b.conf:1"),
	}
	records := []evidence.Record{
		&evidence.Server{Target: "a.example:443", Status: evidence.StatusOK, Basis: evidence.Declared, Versions: states},
		&evidence.Setting{
			Role: "server", Layer: "dovecot", Value: "ssl_min_protocol = TLSv1", Effect: evidence.Floors, Versions: []tlswire.Version{tlswire.TLS10},
			Where: evidence.Where{File: "d.conf", Line: 3, Path: "local 10.0.0.0/8"},
		},
		&evidence.Coverage{Source: "config", Input: "z.conf", Read: 4, Blind: []string{"no SSLProtocol line"}},
		&evidence.Coverage{Source: passedOver, Input: "web1", Skipped: []evidence.Skip{{Ref: "web1/etc/os-release", Reason: "text"}}},
	}
	got := listed(t, records)
	for _, want := range []string{
		"SSLv3 to TLS 1.1   rejected  a.conf:7\n", "TLS 1.2            accepted  a.conf:7\n", "in local 10.0.0.0/8\n",
		"1 configuration decides no version: z.conf.", "about hosts and their programs: web1/etc/os-release.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "COULD NOT BE SEEN") {
		t.Errorf("a fault where there is none:\n%s", got)
	}
	records[0].(*evidence.Server).Basis = ""
	if got := listed(t, records[:1]); !strings.Contains(got, "TLS 1.0  rejected") {
		t.Errorf("a scan is folded:\n%s", got)
	}
}

// TestListingOverUDP: versions of DTLS stand newest first, as those of TLS do,
// and the port is told from that of TCP.
func TestListingOverUDP(t *testing.T) {
	accepted := &evidence.VersionState{State: evidence.Accepted, Because: "server_hello", Order: "server", Suites: []string{"TLS_AES_128_GCM_SHA256"}}
	got := listed(t, []evidence.Record{
		&evidence.Server{
			Target: "quic://a.example:443", IP: "192.0.2.1", Status: evidence.StatusOK, Protocol: evidence.ProtocolQUIC,
			Versions: map[tlswire.Version]*evidence.VersionState{tlswire.TLS13: accepted}, QUICVersions: []string{"QUIC v1", "QUIC v2"},
		},
		&evidence.Server{
			Target: "dtls://a.example:5684", IP: "192.0.2.1", Status: evidence.StatusPartial, Protocol: evidence.ProtocolDTLS,
			Versions: map[tlswire.Version]*evidence.VersionState{
				tlswire.DTLS10: accepted, tlswire.DTLS12: accepted, tlswire.DTLS13: {State: evidence.Unknown, Because: "timeout"},
			},
		},
	})
	for _, want := range []string{
		"quic://a.example:443 (192.0.2.1)\n  ✓ TLS 1.3  accepted  1 suite, server's order\n  QUIC     QUIC v1, QUIC v2\n",
		"dtls://a.example:5684 (192.0.2.1)\n  ? DTLS 1.3 unknown   timeout\n  ✓ DTLS 1.2 accepted  1 suite, server's order\n  ! DTLS 1.0 accepted  1 suite, server's order\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func listed(t *testing.T, records []evidence.Record) string {
	t.Helper()
	var b strings.Builder
	if err := Evidence(&b, records, Options{Width: 80}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
