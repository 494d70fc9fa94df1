package report

import (
	"strings"
	"testing"
)

func TestSafeWord(t *testing.T) {
	for s, want := range map[string]bool{
		"mail.example:25": true, "[2001:db8::1]:25": false, "*": false, "": false, "-f": false, "a b": false, "a;b": false, "$(x)": false,
	} {
		if safeWord(s) != want {
			t.Errorf("safeWord(%q) = %t", s, !want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("pc\x1b[2J\u202e\xff\n")
	f.Fuzz(func(t *testing.T, s string) {
		for _, ascii := range []bool{false, true} {
			for _, c := range (cleaner{ascii: ascii}).name(s) {
				if unprintable(c) || ascii && c >= 0x80 {
					t.Errorf("%q lets %U through", s, c)
				}
			}
		}
		if got := (cleaner{}).prose(s); len(s) <= maxShown && got != (cleaner{}).name(strings.Join(strings.Fields(s), " ")) {
			t.Errorf("%q is told as %q", s, got)
		}
		for _, line := range wrap((cleaner{}).name(s), 30, "…") {
			if displayWidth(line) > 30 {
				t.Errorf("%q is wider than 30", line)
			}
		}
	})
}
