package unpack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// archives are files that the programs themselves packed, see
// testdata/README.md; all hold plain().
var archives = []string{"log.gz", "log.zst", "log.bz2", "log.xz"}

func plain() []byte {
	var b bytes.Buffer
	for i := range 12000 {
		fmt.Fprintf(&b, "line %d of a log that was packed, %d\n", i, i*i%977)
	}
	return b.Bytes()
}

func archive(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestUnpacksWhatTheProgramsPack(t *testing.T) {
	for _, name := range archives {
		packed := archive(t, name)
		twice := append(bytes.Clone(packed), packed...)
		for what, tc := range map[string]struct {
			in   []byte
			want []byte
		}{
			"one":         {packed, plain()},
			"two members": {twice, append(plain(), plain()...)},
			"in gzip":     {gzipped(t, packed), plain()},
		} {
			r := NewReader(bytes.NewReader(tc.in))
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, tc.want) || r.By() == "" {
				t.Errorf("%s, %s: %d bytes by %q, %v; want %d", name, what, len(got), r.By(), err, len(tc.want))
			}
		}
	}
}

func gzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPlainFilesStayAsTheyAre(t *testing.T) {
	for _, s := range []string{"", "a", "BZhello, a text", "BZh9 a text, no archive", "\x1f\x8b", "\x28\xb5\x2f", "2026-03-02 10:00:00 x\n"} {
		r := NewReader(strings.NewReader(s))
		got, err := io.ReadAll(r)
		if err != nil || string(got) != s || r.By() != "" {
			t.Errorf("%q: got %q by %q, %v", s, got, r.By(), err)
		}
	}
}

// Wherever an archive is cut, what could be unpacked comes, then an error
// that says so.
func TestCutAnywhere(t *testing.T) {
	want := plain()
	for _, name := range archives {
		packed := archive(t, name)
		most := 0
		for at := headBytes; at < len(packed); at = nextCut(at, len(packed)) {
			r := NewReader(bytes.NewReader(packed[:at]))
			got, err := io.ReadAll(r)
			if !errors.Is(err, ErrCut) {
				t.Fatalf("%s cut at %d of %d: %d bytes, %v", name, at, len(packed), len(got), err)
			}
			if !bytes.HasPrefix(want, got) {
				t.Fatalf("%s cut at %d: what came is not the start of the text", name, at)
			}
			most = max(most, len(got))
			if _, again := r.Read(make([]byte, 1)); again != err {
				t.Fatalf("%s cut at %d: a second read gives %v", name, at, again)
			}
		}
		if most < len(want)/2 {
			t.Errorf("%s: no cut archive gave more than %d of %d bytes", name, most, len(want))
		}
	}
}

// nextCut takes every byte near both ends, and some hundred between.
func nextCut(at, size int) int {
	if at < 48 || at >= size-48 {
		return at + 1
	}
	return min(at+1+size/150, size-48)
}

func TestDamageIsAnError(t *testing.T) {
	want := plain()
	for _, name := range archives {
		packed := archive(t, name)
		for at := 12; at < len(packed)-8; at += 1 + len(packed)/100 {
			bad := bytes.Clone(packed)
			bad[at] ^= 0x55
			got, err := io.ReadAll(NewReader(io.LimitReader(bytes.NewReader(bad), 1<<20)))
			if err == nil && !bytes.Equal(got, want) {
				t.Fatalf("%s with byte %d changed: other text and no error", name, at)
			}
		}
	}
}

func TestWindowsAndDepthAreBounded(t *testing.T) {
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x98, 0x01, 0x00, 0x00} // a window of 512 MiB
	if _, err := io.ReadAll(NewReader(bytes.NewReader(append(frame, make([]byte, 64)...)))); !errors.Is(err, ErrWindow) {
		t.Errorf("zstd: %v", err)
	}
	deep := gzipped(t, gzipped(t, gzipped(t, []byte("x"))))
	if _, err := io.ReadAll(NewReader(bytes.NewReader(deep))); !errors.Is(err, ErrTooDeep) {
		t.Errorf("three times: %v", err)
	}
}

// The error of a disk is told as it is.
func TestReadErrorsAreNotDamage(t *testing.T) {
	broken := errors.New("the disk is on fire")
	for _, name := range archives {
		packed := archive(t, name)
		_, err := io.ReadAll(NewReader(io.MultiReader(bytes.NewReader(packed[:len(packed)/2]), failing{broken})))
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

func FuzzReader(f *testing.F) {
	for _, name := range archives {
		packed := archive(f, name)
		f.Add(packed[:min(len(packed), 3000)]) // large seeds make every round slow
	}
	z, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(z.EncodeAll([]byte("one\ntwo\n"), nil))
	f.Add(gzipped(f, []byte("one\ntwo\n")))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := NewReader(bytes.NewReader(in))
		n, err := io.Copy(io.Discard, io.LimitReader(r, 8<<20))
		if r.By() == "" && n != int64(len(in)) && len(in) < 8<<20 {
			t.Fatalf("plain, and %d of %d bytes (%v)", n, len(in), err)
		}
	})
}

// An archive that nobody reads to its end must not keep decoders at work.
func TestCloseEndsDecoders(t *testing.T) {
	var packed bytes.Buffer
	w, err := zstd.NewWriter(&packed)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 1 << 16 {
		fmt.Fprintf(w, "%d\n", rnd.Uint64())
	}
	w.Close()
	before := runtime.NumGoroutine()
	for range 20 {
		u := NewReader(bytes.NewReader(packed.Bytes()))
		if _, err := io.ReadFull(u, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		u.Close()
		if _, err := u.Read(make([]byte, 1)); err == nil {
			t.Fatal("a closed reader reads")
		}
	}
	if after := runtime.NumGoroutine(); after > before+2 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}
