package audit

import (
	"slices"
	"testing"
)

// The build that a product's own setup keeps wins over the one that the list
// of installed programs shows, and only for that product.
func TestSetupBuilds(t *testing.T) {
	const (
		root     = hklm + `Microsoft\`
		sql      = root + `Microsoft SQL Server\`
		engine   = sql + "Instance Names\\SQL]\n\"MSSQLSERVER\"=\"MSSQL12.MSSQLSERVER\"\n\"OLD\"=\"MSSQL10_50.OLD\"\n"
		patched  = sql + "MSSQL12.MSSQLSERVER\\Setup]\n\"PatchLevel\"=\"12.2.5571.0\"\n\"Version\"=\"12.0.2000.8\"\n"
		plainSQL = sql + "MSSQL10_50.OLD\\Setup]\n\"Version\"=\"10.52.4000.0\"\n"
		other    = sql + "120\\Tools\\Setup]\n\"PatchLevel\"=\"12.0.1.0\"\n" + sql + "MSRS12.X\\Setup]\n\"PatchLevel\"=\"12.0.2.0\"\n"
		exchange = root + "ExchangeServer\\v15\\Setup]\n\"MsiProductMajor\"=dword:0000000f\n\"MsiProductMinor\"=dword:00000001\n\"MsiBuildMajor\"=dword:000005ba\n"
		listed   = root + `Windows\CurrentVersion\Uninstall\`
	)
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"instances", engine + patched + plainSQL + other, []string{"SQL Server 12.0.5571.0", "SQL Server 10.50.4000.0"}},
		{"an instance without its setup key", engine, nil},
		{"no instances", patched, nil},
		{
			"listed at its first build", engine + patched + listed + "1]\n\"DisplayName\"=\"Microsoft SQL Server 2014 (64-bit)\"\n" +
				listed + "2]\n\"DisplayName\"=\"SQL Server 2014 Management Studio\"\n\"DisplayVersion\"=\"12.0.2000.8\"\n",
			[]string{"SQL Server 12.0.5571.0", "SQL Server 2014 Management Studio 12.0.2000.8"},
		},
		{
			"another release is listed", engine + patched + listed + "1]\n\"DisplayName\"=\"Microsoft SQL Server 2012 (64-bit)\"\n\"DisplayVersion\"=\"11.0.2100.60\"\n",
			[]string{"SQL Server 12.0.5571.0", "Microsoft SQL Server 2012 (64-bit) 11.0.2100.60"},
		},
		{
			"listed with its service pack in the second part", listed + "1]\n\"DisplayName\"=\"SQL Server 2014 Database Engine Services\"\n\"DisplayVersion\"=\"12.3.6024.0\"\n",
			[]string{"SQL Server 2014 Database Engine Services 12.0.6024.0"},
		},
		{"Exchange", exchange + "\"MsiBuildMinor\"=dword:00000003\n", []string{"Exchange Server 15.1.1466.3"}},
		{"Exchange, a part missing", exchange, nil},
		{
			"Exchange, listed too", exchange + "\"MsiBuildMinor\"=dword:00000003\n" + listed + "1]\n\"DisplayName\"=\"Microsoft Exchange Server 2016 Cumulative Update 9\"\n\"DisplayVersion\"=\"15.1.1466.3\"\n",
			[]string{"Exchange Server 15.1.1466.3"},
		},
		{"AD FS", root + "ADFS]\n\"FSConfigurationStatus\"=dword:00000002\n", []string{"AD FS "}},
		{"a proxy that is not set up", root + "ADFS]\n\"ProxyConfigurationStatus\"=dword:00000001\n", nil},
		{"a proxy", root + "ADFS]\n\"ProxyConfigurationStatus\"=dword:00000002\n", []string{"Web Application Proxy "}},
		{".NET by its release", root + "NET Framework Setup\\NDP\\v4\\Full]\n\"Release\"=dword:00070bf6\n\"Version\"=\"4.7.03062\"\n", []string{".NET Framework 4.7.2"}},
		{".NET newer than is known", root + "NET Framework Setup\\NDP\\v4\\Full]\n\"Release\"=dword:00ffffff\n", []string{".NET Framework 4.8.1"}},
		{".NET 4.0 has no release", root + "NET Framework Setup\\NDP\\v4\\Full]\n\"Version\"=\"4.0.30319\"\n", []string{".NET Framework 4.0.30319"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := products(t, export("10", c.body)); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			// A hive is walked key by key, so it shows that the way there is wanted.
			recs, _ := runHives(t, hivesOf(t, hiveWriter{}, export("10", c.body))...)
			if got := productsOf(recs); !slices.Equal(got, c.want) {
				t.Errorf("as a hive %q, want %q", got, c.want)
			}
		})
	}
}
