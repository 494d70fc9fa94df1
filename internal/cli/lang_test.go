package cli

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// englishRun is what no name, setting or value looks like: three words of
// lower-case letters in a row.
var englishRun = regexp.MustCompile(`\b[a-z]{2,}(?:[ ,;]+[a-z]{2,}){2,}\b`)

// sameInAll are names that are written as their makers write them, citations,
// and commands to copy, with words enough to look like a sentence.
var sameInAll = regexp.MustCompile(strings.Join([]string{
	`Android stock browser and apps`, `target not shown`, `target not…`, `gnutls-cli or wget`, `by some advice`, // programs
	`ERP web front end`, `web service client`, // of the estate
	`advice of this project`, `public installation scripts that write the value`, `general knowledge: no document was read`, // sources
	`\breg export\b`, `\breg; reg\b`, `tlsready [ -~]*`, // references, commands
}, "|"))

// TestNoEnglishIsLeft: on the example estate, nothing that people read in
// another language has an English sentence in it.
func TestNoEnglishIsLeft(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1795435200")
	t.Chdir(filepath.Join("..", "..", "examples"))
	for _, c := range []struct {
		name string
		args []string
	}{
		{"plan", []string{"plan", "contoso"}},
		{"plan as a page", []string{"plan", "contoso", "--format", "html"}},
		{"plan as a picture", []string{"plan", "contoso", "--format", "svg"}},
		{"plan as a calendar", []string{"plan", "contoso", "--format", "ics"}},
		{"simulate", []string{"simulate", "contoso"}},
		{"explain a pair", []string{"explain", "stock01", "web.contoso.example:443", "contoso"}},
		{"explain a server", []string{"explain", "exch01", "contoso"}},
		{"import", []string{"import", "contoso"}},
		{"watch", []string{"watch", "contoso/captures"}},
		{"audit", []string{"audit", "contoso"}},
		{"check", []string{"check", "contoso"}},
		{"check under a policy with words of its own", []string{"check", "contoso", "--policy", "pci-dss-4"}},
		{"check of what is not there", []string{"check", "contoso", "127.0.0.1:1"}},
		{"check as a page", []string{"check", "contoso", "--format", "html"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, messages bytes.Buffer
			Main(context.Background(), append(c.args, "--lang", "zh-TW"), Streams{In: strings.NewReader(""), Out: &out, Err: &messages})
			if out.Len() < 500 {
				t.Fatalf("hardly anything was said: %q, %q", out.String(), messages.String())
			}
			for _, line := range strings.Split(asRead(out.String()+"\n"+messages.String()), "\n") {
				if run := englishRun.FindString(sameInAll.ReplaceAllString(line, "-")); run != "" {
					t.Errorf("%q in %s", run, strings.TrimSpace(line))
				}
			}
		})
	}
}

var (
	hidden = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>|<(?:svg|path|rect|marker)[^>]*>`)
	folded = regexp.MustCompile(`\n {2,}`)
)

// asRead is text with wrapped lines in one piece and without what a browser
// does not show.
func asRead(s string) string { return folded.ReplaceAllString(hidden.ReplaceAllString(s, ""), " ") }
