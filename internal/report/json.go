package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

var jsonFormat = Format{Name: "json", Extension: ".json", Render: renderJSON}

// renderJSON writes the report object itself, and who must be told. Lists that are empty are
// written as such: a reader need not tell null from nothing.
func renderJSON(w io.Writer, r *assess.Report, _ Options) error {
	out := *r
	if out.Verdicts == nil {
		out.Verdicts = []assess.Verdict{}
	}
	if out.Settings == nil {
		out.Settings = []assess.SettingVerdict{}
	}
	if out.Coverage == nil {
		out.Coverage = []*evidence.Coverage{}
	}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	whole := struct {
		*assess.Report
		Contacts []contactJSON `json:"contacts"`
	}{&out, contactsJSON(r)}
	if err := enc.Encode(whole); err != nil {
		return fmt.Errorf("the report as JSON: %w", err)
	}
	return write(w, "JSON", escapeUnprintable(raw.Bytes()))
}

// escapeUnprintable writes as \uXXXX what encoding/json leaves alone but a
// terminal obeys: C1 controls and marks that turn the direction of text. They
// stand only inside strings, so the value stays the same.
func escapeUnprintable(b []byte) *bytes.Buffer {
	out := bytes.NewBuffer(make([]byte, 0, len(b)))
	for len(b) > 0 {
		c, n := utf8.DecodeRune(b)
		part := b[:n]
		b = b[n:]
		switch {
		case c == '\n' || !unprintable(c):
			out.Write(part)
		case c > 0xffff:
			c -= 0x10000
			fmt.Fprintf(out, `\u%04x\u%04x`, 0xd800+c>>10, 0xdc00+c&0x3ff)
		default:
			fmt.Fprintf(out, `\u%04x`, c)
		}
	}
	return out
}
