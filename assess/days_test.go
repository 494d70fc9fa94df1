package assess

import (
	"reflect"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// TestDays: a client counts once a day, whatever it talked to and whichever
// sources saw it; connections that two sources saw count once; a scanner
// counts as nothing.
func TestDays(t *testing.T) {
	base, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	weak := func(client, server, source string, days map[string]int) *evidence.Handshake {
		n := 0
		for _, d := range days {
			n += d
		}
		return &evidence.Handshake{
			Client: evidence.Party{IP: client}, Server: evidence.Party{Name: server}, Negotiated: tlswire.TLS10,
			Outcome: evidence.Completed, Count: n, Days: days, Source: source,
		}
	}
	strong := weak("192.0.2.3", "a.example", "iis", map[string]int{"2026-03-02": 9})
	strong.Negotiated = tlswire.TLS13
	denied := weak("192.0.2.9", "a.example", "iis", map[string]int{"2026-03-02": 50})
	denied.Status = map[string]int{"4xx": 50}
	policy, err := ParsePolicy(base, "tls12")
	if err != nil {
		t.Fatal(err)
	}
	r := Assess(evidence.SetOf([]evidence.Record{
		weak("192.0.2.1", "a.example", "iis", map[string]int{"2026-03-01": 2, "2026-03-02": 5}),
		weak("192.0.2.1", "a.example", "watch", map[string]int{"2026-03-02": 4}),
		weak("192.0.2.1", "b.example", "iis", map[string]int{"2026-03-02": 1}),
		weak("192.0.2.2", "a.example", "iis", map[string]int{"2026-03-02": 1}),
		strong, denied,
	}), Options{Policy: policy, Knowledge: base})
	want := []Day{
		{Day: "2026-03-01", Weak: 2, WeakClients: 1},
		{Day: "2026-03-02", Weak: 7, Strong: 9, WeakClients: 2},
	}
	if !reflect.DeepEqual(r.Days, want) {
		t.Errorf("got  %+v\nwant %+v", r.Days, want)
	}
}
