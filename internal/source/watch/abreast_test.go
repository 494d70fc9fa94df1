package watch

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/tlsready/tlsready/evidence"
)

// readSlices gives a few bytes at a time, so that chunks end anywhere.
type readSlices struct {
	io.Reader
	r    *rand.Rand
	most int
}

func (s readSlices) Read(p []byte) (int, error) {
	return s.Reader.Read(p[:min(len(p), 1+s.r.IntN(s.most))])
}

// linesOf are the records of a capture as they are written.
func linesOf(t *testing.T, r io.Reader, cores int) (out string) {
	t.Helper()
	err := runOn(t.Context(), "t.pcap", r, Options{MaxFlows: 64, Clients: true}, func(r evidence.Record) error {
		line, err := evidence.Marshal(r)
		out += string(line) + "\n"
		return err
	}, cores)
	if err != nil && !errors.Is(err, ErrNotCapture) {
		out += err.Error()
	}
	return out
}

// TestCoresAgree wants the same records in the same order of one core and of
// several, wherever the chunks end.
func TestCoresAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	whole := benchCapture(300, 3000)
	damaged := bytes.Clone(whole)
	damaged[len(damaged)/2+8] ^= 0xff // may be a length
	for range 200 {
		damaged[24+r.IntN(len(damaged)-24)] ^= 1 << r.IntN(8)
	}
	for _, b := range [][]byte{whole, damaged, whole[:len(whole)*2/3], whole[:30], whole[:20], nil} {
		want := linesOf(t, bytes.NewReader(b), 1)
		for _, most := range []int{1 << 20, 5000, 700} {
			for _, cores := range []int{1, 2} {
				if got := linesOf(t, readSlices{bytes.NewReader(b), r, most}, cores); got != want {
					t.Errorf("%d bytes, %d cores, reads of %d: %d bytes of records, want %d", len(b), cores, most, len(got), len(want))
				}
			}
		}
	}
	if got, want := linesOf(t, iotest.OneByteReader(bytes.NewReader(whole[:20000])), 2), linesOf(t, bytes.NewReader(whole[:20000]), 1); got != want {
		t.Errorf("byte by byte: %s, want %s", got, want)
	}
}

// TestCoresEnd: an error of the output comes back, a fault of the reader can
// be caught by the caller, and nobody is left waiting.
func TestCoresEnd(t *testing.T) {
	b := benchCapture(3000, 0)
	for cores := 1; cores <= 2; cores++ {
		given, full := 0, errors.New("disk full")
		err := runOn(t.Context(), "t.pcap", bytes.NewReader(b), Options{}, func(evidence.Record) error {
			if given++; given == 10 {
				return full
			}
			return nil
		}, cores)
		if !errors.Is(err, full) || given != 10 {
			t.Errorf("%d cores: %v after %d records", cores, err, given)
		}
		func() {
			defer func() {
				if fault := recover(); fault != "broken" {
					t.Errorf("%d cores: %v was caught", cores, fault)
				}
			}()
			in := io.MultiReader(bytes.NewReader(b), brokenReader{})
			_ = runOn(t.Context(), "t.pcap", in, Options{}, ignore, cores) // it panics
		}()
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { panic("broken") }
