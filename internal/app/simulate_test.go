package app

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/negotiate"
	"github.com/tlsready/tlsready/tlswire"
)

// TestKnownClientsFare holds the known clients, as they are simulated, against
// what became of them when they were recorded: outcome and version.
func TestKnownClientsFare(t *testing.T) {
	f, err := os.Open("../../../shared/corpus/clients/OUTCOMES.tsv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the recordings, which may not be shipped, are not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	clients := map[string]*negotiate.Client{}
	for _, k := range base.KnownClients {
		clients[k.ID] = assess.KnownProfile(k).Compile()
	}
	// Scanners have no outcome; the other two trust no test certificate.
	skip := []string{"sslscan", "netsurf-fb", "webkitgtk-surf"}
	n, right := 0, 0
	for _, row := range rows[1:] {
		c := clients["known."+row[0]+"-debian12"]
		if slices.Contains(skip, row[0]) || c == nil {
			continue
		}
		want := "fails"
		if row[4] == "completed" {
			want = "agrees TLS " + row[5]
		}
		res := negotiate.Agree(c, recordedServers()[row[1]])
		got := string(res.Outcome)
		if res.Outcome == negotiate.Agrees {
			got += " " + res.Version.String()
		}
		if n++; got == want {
			right++
		} else {
			t.Logf("%s, %s: %s (%s), want %s", row[0], row[1], got, res.Detail(), want)
		}
	}
	t.Logf("%d of %d rows", right, n)
	if n < 300 || float64(right) < 0.995*float64(n) {
		t.Errorf("%d of %d rows are right, want 99.5 %% of at least 300", right, n)
	}
}

// recordedServers accept the versions that those of the recordings did.
func recordedServers() map[string]*negotiate.Server {
	all := []tlswire.Version{tlswire.TLS10, tlswire.TLS11, tlswire.TLS12, tlswire.TLS13}
	out := map[string]*negotiate.Server{}
	for name, on := range map[string][]tlswire.Version{
		"all": all, "tls10only": all[:1], "tls11only": all[1:2], "tls12only": all[2:3], "tls13only": all[3:], "tls12plus": all[2:],
	} {
		s := &evidence.Server{Target: name, Versions: map[tlswire.Version]*evidence.VersionState{
			tlswire.SSL30: {State: evidence.Rejected},
		}}
		for _, v := range all {
			s.Versions[v] = &evidence.VersionState{State: evidence.Rejected, Because: "alert protocol_version"}
			if slices.Contains(on, v) {
				s.Versions[v].State = evidence.Accepted
			}
		}
		out[name] = negotiate.FromServer(s).Compile()
	}
	return out
}

// TestRecognise: a captured hello takes over what all known clients with its
// fingerprint refuse, and nothing when they differ.
// TestClientsMeetServersOfTCP: what is known of a UDP port is no server for
// the clients, which are those of TCP.
func TestClientsMeetServersOfTCP(t *testing.T) {
	accepts := map[tlswire.Version]*evidence.VersionState{tlswire.TLS13: {State: evidence.Accepted}}
	_, servers, err := Parties([]evidence.Record{
		&evidence.Server{Target: "a.example:443", Protocol: "https", Versions: accepts},
		&evidence.Server{Target: "quic://a.example:443", Protocol: evidence.ProtocolQUIC, Versions: accepts},
		&evidence.Server{Target: "dtls://a.example:443", Protocol: evidence.ProtocolDTLS, Versions: accepts},
	}, SimulateOptions{})
	if err != nil || len(servers) != 1 || servers[0].Name != "a.example:443" {
		t.Errorf("servers %+v, %v", servers, err)
	}
}

func TestRecognise(t *testing.T) {
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	same, differ := 0, 0
	for _, k := range base.KnownClients {
		ja3, ja4 := k.Fingerprints()
		if ja4 == "" {
			continue
		}
		want, alike := assess.KnownRefusals(k), true
		want.Because = ""
		for _, other := range base.KnownByFingerprint(ja3, ja4) {
			r := assess.KnownRefusals(other)
			r.Because = ""
			alike = alike && r == want
		}
		p := negotiate.ClientProfile{}
		recognise(&p, &evidence.Client{Client: evidence.Party{JA3: ja3, JA4: ja4}, Basis: evidence.Observed}, base)
		got := p.Refuses
		got.Because = ""
		switch {
		case alike && got != want:
			t.Errorf("%s: refuses %+v, want %+v", k.Title(), got, want)
		case !alike && got != (evidence.Refusals{}):
			t.Errorf("%s: refuses %+v though those of its fingerprint differ", k.Title(), got)
		}
		if alike {
			same++
		} else {
			differ++
		}
	}
	if same == 0 || differ == 0 {
		t.Errorf("%d alike, %d not: one of the two was not tested", same, differ)
	}
}
