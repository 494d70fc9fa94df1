package audit

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// TestFailingPrograms: what is on Microsoft's list and not past its fix must
// be looked at; its neighbours by name are left alone.
func TestFailingPrograms(t *testing.T) {
	body := ""
	for i, p := range [][2]string{
		{"TurboTax 2015", "2015.0"},
		{"Adguard", "6.4.1"},
		{"Adguard", "7.15.2"},
		{"BlueStacks X", "10.4.0.1034"},
		{"BlueStacks X", "0.21.0.1063"},
		{"UltraViewer", "6.6.62"},
		{"Splice", ""},
		{"Splicer Pro", "1.0"},
		{"Uplay", "22.1"},
		{"Microsoft SQL Server 2012", "11.0.2100.60"},
	} {
		body += fmt.Sprintf("%s%s\\{%d}]\n\"DisplayName\"=\"%s\"\n\"DisplayVersion\"=\"%s\"\n", hklm, uninstallKey, i, p[0], p[1])
	}
	recs, _ := run(t, "t.reg", export("6.3", body))
	var got []string
	for _, r := range recs {
		if s, ok := r.(*evidence.Setting); ok && s.Rule == failingRule.ID {
			got = append(got, s.Value)
			if s.Effect != evidence.Review || s.Fact == "" || s.Note == "" || s.Where.Path == "" {
				t.Errorf("%+v", s)
			}
		}
	}
	want := []string{"TurboTax 2015 2015.0", "Adguard 6.4.1", "BlueStacks X 0.21.0.1063", "UltraViewer 6.6.62", "Splice", "Uplay 22.1"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
