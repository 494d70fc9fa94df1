package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/assess"
)

func readJUnit(t *testing.T, r *assess.Report) junitReport {
	t.Helper()
	out := render(t, "junit", r, Options{})
	var doc junitReport
	if err := xml.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestJUnitCounts: what readers show first are the counts.
func TestJUnitCounts(t *testing.T) {
	all := fixtures()
	all["injection"] = injection()
	for name, r := range all {
		doc := readJUnit(t, r)
		var tests, fails, errs, skipped int
		suites := map[string]bool{}
		for _, s := range doc.Suites {
			if suites[s.Name] {
				t.Errorf("%s: suite %q twice", name, s.Name)
			}
			suites[s.Name] = true
			names := map[string]bool{}
			for _, c := range s.Cases {
				if c.Name == "" || c.Class == "" || names[c.Name] {
					t.Errorf("%s: %s: a case without a name of its own: %q", name, s.Name, c.Name)
				}
				names[c.Name] = true
			}
			if s.Tests != len(s.Cases) {
				t.Errorf("%s: %s: %d tests, %d cases", name, s.Name, s.Tests, len(s.Cases))
			}
			tests, fails, errs, skipped = tests+s.Tests, fails+s.Fails, errs+s.Errors, skipped+s.Skipped
		}
		settings := 0
		for _, s := range r.Settings {
			if s.Verdict == settingBreaks {
				settings++
			}
		}
		if doc.Tests != tests || doc.Fails != fails || doc.Errors != errs {
			t.Errorf("%s: the sums are wrong", name)
		}
		if fails != r.Summary.Breaks+settings || errs != r.Summary.InputsFailed {
			t.Errorf("%s: %d failures and %d errors, want %d and %d", name, fails, errs, r.Summary.Breaks+settings, r.Summary.InputsFailed)
		}
		if least := r.Summary.Unknown + r.Summary.Waived + r.Summary.SetApart; skipped < least {
			t.Errorf("%s: %d skipped, want at least %d", name, skipped, least)
		}
	}
}

func TestJUnitTellsWhatToDo(t *testing.T) {
	out := render(t, "junit", mixed(), Options{})
	for _, want := range []string{
		`<failure message="only ever on TLS 1.0, while the server does TLS 1.3" type="capable_but_off">`,
		"find out with: tlsready scan smtp://edge.example", "1. Install KB3140245.", "u_ex260302_x.log:118",
		`<error message="no TLS columns: add crypt-protocol to the log`, "at risk: seen on TLS 1.0",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q", want)
		}
	}
	if out := render(t, "junit", waivedAndApart(), Options{}); !strings.Contains(out, "waived by Plant engineering until 2026-09-30") {
		t.Error("the waiver is not named")
	}
}

// TestJUnitIsXML: no character that XML 1.0 forbids, however it came in.
func TestJUnitIsXML(t *testing.T) {
	r := hostile()
	list := listOf(r)
	list[0].Client = "a\uffff\ufffe\x00]]>&<b>\ud7ff"
	r.Verdicts = assess.Listed(list...)
	for _, c := range render(t, "junit", r, Options{}) {
		if c == 0xfffe || c == 0xffff || c < ' ' && c != '\n' {
			t.Errorf("%U", c)
		}
	}
	readJUnit(t, r)
}
