package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/assess"
)

var htmlFormat = Format{Name: "html", Extension: ".html", Render: renderHTML}

//go:embed html.tmpl html_parts.tmpl
var htmlTemplates embed.FS

//go:embed html.css
var htmlStyle string

//go:embed html.js
var htmlScript string

// htmlPage is parsed by the first report that is a page.
var htmlPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("html.tmpl").Funcs(htmlFuncs(words{})).ParseFS(htmlTemplates, "*.tmpl"))
})

// htmlFuncs are what the templates say and ask, in one language.
func htmlFuncs(w words) template.FuncMap {
	return template.FuncMap{
		"t":        w.T,
		"n":        w.N,
		"number":   number,
		"list":     w.List,
		"few":      func(all []string) string { return w.First(all, mostNames) },
		"day":      day,
		"input":    inputName,
		"lost":     w.lost,
		"effect":   w.effect,
		"waiver":   w.waiver,
		"apart":    w.apart,
		"disagree": w.disagreement,
		"pieces":   pieces,
		"command":  isCommand,
	}
}

// renderHTML writes one page that needs nothing else: no script to read it,
// no font, no network. Its policy forbids the browser all but its own style
// and filter, whatever the evidence may hold.
func renderHTML(w io.Writer, r *assess.Report, opt Options) error {
	page, err := htmlPage().Clone()
	if err != nil {
		return fmt.Errorf("the report as HTML: %w", err)
	}
	view, err := newHTMLView(r, opt)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := page.Funcs(htmlFuncs(words{opt.Lang})).Execute(&buf, view); err != nil {
		return fmt.Errorf("the report as HTML: %w", err)
	}
	return write(w, "HTML", &buf)
}

// pieces are the parts of a path, between which a browser may break a line.
func pieces(path string) []string {
	var out []string
	for path != "" {
		i := strings.IndexAny(path, `\/`) + 1
		if i == 0 {
			i = len(path)
		}
		out = append(out, path[:i])
		path = path[i:]
	}
	return out
}

// contentPolicy names the style and the script by their hashes.
func contentPolicy() string {
	hash := func(s string) string {
		h := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(h[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(htmlStyle) + "; script-src " + hash(htmlScript) +
		"; base-uri 'none'; form-action 'none'"
}
