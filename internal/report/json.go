package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

var jsonFormat = Format{Name: "json", Extension: ".json", Render: renderJSON}

// noVerdicts is where the verdicts belong in a report without any.
var noVerdicts = []byte("\n" + `  "verdicts": []`)

// renderJSON writes the report object itself, and who must be told. Lists that are empty are
// written as such: a reader need not tell null from nothing. Verdicts go out as
// they are made, since there may be a million of them.
func renderJSON(w io.Writer, r *assess.Report, _ Options) error {
	frame, err := jsonFrame(r)
	if err != nil {
		return fmt.Errorf("the report as JSON: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	before, after, _ := bytes.Cut(frame, noVerdicts)
	out.Write(before)
	if r.Verdicts.Len() == 0 {
		out.Write(noVerdicts)
	} else {
		out.Write(bytes.TrimSuffix(noVerdicts, []byte("]")))
		if err := inBlocks(out, r.Verdicts.Len(), func(b *bytes.Buffer, from, to int) error { return jsonVerdicts(b, r, from, to) }); err != nil {
			return fmt.Errorf("the report as JSON: %w", err)
		}
		out.WriteString("\n  ]")
	}
	out.Write(after)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the JSON report: %w", err)
	}
	return nil
}

// jsonFrame is the report but for its verdicts.
func jsonFrame(r *assess.Report) ([]byte, error) {
	out := *r
	out.Verdicts = assess.Verdicts{}
	if out.Settings == nil {
		out.Settings = []assess.SettingVerdict{}
	}
	if out.Coverage == nil {
		out.Coverage = []*evidence.Coverage{}
	}
	whole := struct {
		*assess.Report
		Contacts []contactJSON `json:"contacts"`
	}{&out, contactsJSON(r)}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(whole)
	return escapeUnprintable(raw.Bytes()), err
}

// jsonVerdicts writes some verdicts as they stand in the list of the report.
func jsonVerdicts(out *bytes.Buffer, r *assess.Report, from, to int) error {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	enc.SetIndent("    ", "  ")
	for i := from; i < to; i++ {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		raw.Reset()
		v := r.Verdicts.At(i)
		if err := enc.Encode(&v); err != nil {
			return err
		}
		out.Write(escapeUnprintable(bytes.TrimSuffix(raw.Bytes(), []byte("\n"))))
	}
	return nil
}

// escapeUnprintable writes as \uXXXX what encoding/json leaves alone but a
// terminal obeys: C1 controls and marks that turn the direction of text. They
// stand only inside strings, so the value stays the same.
func escapeUnprintable(b []byte) []byte {
	if isPlain(b) {
		return b // nearly all; encoding/json escaped its controls
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		c, n := utf8.DecodeRune(b)
		part := b[:n]
		b = b[n:]
		switch {
		case c == '\n' || !unprintable(c):
			out = append(out, part...)
		case c > 0xffff:
			c -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+c>>10, 0xdc00+c&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
	}
	return out
}

func isPlain(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f { // DEL is for the terminal, too
			return false
		}
	}
	return true
}
