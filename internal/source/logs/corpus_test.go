package logs

import (
	"bytes"
	"fmt"
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

// The figures were taken with awk and jq, not with this package.
func TestCorpusFigures(t *testing.T) {
	dir := corpusDir(t)
	tests := []struct {
		file, format    string
		versions        string // "-" plain HTTP, "nofield" not measured
		weak, all, used int
	}{
		{"real/iis/iis10-edge-plaso.log", "iis", "nofield: 15", 0, 2, 0},
		{"real/iis/iis6-plaso.log", "iis", "nofield: 12", 0, 3, 0},
		{"real/iis/iis7-owa-plaso.log", "iis", "nofield: 3", 0, 2, 0},
		{"real/iis/w3c-big-lnav.log", "iis", "nofield: 210", 0, 12, 0},
		{"synthetic/iis/u_ex260302_x.log", "iis", "-: 101, TLS 1.0: 396, TLS 1.1: 34, TLS 1.2: 811, TLS 1.3: 1658", 16, 47, 2899},
		{"synthetic/nginx/access-combined-ssl.log", "nginx", "-: 90, TLS 1.0: 239, TLS 1.1: 14, TLS 1.2: 531, TLS 1.3: 1126", 16, 47, 1910},
		{"synthetic/nginx/access-json.log", "nginx-json", "-: 90, TLS 1.0: 239, TLS 1.1: 14, TLS 1.2: 531, TLS 1.3: 1126", 16, 47, 1910},
	}
	for _, tt := range tests {
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
			if folded.versions() != tt.versions || folded.weak() != tt.weak {
				t.Errorf("records: %s, weak %d; want %s, %d", folded.versions(), folded.weak(), tt.versions, tt.weak)
			}
			if c := coverageOf(recs); c.Used != tt.used {
				t.Errorf("used %d rows, want %d", c.Used, tt.used)
			}
		})
	}
}

// Every other sample is a log or a report of another kind. The one claim
// that is right is Apache's combined log: nothing tells it from nginx's.
func TestCorpusClaims(t *testing.T) {
	dir := corpusDir(t)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		want := ""
		switch filepath.ToSlash(rel) {
		case "real/iis/iis10-edge-plaso.log", "real/iis/iis6-plaso.log", "real/iis/iis7-owa-plaso.log",
			"real/iis/w3c-big-lnav.log", "synthetic/iis/u_ex260302_x.log":
			want = "iis"
		case "synthetic/nginx/access-combined-ssl.log", "synthetic/apache/access-custom-ssl.log":
			want = "nginx"
		case "synthetic/nginx/access-json.log":
			want = "nginx-json"
		}
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
	for line := range bytes.Lines(data) {
		line = cleanLine(bytes.TrimSuffix(line, []byte("\n")))
		if len(line) == 0 {
			continue
		}
		var r row
		r.reset()
		s, reason := p.parse(line, &r)
		switch s {
		case notRow:
			continue
		case plainRow:
			out.count["-"]++
		case unmeasured:
			out.count["nofield"]++
		case tlsRow:
			out.count[r.version.String()]++
		case badRow:
			t.Errorf("%s: %q", reason, line)
		}
		client, _ := r.client()
		out.see(string(client), r.version)
	}
	return out
}

// recordFigures counts what came out.
func recordFigures(recs []evidence.Record) *figures {
	out := newFigures()
	for _, rec := range recs {
		switch rec := rec.(type) {
		case *evidence.Handshake:
			out.count[rec.Negotiated.String()] += rec.Count
			out.see(rec.Client.IP, rec.Negotiated)
		case *evidence.Coverage:
			for _, s := range rec.Skipped {
				switch s.Reason {
				case reasonPlain:
					out.count["-"] += max(1, s.Count)
				case reasonUnmeasured:
					out.count["nofield"] += max(1, s.Count)
				}
			}
		}
	}
	return out
}
