package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/app"
)

// The one packed file of the sample logs gives the figures that were taken
// with zcat and jq: what contradicts itself is named, and not counted.
func TestPackedSampleGivesItsFigures(t *testing.T) {
	name := filepath.Join(sampleLogs, "real", "zeek", "wrccdc-ssl.json.gz")
	if _, err := os.Stat(name); err != nil {
		t.Skip("no sample logs beside the project: the figures of this test were taken from them")
	}
	c, err := app.Collect(t.Context(), []string{name}, app.Options{Kinds: []app.Kind{app.KindLog}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	contradiction := regexp.MustCompile(`^contradiction: (.*) with TLS_`)
	for _, r := range c.Evidence.Records() {
		switch r := r.(type) {
		case *evidence.Handshake:
			version := "-"
			if r.Negotiated.Known() {
				version = r.Negotiated.String()
			}
			got[version] += r.Count
		case *evidence.Coverage:
			for _, s := range r.Skipped {
				version := "-"
				if m := contradiction.FindStringSubmatch(s.Reason); m != nil {
					version = m[1]
				}
				got[version] += max(1, s.Count)
			}
		}
	}
	for version, want := range map[string]int{
		"-": 31033, "SSLv2": 1, "SSLv3": 819, "TLS 1.0": 5096, "TLS 1.1": 408, "TLS 1.2": 12087, "TLS 1.3 draft 23": 30,
	} {
		if got[version] != want {
			t.Errorf("%s: %d, want %d", version, got[version], want)
		}
	}
}
