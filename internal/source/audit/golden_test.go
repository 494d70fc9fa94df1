package audit

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

var update = flag.Bool("update", false, "write the golden files anew")

// ndjson is all evidence of one file.
func ndjson(t testing.TB, name, in string) []byte {
	t.Helper()
	var out bytes.Buffer
	err := Run(context.Background(), name, strings.NewReader(in), Options{Knowledge: base(t)}, func(r evidence.Record) error {
		b, err := evidence.Marshal(r)
		out.Write(append(b, '\n'))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.reg")
	if err != nil || len(files) < 3 {
		t.Fatalf("%v: %d exports", err, len(files))
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			in, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := ndjson(t, name, string(in))
			golden := strings.TrimSuffix(file, ".reg") + ".ndjson"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s; run with -update and look at the difference\n%s", golden, got)
			}
			text := strings.ReplaceAll(string(in), "\n", "\r\n")
			for how, same := range map[string]string{
				"CRLF":             text,
				"UTF-8 with BOM":   "\ufeff" + text,
				"UTF-16LE":         utf16Bytes(text, true, false),
				"UTF-16BE, no BOM": utf16Bytes(text, false, true),
				"REGEDIT4":         strings.Replace(text, headerV5, headerV4, 1),
				"upper case":       shout(text),
			} {
				if !bytes.Equal(shoutPaths(ndjson(t, name, same)), shoutPaths(got)) {
					t.Errorf("%s gives other evidence: %s", how, ndjson(t, name, same))
				}
			}
		})
	}
}

// shout writes the keys of an export in upper case, which changes nothing.
func shout(in string) string {
	lines := strings.Split(in, "\r\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "[") {
			lines[i] = strings.ToUpper(l)
		}
	}
	return strings.Join(lines, "\r\n")
}

// shoutPaths brings evidence of both spellings into one.
func shoutPaths(b []byte) []byte { return bytes.ToUpper(b) }
