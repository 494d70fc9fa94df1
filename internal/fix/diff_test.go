package fix

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The diffs are taken by patch, both ways, byte for byte.
func TestPatchTakesIt(t *testing.T) {
	patchTool, err := exec.LookPath("patch")
	if err != nil {
		if os.Getenv("TLSREADY_NO_SERVERS") != "" {
			t.Skip("TLSREADY_NO_SERVERS is set and patch is not installed")
		}
		t.Fatal("needs patch: apt-get install patch, or make test, which does")
	}
	upper := func(l string) (string, string, bool) { return strings.ToUpper(l), "", true }
	twice := func(l string) (string, string, bool) { return l + "\n" + strings.ToUpper(l), "", true }
	for name, tc := range map[string]struct {
		text  string
		lines []int // below zero: it becomes two
	}{
		"one":          {"a\nb\nc\n", []int{2}},
		"only":         {"a\n", []int{1}},
		"no newline":   {"a\nb", []int{2}},
		"near the end": {"a\nb\nc", []int{2}},
		"CRLF":         {"a\r\nb\r\nc\r\n", []int{1, 3}},
		"far apart":    {numbered(60), []int{1, 20, 24, 60}},
		"touching":     {numbered(30), []int{3, 4, 5, 11, 12, 19}},
		"not UTF-8":    {"a\xff\nb\xfe\nc\n", []int{1, 2}},
		"more lines":   {numbered(60), []int{1, -2, -20, 24, -59}},
		"more at end":  {"a\nb", []int{-2}},
		"more, CRLF":   {"a\r\nb\r\nc\r\n", []int{-1, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			var edits []edit
			for _, l := range tc.lines {
				e := edit{line: l, change: upper}
				if l < 0 {
					e = edit{line: -l, change: twice}
				}
				edits = append(edits, e)
			}
			p := makePatch("x/../y.conf", []byte(tc.text), edits)
			if len(p.failed) > 0 {
				t.Fatal(p.failed)
			}
			dir := t.TempDir()
			file := filepath.Join(dir, "f")
			write := func(name string, b []byte) string {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, b, 0o644); err != nil {
					t.Fatal(err)
				}
				return path
			}
			write("f", []byte(tc.text))
			for _, step := range []struct {
				diff []byte
				same bool
			}{{p.forward, false}, {p.back, true}} {
				cmd := exec.Command(patchTool, "--binary", file, write("d", step.diff))
				if out, err := cmd.CombinedOutput(); err != nil || bytes.Contains(out, []byte("fuzz")) {
					t.Fatalf("%v: %s\n%s", err, out, step.diff)
				}
				got, err := os.ReadFile(file)
				if err != nil || (string(got) == tc.text) != step.same {
					t.Fatalf("%v: %q\n%s", err, got, step.diff)
				}
			}
		})
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i+1)
	}
	return b.String()
}

func TestDiffName(t *testing.T) {
	for in, want := range map[string]string{
		"/etc/nginx.conf": "etc/nginx.conf", "../../a": "a", `c:\x\y`: "c:/x/y", "a\n+++ b": "a?+++ b", "./a//b": "a/b",
	} {
		if got := diffName(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
