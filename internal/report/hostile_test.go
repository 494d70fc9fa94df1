package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var ownColour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestNothingReachesTheTerminal: evidence may hold controls, but no format
// passes them on.
func TestNothingReachesTheTerminal(t *testing.T) {
	for _, v := range variants {
		opt := v.opt
		opt.Title, opt.Version = "t\x1b[2J\u202e", "v\x07"
		out := render(t, v.format, hostile(), opt)
		if opt.Color {
			out = ownColour.ReplaceAllString(out, "")
		}
		if v.format == "csv" { // what makes it CSV
			out = strings.ReplaceAll(strings.TrimPrefix(out, byteOrderMark), "\r\n", "\n")
		}
		if !utf8.ValidString(out) {
			t.Errorf("%s: not UTF-8", v.suffix)
		}
		for i, c := range out {
			if c != '\n' && unprintable(c) {
				t.Errorf("%s: %U at %d: %q", v.suffix, c, i, out[max(0, i-30):i+10])
			}
			if opt.ASCII && c >= 0x80 {
				t.Errorf("%s: %U at %d is not ASCII", v.suffix, c, i)
			}
		}
	}
}

// TestEvidenceIsNoColour: what evidence holds is never taken for our own
// colours.
func TestEvidenceIsNoColour(t *testing.T) {
	if out := render(t, "text", hostile(), Options{}); strings.Contains(out, "\x1b") {
		t.Error("an escape without Color")
	}
}

// TestNoFakeHeadline: a name with a newline starts no line of its own.
func TestNoFakeHeadline(t *testing.T) {
	for line := range strings.Lines(render(t, "text", hostile(), Options{})) {
		if strings.HasPrefix(strings.TrimLeft(line, " "), "READY. All") {
			t.Errorf("a forged line: %q", line)
		}
	}
}

func TestPageHoldsNoStrangersMarkup(t *testing.T) {
	out := render(t, "html", hostile(), Options{Title: "<script>t</script>", Version: "<b>"})
	if n := strings.Count(out, "<script"); n != 1 {
		t.Errorf("%d scripts, want our own alone", n)
	}
	for _, bad := range []string{"<img", "<iframe", "<svg onload", "<b>bold", "<i>", "href=\"javascript"} {
		if strings.Contains(out, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
}

// TestPageNeedsNothingElse: no address that a browser would load.
func TestPageNeedsNothingElse(t *testing.T) {
	loads := regexp.MustCompile(`(?i)(src|href)="[^#]|@import|url\(|<link|<base`)
	for name, r := range fixtures() {
		if m := loads.FindString(render(t, "html", r, Options{})); m != "" {
			t.Errorf("%s: the page loads something: %q", name, m)
		}
	}
}

// TestEveryLinkLeadsSomewhere: and no id is given twice.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	ids := regexp.MustCompile(` id="([^"]+)"`)
	links := regexp.MustCompile(` href="#([^"]+)"`)
	for name, r := range fixtures() {
		out := render(t, "html", r, Options{})
		have := map[string]bool{}
		for _, m := range ids.FindAllStringSubmatch(out, -1) {
			if have[m[1]] {
				t.Errorf("%s: id %q twice", name, m[1])
			}
			have[m[1]] = true
		}
		for _, m := range links.FindAllStringSubmatch(out, -1) {
			if !have[m[1]] {
				t.Errorf("%s: link to #%s leads nowhere", name, m[1])
			}
		}
	}
}

func TestHuge(t *testing.T) {
	var text, page bytes.Buffer
	if err := Render(&text, "text", huge(), Options{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text.String(), "\n"); n > 420 {
		t.Errorf("%d lines of text: nobody reads that", n)
	}
	if err := Render(&page, "html", huge(), Options{}); err != nil {
		t.Fatal(err)
	}
	if page.Len() > 4<<20 {
		t.Errorf("the page has %d bytes", page.Len())
	}
	if !strings.Contains(page.String(), "25 of 500 clients") {
		t.Error("the page does not say what the matrix left out")
	}
}
