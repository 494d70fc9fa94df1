package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/assess"
)

var update = flag.Bool("update", false, "write the golden files anew")

// variants are the ways in which each report is rendered.
var variants = []struct {
	suffix, format string
	opt            Options
}{
	{".txt", "text", Options{}},
	{".color.txt", "text", Options{Color: true}},
	{".ascii.txt", "text", Options{ASCII: true, Width: 60}},
	{".json", "json", Options{}},
	{".html", "html", Options{Title: "Example Ltd", Version: "1.0.0"}},
	{".csv", "csv", Options{}},
	{".sarif", "sarif", Options{Version: "1.0.0", Root: "/etc/nginx"}},
	{".junit.xml", "junit", Options{}},
	{".prom", "prometheus", Options{Version: "1.0.0"}},
}

func render(t *testing.T, format string, r *assess.Report, opt Options) string {
	t.Helper()
	var buf bytes.Buffer
	if err := Render(&buf, format, r, opt); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestGolden(t *testing.T) {
	for name, r := range fixtures() {
		for _, v := range variants {
			if name == "huge" && v.format != "text" {
				continue // megabytes: see TestHuge
			}
			got := render(t, v.format, r, v.opt)
			if again := render(t, v.format, r, v.opt); again != got {
				t.Errorf("%s%s: two renderings differ", name, v.suffix)
			}
			golden(t, filepath.Join("testdata", name+v.suffix), got)
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Errorf("%s:%d:\n got %q\nwant %q\n(-update writes it anew)", path, i+1, g[i], w[i])
			return
		}
	}
	t.Errorf("%s: %d lines, want %d", path, len(g), len(w))
}

// TestInputIsLeftAlone: a report is rendered more than once.
func TestInputIsLeftAlone(t *testing.T) {
	for name, r := range fixtures() {
		before, _ := json.Marshal(r)
		for _, f := range Formats() {
			render(t, f.Name, r, Options{})
		}
		if after, _ := json.Marshal(r); !bytes.Equal(before, after) {
			t.Errorf("%s was changed by rendering it", name)
		}
	}
}

func TestWidth(t *testing.T) {
	for name, r := range fixtures() {
		for _, width := range []int{0, 20, 40, 60, 80, 132} {
			for _, opt := range []Options{{}, {Color: true}, {ASCII: true}} {
				opt.Width, opt.Title = width, "Example Ltd, the whole estate with all its many branches and their servers, 2026"
				most := max(width, minWidth)
				if width == 0 {
					most = defaultWidth
				}
				for i, line := range strings.Split(render(t, "text", r, opt), "\n") {
					if w := displayWidth(line); w > most {
						t.Errorf("%s at %d: line %d has %d columns: %q", name, width, i+1, w, line)
					}
					if strings.TrimRight(line, " ") != line {
						t.Errorf("%s at %d: line %d ends with a blank: %q", name, width, i+1, line)
					}
				}
			}
		}
	}
}

// TestJSONIsTheReport: nothing is lost or null, and only the contacts, which
// have a test of their own, are added.
func TestJSONIsTheReport(t *testing.T) {
	for name, r := range fixtures() {
		out := render(t, "json", r, Options{})
		var got, want any
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		raw, _ := json.Marshal(r)
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		for _, list := range []string{"verdicts", "settings", "coverage"} {
			if want.(map[string]any)[list] == nil {
				want.(map[string]any)[list] = []any{}
			}
		}
		delete(got.(map[string]any), "contacts")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: JSON is not the report", name)
		}
		if !strings.HasSuffix(out, "}\n") || strings.Contains(out, `": null`) {
			t.Errorf("%s: no newline at the end, or null for a list", name)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	err := Render(&bytes.Buffer{}, "pdf", ready(), Options{})
	if !errors.Is(err, ErrUnknownFormat) || !strings.Contains(err.Error(), "text, json, html, csv, xlsx, sarif, junit") {
		t.Errorf("err = %v, want one that names the formats", err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteError(t *testing.T) {
	for _, f := range Formats() {
		if err := f.Render(brokenWriter{}, ready(), Options{}); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: err = %v", f.Name, err)
		}
	}
}

// TestEveryFormatIsListed finds the format values in the source, so that one
// that was written but not listed is noticed.
func TestEveryFormatIsListed(t *testing.T) {
	var listed, written []string
	for _, f := range Formats() {
		if f.Extension == "" || f.Render == nil {
			t.Errorf("format %q is not complete", f.Name)
		}
		listed = append(listed, f.Name)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if name := formatName(n); name != "" {
				written = append(written, name)
			}
			return true
		})
	}
	slices.Sort(listed)
	slices.Sort(written)
	if !slices.Equal(listed, written) {
		t.Errorf("Formats lists %v, the source holds %v", listed, written)
	}
}

// formatName is the name in a literal Format{Name: "..."}.
func formatName(n ast.Node) string {
	lit, ok := n.(*ast.CompositeLit)
	if !ok {
		return ""
	}
	if id, ok := lit.Type.(*ast.Ident); !ok || id.Name != "Format" {
		return ""
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "Name" {
			s, _ := strconv.Unquote(kv.Value.(*ast.BasicLit).Value)
			return s
		}
	}
	return ""
}
