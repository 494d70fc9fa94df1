package columns

import (
	"slices"
	"testing"
)

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{
		"":                      0,
		"pc7.example":           11,
		"Zoë":                   3,
		"e\u0301":               1, // a letter and a mark over it
		"日本":                    4,
		"✗ → …":                 5,
		"\x1b[1;31mred\x1b[0m!": 4,
	} {
		if got := Width(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
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
		if got := Wrap(c.in, c.n, "…"); !slices.Equal(got, c.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}
