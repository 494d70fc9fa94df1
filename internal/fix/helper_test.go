package fix

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/audit"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/text"
	"github.com/tlsready/tlsready/tlswire"
)

func base(t testing.TB) *knowledge.Base {
	t.Helper()
	b, err := loadBase()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// audited is the evidence of a registry export.
func audited(t testing.TB, name string, text []byte) []evidence.Record {
	t.Helper()
	var out []evidence.Record
	err := audit.Run(context.Background(), name, bytes.NewReader(text), audit.Options{Knowledge: base(t)}, func(r evidence.Record) error {
		out = append(out, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// exports are the registry exports of the tests: audit's own and ours.
func exports(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../source/audit/testdata/*.reg")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %d exports", err, len(files))
	}
	out := map[string][]byte{}
	for _, file := range append(files, "testdata/hub.reg") {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// A change names the control set in use, as a live system would.
		out[filepath.Base(file)] = bytes.ReplaceAll(b, []byte(`\ControlSet001\`), []byte(`\CurrentControlSet\`))
	}
	return out
}

// judged is the report on records. It is made by the real assessment.
func judged(t testing.TB, records []evidence.Record, floor tlswire.Version) *assess.Report {
	t.Helper()
	policy := assess.Policy{Name: "test", Floor: floor}
	return assess.Assess(evidence.SetOf(records), assess.Options{Policy: policy, Knowledge: base(t), Today: asOf})
}

// settings makes records and the report that says that all of them break.
func settings(ss ...*evidence.Setting) ([]evidence.Record, *assess.Report) {
	r := &assess.Report{}
	var records []evidence.Record
	for _, s := range ss {
		records = append(records, s)
		r.Settings = append(r.Settings, assess.SettingVerdict{
			Host: s.Host, Role: s.Role, Layer: s.Layer, Value: s.Value, Effect: s.Effect, Versions: s.Versions, Where: s.Where,
			Verdict: "breaks", Why: text.Say("keeps %s below %s", s.Layer, tlswire.TLS12),
		})
	}
	return records, r
}

// windowsFix is the one fix of a Windows host.
func windowsFix(t testing.TB, fixes []Fix) (Fix, bool) {
	t.Helper()
	i := slices.IndexFunc(fixes, func(f Fix) bool { return f.Kind == KindWindows })
	if i < 0 {
		return Fix{}, false
	}
	return fixes[i], true
}

func (f *Fix) content(t testing.TB, name string) []byte {
	t.Helper()
	for _, file := range f.Files {
		if file.Name == name {
			return file.Content
		}
	}
	t.Fatalf("no file %s in %q", name, f.Title)
	return nil
}

// registry is a .reg file by key and value, in lower case.
type registry map[string]map[string]string

// merge reads a .reg file as regedit imports it.
func (r registry) merge(t testing.TB, file []byte) registry {
	t.Helper()
	out := registry{}
	for k, vs := range r {
		out[k] = maps.Clone(vs)
	}
	key := ""
	lines := strings.Split(strings.ReplaceAll(plain(t, file), "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		for strings.HasSuffix(l, `\`) && i+1 < len(lines) {
			i++
			l = strings.TrimSuffix(l, `\`) + strings.TrimSpace(lines[i])
		}
		switch {
		case strings.HasPrefix(l, "["):
			key = strings.ToLower(strings.Trim(l, "[]"))
			if out[key] == nil {
				out[key] = map[string]string{}
			}
		case strings.HasPrefix(l, `"`):
			name, value, ok := strings.Cut(l[1:], `"=`)
			if !ok || key == "" {
				t.Fatalf("line %d: %q", i+1, l)
			}
			if value == "-" {
				delete(out[key], strings.ToLower(name))
			} else {
				out[key][strings.ToLower(name)] = value
			}
		case strings.HasPrefix(l, "@="): // decides nothing
		case l == "" || l[0] == ';' || l == regHeader:
		default:
			t.Fatalf("line %d: %q", i+1, l)
		}
	}
	return out
}

// export writes the registry as a file for audit.
func (r registry) export() []byte {
	var b strings.Builder
	b.WriteString(regHeader + "\r\n")
	for _, k := range slices.Sorted(maps.Keys(r)) {
		fmt.Fprintf(&b, "\r\n[%s]\r\n", strings.ToUpper(k))
		for _, v := range slices.Sorted(maps.Keys(r[k])) {
			fmt.Fprintf(&b, "\"%s\"=%s\r\n", v, r[k][v])
		}
	}
	return []byte(b.String())
}

// plain gives the text of a .reg file.
func plain(t testing.TB, file []byte) string {
	t.Helper()
	if !bytes.HasPrefix(file, []byte{0xff, 0xfe}) {
		return string(file)
	}
	var us []uint16
	for b := file[2:]; len(b) >= 2; b = b[2:] {
		us = append(us, binary.LittleEndian.Uint16(b))
	}
	return string(utf16.Decode(us))
}

// facts are what a declared record says, without where it stood.
func facts(records []evidence.Record) []string {
	var out []string
	for _, r := range records {
		switch r := r.(type) {
		case *evidence.Setting:
			if r.Effect != evidence.None {
				out = append(out, fmt.Sprint("setting ", r.Role, r.Layer, r.Value, r.Effect, r.Versions, strings.ToLower(r.Where.Path)))
			}
		case *evidence.Client:
			out = append(out, fmt.Sprint("client ", r.Layer, r.Versions, r.Client.Identity))
		case *evidence.Server:
			for _, v := range tlswire.StreamVersions {
				out = append(out, fmt.Sprint("server ", r.Layer, v, r.Versions[v].State))
			}
		}
	}
	slices.Sort(out)
	return out
}

var asOf = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// recorded is the evidence of a file of NDJSON.
func recorded(t testing.TB, file string) (out []evidence.Record) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := evidence.NewReader(bytes.NewReader(b), file)
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rec)
	}
}
