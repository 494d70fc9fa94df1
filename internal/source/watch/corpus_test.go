package watch

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// corpusDir finds a folder of the corpus, which lies beside the project.
func corpusDir(tb testing.TB, name string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("no go.mod above the test")
		}
		dir = up
	}
	dir = filepath.Join(dir, "..", "shared", "corpus", name)
	if _, err := os.Stat(dir); err != nil {
		tb.Skip("corpus not beside the project: " + dir)
	}
	return dir
}

// readTSV reads a table with a header line.
func readTSV(tb testing.TB, path string) []map[string]string {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, v := range row {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

// watched is what Run found in one file.
type watched struct {
	handshakes []*evidence.Handshake
	coverage   *evidence.Coverage
}

func watchFile(tb testing.TB, path string) watched {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var w watched
	start := time.Now()
	err = Run(context.Background(), filepath.Base(path), f, Options{}, func(r evidence.Record) error {
		switch r := r.(type) {
		case *evidence.Handshake:
			w.handshakes = append(w.handshakes, r)
		case *evidence.Coverage:
			w.coverage = r
		}
		_, err := evidence.Marshal(r)
		return err
	})
	if err != nil {
		tb.Errorf("%s: %v", path, err)
	}
	if d := time.Since(start); d > 10*time.Second {
		tb.Errorf("%s: took %v", path, d)
	}
	if w.coverage == nil {
		tb.Errorf("%s: no coverage record", path)
	}
	return w
}

// frameOf is the packet that a handshake refers to.
func frameOf(h *evidence.Handshake) string {
	ref := h.Refs[0]
	return ref[strings.LastIndexByte(ref, ':')+1:]
}

// take finds and removes the handshake of a row of the truth: by the packet
// of the hello, else by the addresses and ports.
func (w *watched) take(row map[string]string) *evidence.Handshake {
	frame := row["frame_ch"]
	if frame == "" {
		frame = row["frame_sh"]
	}
	same := func(h *evidence.Handshake) bool {
		return h.Client.IP == row["client"] && strconv.Itoa(int(h.Client.Port)) == row["cport"] &&
			h.Server.IP == row["server"] && strconv.Itoa(int(h.Server.Port)) == row["sport"]
	}
	for _, needFrame := range []bool{true, false} {
		for i, h := range w.handshakes {
			if h != nil && same(h) && (!needFrame || frameOf(h) == frame) {
				w.handshakes[i] = nil
				return h
			}
		}
	}
	return nil
}

// versionName turns tshark's TLSv1.2 into TLS 1.2.
func versionName(s string) string {
	s = strings.Replace(s, "TLSv", "TLS ", 1)
	s = strings.Replace(s, "-draft", " draft ", 1)
	if strings.HasPrefix(s, "0x") {
		s = "0x" + strings.ToUpper(s[2:])
	}
	return s
}

func versionOf(v tlswire.Version) string {
	if v == 0 {
		return ""
	}
	return v.String()
}

func suiteName(hex string) string {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "0x"), 16, 16)
	if hex == "" || err != nil {
		return hex
	}
	return tlswire.Suite(n).String()
}

// groupName reads the last group of the column: what was agreed in the end.
func groupName(s string) string {
	s = s[strings.LastIndexByte(s, ';')+1:]
	n, err := strconv.ParseUint(s, 0, 16)
	if err != nil {
		return s
	}
	return tlswire.Group(n).String()
}

// diffs compares a handshake with its row, column by column.
func diffs(row map[string]string, h *evidence.Handshake) []string {
	var out []string
	check := func(column, got, want string) {
		if got != want {
			out = append(out, fmt.Sprintf("%s: got %q, truth %q", column, got, want))
		}
	}
	check("offered_max", versionOf(h.OfferedMax), versionName(row["offered_max"]))
	check("negotiated", versionOf(h.Negotiated), versionName(row["negotiated"]))
	check("cipher", h.Suite, suiteName(row["cipher"]))
	check("sni", h.Server.Name, row["sni"])
	check("ja3", h.Client.JA3, row["ja3"])
	if row["ja4"] != "" {
		check("ja4", h.Client.JA4, row["ja4"])
	}
	if row["alpn_chosen"] != "" {
		check("alpn_chosen", h.ALPN, row["alpn_chosen"])
	}
	check("groups", h.Group, groupName(row["groups"]))
	check("outcome", outcomeClass(h), truthClass(row))
	if frame := row["frame_ch"]; frame != "" {
		check("frame_ch", frameOf(h), frame)
	}
	return out
}

// outcomeClass and truthClass bring both sides to the words they share.
func outcomeClass(h *evidence.Handshake) string {
	switch {
	case h.Alert != nil:
		return "alert " + h.Alert.From + " " + h.Alert.Name
	case h.Outcome == evidence.Completed:
		return "completed"
	}
	return "not completed"
}

func truthClass(row map[string]string) string {
	o := row["outcome"]
	if o == "completed" {
		return o
	}
	var side string
	var level, desc int
	if n, _ := fmt.Sscanf(strings.Replace(o, ":", " ", 2), "alert %s %d %d", &side, &level, &desc); n == 3 {
		side = map[string]string{"c": "client", "s": "server"}[side]
		return "alert " + side + " " + tlswire.Alert(desc).String()
	}
	return "not completed"
}

// tunnelled files carry their handshakes in tunnels that are not read yet.
func isTCPRow(row map[string]string) bool { return row["proto"] == "tcp" }

func TestCorpusTruth(t *testing.T) {
	dir := corpusDir(t, "pcap")
	files := map[string]*watched{}
	rows, same, explainedRows := 0, 0, 0
	used := map[string]bool{}
	for _, row := range readTSV(t, filepath.Join(dir, "truth.tsv")) {
		if !isTCPRow(row) {
			continue
		}
		file := row["file"]
		if files[file] == nil {
			w := watchFile(t, filepath.Join(dir, file))
			files[file] = &w
		}
		rows++
		id := fmt.Sprintf("%s %s/%s", file, row["stream"], row["idx"])
		h := files[file].take(row)
		if h == nil {
			t.Errorf("%s: not found", id)
			continue
		}
		d := diffs(row, h)
		if len(d) == 0 {
			same++
			continue
		}
		t.Errorf("%s (frames %s %s): %s", id, row["frame_ch"], row["frame_sh"], strings.Join(d, "; "))
	}
	more := 0
	for file, w := range files {
		for _, h := range w.handshakes {
			if h != nil {
				more++
				t.Logf("%s: more than truth: %s %v > %v %s %s:%d %s", file, h.Refs[0], h.OfferedMax, h.Negotiated, h.Outcome, h.Server.IP, h.Server.Port, h.Protocol)
			}
		}
	}
	_ = used
	t.Logf("%d rows of TCP: %d the same, %d explained, %d handshakes more", rows, same, explainedRows, more)
}
