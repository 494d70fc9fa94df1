package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestReasonsAreTranslated: why something of a scan or a capture is not known
// stands in reports, and is said in every language.
func TestReasonsAreTranslated(t *testing.T) {
	var all []string
	for _, room := range []string{"../source/scan", "../source/watch", "../starttls"} {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", room, len(files), err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") && !slices.Contains(noReasons, filepath.Base(file)) {
				all = append(all, reasonsIn(t, file)...)
			}
		}
	}
	if len(all) < 120 {
		t.Fatalf("only %d reasons were found: the search is broken", len(all))
	}
	slices.Sort(all)
	for _, tag := range Tags()[1:] {
		l, err := Find(tag)
		if err != nil {
			t.Fatal(err)
		}
		for _, pattern := range slices.Compact(all) {
			if l.Look(strings.ReplaceAll(pattern, "%s", "x9")) == "" {
				t.Errorf("%s lacks %q", tag, pattern)
			}
		}
	}
}

// noReasons are files whose errors are wrong usage, or a broken program.
var noReasons = []string{"load.go", "exclude.go", "replay.go"}

// reasonFields are what holds a reason, and reasonCalls the functions that
// take one, from this argument on.
var (
	reasonFields = []string{"detail", "Failed", "failed", "Error", "Reason", "Why", "Hint", "Before", "said", "verb", "why"}
	reasonCalls  = map[string]int{"note": 0, "missing": 1, "Skip": 1, "skip": 2, "add": 1, "fails": 0, "refused": 1}
	reasonLists  = []string{"reasonTexts", "socksReplies"}
	reasonFuncs  = []string{"leavesOut", "describe", "trust", "String", "Speaks", "reason", "waitedFor", "alien"}
)

// reasonsIn finds the sentences of one file that say why.
func reasonsIn(t *testing.T, file string) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := reasonFinder{usage: filepath.Base(file) == "proxy.go", dialog: filepath.Base(file) == "rdp.go"}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if slices.Contains(reasonFields, nameOf(n.Key)) {
				f.take(n.Value)
			}
		case *ast.AssignStmt:
			f.assignment(n)
		case *ast.CallExpr:
			if from, ok := reasonCalls[nameOf(n.Fun)]; ok {
				f.take(n.Args[min(from, len(n.Args)):]...)
			} else if !f.usage {
				f.take(n)
			}
		case *ast.ValueSpec:
			if slices.Contains(reasonLists, n.Names[0].Name) && len(n.Values) == 1 {
				f.take(n.Values[0].(*ast.CompositeLit).Elts...)
			}
		case *ast.FuncDecl:
			if slices.Contains(reasonFuncs, n.Name.Name) || f.dialog {
				f.returned(n.Body)
			}
		}
		return true
	})
	return f.found
}

type reasonFinder struct {
	found  []string
	usage  bool // errors are of wrong usage
	dialog bool // every function says why
}

func (f *reasonFinder) take(xs ...ast.Expr) {
	for _, x := range xs {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			x = kv.Value
		}
		if s := anyVerb.ReplaceAllString(patternOf(x), "%s"); letters.MatchString(s) {
			f.found = append(f.found, s)
		}
	}
}

func (f *reasonFinder) assignment(n *ast.AssignStmt) {
	for i, x := range n.Rhs {
		if !slices.Contains(reasonFields, nameOf(n.Lhs[i])) {
			continue
		}
		if n.Tok == token.ADD_ASSIGN {
			x = &ast.BinaryExpr{X: n.Lhs[i], Op: token.ADD, Y: x}
		}
		f.take(x)
	}
}

// returned takes what a function returns, and the lists that it picks from.
func (f *reasonFinder) returned(body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ReturnStmt:
			f.take(n.Results...)
		case *ast.CompositeLit:
			if _, ok := n.Type.(*ast.ArrayType); ok {
				f.take(n.Elts...)
			}
		}
		return true
	})
}

var (
	letters = regexp.MustCompile(`[a-z]{2,}`)
	anyVerb = regexp.MustCompile(`%[-+#.\d]*[a-z]`)
)

// patternOf is a sentence with %s for all that is put into it; empty if the
// expression is none.
func patternOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(x.Value); err == nil && x.Kind == token.STRING {
			return s
		}
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return orArgument(patternOf(x.X)) + orArgument(patternOf(x.Y))
		}
	case *ast.CallExpr:
		switch name := nameOf(x.Fun); {
		case len(x.Args) == 0:
		case name == "Sprintf", name == "Errorf", name == "misfits", name == "New" && isErrors(x.Fun):
			return patternOf(x.Args[0])
		}
	}
	return ""
}

func isErrors(fun ast.Expr) bool {
	sel, ok := fun.(*ast.SelectorExpr)
	return ok && nameOf(sel.X) == "errors"
}

func orArgument(s string) string {
	if s == "" {
		return "%s"
	}
	return s
}

func nameOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}
