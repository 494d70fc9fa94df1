//go:build wine

package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

var update = flag.Bool("update", false, "write the golden files and the recorded exports anew")

// TestWindows runs the Windows build under wine, on registries that wine's own
// programs made and exported.
func TestWindows(t *testing.T) {
	w := newWine(t)
	for _, h := range winHosts {
		t.Run(h.name, func(t *testing.T) {
			w := &wine{t, w.prefix, w.linux}
			w.reset()
			for _, v := range h.values {
				w.run("reg", "add", v.key, "/v", v.name, "/t", v.typ, "/d", v.data, "/f", v.view)
			}
			w.prune(versionKey, "ProfileList")
			w.prune(strings.TrimSuffix(winhttpKey, `\WinHttp`), "WinHttp")
			w.prune(wininetKey, "")
			w.judgesAlike(h.name)
			w.exportsOfTheManual(h.name)
			w.fixAndBack(h)
		})
	}
	t.Run("program", func(t *testing.T) { (&wine{t, w.prefix, w.linux}).program() })
	t.Run("example", func(t *testing.T) { (&wine{t, w.prefix, w.linux}).example() })
}

// prune takes off the keys below a key that wine made and nothing here reads,
// so that what is recorded is ours.
func (w *wine) prune(key, keep string) {
	for line := range strings.Lines(string(w.run("reg", "query", key))) {
		line = strings.TrimSpace(line)
		if at := strings.LastIndexByte(line, '\\'); strings.HasPrefix(line, "HKEY_") && at > 0 &&
			strings.HasSuffix(strings.ToLower(line[:at]), strings.ToLower(key[strings.IndexByte(key, '\\'):])) && line[at+1:] != keep {
			_, _ = w.printed(exec.Command("wine", "reg", "delete", line, "/f")) // some it keeps
		}
	}
}

// judgesAlike compares the registry of the machine that runs with its export,
// and both with what was found right before.
func (w *wine) judgesAlike(name string) {
	t := w.t
	live := w.windows(w.prefix, "audit", "--live", "--json")
	w.run("regedit", "/E", `C:\all.reg`)
	export := w.here(w.drive(""), "audit", "--json", "all.reg")
	if live.code != 0 || export.code != 0 {
		t.Fatalf("exit codes %d live, %d of the export", live.code, export.code)
	}
	raw, err := os.ReadFile(w.drive("all.reg"))
	if err != nil || !strings.HasPrefix(string(raw), "\xff\xfeW\x00i\x00") {
		t.Fatalf("regedit did not write UTF-16: %v", err)
	}
	got, want := plain(t, live.out), plain(t, export.out)
	if got != want {
		t.Errorf("live\n%s\nthe export\n%s", got, want)
	}
	golden(t, name+".ndjson", got)
}

