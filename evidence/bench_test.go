package evidence

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// manyClients are folded records of n clients, as the import of a large log
// gives them.
func manyClients(n int) []Record {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	out := make([]Record, n)
	for i := range out {
		out[i] = &Handshake{
			Protocol: "https", Client: Party{IP: fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255), UserAgent: "curl/8.0"},
			Server: Party{IP: "192.0.2.1", Port: 443}, Negotiated: tlswire.TLS12, Outcome: Completed, Count: 3,
			First: at, Last: at, Days: map[string]int{"2026-03-02": 3}, Status: map[string]int{"2xx": 3},
			Source: "iis", Refs: []string{fmt.Sprintf("u.log:%d", i)},
		}
	}
	return out
}

func BenchmarkFold(b *testing.B) {
	recs := manyClients(100_000)
	b.ReportAllocs()
	for b.Loop() {
		var f Folder
		for _, r := range recs {
			if err := f.Add(r); err != nil {
				b.Fatal(err)
			}
		}
		f.Records()
	}
	b.ReportMetric(float64(len(recs))*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkWrite(b *testing.B) {
	recs := manyClients(10_000)
	b.ReportAllocs()
	for b.Loop() {
		w, err := NewWriter(io.Discard, "bench", time.Time{})
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range recs {
			if err := w.Write(r); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(recs))*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
