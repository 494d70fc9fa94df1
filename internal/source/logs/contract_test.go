package logs

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/tlsready/tlsready/evidence"
)

// forEachFormat runs a rule that holds for every format on its sample.
func forEachFormat(t *testing.T, rule func(t *testing.T, format string, log []byte)) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) { rule(t, name, sample(t, name)) })
	}
}

func TestSampleIsDetectedAndCountsAddUp(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		if got, ok := Detect("access.log", log); !ok || got != format {
			t.Errorf("detected %q", got)
		}
		recs := mustRun(t, "dir/access.log", log, Options{})
		c := coverageOf(recs)
		skipped, used, traffic := 0, 0, 0
		for _, s := range c.Skipped {
			skipped += max(1, s.Count)
		}
		for _, rec := range recs {
			switch rec := rec.(type) {
			case *evidence.Handshake:
				used += rec.Count
				days := 0
				for _, n := range rec.Days {
					days += n
				}
				if days != rec.Count || rec.First.IsZero() || !strings.HasPrefix(rec.Refs[0], "dir/access.log:") {
					t.Errorf("days %d, count %d, first %v, refs %v", days, rec.Count, rec.First, rec.Refs)
				}
			case *evidence.Traffic:
				traffic += rec.Count
			}
		}
		if c.Read != c.Used+skipped || used != c.Used || traffic != c.Used || used == 0 {
			t.Errorf("read %d, used %d, skipped %d; handshakes %d, traffic %d", c.Read, c.Used, skipped, used, traffic)
		}
		if c.Input != "dir/access.log" || len(c.Blind) == 0 || c.First.IsZero() || c.Last.Before(c.First) {
			t.Errorf("coverage %+v", c)
		}
	})
}

// However the same text arrives, the same records come out.
func TestEncodingsAndPiecesGiveTheSame(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		want := ndjson(t, mustRun(t, "a.log", log, Options{}))
		inputs := map[string]io.Reader{
			"BOM":         bytes.NewReader(append([]byte("\xef\xbb\xbf"), log...)),
			"CRLF":        bytes.NewReader(bytes.ReplaceAll(log, []byte("\n"), []byte("\r\n"))),
			"UTF-16LE":    bytes.NewReader(toUTF16(log, binary.LittleEndian, true)),
			"UTF-16BE":    bytes.NewReader(toUTF16(log, binary.BigEndian, true)),
			"no mark":     bytes.NewReader(toUTF16(log, binary.LittleEndian, false)),
			"16 in bytes": iotest.OneByteReader(bytes.NewReader(toUTF16(log, binary.LittleEndian, true))),
			"bytes":       iotest.OneByteReader(bytes.NewReader(log)),
			"halves":      iotest.HalfReader(bytes.NewReader(log)),
			"data+EOF":    iotest.DataErrReader(bytes.NewReader(log)),
			"no line end": bytes.NewReader(bytes.TrimSuffix(log, []byte("\n"))),
			"pieces of 7": &pieces{log, 7},
		}
		for name, r := range inputs {
			recs, err := collect(t.Context(), "a.log", r, Options{})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := ndjson(t, recs); got != want {
				t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
			}
		}
	})
}

// The fold must not care where the reader's chunks end, so read a log that
// is larger than all of them in pieces of odd sizes.
func TestChunkSizesDoNotMatter(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		big := bytes.Repeat(log, 3*MaxLine/2/len(log))
		want := ndjson(t, mustRun(t, "a.log", big, Options{}))
		for _, size := range []int{4093, 65537, 1 << 20} {
			recs, err := collect(t.Context(), "a.log", &pieces{big, size}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := ndjson(t, recs); got != want {
				t.Errorf("pieces of %d bytes differ", size)
			}
		}
	})
}

// A log that ends anywhere must not say what the whole does not say: half of
// TLSv1.2 is TLSv1. The rows that contradict themselves are left out: half of
// one need not.
func TestCutAnywhereInventsNothing(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		what := func(h *evidence.Handshake) string {
			client := h.Client // a cut may leave less of it
			client.JA3, client.JA4 = "", ""
			return fmt.Sprint(client, h.Server, h.Negotiated)
		}
		prints := map[string]bool{"": true}
		lines := slices.DeleteFunc(bytes.SplitAfter(log, []byte("\n")), func(l []byte) bool { return bytes.Contains(l, []byte("odd/1.0")) })
		log = slices.Concat(lines...)
		f, _ := formatByName(format)
		suites := map[string][]string{}
		for _, h := range handshakesOf(mustRun(t, "a.log", log, Options{})) {
			suites[what(h)] = append(suites[what(h)], h.Suite)
			prints[h.Client.JA3], prints[h.Client.JA4] = true, true
			if f.joins { // who it was may stand on a line that is cut off
				h.Client.Identity = ""
				suites[what(h)] = append(suites[what(h)], h.Suite)
			}
		}
		for n := range log {
			for _, h := range handshakesOf(mustRun(t, "a.log", log[:n], Options{Format: format})) {
				known, ok := suites[what(h)]
				if !ok || h.Suite != "" && !slices.Contains(known, h.Suite) || !prints[h.Client.JA3] || !prints[h.Client.JA4] {
					t.Fatalf("cut at %d invents %s", n, brief(h))
				}
			}
		}
	})
}

