package fix

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

var hostileNames = []string{
	"", ".", "..", "../../etc", `..\..\x`, "/abs", `C:\x`, "con", "NUL.txt", "com1", "LPT9.log", "aux", "a/b", "a\x00b", "x\r\ny",
	"web01.", "web01 ", "-rf", "README.txt", ".tlsready-fixes", "_source", "_host-not-known", strings.Repeat("a", 300), "日本", "a\u202eb",
	"'; rm -rf /; '", "$(reboot)", "`reboot`", "\u2019; Remove-Item C:\\ #", "WEB01", "web01",
}

func TestSafeName(t *testing.T) {
	seen := map[string]string{}
	for _, n := range hostileNames {
		got := safeName(strings.ToLower(n))
		if other, ok := seen[got]; ok && !strings.EqualFold(other, n) {
			t.Errorf("%q and %q are both %q", other, n, got)
		}
		seen[got] = n
		if got == "" || len(got) > 64 || reserved(got) || strings.Trim(got, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" ||
			strings.HasSuffix(got, ".") || strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") || !filepath.IsLocal(got) {
			t.Errorf("%q is %q", n, got)
		}
	}
	for _, n := range []string{"web01", "web01.example.com", "10.0.0.1"} {
		if safeName(n) != n {
			t.Errorf("%q is %q", n, safeName(n))
		}
	}
}

// Hostile names of hosts and files stay within the folder, and within the
// lines and strings that they stand in.
func TestHostile(t *testing.T) {
	var ss []*evidence.Setting
	for _, n := range hostileNames {
		ss = append(ss, schannelOff(n), &evidence.Setting{
			Host: n, Role: "server", Layer: "nginx", Value: "ssl_protocols TLSv1", Effect: evidence.Pins, Versions: []tlswire.Version{tlswire.TLS10},
			Where: evidence.Where{File: n + "\n[x]", Line: 1},
		}, &evidence.Setting{
			Host: n, Role: "server", Layer: n, Value: n, Effect: evidence.Pins, Versions: []tlswire.Version{tlswire.TLS10},
			Where: evidence.Where{File: n, Line: 1},
		})
	}
	records, report := settings(ss...)
	fixes := WithFiles(Plan(report, records, tlswire.TLS12, nil), func(string) ([]byte, error) { return []byte("ssl_protocols TLSv1;\n"), nil })
	parent := t.TempDir()
	dir := filepath.Join(parent, "out")
	paths, err := Write(dir, fixes, nil)
	if err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(parent); len(entries) != 1 {
		t.Errorf("wrote beside the folder: %v", entries)
	}
	for _, p := range paths {
		rel, err := filepath.Rel(dir, p)
		if err != nil || !filepath.IsLocal(rel) || strings.Count(filepath.ToSlash(rel), "/") > 1 {
			t.Errorf("%q", p)
		}
		checkLines(t, p)
	}
}

// checkLines finds hostile text that is a line of its own, or outside of a
// string.
func checkLines(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(strings.ReplaceAll(plain(t, b), "\r\n", "\n"), "\n") {
		if l == "[x]" || strings.HasPrefix(l, "y") || strings.ContainsAny(l, "\r\x00\u202e") {
			t.Errorf("%s: %q", path, l)
		}
		hostile := strings.Contains(l, "rm -rf") || strings.Contains(l, "reboot") || strings.Contains(l, "Remove-Item C:")
		if filepath.Ext(path) == ".ps1" && hostile && !strings.HasPrefix(l, "#") {
			if outside := outsideQuotes(l); strings.Contains(outside, "rm") || strings.Contains(outside, "reboot") || strings.Contains(outside, "Remove") {
				t.Errorf("%s: %q", path, l)
			}
		}
	}
}

// outsideQuotes is what of a line of PowerShell no '...' string holds.
func outsideQuotes(l string) string {
	var b strings.Builder
	in := false
	for _, r := range l {
		if strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) {
			in = !in
		} else if !in {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func someFixes(hosts ...string) []Fix {
	var ss []*evidence.Setting
	for _, h := range hosts {
		ss = append(ss, schannelOff(h))
	}
	records, report := settings(ss...)
	return Plan(report, records, tlswire.TLS12, nil)
}

func TestWriteAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "fixes")
	first, err := Write(dir, someFixes("a", "b"), nil)
	if err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(dir, "a", "backup-1")
	if err := os.Mkdir(backup, 0o755); err != nil {
		t.Fatal(err)
	}
	if again, err := Write(dir, someFixes("a", "b"), nil); err != nil || !slices.Equal(first, again) {
		t.Errorf("%v %v", err, again)
	}
	if _, err := Write(dir, someFixes("c"), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(backup); err != nil {
		t.Error("a backup was lost")
	}
	if _, err := os.Stat(filepath.Join(dir, "b")); err == nil {
		t.Error("what an earlier run wrote is still there")
	}
	if _, err := Write(dir, nil, nil); err != nil {
		t.Error(err)
	}
}

func TestWriteRefuses(t *testing.T) {
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, spoil := range map[string]func(dir string){
		"foreign folder": func(dir string) {
			must(os.MkdirAll(dir, 0o755))
			must(os.WriteFile(filepath.Join(dir, "mine.txt"), nil, 0o644))
		},
		"changed by hand": func(dir string) {
			_, err := Write(dir, someFixes("a"), nil)
			must(err)
			must(os.WriteFile(filepath.Join(dir, "a", "change.reg"), []byte("mine"), 0o644))
		},
		"foreign file in the way": func(dir string) {
			_, err := Write(dir, someFixes("b"), nil)
			must(err)
			must(os.MkdirAll(filepath.Join(dir, "a"), 0o755))
			must(os.WriteFile(filepath.Join(dir, "a", "change.reg"), []byte("mine"), 0o644))
		},
		"link out": func(dir string) {
			_, err := Write(dir, someFixes("b"), nil)
			must(err)
			if err := os.Symlink(t.TempDir(), filepath.Join(dir, "a")); err != nil {
				t.Skip(err) // Windows lets few users
			}
		},
		"mark that leads out": func(dir string) {
			must(os.MkdirAll(dir, 0o755))
			must(os.WriteFile(filepath.Join(dir, markName), []byte(markHead+"\n00  ../x\n"), 0o644))
		},
		"mark of a newer version": func(dir string) {
			must(os.MkdirAll(dir, 0o755))
			must(os.WriteFile(filepath.Join(dir, markName), []byte("tlsready fixes 9\n"), 0o644))
		},
		"a file": func(dir string) { must(os.WriteFile(dir, nil, 0o644)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "fixes")
			spoil(dir)
			before := tree(t, dir)
			if _, err := Write(dir, someFixes("a"), nil); err == nil {
				t.Error("no error")
			}
			if after := tree(t, dir); !slices.Equal(before, after) && name != "link out" {
				t.Errorf("%v became %v", before, after)
			}
		})
	}
}

func tree(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		b, _ := os.ReadFile(p)
		out = append(out, p+" "+string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDeterminism(t *testing.T) {
	ss := append(estate(), schannelOff("b"), schannelOff("a"))
	records, report := settings(ss...)
	want := readme(Plan(report, records, tlswire.TLS12, nil), true, nil)
	slices.Reverse(records)
	slices.Reverse(report.Settings)
	if got := readme(Plan(report, records, tlswire.TLS12, nil), true, nil); string(got) != string(want) {
		t.Errorf("another order of records gives\n%s\nwant\n%s", got, want)
	}
}
