package audit

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/plaintext"
)

// recordings are exports that wine's reg made of registries that its reg add
// filled: see testdata/wine/README.md.
func recordings(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("testdata/wine/*/*.reg")
	if err != nil || len(files) < 21 {
		t.Fatalf("%v: %d recordings", err, len(files))
	}
	hosts := map[string][]string{}
	for _, f := range files {
		host := filepath.Base(filepath.Dir(f))
		hosts[host] = append(hosts[host], f)
	}
	return hosts
}

// TestRecordedExports: the exports of a host, judged together.
func TestRecordedExports(t *testing.T) {
	for host, files := range recordings(t) {
		t.Run(host, func(t *testing.T) {
			var in []File
			for _, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				in = append(in, File{host + "/" + filepath.Base(f), bytes.NewReader(b)})
			}
			var got bytes.Buffer
			err := RunExports(context.Background(), in, Options{Knowledge: base(t)}, func(r evidence.Record) error {
				b, err := evidence.Marshal(r)
				got.Write(append(b, '\n'))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			golden := "testdata/wine/" + host + ".ndjson"
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("differs from %s; run with -update and look at the difference\n%s", golden, got.Bytes())
			}
		})
	}
}

// TestRecordedHives: the same registries as hives that hivex writes, with the
// control set that is in use being the second of two, say what the exports
// say. It needs hivexregedit (Debian: libwin-hivex-perl).
func TestRecordedHives(t *testing.T) {
	tool := hivexregedit(t)
	for host, files := range recordings(t) {
		t.Run(host, func(t *testing.T) {
			var all strings.Builder
			all.WriteString(headerV5 + "\n\n")
			for _, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				_, keys, _ := strings.Cut(strings.ReplaceAll(string(plaintext.Whole(b)), "\r\n", "\n"), "\n")
				all.WriteString(keys)
			}
			text := strings.NewReplacer(`SYSTEM\CurrentControlSet`, `SYSTEM\ControlSet002`).Replace(all.String()) +
				"\n[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.3\\Server]\n" + dwords("0", "1") +
				"\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\n\"Current\"=dword:00000002\n" +
				"\n[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet002\\Control\\ComputerName\\ComputerName]\n\"ComputerName\"=\"HOST\"\n"
			var hives []File
			for name, root := range map[string]string{
				"config/SYSTEM": `HKEY_LOCAL_MACHINE\SYSTEM`, "config/SOFTWARE": `HKEY_LOCAL_MACHINE\SOFTWARE`, "Users/ann/NTUSER.DAT": `HKEY_CURRENT_USER`,
			} {
				hives = append(hives, File{"host/" + name, bytes.NewReader(mergeHive(t, tool, root, text))})
			}
			got, covs := runHives(t, hives...)
			for _, c := range covs {
				if c.Failed != "" || len(c.Skipped) > 0 {
					t.Errorf("%+v", c)
				}
			}
			whole := strings.ReplaceAll(text, "HKEY_CURRENT_USER", `HKEY_USERS\ann`) + "\n[HKEY_LOCAL_MACHINE\\SYSTEM]\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\n\n[HKEY_USERS\\ann]\n"
			want, _ := run(t, "x.reg", whole)
			if g, w := plain(t, got), plain(t, want); g != w || !strings.Contains(g, `"kind":"server"`) {
				t.Errorf("got\n%s\nwant\n%s", g, w)
			}
		})
	}
}

// mergeHive makes a hive of the keys below root.
func mergeHive(t *testing.T, tool, root, text string) []byte {
	t.Helper()
	var part strings.Builder
	part.WriteString(headerV5 + "\n\n")
	take := false
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l, "[") {
			take = strings.HasPrefix(l, "["+root+`\`)
		}
		if take {
			part.WriteString(l)
		}
	}
	dir := t.TempDir()
	hive, export := filepath.Join(dir, "hive"), filepath.Join(dir, "x.reg")
	for name, b := range map[string][]byte{hive: hiveWriter{}.write(&treeKey{}), export: []byte(withParents(part.String()))} {
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(tool, "--merge", "--prefix", root, hive, export).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(hive)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
