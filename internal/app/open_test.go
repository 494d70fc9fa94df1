package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

func packGzip(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A packed file gives what the plain one gives, whatever its kind.
func TestPackedFilesAreReadLikePlainOnes(t *testing.T) {
	for _, from := range []string{
		"../../examples/contoso/logs", "../../examples/contoso/captures", "../../examples/contoso/registry", "../../examples/contoso/inventory",
	} {
		plain, packed := t.TempDir(), t.TempDir()
		files, err := os.ReadDir(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(filepath.Join(from, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(plain, f.Name()), b)
			put(t, filepath.Join(packed, f.Name()), packGzip(t, b))
		}
		want, got := everything(t, plain), everything(t, packed)
		if got != want {
			t.Errorf("%s: packed\n%s\nplain\n%s", from, got, want)
		}
	}
}

func put(t testing.TB, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// everything is the evidence of a folder, without the folder's name.
func everything(t *testing.T, folder string) string {
	t.Helper()
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Collect(t.Context(), []string{folder}, Options{Knowledge: base})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range c.Evidence.Records() {
		line, err := evidence.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	return strings.ReplaceAll(b.String(), filepath.ToSlash(folder), "X")
}

// What a cut archive gave is kept, and coverage says where reading ended.
func TestCutArchiveKeepsWhatWasRead(t *testing.T) {
	var log bytes.Buffer
	log.WriteString("#Fields: date time s-ip s-port c-ip cs(User-Agent) sc-status crypt-protocol\n")
	for i := range 20000 {
		log.WriteString("2026-03-02 10:00:00 192.0.2.1 443 192.0.2.7 a" + strings.Repeat("x", i%97) + " 200 40\n")
	}
	packed := packGzip(t, log.Bytes())
	for _, at := range []int{len(packed) / 2, len(packed) - 9, len(packed) - 1} {
		name := filepath.Join(t.TempDir(), "u.log.gz")
		put(t, name, packed[:at])
		c, err := Collect(t.Context(), []string{name}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		used, cut := 0, false
		for _, r := range c.Evidence.Records() {
			switch r := r.(type) {
			case *evidence.Handshake:
				used += r.Count
			case *evidence.Coverage:
				cut = cut || strings.Contains(strings.Join(r.Blind, " "), "reading failed after line")
			}
		}
		if used < 5000 || !cut {
			t.Errorf("cut at %d of %d: %d rows, told %v", at, len(packed), used, cut)
		}
	}
}