// exportsOfTheManual runs the commands that docs/evidence.md tells people to
// run: their files, judged together, say what the whole registry says.
func (w *wine) exportsOfTheManual(name string) {
	t := w.t
	host := strings.Trim(strings.Fields(strings.SplitAfter(string(w.run("reg", "query", nameKey, "/v", "ComputerName")), "REG_SZ")[1])[0], "\r")
	dir := filepath.Join(t.TempDir(), host) // none of the files names it
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("../../docs/evidence.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^reg export "([^"]+)" (\S+)`).FindAllStringSubmatch(string(manual), -1)
	if len(commands) < 7 {
		t.Fatalf("docs/evidence.md has %d exports", len(commands))
	}
	for _, c := range commands {
		w.run("reg", "export", c[1], `C:\`+c[2], "/y")
		copyFile(t, w.drive(c[2]), filepath.Join(dir, c[2]))
		if *update {
			to := "../../internal/source/audit/testdata/wine/" + name
			if err := os.MkdirAll(to, 0o755); err != nil {
				t.Fatal(err)
			}
			copyFile(t, w.drive(c[2]), filepath.Join(to, c[2]))
		}
	}
	got := w.here(filepath.Dir(dir), "audit", "--json", host)
	whole := w.here(w.drive(""), "audit", "--json", "all.reg")
	for _, kind := range []string{"setting", "client", "server"} {
		if g, want := only(plain(t, got.out), kind), only(plain(t, whole.out), kind); g != want {
			t.Errorf("%s records of the exports\n%s\nof all\n%s", kind, g, want)
		}
	}
}

// fixAndBack imports the change with wine's regedit, after which nothing is
// left to fix, and then the way back, after which every value is as it was.
func (w *wine) fixAndBack(h winHost) {
	t := w.t
	before := values(t, w.drive("all.reg"))
	fixes := `C:\fix-` + h.name
	if a := w.windows(w.prefix, "audit", "--live", "--fix", fixes); a.code != 0 {
		t.Fatalf("--fix ended with %d", a.code)
	}
	change, err := filepath.Glob(w.drive("fix-" + h.name + "/*/*change.reg"))
	if err != nil || (len(change) > 0) != h.fixed {
		t.Fatalf("%v: changes %v, want some: %v", err, change, h.fixed)
	}
	if !h.fixed {
		return
	}
	w.run("regedit", "/S", change[0])
	after := w.windows(w.prefix, "audit", "--live", "--fix", fixes+"-again")
	again, _ := filepath.Glob(w.drive("fix-" + h.name + "-again/*/*change.reg"))
	if after.code != 0 || len(again) != 0 {
		t.Errorf("exit %d; there still is something to change: %v", after.code, again)
	}
	w.run("regedit", "/E", `C:\changed.reg`)
	if slices.Equal(values(t, w.drive("changed.reg")), before) {
		t.Error("the change changed nothing")
	}
	w.run("regedit", "/S", strings.Replace(change[0], "change.reg", "rollback.reg", 1))
	w.run("regedit", "/E", `C:\back.reg`)
	if got := values(t, w.drive("back.reg")); !slices.Equal(got, before) {
		t.Errorf("the way back leaves %s", difference(before, got))
	}
}

// program reads the version that windres, and not this project, put into a
// library.
func (w *wine) program() {
	dir := w.drive("web01/Program Files/SQL/Binn")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		w.t.Fatal(err)
	}
	rc, object := filepath.Join(w.t.TempDir(), "v.rc"), filepath.Join(w.t.TempDir(), "v.o")
	resource := "1 VERSIONINFO FILEVERSION 12,0,2000,8 PRODUCTVERSION 12,0,2000,8\nBEGIN\nBLOCK \"StringFileInfo\" BEGIN BLOCK \"040904B0\" BEGIN\n" +
		"VALUE \"ProductName\", \"Microsoft SQL Server\"\nEND END\nBLOCK \"VarFileInfo\" BEGIN VALUE \"Translation\", 0x409, 1200 END\nEND\n"
	if err := os.WriteFile(rc, []byte(resource), 0o644); err != nil {
		w.t.Fatal(err)
	}
	w.must(exec.Command("x86_64-w64-mingw32-windres", rc, "-o", object))
	w.must(exec.Command("x86_64-w64-mingw32-gcc", "-shared", "-o", filepath.Join(dir, "sqlservr.dll"), "testdata/bcryptprimitives.c", object, "-ladvapi32"))
	const want = `{"host":"web01","kind":"product","name":"Microsoft SQL Server","version":"12.0.2000.8"}` + "\n"
	for name, a := range map[string]answer{
		"here": w.here(w.drive(""), "audit", "--json", "web01"), "windows": w.windows(w.drive(""), "audit", "--json", `web01\Program Files\SQL\Binn\sqlservr.dll`),
	} {
		if got := plain(w.t, a.out); got != want {
			w.t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// example judges the example estate: the same bytes as on this system, with
// either slash, and for a pattern that the shell of Windows does not expand.
func (w *wine) example() {
	t, root := w.t, "../.."
	for windows, here := range map[string]string{
		"examples/contoso": "examples/contoso", `examples\contoso`: "examples/contoso",
		`.\examples\contoso\`: "./examples/contoso/", `examples\conto*`: "examples/contoso",
	} {
		want := w.here(root, "check", "--format", "json", here)
		got := w.windows(root, "check", "--format", "json", windows)
		if want.code != 3 || got != want {
			t.Errorf("%s: exit %d, %d bytes; want %d, %d bytes", windows, got.code, len(got.out), want.code, len(want.out))
		}
	}
	one := w.here(root, "check", "--format", "json", "examples/contoso/registry/WS10-PAY.reg", "examples/contoso/registry/WS7-ACCT.reg")
	if got := w.windows(root, "check", "--format", "json", `examples\contoso\registry\*.reg`); got != one {
		t.Errorf("a pattern: exit %d\n%s\nwant %d\n%s", got.code, got.out, one.code, one.out)
	}
	if got := w.windows(root, "check", `examples\nothing*`); got.code != 1 {
		t.Errorf("a pattern without a file: exit %d, want 1", got.code)
	}
}

// plain is evidence without the places it was read from, which a live registry
// does not have, and without coverage, in a fixed order.
func plain(t *testing.T, ndjson string) string {
	t.Helper()
	var out []string
	for line := range strings.Lines(ndjson) {
		var r map[string]any
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if r["kind"] == "coverage" || r["kind"] == "stream" {
			continue
		}
		b, err := json.Marshal(sansPlace(r))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(b))
	}
	slices.Sort(out)
	return strings.Join(out, "\n") + "\n"
}

// place is the part of a reason that says where something stands, and the user
// that an export of HKEY_CURRENT_USER does not name.
var place = regexp.MustCompile(`(, )?([\w./-]+\.reg:\d+|HK[A-Z]+\\[^);]*)|^S-1-5-21-[\d-]+$`)

func sansPlace(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range []string{"where", "refs"} {
			delete(v, name)
		}
		for name, x := range v {
			if v[name] = sansPlace(x); v[name] == "" {
				delete(v, name)
			}
		}
	case string:
		return place.ReplaceAllString(v, "")
	}
	return v
}

func only(ndjson, kind string) string {
	var out strings.Builder
	for line := range strings.Lines(ndjson) {
		if strings.Contains(line, `"kind":"`+kind+`"`) {
			out.WriteString(line)
		}
	}
	return out.String()
}

// values are the lines of an export with the key they stand below. Empty keys
// are left out: the way back does not delete keys.
func values(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var units []uint16
	for i := 2; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])|uint16(b[i+1])<<8)
	}
	var out []string
	key := ""
	for line := range strings.Lines(string(utf16.Decode(units))) {
		switch line = strings.TrimRight(line, "\r\n"); {
		case strings.HasPrefix(line, "["):
			key = line
		case line != "":
			out = append(out, key+" "+line)
		}
	}
	return out
}

func difference(before, after []string) string {
	var out []string
	for _, l := range before {
		if !slices.Contains(after, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range after {
		if !slices.Contains(before, l) {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out, "\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s; run with -update and look at the difference\n%s", file, got)
	}
}
