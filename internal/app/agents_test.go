package app_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/logs"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// sampleLogs are the shared sample logs beside the project.
const sampleLogs = "../../../shared/corpus/logs"

// agentCount is how often an agent was seen.
type agentCount struct{ all, weak int }

// sampleAgents reads every sample log that holds agents. Files that a log
// format of its own does not read are left out.
var sampleAgents = sync.OnceValues(func() (map[string]agentCount, error) {
	seen := map[string]agentCount{}
	return seen, filepath.WalkDir(sampleLogs, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) == ".md" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		of := map[string]agentCount{}
		err = logs.Run(context.Background(), name, bytes.NewReader(data), logs.Options{}, func(r evidence.Record) error {
			if h, ok := r.(*evidence.Handshake); ok {
				c := of[h.Client.UserAgent]
				c.all += h.Count
				if h.Negotiated.Known() && h.Negotiated.Below(tlswire.TLS12) {
					c.weak += h.Count
				}
				of[h.Client.UserAgent] = c
			}
			return nil
		})
		if len(of) == 1 && of[""].all > 0 || err != nil {
			return nil // this format keeps no agents, or is no log
		}
		for ua, c := range of {
			t := seen[ua]
			seen[ua] = agentCount{t.all + c.all, t.weak + c.weak}
		}
		return nil
	})
})

func agentsOfSamples(t testing.TB) map[string]agentCount {
	t.Helper()
	if _, err := os.Stat(sampleLogs); err != nil {
		t.Skipf("no sample logs at %s: the figures of this test were taken from them", sampleLogs)
	}
	seen, err := sampleAgents()
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// TestWeakRequestsAreNamed: of the weak requests in the sample logs that carry
// an agent, at least 95 in 100 are named by the table. What sends no agent is
// counted and shown, for nothing in an agent can name it.
func TestWeakRequestsAreNamed(t *testing.T) {
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	var weak, named, none int
	for ua, c := range agentsOfSamples(t) {
		p := base.ProgramByAgent(ua)
		switch weak += c.weak; {
		case p.Named():
			named += c.weak
		case ua == "" || ua == "-":
			none += c.weak
		default:
			t.Logf("not named: %q (%d weak of %d)", ua, c.weak, c.all)
		}
	}
	share := func(of int) float64 { return 100 * float64(named) / float64(of) }
	t.Logf("%d agents; %d weak requests, %d named: %.1f %%, and %.1f %% of those with an agent (%d have none)",
		len(agentsOfSamples(t)), weak, named, share(weak), share(weak-none), none)
	if weak == none || named*100 < (weak-none)*95 {
		t.Errorf("only %d of %d weak requests with an agent are named", named, weak-none)
	}
}

// BenchmarkAgentsOfSamples reads each agent of the sample logs in turn: ns/op
// is that of one distinct agent.
func BenchmarkAgentsOfSamples(b *testing.B) {
	base, err := knowledge.Load()
	if err != nil {
		b.Fatal(err)
	}
	var agents []string
	for ua := range agentsOfSamples(b) {
		agents = append(agents, ua)
	}
	slices.Sort(agents)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		base.ProgramByAgent(agents[i%len(agents)])
		i++
	}
}
