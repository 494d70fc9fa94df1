package evidence

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// TestTableKeepsWhatItIsGiven: a record comes out of a table as it went in,
// whole and by the parts of its row.
func TestTableKeepsWhatItIsGiven(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var table Table
	var given []*Handshake
	add := func(h *Handshake) {
		table.Add(h)
		given = append(given, h)
	}
	for range 2000 {
		h, ok := randomRecord(rnd).(*Handshake)
		if !ok {
			continue
		}
		h.Days = map[string]int{"2026-03-01": rnd.IntN(5), "not a day": -1}
		h.Last = h.First.Add(time.Duration(rnd.IntN(1e9)) * time.Microsecond)
		add(h)
	}
	at := time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)
	add(&Handshake{
		Offered: []tlswire.Version{tlswire.TLS10, 0x7f12}, Alert: &Alert{"server", ""}, Fallback: true, ECH: true, Count: -1 << 62, First: at,
		Refs: []string{"", ":", "a:007", "b:1", "a:b:18446744073709551616", "c:-1", "d:+1"},
	})
	add(&Handshake{Alert: &Alert{}})
	add(&Handshake{})
	for i, want := range given {
		if got := table.Handshake(i); !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		r := table.Row(i)
		days := map[string]int{}
		for d, n := range r.Days() {
			days[table.Name(d)] = n
		}
		if *r.Client != want.Client || *r.Server != want.Server || r.Negotiated != want.Negotiated || r.Count != want.Count ||
			!r.First.Equal(want.First) || !r.Last.Equal(want.Last) || !slices.Equal(r.Refs(), want.Refs) ||
			!maps.Equal(days, want.Days) || !maps.Equal(maps.Collect(r.Status()), want.Status) {
			t.Fatalf("row %+v\nof  %+v", r, want)
		}
	}
}

// TestTimesAreUTC: a time is told in UTC, and not at all if it has no year
// that can be written.
func TestTimesAreUTC(t *testing.T) {
	east := time.FixedZone("", 2*3600)
	var table Table
	table.Add(&Handshake{First: time.Date(2026, 3, 2, 1, 0, 0, 0, east), Last: time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -3600*10))})
	h := table.Handshake(0)
	if got := h.First.Format(time.RFC3339); got != "2026-03-01T23:00:00Z" || !h.Last.IsZero() {
		t.Error(got, h.Last)
	}
}

// TestTableThatGrowsInPlace: one pair that is seen over and over, with ever
// longer tallies, leaves nothing behind that is not packed away.
func TestTableThatGrowsInPlace(t *testing.T) {
	var f Folder
	total := 0
	for i := range 60_000 {
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i%400)
		for _, name := range []string{"a", "b"} {
			err := f.Add(&Handshake{Server: Party{Name: name}, First: day, Last: day, Count: 1 + i, Refs: []string{fmt.Sprintf("f:%d", 60_000-i)}})
			if err != nil {
				t.Fatal(err)
			}
		}
		total += 1 + i
	}
	if waste := f.handshakes.tails.waste; waste > 8*tailChunk {
		t.Errorf("%d bytes of waste", waste)
	}
	for _, r := range f.Records() {
		h := r.(*Handshake)
		if h.Count != total || len(h.Days) != 400 || !slices.Equal(h.Refs, []string{"f:1", "f:2", "f:3"}) {
			t.Errorf("count %d, %d days, refs %v", h.Count, len(h.Days), h.Refs)
		}
	}
}

// TestSetKeepsOrder: records that are folded already stay as they are.
func TestSetKeepsOrder(t *testing.T) {
	in := []Record{&Server{Target: "b"}, &Server{Target: "a"}, &Handshake{Count: 2}, &Handshake{Count: 2}, &Product{Host: "h"}}
	var got, want bytes.Buffer
	for _, r := range SetOf(in).Records() {
		line, _ := Marshal(r)
		got.Write(line)
	}
	for _, r := range in {
		line, _ := Marshal(r)
		want.Write(line)
	}
	if got.String() != want.String() {
		t.Errorf("got  %s\nwant %s", &got, &want)
	}
}

func BenchmarkReadBatches(b *testing.B) {
	rnd := rand.New(rand.NewPCG(5, 6))
	var log bytes.Buffer
	for i := range 5000 {
		h, ok := randomRecord(rnd).(*Handshake)
		if !ok {
			continue
		}
		h.Client.IP = fmt.Sprintf("192.0.2.%d", i%250)
		line, err := Marshal(h)
		if err != nil {
			b.Fatal(err)
		}
		log.Write(append(line, '\n'))
	}
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		var f Folder
		if _, err := ReadBatches(b.Context(), bytes.NewReader(log.Bytes()), "x", f.AddBatch); err != nil {
			b.Fatal(err)
		}
	}
}
