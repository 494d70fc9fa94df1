package assess

import (
	"fmt"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// manySeen is the folded evidence of many clients, each seen with a few of the
// scanned servers.
func manySeen(handshakes, servers int) []evidence.Record {
	var out []evidence.Record
	name := func(i int) string { return fmt.Sprintf("srv%d.example", i) }
	for i := range servers {
		s := scanOf(name(i), tlswire.TLS12, tlswire.TLS13)
		s.IP = fmt.Sprintf("10.200.%d.%d", i/250, i%250+1)
		out = append(out, s)
	}
	agents := []string{chrome, java7, outlook7, ie6, "curl/7.88.1", "inventory/3"}
	for i := range handshakes {
		h := logged(tlswire.TLS13, agents[i%len(agents)])
		if i%20 == 0 {
			h.Negotiated = tlswire.TLS10
		}
		c, s := i%(handshakes/16+1), (i*7+i/16)%servers
		h.Client.IP = fmt.Sprintf("10.%d.%d.%d", c>>16&63, c>>8&255, c&255)
		h.Server.IP, h.Server.Name = fmt.Sprintf("10.200.%d.%d", s/250, s%250+1), name(s)
		h.Days = map[string]int{"2026-03-01": 3, "2026-03-02": 4}
		out = append(out, h)
	}
	return out
}

func BenchmarkAssess(b *testing.B) {
	base, err := loaded()
	if err != nil {
		b.Fatal(err)
	}
	policy, err := ParsePolicy(base, "tls12")
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []struct{ handshakes, servers int }{{10_000, 100}, {100_000, 1_000}} {
		records := evidence.SetOf(manySeen(size.handshakes, size.servers))
		b.Run(fmt.Sprintf("%d handshakes %d servers", size.handshakes, size.servers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Assess(records, Options{Policy: policy, Knowledge: base, Today: noon})
			}
		})
	}
}
