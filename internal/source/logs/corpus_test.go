package logs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// corpusDir is where the shared sample logs are: beside the project.
func corpusDir(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Skip("no go.mod above this package")
		}
		dir = parent
	}
	logs := filepath.Join(filepath.Dir(dir), "shared", "corpus", "logs")
	if _, err := os.Stat(logs); err != nil {
		t.Skipf("no sample logs at %s: the figures of this test were taken from them", logs)
	}
	return logs
}

// corpusRow is what CORPUS.md says of a file. Its figures were taken with awk
// and jq, not with this package.
type corpusRow struct {
	file, format string
	// versions counts the rows: "-" without TLS, "nofield" not measured,
	// "fail" for failed handshakes, "legacy" for what is weak without a
	// version, else by version.
	versions string
	// Clients seen weak, all clients, and the rows that count as evidence.
	weak, all, used int
}

func corpusRows() []corpusRow {
	return slices.Concat(corpusWeb(), corpusDocuments(), corpusMail())
}

func TestCorpusFigures(t *testing.T) {
	dir := corpusDir(t)
	for _, tt := range corpusRows() {
		t.Run(tt.file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := Detect(tt.file, data[:min(len(data), headSize)]); got != tt.format {
				t.Errorf("detected %q, want %q", got, tt.format)
			}
			rows := rowFigures(t, tt.format, data)
			if rows.versions() != tt.versions || rows.weak() != tt.weak || len(rows.clients) != tt.all {
				t.Errorf("rows: %s, clients %d/%d; want %s, %d/%d", rows.versions(), rows.weak(), len(rows.clients), tt.versions, tt.weak, tt.all)
			}
			recs := mustRun(t, tt.file, data, Options{})
			folded := recordFigures(recs)
			if folded.versions() != tt.versions || folded.weak() != tt.weak && !goesOut[tt.format] {
				t.Errorf("records: %s, weak %d; want %s, %d", folded.versions(), folded.weak(), tt.versions, tt.weak)
			}
			if c := coverageOf(recs); c.Used != tt.used {
				t.Errorf("used %d rows, want %d", c.Used, tt.used)
			}
		})
	}
}

// No format claims what is another's, or no log at all.
func TestCorpusClaims(t *testing.T) {
	dir := corpusDir(t)
	claims := map[string]string{}
	for _, r := range corpusRows() {
		claims[r.file] = r.format
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		want := claims[filepath.ToSlash(rel)]
		if got, _ := Detect(rel, data[:min(len(data), headSize)]); got != want {
			t.Errorf("%s: detected %q, want %q", rel, got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// figures are counts per version and the versions per client.
type figures struct {
	count   map[string]int
	clients map[string]tlswire.Version // the weakest
}

func newFigures() *figures {
	return &figures{map[string]int{}, map[string]tlswire.Version{}}
}

func (f *figures) see(client string, v tlswire.Version) {
	if have, ok := f.clients[client]; !ok || have == 0 || v.Below(have) {
		f.clients[client] = v
	}
}

func (f *figures) versions() string {
	var parts []string
	for k, n := range f.count {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", k, n))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func (f *figures) weak() int {
	n := 0
	for _, v := range f.clients {
		if v.Below(tlswire.TLS12) {
			n++
		}
	}
	return n
}

// rowFigures counts what the parser says of every row.
func rowFigures(t *testing.T, format string, data []byte) *figures {
	t.Helper()
	f, err := formatByName(format)
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.parser(&Options{}, data[:min(len(data), headSize)])
	if err != nil {
		t.Fatal(err)
	}
	out := newFigures()
	add := func(s state, reason string, r *row) {
		name := r.version.String()
		switch s {
		case notRow:
			return
		case plainRow:
			name = "-"
		case unmeasured:
			name = "nofield"
		case failedRow:
			name = "fail"
		case tlsRow:
			name = completedName(r.version, r.outcome)
		case badRow:
			t.Errorf("%s: %q", reason, r.cell)
			return
		}
		out.count[name] += r.weight()
		client, _ := r.client()
		out.see(string(client), r.version)
	}
	several, _ := p.(rowsParser)
	in := f.cut(bytes.NewReader(data))
	for {
		record, _, err := in.next()
		if err == io.EOF {
			if e, ok := p.(ender); ok {
				e.end(add)
			}
			return out
		} else if errors.Is(err, errBadRecord) && f.records == byEvent {
			out.count["nofield"]++
			continue
		} else if err != nil {
			t.Errorf("line %d: %v", in.line(), err)
			continue
		}
		if record = cleanLine(record); len(record) == 0 {
			continue
		}
		if several != nil {
			several.parseRows(record, add)
			continue
		}
		var r row
		r.reset()
		s, reason := p.parse(record, &r)
		add(s, reason, &r)
	}
}

// completedName is the version, of a handshake too of which the end was not
// seen; "legacy" for one that is weak without a version.
func completedName(v tlswire.Version, outcome evidence.Outcome) string {
	switch {
	case outcome == evidence.Unfinished && v.Known():
	case outcome != "" && outcome != evidence.Completed:
		return "fail"
	case !v.Known():
		return "legacy"
	}
	return v.String()
}

// recordFigures counts what came out.
func recordFigures(recs []evidence.Record) *figures {
	out := newFigures()
	for _, rec := range recs {
		switch rec := rec.(type) {
		case *evidence.Handshake:
			name := completedName(rec.Negotiated, rec.Outcome)
			out.count[name] += rec.Count
			out.see(rec.Client.IP, rec.Negotiated)
		case *evidence.Coverage:
			for _, s := range rec.Skipped {
				if s.NotTLS {
					out.count["-"] += max(1, s.Count)
				} else {
					out.count["nofield"] += max(1, s.Count)
				}
			}
		}
	}
	return out
}
