package logs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A format that nobody listed is never asked: find every function that makes
// one, and look for it in the list.
func TestEveryFormatIsListed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var made, listed []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn.Name.Name == "Formats" {
				listed = callsIn(fn)
			} else if makesFormat(fn) {
				made = append(made, fn.Name.Name)
			}
		}
	}
	slices.Sort(made)
	slices.Sort(listed)
	if len(made) == 0 || !slices.Equal(made, listed) {
		t.Errorf("formats made by %v, listed are %v", made, listed)
	}
}

// makesFormat finds functions that return the address of a Format literal.
func makesFormat(fn *ast.FuncDecl) bool {
	found := false
	ast.Inspect(fn, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok {
			if id, ok := lit.Type.(*ast.Ident); ok && id.Name == "Format" {
				found = true
			}
		}
		return true
	})
	return found
}

func callsIn(fn *ast.FuncDecl) []string {
	var out []string
	ast.Inspect(fn, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := call.Fun.(*ast.Ident); ok {
				out = append(out, id.Name)
			}
		}
		return true
	})
	return out
}

func TestFormatsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.Doc == "" || f.Source == "" || f.Enable == "" || len(f.blind) == 0 ||
			f.detect == nil || f.parser == nil || f.agent == nil || f.text == nil || f.suite == nil {
			t.Errorf("%q lacks something", f.Name)
		}
		if seen[f.Name] {
			t.Errorf("two formats %q", f.Name)
		}
		seen[f.Name] = true
		if _, err := os.Stat(filepath.Join("testdata", f.Name+".log")); err != nil {
			t.Errorf("no sample for the contract tests: %v", err)
		}
	}
}
