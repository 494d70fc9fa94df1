package fix

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

	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/tlswire"
)

func chinese(t testing.TB) *lang.Language {
	t.Helper()
	l, err := lang.Find("zh-TW")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// englishRun is what no name, value or command looks like.
var englishRun = regexp.MustCompile(`\b[a-z]{2,}(?:[ ,;]+[a-z]{2,}){2,}\b`)

// sameInAll are commands, citations and a sign of diffs, with words enough to
// look like a sentence.
var sameInAll = regexp.MustCompile(`reg (?:import|add|export|query) [ -~]*|systemctl [ -~]*|^ *來源 .*|\\ No newline at end of file`)

// TestEverySentenceIsTranslated: whatever these files say, each language says.
// Commands, file names and keys stay as they are.
func TestEverySentenceIsTranslated(t *testing.T) {
	said := map[string]bool{"no such file or folder": true}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			sentencesIn(t, file, said)
		}
	}
	for _, d := range products {
		for _, s := range []string{d.good, d.enable, d.openssl.good, d.openssl.enable, d.test, d.apply} {
			said[s] = prose.MatchString(s)
		}
		said[d.more] = d.more != ""
	}
	for _, r := range rewrites {
		said[r.note] = r.note != ""
	}
	for _, u := range updates {
		said[u.text], said[u.names] = true, strings.Contains(u.names, " and ")
	}
	if len(said) < 150 {
		t.Fatalf("only %d sentences were found: the search is broken", len(said))
	}
	for _, tag := range lang.Tags()[1:] {
		l, err := lang.Find(tag)
		if err != nil {
			t.Fatal(err)
		}
		for s, must := range said {
			if must && l.Look(s) == "" {
				t.Errorf("%s lacks %q", tag, s)
			}
		}
	}
}

// prose are the words that tell an explanation from a line to write.
var prose = regexp.MustCompile(`\b(?:or|no|and|without|beside|among|print|later|by itself)\b|^restart`)

// sentencesIn takes what is told, and whatever else looks like a sentence.
func sentencesIn(t *testing.T, file string, said map[string]bool) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) == 0 {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "fmt" && sel.Sel.Name == "Errorf" {
				return false // said on the terminal, to whoever named the folder
			}
			lit, ok := n.Args[0].(*ast.BasicLit)
			if ok && (sel.Sel.Name == "T" || sel.Sel.Name == "Say") {
				s, _ := strconv.Unquote(lit.Value)
				said[s] = true
			}
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && englishRun.MatchString(sameInAll.ReplaceAllString(s, "")) {
				said[s] = true
			}
		}
		return true
	})
}

// TestChineseFiles: no sentence of what is written is left in English.
// Scripts are ASCII, see script.
func TestChineseFiles(t *testing.T) {
	l := chinese(t)
	records, report := settings(estate()...)
	fixes := WithFiles(newPlanner(report, tlswire.TLS12, stubSources, l).plan(records), readEstate)
	golden(t, "estate/README.zh-TW.txt", readme(fixes, true, l))
	for name, text := range exports(t) {
		records := audited(t, name, text)
		judged := judged(t, records, tlswire.TLS12)
		fixes = append(fixes, Plan(judged, records, tlswire.TLS12, l)...)
		fixes = append(fixes, PlanDisable(judged, records, tlswire.TLS12, l)...)
	}
	for name, text := range weakConfigs {
		records := configured(t, name, text)
		fixes = append(fixes, Plan(judged(t, records, tlswire.TLS12), records, tlswire.TLS12, l)...)
	}
	for i := range fixes {
		noEnglish(t, "README", string(readme(fixes[i:i+1], true, l)))
		for _, file := range fixes[i].Files {
			if ext := filepath.Ext(file.Name); ext != ".ps1" && ext != ".diff" {
				noEnglish(t, file.Name, plain(t, file.Content))
			}
		}
	}
	noEnglish(t, "an empty README", string(readme(nil, true, l)))
}

func noEnglish(t *testing.T, name, text string) {
	t.Helper()
	for _, line := range strings.Split(text, "\n") {
		if run := englishRun.FindString(sameInAll.ReplaceAllString(line, "-")); run != "" {
			t.Errorf("%s: %q in %s", name, run, strings.TrimSpace(line))
		}
	}
}

// TestScriptsAreASCII in every language, and the same.
func TestScriptsAreASCII(t *testing.T) {
	for name, text := range exports(t) {
		records := audited(t, name, text)
		report := judged(t, records, tlswire.TLS12)
		en, zh := Plan(report, records, tlswire.TLS12, nil), Plan(report, records, tlswire.TLS12, chinese(t))
		for i := range zh {
			for j, file := range zh[i].Files {
				if filepath.Ext(file.Name) != ".ps1" {
					continue
				}
				if !slices.Equal(file.Content, en[i].Files[j].Content) {
					t.Errorf("%s: %s differs between languages", name, file.Name)
				}
				if strings.ContainsFunc(string(file.Content), func(r rune) bool { return r > 127 }) {
					t.Errorf("%s: %s is not ASCII", name, file.Name)
				}
			}
		}
	}
}
