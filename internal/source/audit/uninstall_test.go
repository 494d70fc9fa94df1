package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// products are those of an export but for its Windows, as "name version".
func products(t *testing.T, in string) []string {
	t.Helper()
	recs, _ := run(t, "t.reg", in)
	return productsOf(recs)
}

func productsOf(recs []evidence.Record) (out []string) {
	for _, r := range recs {
		if p, ok := r.(*evidence.Product); ok && !strings.HasPrefix(p.Name, "Windows") {
			out = append(out, p.Name+" "+p.Version)
		}
	}
	return out
}

func TestInstalledProducts(t *testing.T) {
	n := 0
	entry := func(root, name, version, more string) string {
		n++
		return fmt.Sprintf("%s%s\\{%d}]\n\"DisplayName\"=\"%s\"\n\"DisplayVersion\"=\"%s\"\n%s", root, uninstallKey, n, name, version, more)
	}
	const user = `[HKEY_CURRENT_USER\Software\`
	view32 := hklm + `Wow6432Node\`
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"both views and a user", entry(hklm, "A", "1", "") + entry(view32, "B", "2", "") + entry(user, "C", "3", ""), []string{"A 1", "B 2", "C 3"}},
		{"twice", entry(hklm, "A", "1", "") + entry(view32, "A", "1", ""), []string{"A 1"}},
		{"hidden", entry(hklm, "A", "1", "\"SystemComponent\"=dword:00000001\n"), nil},
		{
			"hidden and known", entry(hklm, "Microsoft Exchange Server 2016 Cumulative Update 9", "15.1.1466.3", "\"SystemComponent\"=dword:00000001\n"),
			[]string{"Microsoft Exchange Server 2016 Cumulative Update 9 15.1.1466.3"},
		},
		{"update", entry(hklm, "Security Update for A (KB1234567)", "1", "\"ParentKeyName\"=\"A\"\n"), nil},
		{"known update", entry(hklm, "Update for Microsoft .NET Framework 3.5.1 (KB3154518)", "1", "\"ReleaseType\"=\"Update\"\n"), []string{"Update KB3154518 1"}},
		{"no name", hklm + uninstallKey + "\\x]\n\"DisplayVersion\"=\"1\"\n", nil},
		{"parts of a server", entry(hklm, "Skype for Business Server 2015, Web Server", "6.0.9319.0", "") +
			entry(hklm, "Skype for Business Server 2015, Core Components", "6.0.9319.548", "") +
			entry(hklm, "Skype for Business Server 2015, Audio Test", "6.0.9319.900", ""), []string{"Skype for Business Server 2015 6.0.9319.548"}},
	} {
		if got := products(t, export("10", c.body)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestInstalledUpdates(t *testing.T) {
	const kb = `Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages\Package_for_KB3140245~31bf3856ad364e35~amd64~~6.1.1.0]` + "\n"
	state := func(n string) string { return hklm + kb + `"CurrentState"=dword:000000` + n + "\n" }
	mask := winhttp64 + `"DefaultSecureProtocols"=dword:00000a00` + "\n"
	for n, want := range map[string][]string{"70": {"Update KB3140245 6.1.1.0"}, "50": {"Update KB3140245 6.1.1.0"}, "40": nil} {
		in := export("7", mask+state(n))
		if got := products(t, in); !slices.Equal(got, want) {
			t.Errorf("state %s: %q, want %q", n, got, want)
		}
		recs, _ := run(t, "t.reg", in)
		for _, r := range recs {
			if s, ok := r.(*evidence.Setting); ok && strings.Contains(s.Note, "needs KB") != (want == nil) {
				t.Errorf("state %s: %+v", n, s)
			}
		}
	}
}
