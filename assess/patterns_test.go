package assess

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write patterns.go anew")

// Translators get every pattern: those in patterns.go are those that say is
// called with, no more and no less, and each has a place for each argument.
func TestPatternsAreAll(t *testing.T) {
	used := patternsUsed(t)
	if *update {
		writePatterns(t, used)
		return
	}
	if listed := Patterns(); !slices.Equal(used, listed) {
		for _, p := range used {
			if !slices.Contains(listed, p) {
				t.Errorf("not listed: %q", p)
			}
		}
		for _, p := range listed {
			if !slices.Contains(used, p) {
				t.Errorf("listed, but nobody says it: %q", p)
			}
		}
		t.Error("write the list anew: go test ./assess -run TestPatternsAreAll -update")
	}
}

// patternsUsed reads the first argument of every call of say in this package.
func patternsUsed(t *testing.T) []string {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if fun, ok := call.Fun.(*ast.Ident); !ok || fun.Name != "say" {
				return true
			}
			at := set.Position(call.Pos())
			lit, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: the pattern is no literal", at)
				return true
			}
			pattern, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			if args := len(call.Args) - 1; args != strings.Count(pattern, "%s") || args != strings.Count(pattern, "%") {
				t.Errorf("%s: %q has not one %%s for each of %d arguments", at, pattern, args)
			}
			out = append(out, pattern)
			return true
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func writePatterns(t *testing.T, patterns []string) {
	var b bytes.Buffer
	b.WriteString(`package assess

// Patterns are the English patterns of all that assessment says, sorted: what
// a catalogue of another language must have. TestPatternsAreAll keeps the list.
func Patterns() []string {
	return []string{
`)
	for _, p := range patterns {
		fmt.Fprintf(&b, "\t\t%q,\n", p)
	}
	b.WriteString("\t}\n}\n")
	if err := os.WriteFile("patterns.go", b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
