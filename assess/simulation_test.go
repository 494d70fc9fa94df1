package assess

import (
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// TestSimulation: a server that a scan knows meets the known clients, and a
// client whose hello was seen the server as the policy leaves it.
func TestSimulation(t *testing.T) {
	base := loadBase(t)
	policy, err := ParsePolicy(base, "tls12")
	if err != nil {
		t.Fatal(err)
	}
	states := func(best tlswire.Version) map[tlswire.Version]*evidence.VersionState {
		out := map[tlswire.Version]*evidence.VersionState{}
		for _, v := range tlswire.StreamVersions {
			out[v] = &evidence.VersionState{State: evidence.Rejected, Because: "alert protocol_version"}
			if v.AtLeast(tlswire.TLS10) && !best.Below(v) {
				out[v] = &evidence.VersionState{State: evidence.Accepted, Because: "server_hello", Suites: []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}}
			}
		}
		return out
	}
	for _, tc := range []struct {
		best tlswire.Version
		then string
	}{{tlswire.TLS12, "agrees TLS 1.2"}, {tlswire.TLS11, "fails"}} {
		h := captured(tlswire.TLS12, tls12Or(tc.best))
		h.Client.JA3 = "0123456789abcdef0123456789abcdef"
		hello := &evidence.Client{
			Client: h.Client, Basis: evidence.Observed, Versions: []tlswire.Version{tlswire.TLS12, tlswire.TLS11, tlswire.TLS10},
			Suites: []string{"TLS_RSA_WITH_AES_128_CBC_SHA"},
		}
		scan := &evidence.Server{Target: "192.0.2.80:443", IP: h.Server.IP, Port: h.Server.Port, SNI: h.Server.Name, Status: evidence.StatusOK, Versions: states(tc.best), Last: noon}
		r := Assess(evidence.SetOf([]evidence.Record{h, hello, scan}), Options{Policy: policy, Knowledge: base, Today: noon})
		v := r.Verdicts.At(0)
		x, ok := r.Simulation.Pair(&v)
		got := string(x.Outcome)
		if x.Outcome == "agrees" {
			got += " " + x.Version.String()
		}
		if !ok || got != tc.then {
			t.Errorf("with %s: %q (%v), want %q", tc.best, got, ok, tc.then)
		}
		m, ok := r.Simulation.Server(v.ServerParty)
		lost := 0
		for _, l := range m.Lost {
			lost += l.Clients
		}
		if !ok || m.Known != len(base.KnownClients) || m.Today == 0 || m.Then > m.Today || (m.Then > 0) != (tc.best == tlswire.TLS12) || lost == 0 {
			t.Errorf("with %s: %+v", tc.best, m)
		}
	}
	var none *Simulation
	if _, ok := none.Server(evidence.Party{}); ok {
		t.Error("a simulation that is not there knows a server")
	}
}

// tls12Or is what a client of TLS 1.2 gets from a server.
func tls12Or(best tlswire.Version) tlswire.Version {
	if best.Below(tlswire.TLS12) {
		return best
	}
	return tlswire.TLS12
}
