package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/tlsready/tlsready/assess"
)

var htmlFormat = Format{Name: "html", Extension: ".html", Render: renderHTML}

//go:embed html.tmpl
var htmlTemplate string

//go:embed html.css
var htmlStyle string

//go:embed html.js
var htmlScript string

var htmlPage = template.Must(template.New("report").Funcs(template.FuncMap{
	"number":   number,
	"plural":   plural,
	"list":     list,
	"day":      day,
	"input":    inputName,
	"skips":    skips,
	"effect":   effectWords,
	"waiver":   waiver,
	"apart":    apartWords,
	"disagree": disagreement,
	"pieces":   pieces,
	"command":  isCommand,
}).Parse(htmlTemplate))

// renderHTML writes one page that needs nothing else: no script to read it,
// no font, no network. Its policy forbids the browser all but its own style
// and filter, whatever the evidence may hold.
func renderHTML(w io.Writer, r *assess.Report, opt Options) error {
	var buf bytes.Buffer
	if err := htmlPage.Execute(&buf, newHTMLView(r, opt)); err != nil {
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
