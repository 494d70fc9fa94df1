package audit

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// hivexregedit is the program of that name; a missing one fails the test.
func hivexregedit(t *testing.T) string {
	t.Helper()
	tool, err := exec.LookPath("hivexregedit")
	if err != nil {
		if os.Getenv("TLSREADY_NO_SERVERS") != "" {
			t.Skip("TLSREADY_NO_SERVERS is set and hivexregedit is not installed")
		}
		t.Fatal("needs hivexregedit: apt-get install libwin-hivex-perl, or make test, which does")
	}
	return tool
}

// TestHivex: what another program made of a hive reads as its export does. It
// needs hivexregedit (Debian: libwin-hivex-perl).
func TestHivex(t *testing.T) {
	tool := hivexregedit(t)
	in := headerV5 + "\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\ComputerName\\ComputerName]\n\"ComputerName\"=\"HOST\"\n\n" +
		"[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.0\\Client]\n" + dwords("0", "1") +
		"\n[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\SecurityProviders\\SCHANNEL\\Ciphers\\RC4 128/128]\n\"Enabled\"=dword:00000000\n" +
		"\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\n\"Current\"=dword:00000001\n"
	in = withParents(in)
	dir := t.TempDir()
	hive, export := filepath.Join(dir, "SYSTEM"), filepath.Join(dir, "x.reg")
	for name, b := range map[string][]byte{hive: hiveWriter{}.write(&treeKey{}), export: []byte(in)} {
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(tool, "--merge", "--prefix", `HKEY_LOCAL_MACHINE\SYSTEM`, hive, export).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(hive)
	if err != nil {
		t.Fatal(err)
	}
	got, covs := runHives(t, File{"host/SYSTEM", bytes.NewReader(b)})
	want, _ := run(t, "x.reg", in+"\n[HKEY_LOCAL_MACHINE\\SYSTEM]\n")
	if g, w := plain(t, got), plain(t, want); g != w || g == "" {
		t.Errorf("got\n%s\nwant\n%s\n%+v", g, w, covs[0])
	}
}

// withParents writes every key above a key, too, as exports do.
func withParents(in string) string {
	var out strings.Builder
	seen := map[string]bool{}
	for l := range strings.Lines(in) {
		if key, ok := strings.CutPrefix(l, "["); ok {
			parts := strings.Split(strings.TrimSuffix(key, "]\n"), `\`)
			for n := 2; n < len(parts); n++ {
				if p := strings.Join(parts[:n], `\`); !seen[p] {
					seen[p] = true
					out.WriteString("[" + p + "]\n\n")
				}
			}
		}
		out.WriteString(l)
	}
	return out.String()
}
