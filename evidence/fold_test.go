package evidence

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tlsready/tlsready/tlswire"
)

// randomRecord draws from few values, so that many records share a key.
func randomRecord(r *rand.Rand) Record {
	at := time.Date(2026, 3, 1+r.IntN(3), r.IntN(24), 0, 0, 0, time.UTC)
	versions := []tlswire.Version{0, tlswire.TLS10, tlswire.TLS12}
	server := Party{IP: "192.0.2.1", Port: 443, Name: []string{"", "a.example"}[r.IntN(2)]}
	switch r.IntN(6) {
	case 0:
		return &Server{Target: fmt.Sprint("s", r.IntN(2)), Connections: r.IntN(4), Last: at}
	case 1:
		return &Traffic{Server: server, Day: at.Format(time.DateOnly), Count: 1 + r.IntN(9), Negotiated: versions[r.IntN(3)]}
	case 2:
		return &Product{Host: "H1", Name: fmt.Sprint("P", r.IntN(3))}
	default:
		return &Handshake{
			Client: Party{IP: "192.0.2.7", Port: uint16(r.IntN(65536)), UserAgent: []string{"", "curl"}[r.IntN(2)]},
			Server: server, Negotiated: versions[r.IntN(3)], Count: r.IntN(3),
			First: at, Last: at, Status: map[string]int{"2xx": r.IntN(2)},
			Refs: []string{fmt.Sprintf("a.log:%d", r.IntN(2000))},
		}
	}
}

func lines(t *testing.T, f *Folder) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, r := range f.Records() {
		b, err := Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(b, '\n'))
	}
	return out.Bytes()
}

// Folding must not care how the records were ordered nor how they were dealt
// out to several folders.
func TestFoldIsCommutativeAndAssociative(t *testing.T) {
	for seed := range uint64(300) {
		make := func() []Record {
			r := rand.New(rand.NewPCG(seed, 1))
			var recs []Record
			for range 1 + r.IntN(40) {
				recs = append(recs, randomRecord(r))
			}
			return recs
		}
		var plain Folder
		for _, rec := range make() {
			if err := plain.Add(rec); err != nil {
				t.Fatal(err)
			}
		}
		want := lines(t, &plain)

		r := rand.New(rand.NewPCG(seed, 2))
		parts := []*Folder{{}, {}, {}}
		recs := make()
		r.Shuffle(len(recs), func(i, j int) { recs[i], recs[j] = recs[j], recs[i] })
		for _, rec := range recs {
			if err := parts[r.IntN(3)].Add(rec); err != nil {
				t.Fatal(err)
			}
		}
		var left, right Folder
		for _, g := range []*Folder{parts[2], parts[0]} {
			if err := right.Merge(g); err != nil {
				t.Fatal(err)
			}
		}
		for _, g := range []*Folder{parts[1], &right} {
			if err := left.Merge(g); err != nil {
				t.Fatal(err)
			}
		}
		if got := lines(t, &left); !bytes.Equal(got, want) {
			t.Fatalf("seed %d:\ngot  %s\nwant %s", seed, got, want)
		}
	}
}

func TestFoldKeepsTheFirstPlacesInFileOrder(t *testing.T) {
	var f Folder
	for _, n := range []int{1000, 9, 118, 40} {
		h := &Handshake{Client: Party{IP: "192.0.2.7"}, Refs: []string{fmt.Sprintf("u.log:%d", n)}}
		if err := f.Add(h); err != nil {
			t.Fatal(err)
		}
	}
	h := f.Records()[0].(*Handshake)
	if got, want := fmt.Sprint(h.Refs), "[u.log:9 u.log:40 u.log:118]"; got != want || h.Count != 4 {
		t.Errorf("refs %s count %d, want %s count 4", got, h.Count, want)
	}
}

func TestFoldOfFoldedRecordsIsTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var f Folder
	for range 50 {
		if err := f.Add(randomRecord(r)); err != nil {
			t.Fatal(err)
		}
	}
	want := lines(t, &f)
	var again Folder
	rd := NewReader(bytes.NewReader(want), "x")
	for {
		rec, err := rd.Next()
		if err != nil {
			break
		}
		if err := again.Add(rec); err != nil {
			t.Fatal(err)
		}
	}
	if got := lines(t, &again); !bytes.Equal(got, want) {
		t.Errorf("folding folded records changed them:\n%s\n%s", got, want)
	}
}
