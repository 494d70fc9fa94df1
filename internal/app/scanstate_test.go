package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

func server(name string) []evidence.Record {
	return []evidence.Record{&evidence.Server{Target: name + ":443", Status: evidence.StatusUnreachable}}
}

// open opens a state and gives the targets of its records.
func openState(t *testing.T, path string) (*ScanState, string) {
	t.Helper()
	s, err := OpenScanState(path, "tlsready test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	var have []string
	if err := s.Earlier(func(r evidence.Record) error {
		have = append(have, r.(*evidence.Server).Target)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return s, strings.Join(have, " ")
}

// TestScanStateCutAnywhere: whatever part of the last write reached the file,
// the targets before are there and the last one is there as a whole or not at
// all.
func TestScanStateCutAnywhere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state")
	s, _ := openState(t, path)
	if err := s.Add("a", server("a")); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	if err := s.Add("b", append(server("b"), server("b2")...)); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(path)
	for n := len(before); n <= len(whole); n++ {
		cut := filepath.Join(dir, "cut")
		if err := os.WriteFile(cut, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		s, have := openState(t, cut)
		want := "a:443"
		if n == len(whole) {
			want = "a:443 b:443 b2:443"
		}
		if have != want || !s.Has("a") || s.Has("b") != (n == len(whole)) {
			t.Fatalf("of %d bytes behind a: %q, done %v %v", n-len(before), have, s.Has("a"), s.Has("b"))
		}
		if err := s.Add("c", server("c")); err != nil {
			t.Fatal(err)
		}
		if _, have := openState(t, cut); have != want+" c:443" {
			t.Fatalf("of %d bytes, with c: %q", n-len(before), have)
		}
		os.Remove(cut)
	}
}

func TestScanStateDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	s, _ := openState(t, path)
	for _, name := range []string{"a", "b", "c"} {
		if err := s.Add(name, server(name)); err != nil {
			t.Fatal(err)
		}
	}
	raw, _ := os.ReadFile(path)
	bad := bytes.Replace(raw, []byte(`"b:443"`), []byte("\xff\x00{\"b:44"), 1)
	if err := os.WriteFile(path, bad, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.Add("d", server("d")); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a file that changed meanwhile: %v", err)
	}
	s, have := openState(t, path)
	if have != "a:443 c:443" || !s.Has("a") || s.Has("b") || !s.Has("c") {
		t.Errorf("%q, done %v %v %v", have, s.Has("a"), s.Has("b"), s.Has("c"))
	}
}

func TestScanStateLeavesOthersAlone(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a list": "web.example\n", "evidence": `{"kind":"stream","schema":1}` + "\n" + `{"kind":"server","target":"a:443"}` + "\n",
		"no line": "x", "newer": `{"kind":"stream","schema":99,"state":"scan"}` + "\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if s, err := OpenScanState(path, "tlsready test"); err == nil {
			s.Close()
			t.Errorf("%s is taken for a state", name)
		}
		if got, _ := os.ReadFile(path); string(got) != text {
			t.Errorf("%s was changed to %q", name, got)
		}
	}
	if _, err := OpenScanState(dir, "tlsready test"); err == nil {
		t.Error("a folder is taken for a state")
	}
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if s, have := openState(t, empty); have != "" || len(s.done) != 0 {
		t.Errorf("an empty file holds %q", have)
	}
}
