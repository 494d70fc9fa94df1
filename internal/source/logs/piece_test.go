package logs

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// byPieces reads a log that lies in memory by pieces of one size.
func byPieces(t *testing.T, log []byte, opt Options, from pieceSource) string {
	t.Helper()
	f, err := NewFold(opt)
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.open("a.log", log[:min(len(log), headSize)])
	if err != nil {
		t.Fatal(err)
	}
	if err := l.finish(t.Context(), l.pieces(t.Context(), from)); err != nil {
		t.Fatal(err)
	}
	return emitted(t, f)
}

func emitted(t *testing.T, f *Fold) string {
	t.Helper()
	var recs []evidence.Record
	if err := f.Emit(func(r evidence.Record) error { recs = append(recs, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return ndjson(t, recs)
}

// Wherever a log is cut for the workers, the same records come out, with the
// same numbers of lines.
func TestPiecesOfAnySizeGiveTheSame(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		f, _ := formatByName(format)
		if f.records != byLine {
			return
		}
		log = bytes.Repeat(log, 7)
		for _, end := range []string{"", "\n", "\r\n\r\n"} {
			log := append(bytes.TrimRight(log, "\n"), end...)
			opt := Options{Format: format}
			want := byPieces(t, log, opt, &streamPieces{r: bytes.NewReader(log), size: 1 << 30})
			for _, size := range []int{lead, 100, 333, 1000, 4096, 1 << 20} {
				if got := byPieces(t, log, opt, &streamPieces{r: &pieces{log, 97}, size: size}); got != want {
					t.Fatalf("stream in pieces of %d:\n%s", size, firstDifference(got, want))
				}
				if f.joins {
					continue // never read by pieces of a file
				}
				file := newFilePieces(bytes.NewReader(log), int64(len(log)), nil)
				file.step = int64(size)
				if got := byPieces(t, log, opt, file); got != want {
					t.Fatalf("file in pieces of %d:\n%s", size, firstDifference(got, want))
				}
			}
		}
	})
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("got  %s\nwant %s", g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// A #Fields line counts for all that follows, in whichever piece it stands.
func TestHeaderChangesReachEveryPiece(t *testing.T) {
	var log bytes.Buffer
	want := map[string]int{}
	for i := range 40 {
		fields := []string{"date", "time", "c-ip", "s-port", "crypt-protocol"}
		if i%2 == 1 {
			slices.Reverse(fields)
		}
		if i%5 == 3 {
			log.WriteString("\xef\xbb\xbf")
		}
		log.WriteString("#Fields: " + strings.Join(fields, " ") + "\n")
		for j := range 1 + i*3%17 {
			version := []string{"40", "400"}[j%2]
			want[version]++
			row := []string{"2026-03-02", "10:00:00", "198.51.100.7", "443", version}
			if i%2 == 1 {
				slices.Reverse(row)
			}
			log.WriteString(strings.Join(row, " ") + "\n")
		}
	}
	for _, size := range []int64{64, 65, 100, 250, 1000} {
		f, _ := NewFold(Options{Format: "iis"})
		l, err := f.open("a.log", log.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		file := newFilePieces(bytes.NewReader(log.Bytes()), int64(log.Len()), nil)
		file.step = size
		if err := l.finish(t.Context(), l.pieces(t.Context(), file)); err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		f.all.each(func(s *shard, g *group) {
			got[map[string]string{"TLS 1.0": "40", "TLS 1.2": "400"}[s.all[g.of].kind.version.String()]] += int(g.count)
		})
		if got["40"] != want["40"] || got["400"] != want["400"] || len(f.covers[0].Skipped) != 0 {
			t.Errorf("pieces of %d: %v, want %v; skipped %v", size, got, want, f.covers[0].Skipped)
		}
	}
}

// Lines that no piece can hold are passed over once, whoever meets them.
func TestLongLinesAcrossPieces(t *testing.T) {
	row := iisRow("198.51.100.7", "a/1", "40 6610 8004 ae06")
	long := strings.Repeat("x", MaxLine+5) + "\n"
	whole := strings.Repeat("x", MaxLine-5) + "\n" // is a line, and no row
	log := []byte(iisHeader + row + long + row + whole + row + long)
	opt := Options{Format: "iis"}
	want := byPieces(t, log, opt, &streamPieces{r: bytes.NewReader(log), size: 1 << 30})
	for _, s := range []string{`"count":3`, "line over 1 MiB", `"count":2}`, `a.log:6`} {
		if !strings.Contains(want, s) {
			t.Errorf("%q is not in %s", s, want)
		}
	}
	for _, size := range []int{1000, 100_000, 1 << 20, 3 << 20} {
		file := newFilePieces(bytes.NewReader(log), int64(len(log)), nil)
		file.step = int64(size)
		if got := byPieces(t, log, opt, file); got != want {
			t.Errorf("file in pieces of %d:\n%s", size, firstDifference(got, want))
		}
		if got := byPieces(t, log, opt, &streamPieces{r: bytes.NewReader(log), size: size}); got != want {
			t.Errorf("stream in pieces of %d:\n%s", size, firstDifference(got, want))
		}
	}
}

// A file that shrinks under the reader gives what was there, and says so.
func TestFileShrinksWhileItIsRead(t *testing.T) {
	log := []byte(iisHeader + strings.Repeat(iisRow("198.51.100.7", "a/1", "40 6610 8004 ae06"), 20_000))
	f, _ := NewFold(Options{})
	err := f.AddFile(t.Context(), "a.log", bytes.NewReader(log), int64(len(log)+pieceSize), nil)
	if err == nil || !strings.Contains(err.Error(), "shorter") {
		t.Errorf("error %v", err)
	}
	if out := emitted(t, f); !strings.Contains(out, "reading failed") {
		t.Errorf("coverage does not say so: %s", out)
	}
}

// Two logs into one fold are the sum of both, in whichever order.
func TestFoldOfSeveralLogs(t *testing.T) {
	a := []byte(iisHeader + iisRow("198.51.100.7", "a/1", "40 6610 8004 ae06") + iisRow("198.51.100.8", "a/1", "400 6610 800d ae06"))
	b := []byte(iisHeader + iisRow("198.51.100.7", "a/1", "40 6610 8004 ae06"))
	read := func(names ...string) string {
		f, _ := NewFold(Options{})
		for _, n := range names {
			if err := f.Add(t.Context(), n, bytes.NewReader(map[string][]byte{"a.log": a, "b.log": b}[n])); err != nil {
				t.Fatal(err)
			}
		}
		return emitted(t, f)
	}
	one, other := read("a.log", "b.log"), read("b.log", "a.log")
	if one != other || !strings.Contains(one, `"count":2`) || strings.Count(one, `"kind":"coverage"`) != 2 {
		t.Errorf("%s\n%s", one, other)
	}
}

// A stretch of a line that names a row may be as long as its agent. Whoever
// stands behind it must not be lost.
func TestLongAgentsDoNotHideClients(t *testing.T) {
	log := "#Fields: date time cs(User-Agent) c-ip crypt-protocol\n"
	for _, n := range []int{1, 600, 5000} {
		for _, client := range []string{"198.51.100.7", "198.51.100.8"} {
			log += "2026-03-02 10:00:00 " + strings.Repeat("x", n) + " " + client + " 40\n"
		}
	}
	if h := handshakesOf(mustRun(t, "a.log", []byte(log), Options{Format: "iis"})); len(h) != 4 || h[1].Count != 2 || h[3].Count != 2 {
		t.Errorf("%d records: %s", len(h), ndjson(t, []evidence.Record{h[0], h[1]}))
	}
}
