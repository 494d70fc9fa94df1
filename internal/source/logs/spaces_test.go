package logs

import (
	"math/rand/v2"
	"testing"
)

// Both ways of finding spaces are held against looking at every byte.
func TestSpaces64(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	near := []byte{' ', ' ', ' ' ^ 0x80, 0x1f, 0x21, 0x00, 0xff, 'a'}
	for range 10_000 {
		var b [64]byte
		var want uint64
		for i := range b {
			b[i] = near[rnd.IntN(len(near))]
			if b[i] == ' ' {
				want |= 1 << i
			}
		}
		if got := spaces64(&b); got != want {
			t.Fatalf("spaces64(%q) = %064b, want %064b", b, got, want)
		}
		if got := portableSpaces64(&b); got != want {
			t.Fatalf("portableSpaces64(%q) = %064b, want %064b", b, got, want)
		}
	}
}

// The fast way to split a line gives what the plain way gives, or nothing.
func TestSplitSingle(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	taken := 0
	for range 20_000 {
		line := make([]byte, 1+rnd.IntN(400))
		for i := range line {
			line[i] = 'x'
			if rnd.IntN(12) == 0 && (i == 0 || line[i-1] != ' ' || rnd.IntN(40) == 0) {
				line[i] = ' '
			}
		}
		var fast, plain iisParser
		n, ok := fast.splitSingle(line)
		if !ok {
			continue
		}
		taken++
		if want := plain.splitAny(line); n != want || fast.at != plain.at {
			t.Fatalf("%q: %d columns %v, want %d %v", line, n, fast.at[:n], want, plain.at[:want])
		}
	}
	if taken < 5000 {
		t.Errorf("only %d lines took the fast way", taken)
	}
}
