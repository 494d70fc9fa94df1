package report

import (
	"slices"
	"testing"
)

func TestDisplayWidth(t *testing.T) {
	for s, want := range map[string]int{
		"":                      0,
		"pc7.example":           11,
		"Zoë":                   3,
		"e\u0301":               1, // a letter and a mark over it
		"日本":                    4,
		"✗ → …":                 5,
		"\x1b[1;31mred\x1b[0m!": 4,
	} {
		if got := displayWidth(s); got != want {
			t.Errorf("displayWidth(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	cases := []struct {
		in   string
		n    int
		want []string
	}{
		{"", 10, nil},
		{"one two three", 8, []string{"one two", "three"}},
		{"see mail.corp.example now", 18, []string{"see", "mail.corp.example", "now"}},
		{"a-host-with-a-long-name.corp.example", 20, []string{"a-host-wit…p.example"}},
		{`HKLM\SOFTWARE\Microsoft\Windows`, 20, []string{`HKLM\SOFTWARE\`, `Microsoft\Windows`}},
		{"日本語日本語", 5, []string{"日…語"}},
	}
	for _, c := range cases {
		if got := wrap(c.in, c.n, "…"); !slices.Equal(got, c.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

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
		for _, line := range wrap((cleaner{}).name(s), 30, "…") {
			if displayWidth(line) > 30 {
				t.Errorf("%q is wider than 30", line)
			}
		}
	})
}
