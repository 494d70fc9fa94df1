package report

import (
	"encoding/csv"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

// injected are names that would be calculated, linked or filled in.
var injected = []string{
	`=HYPERLINK("http://evil.example","click")`, "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1",
	"=cmd|' /C calc'!A0", "_x000D_", "](javascript:alert(1))", "{0}", "a,b\"c;d", "]]>", "&amp;",
}

func injection() *assess.Report {
	r := &assess.Report{}
	for i, s := range injected {
		v := oldOutlook(s, s)
		v.Count, v.Why, v.Owner, v.Fix, v.Because = 100-i, assess.Verbatim(s), s, told(s), []string{s}
		addTo(r, v)
		r.Settings = append(r.Settings, assess.SettingVerdict{
			Host: s, Layer: s, Value: s, Verdict: "breaks", Why: assess.Verbatim(s), Fix: told(s), Where: evidence.Where{File: s, Line: 1, Path: s},
		})
		r.Coverage = append(r.Coverage, &evidence.Coverage{Source: s, Input: s, Failed: s, Blind: []string{s}})
	}
	return finish(r)
}

func readCSV(t *testing.T, out string) []map[string]string {
	t.Helper()
	body, ok := strings.CutPrefix(out, byteOrderMark)
	if !ok {
		t.Fatal("no byte order mark: Excel would not read it as UTF-8")
	}
	if strings.Count(body, "\n") != strings.Count(body, "\r\n") {
		t.Error("a line does not end with CR LF")
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		list = append(list, m)
	}
	return list
}

func TestCSVRows(t *testing.T) {
	for name, r := range fixtures() {
		rows := readCSV(t, render(t, "csv", r, Options{}))
		if len(rows) != r.Verdicts.Len() {
			t.Errorf("%s: %d rows of %d verdicts", name, len(rows), r.Verdicts.Len())
		}
		if !slices.IsSortedFunc(rows, func(a, b map[string]string) int {
			return slices.Index(statusNames[:], a["status"]) - slices.Index(statusNames[:], b["status"])
		}) {
			t.Errorf("%s: not in the order of concern", name)
		}
	}
	row := readCSV(t, render(t, "csv", waivedAndApart(), Options{}))[0]
	for name, want := range map[string]string{
		"status": "breaks", "client": "kiosk.example", "waived_until": "2026-01-31", "count": "1204",
		"first_utc": "2026-03-01 08:00:00", "offered_max": "TLS 1.0", "only_ever_weak": "true",
	} {
		if row[name] != want {
			t.Errorf("%s = %q, want %q", name, row[name], want)
		}
	}
}

// TestCSVCalculatesNothing: no field starts what a spreadsheet would work out.
func TestCSVCalculatesNothing(t *testing.T) {
	rows := readCSV(t, render(t, "csv", injection(), Options{}))
	for _, row := range rows {
		for name, s := range row {
			if c := []rune(s + " ")[0]; strings.ContainsRune("=+-@\t\r\n＝＋－＠", c) {
				t.Errorf("%s = %q", name, s)
			}
		}
	}
	if got := rows[0]["client"]; got != "'"+injected[0] {
		t.Errorf("client = %q", got)
	}
	for _, s := range injected {
		if got := strings.TrimPrefix(noFormula(s), "'"); got != s {
			t.Errorf("noFormula(%q) = %q", s, got)
		}
	}
}

// many is a report that no person reads: n pairs of a 100 servers.
func many(n int) *assess.Report {
	var list []assess.Verdict
	for i := range n {
		list = append(list, oldOutlook("client-"+strconv.Itoa(i)+".example", fmt.Sprintf("srv-%02d.example", i%100)))
	}
	return finish(&assess.Report{Verdicts: assess.Listed(list...)})
}

// BenchmarkFormats renders 100,000 pairs that break.
func BenchmarkFormats(b *testing.B) {
	r := many(100_000)
	for _, f := range Formats() {
		b.Run(f.Name, func(b *testing.B) {
			var most uint64
			for b.Loop() {
				stop := make(chan struct{})
				done := make(chan uint64)
				go watchHeap(stop, done)
				if err := f.Render(discard{}, r, Options{}); err != nil {
					b.Fatal(err)
				}
				close(stop)
				most = max(most, <-done)
			}
			b.ReportMetric(float64(most>>20), "MiB-heap")
		})
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func watchHeap(stop chan struct{}, done chan uint64) {
	var most uint64
	var m runtime.MemStats
	for {
		select {
		case <-stop:
			done <- most
			return
		case <-time.After(50 * time.Millisecond):
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
	}
}