func TestGarbageBetweenRowsIsNoted(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		want := handshakesOf(mustRun(t, "a.log", log, Options{}))
		at := bytes.LastIndexByte(log[:len(log)-1], '\n') + 1
		bad := []byte("\x00\x01\xff\xfe\x80 garbage\n" + strings.Repeat("\x00", 3000) + "\n" + strings.Repeat("y", MaxLine+1) + "\n\n")
		recs := mustRun(t, "a.log", slices.Concat(log[:at], bad, log[at:]), Options{})
		got := handshakesOf(recs)
		if len(got) != len(want) {
			t.Fatalf("%d handshakes, want %d", len(got), len(want))
		}
		for i := range got {
			if got[i].Count != want[i].Count || got[i].Client != want[i].Client {
				t.Errorf("got %s, want %s", brief(got[i]), brief(want[i]))
			}
		}
		reasons := fmt.Sprint(coverageOf(recs).Skipped)
		noted := []string{"line over 1 MiB", "only NUL bytes"}
		if f, _ := formatByName(format); f.records == byJSONValue {
			noted = []string{errBadRecord.Error()} // NULs between values are space
		} else if f.records == byEvent {
			noted = []string{errBadEvent.Error()} // all of it is one run of bytes that are no event
		}
		for _, r := range noted {
			if !strings.Contains(reasons, r) {
				t.Errorf("%q is not in %s", r, reasons)
			}
		}
	})
}

// A line of any length must pass through a buffer that does not grow.
func TestHugeLineIsPassedOver(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		huge := io.LimitReader(&endless{'x'}, 64<<20)
		r := io.MultiReader(bytes.NewReader(log), huge, strings.NewReader("\n"), bytes.NewReader(log))
		recs, err := collect(t.Context(), "a.log", r, Options{})
		if err != nil {
			t.Fatal(err)
		}
		once := handshakesOf(mustRun(t, "a.log", log, Options{}))
		for i, h := range handshakesOf(recs) {
			if h.Count != 2*once[i].Count {
				t.Errorf("%s, want twice %d", brief(h), once[i].Count)
			}
		}
	})
}

func TestOnlyGarbageIsRefused(t *testing.T) {
	junk := bytes.Repeat([]byte{0, 0xff, 'a', 0x80, '\n'}, 1000)
	if _, err := collect(t.Context(), "x.bin", bytes.NewReader(junk), Options{}); !errors.Is(err, ErrUnknownFormat) || !strings.Contains(err.Error(), "nginx-json") {
		t.Errorf("error %v does not name the formats", err)
	}
	forEachFormat(t, func(t *testing.T, format string, _ []byte) {
		recs := mustRun(t, "x.bin", junk, Options{Format: format})
		if c := coverageOf(recs); c.Used != 0 || len(c.Skipped) == 0 || len(handshakesOf(recs)) != 0 {
			t.Errorf("coverage %+v", c)
		}
	})
}

func TestEmpty(t *testing.T) {
	for _, format := range append(Names(), "") {
		recs := mustRun(t, "a.log", nil, Options{Format: format})
		if len(recs) != 1 || coverageOf(recs).Failed != emptyInput {
			t.Errorf("%q: %s", format, ndjson(t, recs))
		}
	}
}

func TestCancel(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		ctx, cancel := context.WithCancel(t.Context())
		big := bytes.Repeat(log, 4*(MaxLine+readSize)/len(log))
		r := &pieces{big, 100_000}
		after := readerFunc(func(p []byte) (int, error) {
			if len(r.data) < len(big)/2 {
				cancel()
			}
			return r.Read(p)
		})
		recs, err := collect(ctx, "a.log", after, Options{})
		if !errors.Is(err, context.Canceled) || len(recs) != 0 || len(r.data) == 0 {
			t.Errorf("error %v, %d records, %d bytes unread", err, len(recs), len(r.data))
		}
		cancel()
	})
}

func TestReadErrorKeepsWhatWasRead(t *testing.T) {
	broken := errors.New("broken disk")
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		for _, times := range []int{1, 100_000 / len(log) * 2} {
			r := io.MultiReader(bytes.NewReader(bytes.Repeat(log, times)), iotest.ErrReader(broken))
			recs, err := collect(t.Context(), "a.log", r, Options{})
			if !errors.Is(err, broken) || len(handshakesOf(recs)) == 0 {
				t.Fatalf("error %v, %d records", err, len(recs))
			}
			if blind := strings.Join(coverageOf(recs).Blind, "; "); !strings.Contains(blind, "reading failed after line") {
				t.Errorf("blind: %s", blind)
			}
		}
	})
}

func TestEmitErrorEnds(t *testing.T) {
	full := errors.New("no space")
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		calls := 0
		err := Run(t.Context(), "a.log", bytes.NewReader(log), Options{}, func(evidence.Record) error { calls++; return full })
		if !errors.Is(err, full) || calls != 1 {
			t.Errorf("error %v after %d calls", err, calls)
		}
	})
}

// What this package folds must be what the evidence package would fold.
func TestRecordsAreFolded(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		recs := mustRun(t, "a.log", log, Options{})
		var f evidence.Folder
		for _, r := range mustRun(t, "a.log", log, Options{}) {
			if err := f.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		if f.Len() != len(recs) {
			t.Errorf("%d records fold to %d", len(recs), f.Len())
		}
	})
}

// pieces reads at most size bytes at a time.
type pieces struct {
	data []byte
	size int
}

func (r *pieces) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), r.size)], r.data)
	r.data = r.data[n:]
	return n, nil
}

type endless struct{ c byte }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.c
	}
	return len(p), nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func toUTF16(b []byte, order binary.ByteOrder, mark bool) []byte {
	var out []byte
	if mark {
		out = append(out, 0, 0)
		order.PutUint16(out, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(string(b))) {
		out = append(out, 0, 0)
		order.PutUint16(out[len(out)-2:], u)
	}
	return out
}
