package layers

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tlsready/tlsready"

// layerOf gives each room its layer. A room may import rooms of lower layers
// only. A folder that ends in "/" stands for every package below it.
var layerOf = map[string]int{
	"tlswire":             0,
	"quicwire":            0,
	"text":                0,
	"evidence":            1,
	"negotiate":           2,
	"knowledge":           2,
	"assess":              3,
	"internal/source/":    3,
	"internal/report":     4,
	"internal/fix":        4,
	"internal/store/":     4,
	"internal/app":        5,
	"internal/web":        6,
	"internal/fleet":      6,
	"internal/gate":       6,
	"internal/cli":        7,
	"cmd/tlsready":        8,
	"internal/layers":     0,
	"internal/plaintext":  0,
	"internal/evtx":       0,
	"internal/unpack":     0,
	"internal/lang":       0,
	"internal/columns":    0,
	"internal/lazyregexp": 0,
	"internal/sniff":      0,
	"internal/pcapfilter": 0,
	"internal/starttls":   1,
}

// onlyStandard are rooms that may not use third-party modules.
var onlyStandard = map[string]bool{"tlswire": true, "quicwire": true, "text": true, "evidence": true, "negotiate": true, "assess": true}

func layer(pkg string) (int, bool) {
	if n, ok := layerOf[pkg]; ok {
		return n, true
	}
	n, ok := layerOf[path.Dir(pkg)+"/"]
	return n, ok
}

// violations parses the imports of every Go file below root itself: go list
// would be cached by the test runner, and the test would pass on a real
// violation.
func violations(root string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); file != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "examples" || name == "bench") {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(file) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		found, err := check(filepath.ToSlash(rel), file)
		out = append(out, found...)
		return err
	})
	return out, err
}

func check(rel, file string) ([]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	pkg := path.Dir(rel)
	from, ok := layer(pkg)
	if !ok {
		return []string{fmt.Sprintf("%s: package %s has no layer: give it one in internal/layers", rel, pkg)}, nil
	}
	var out []string
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if own, ok := strings.CutPrefix(imported, module+"/"); ok {
			to, known := layer(own)
			itself := own == pkg && strings.HasSuffix(rel, "_test.go")
			if !known || (to >= from && !itself) {
				out = append(out, fmt.Sprintf("%s: %s (layer %d) imports %s (layer %d): only lower layers may be imported", rel, pkg, from, own, to))
			}
		} else if strings.Contains(strings.Split(imported, "/")[0], ".") && onlyStandard[pkg] {
			out = append(out, fmt.Sprintf("%s: %s imports %s: it may use the standard library only", rel, pkg, imported))
		}
	}
	return out, nil
}

func TestImportsGoDownward(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	found, err := violations(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range found {
		t.Error(v)
	}
}

// A test that cannot fail is worth nothing: each kind of violation must be
// found in a tree that has it.
func TestViolationsAreFound(t *testing.T) {
	for name, tc := range map[string]struct{ file, source, want string }{
		"upward":     {"evidence/a.go", `import _ "` + module + `/assess"`, "evidence (layer 1) imports assess (layer 3)"},
		"sibling":    {"internal/source/scan/a.go", `import _ "` + module + `/internal/source/logs"`, "(layer 3) imports internal/source/logs (layer 3)"},
		"assessment": {"internal/source/scan/a.go", `import _ "` + module + `/assess"`, "imports assess"},
		"library":    {"tlswire/a.go", `import _ "example.com/x"`, "standard library only"},
		"homeless":   {"internal/util/a.go", ``, "has no layer"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			file := filepath.Join(root, filepath.FromSlash(tc.file))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte("package a\n"+tc.source+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			found, err := violations(root)
			if err != nil {
				t.Fatal(err)
			}
			if len(found) != 1 || !strings.Contains(found[0], tc.want) {
				t.Errorf("found %q, want one with %q", found, tc.want)
			}
		})
	}
}
