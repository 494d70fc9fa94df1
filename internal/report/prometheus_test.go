package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/assess"
)

var (
	sampleLine = regexp.MustCompile(`^(tlsready_[a-z_]+)(\{([a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? -?[0-9]+(\.[0-9]+)?$`)
	helpLine   = regexp.MustCompile(`^# (HELP|TYPE) (tlsready_[a-z_]+) .+$`)
)

// TestPrometheusGrammar: each line is a comment or a sample, each metric is
// announced once and before its samples, and no series comes twice.
func TestPrometheusGrammar(t *testing.T) {
	for name, r := range fixtures() {
		announced, series := map[string]int{}, map[string]bool{}
		out := render(t, "prometheus", r, Options{Version: `1."0\`})
		for i, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
			if m := helpLine.FindStringSubmatch(line); m != nil {
				announced[m[1]+m[2]]++
				if announced[m[1]+m[2]] > 1 {
					t.Errorf("%s:%d: %s of %s comes twice", name, i+1, m[1], m[2])
				}
				continue
			}
			m := sampleLine.FindStringSubmatch(line)
			if m == nil {
				t.Errorf("%s:%d: no sample: %q", name, i+1, line)
				continue
			}
			if announced["HELP"+m[1]]*announced["TYPE"+m[1]] != 1 {
				t.Errorf("%s:%d: %s was not announced", name, i+1, m[1])
			}
			key, _, _ := strings.Cut(line, "} ")
			if series[key] {
				t.Errorf("%s:%d: a series comes twice: %s", name, i+1, key)
			}
			series[key] = true
		}
	}
}

// TestPrometheusStaysSmall: ten thousand servers are not ten thousand series.
func TestPrometheusStaysSmall(t *testing.T) {
	var list []assess.Verdict
	for i := range 10000 {
		list = append(list, oldOutlook("pc.example", fmt.Sprintf("server%d.example", i)))
	}
	out := render(t, "prometheus", finish(&assess.Report{Verdicts: assess.Listed(list...)}), Options{})
	if n := strings.Count(out, "\n"); n > 200 {
		t.Errorf("%d lines", n)
	}
	if !strings.Contains(out, "\ntlsready_servers_not_named 9900\n") {
		t.Error("what is left out is not told")
	}
}
