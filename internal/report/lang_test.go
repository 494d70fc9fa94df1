package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/knowledge"
)

// saidInGo finds the patterns of all calls of T and N in this package's code.
// A pattern that is no literal is said by another call, is the title of a
// column or in English only; the few files that hold them are named here, so
// that a new one is noticed.
func saidInGo(t *testing.T) map[string]string {
	t.Helper()
	indirect := map[string]bool{"xlsx_book.go": true, "xlsx_summary.go": true, "html.go": true, "words.go": true}
	out := map[string]string{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	lists := filepath.Join("..", "lang", "lang.go") // what languages say by themselves
	indirect[lists] = true
	files = append(files, lists)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || len(call.Args) == 0 || (sel.Sel.Name != "T" && sel.Sel.Name != "N") {
				return true
			}
			arg, before := 0, ""
			if sel.Sel.Name == "N" {
				arg, before = 2, "%s "
			}
			lit, ok := call.Args[arg].(*ast.BasicLit)
			if !ok {
				if !indirect[file] {
					t.Errorf("%s: a pattern that is no literal cannot be found by translators", file)
				}
				return true
			}
			s, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			out[before+s] = file
			return true
		})
	}
	return out
}

var templateWords = regexp.MustCompile(`\b(t|n [.\w()$ ]+?)((?: "[^"]*")+)`)

// saidInTemplates finds the same in the templates: {{t "..."}}, {{n 2 "..." "..."}}.
func saidInTemplates(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob("*.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range templateWords.FindAllStringSubmatch(string(raw), -1) {
			quoted := regexp.MustCompile(`"[^"]*"`).FindAllString(m[2], -1)
			last := strings.Trim(quoted[len(quoted)-1], `"`)
			if m[1] == "t" {
				last = strings.Trim(quoted[0], `"`)
			} else {
				last = "%s " + last
			}
			out[last] = file
		}
	}
	return out
}

// saidAsText finds the patterns of text.Say in other rooms, and of their
// messages on the terminal.
func saidAsText(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, room := range []string{"../../text", "../../negotiate", "../app", "../fix", "../cli"} {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", room, err)
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
				if call, ok := n.(*ast.CallExpr); ok && says(call) {
					lit, ok := call.Args[0].(*ast.BasicLit)
					if !ok {
						t.Errorf("%s: a pattern that is no literal cannot be found by translators", file)
						return true
					}
					if s, err := strconv.Unquote(lit.Value); err != nil {
						t.Fatal(err)
					} else if s != "tlsready: %s: %s" { // names and the words of somebody else
						out[s] = file
					}
				}
				return true
			})
		}
	}
	return out
}

// says reports whether a call is text.Say, Say within package text, or say of
// a session.
func says(call *ast.CallExpr) bool {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return fun.Name == "Say" && len(call.Args) > 0
	case *ast.SelectorExpr:
		x, ok := fun.X.(*ast.Ident)
		return ok && len(call.Args) > 0 && (x.Name == "text" && fun.Sel.Name == "Say" || x.Name == "s" && fun.Sel.Name == "say")
	}
	return false
}

// said is all that reports can say.
func said(t *testing.T) map[string]string {
	t.Helper()
	all := saidInGo(t)
	for s, file := range saidInTemplates(t) {
		all[s] = file
	}
	for s, file := range saidAsText(t) {
		all[s] = file
	}
	for _, c := range slices.Concat(verdictColumns, settingColumns, notSeenColumns) {
		all[c.title] = "columns"
	}
	for _, s := range []string{sheetSummary, sheetVerdicts, sheetSettings, sheetNotSeen} {
		all[s] = "xlsx.go"
	}
	for _, s := range assess.Patterns() {
		all[s] = "assess"
	}
	return all
}

// TestEverythingIsTranslated: whatever a report can say, every language says.
func TestEverythingIsTranslated(t *testing.T) {
	all := said(t)
	if len(all) < 250 {
		t.Fatalf("only %d patterns found: the search is broken", len(all))
	}
	for _, tag := range lang.Tags() {
		l, err := lang.Find(tag)
		if err != nil {
			t.Fatal(err)
		}
		for s, where := range all {
			if !l.Has(s) {
				t.Errorf("%s lacks %q (%s)", tag, s, where)
			}
		}
	}
}

// TestHowFarTheKnowledgeIsTranslated counts, since a text that is not
// translated is shown in English and not left out. Fixes are what people act
// on: they may not fall behind.
func TestHowFarTheKnowledgeIsTranslated(t *testing.T) {
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	fixes, disputes, orders := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range base.Clients {
		fixes[c.Fix] = c.Fix != ""
	}
	for _, p := range base.Products {
		fixes[p.Fix] = p.Fix != ""
	}
	for _, c := range base.Constraints {
		for _, s := range []string{c.Product, c.Text, c.Before, c.After} {
			orders[s] = s != ""
		}
	}
	for _, m := range base.Milestones {
		orders[m.About], orders[m.Event] = m.About != "", m.Event != ""
	}
	policies := map[string]bool{}
	for _, p := range base.Policies {
		policies[p.Summary] = p.Summary != ""
		for _, r := range p.Later {
			policies[r.Summary] = r.Summary != ""
		}
	}
	for _, c := range base.Contradictions {
		disputes[c.String()] = true
	}
	for _, tag := range lang.Tags()[1:] {
		l, err := lang.Find(tag)
		if err != nil {
			t.Fatal(err)
		}
		count := func(what string, all map[string]bool) (have, of int) {
			for s, there := range all {
				if there {
					of++
					if l.Has(s) {
						have++
					}
				}
			}
			t.Logf("%s: %d of %d %s", tag, have, of, what)
			return have, of
		}
		if have, of := count("fixes of clients and products", fixes); 10*have < 9*of {
			t.Errorf("%s: only %d of %d fixes are translated", tag, have, of)
		}
		if have, of := count("texts of orders and dates", orders); have < of {
			t.Errorf("%s: only %d of %d texts that plans show are translated", tag, have, of)
		}
		if have, of := count("summaries of policies", policies); have < of {
			t.Errorf("%s: only %d of %d policies are told", tag, have, of)
		}
		if have, of := count("contradictions of sources", disputes); have < of {
			t.Errorf("%s: only %d of %d contradictions are translated", tag, have, of)
		}
	}
}
