package assess

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// reportOfMany is a report with so many pairs that all cores judge, and with
// verdicts about one party alone.
func reportOfMany(t *testing.T) *Report {
	t.Helper()
	base := loadBase(t)
	policy, err := ParsePolicy(base, "tls12")
	if err != nil {
		t.Fatal(err)
	}
	records := append(manySeen(40_000, 200), scanOf("unused.example", tlswire.TLS10), scanOf("alone.example", tlswire.TLS12))
	return Assess(evidence.SetOf(records), Options{
		Policy: policy, Knowledge: base, Today: noon,
		Owners:  []Owner{{Pattern: "srv1*", Owner: "ann", Contact: "ann@example"}, {Pattern: "10.0.0.0/24", Owner: "bea"}},
		Waivers: []Exception{{Party: "srv2*", Owner: "cy", Reason: "lab", Until: noon.AddDate(1, 0, 0)}},
	})
}

// TestOutlinesAreTheVerdicts: what is kept of a verdict is what it says when
// it is made, and it is made the same each time and for everybody.
func TestOutlinesAreTheVerdicts(t *testing.T) {
	r := reportOfMany(t)
	if n := r.Verdicts.Len(); n <= 2*part {
		t.Fatalf("%d verdicts are too few", n)
	}
	check := func() error {
		for i, o := range r.Verdicts.Outlines() {
			v := r.Verdicts.At(i)
			want := v.Outline()
			want.list, want.place, want.whole = o.list, o.place, o.whole
			first, last := o.Seen()
			client, server := o.Parties()
			if *client != v.ClientParty || *server != v.ServerParty || !reflect.DeepEqual(o, want) || !first.Equal(v.First) || !last.Equal(v.Last) || !reflect.DeepEqual(o.Whole(), v) {
				t.Errorf("outline %+v\nof %+v", o, v)
				return errors.New("differs")
			}
		}
		return nil
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { _ = check() })
	}
	wg.Wait()
}

// TestVerdictsAreInOrder: by weight, then by count, then by names, with pairs
// and those of one party in one list.
func TestVerdictsAreInOrder(t *testing.T) {
	r := reportOfMany(t)
	var last *Verdict
	for i, v := range r.Verdicts.All() {
		if last != nil {
			a, b := last.Outline(), v.Outline()
			x := []int{weightOf(a.Shape, r.AsOf), -a.Count, 0}
			y := []int{weightOf(b.Shape, r.AsOf), -b.Count, 0}
			if last.Client+"\x00"+last.Server > v.Client+"\x00"+v.Server {
				x[2] = 1
			}
			if slices.Compare(x, y) > 0 {
				t.Fatalf("place %d: %+v\nbefore %+v", i, last, v)
			}
		}
		last = &v
	}
}

// TestVerdictsAsJSON: a list, never null.
func TestVerdictsAsJSON(t *testing.T) {
	for want, vs := range map[string]Verdicts{
		"[]": {}, `[{"client":"a","server":"b","verdict":"ok","only_ever_weak":false,"why":""}]`: Listed(Verdict{Client: "a", Server: "b", Verdict: OK}),
	} {
		if got, err := json.Marshal(vs); err != nil || string(got) != want {
			t.Errorf("%s (%v), want %s", got, err, want)
		}
	}
}
