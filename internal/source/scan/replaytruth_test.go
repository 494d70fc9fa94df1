package scan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/negotiate"
	"github.com/tlsready/tlsready/tlswire"
)

// recordings are the recorded hellos of known clients, one of each sort.
func recordings(t *testing.T) []Hello {
	t.Helper()
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out []Hello
	seen := map[string]bool{}
	for _, k := range base.KnownClients {
		h := k.Hello.Parse()
		if h == nil {
			continue
		}
		sort := fmt.Sprint(tlswire.JA3(h), slices.Collect(h.CipherSuites()), []byte(h.Groups()), []byte(h.SignatureSchemes()), h.Version, slices.Collect(h.Versions()))
		if !seen[sort] {
			seen[sort] = true
			out = append(out, Hello{Name: k.Title(), Stream: k.Hello})
		}
	}
	return out
}

// explained are misses whose reason is known, by a part of the server's name and
// of the client's.
var explained = []struct{ server, client, reason string }{
	{"openssl -sigalgs ECDSA", "", "OpenSSL takes ECDHE-RSA where a client offers it though no RSA key may sign, and then fails, which no record says"},
	{"Java", "3DES", "Java takes 3DES last whatever the client's order (jdk.tls.legacyAlgorithms), which no record says"},
	{"SECP384R1", "Node.js 8", "GnuTLS fails with internal_error where no curve is in common, even if a suite of RSA is"},
}

// TestReplayTruth sends every recorded hello to real servers and compares what
// they answer with what the model says of the server that a scan found.
func TestReplayTruth(t *testing.T) {
	hellos := recordings(t)
	servers := realServers(t)
	if len(servers) < 40 || len(hellos) < 62 {
		t.Fatalf("%d servers and %d hellos, want 40 and 62", len(servers), len(hellos))
	}
	var mu sync.Mutex
	var misses []string
	n := 0
	room := make(chan struct{}, 4)
	t.Run("servers", func(t *testing.T) {
		for _, s := range servers {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				room <- struct{}{}
				defer func() { <-room }()
				found := compare(t, s, hellos)
				mu.Lock()
				defer mu.Unlock()
				n += len(hellos)
				misses = append(misses, found...)
			})
		}
	})
	slices.Sort(misses)
	right := n - len(misses)
	t.Logf("%d hellos, %d servers: %d of %d pairs (%.2f %%) with the same outcome, version and suite",
		len(hellos), len(servers), right, n, 100*float64(right)/float64(n))
	for _, m := range misses {
		t.Log(m)
	}
	if float64(right) < 0.995*float64(n) {
		t.Errorf("fewer than 99.5 %% agree")
	}
}

// compare gives the pairs of one server in which the model is wrong.
func compare(t *testing.T, s real, hellos []Hello) (misses []string) {
	addr := s.start(t)
	server := negotiate.FromServer(scanPatiently(t, s.name, addr)).Compile()
	target, err := ParseTarget(addr)
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	err = Replay(context.Background(), target[0], hellos, Options{}, func(r evidence.Record) error {
		got, ok := r.(*evidence.Replay)
		if !ok {
			return nil
		}
		hello, err := tlswire.ReadClientHello(hellos[i].Stream, nil)
		i++
		if err != nil {
			return err
		}
		want := negotiate.Answer(negotiate.FromHello(got.Hello.Name, &hello, evidence.Refusals{}).Compile(), server)
		said, expected := answered(got), modelled(&want)
		if said != expected {
			misses = append(misses, fmt.Sprintf("%s | %s | %s (%s) | model %s | %s", s.name, got.Hello.Name, said, got.Answer, expected, reasonFor(s.name, got.Hello.Name)))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if i != len(hellos) {
		t.Errorf("%d answers to %d hellos", i, len(hellos))
	}
	return misses
}

// scanPatiently scans a server, again if no version was found that it takes:
// all of them take one, and a machine with too much to do may leave it unknown.
// Then there would be nothing to compare the replay with.
func scanPatiently(t *testing.T, name, addr string) (found *evidence.Server) {
	for range 3 {
		found = scanServer(t, addr, Options{Signatures: true})
		for v, state := range found.Versions {
			if state.State == evidence.Accepted {
				return found
			}
			t.Logf("%s: %s is %s: %s", name, v, state.State, state.Because)
		}
	}
	return found
}

func reasonFor(server, client string) string {
	for _, e := range explained {
		if strings.Contains(server, e.server) && strings.Contains(client, e.client) {
			return e.reason
		}
	}
	return "NOT EXPLAINED"
}

func answered(r *evidence.Replay) string {
	if r.Version == 0 {
		return "refused"
	}
	return r.Version.String() + " " + r.Suite
}

func modelled(r *negotiate.Result) string {
	switch r.Outcome {
	case negotiate.Agrees:
		return r.Version.String() + " " + r.Suite.String()
	case negotiate.Fails:
		return "refused"
	}
	return "unknown: " + r.Detail()
}
