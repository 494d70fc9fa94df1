package audit

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// Keys of exports in the tests.
const (
	hklm      = `[HKEY_LOCAL_MACHINE\SOFTWARE\`
	inet      = `Microsoft\Windows\CurrentVersion\Internet Settings`
	hkcuInet  = `[HKEY_CURRENT_USER\Software\` + inet + "]\n"
	winhttp64 = hklm + inet + `\WinHttp]` + "\n"
	winhttp32 = hklm + `Wow6432Node\` + inet + `\WinHttp]` + "\n"
	clientKey = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\`
)

// of gives the items about a layer.
func of(layer string, items []string) []string {
	var out []string
	for _, s := range items {
		if strings.Contains(s, layer) {
			out = append(out, s)
		}
	}
	return out
}

func TestWinHTTP(t *testing.T) {
	absent := func(vs string) string {
		return "client winhttp DefaultSecureProtocols absent: default " + vs
	}
	const ssl3to10, ssl3to12 = "SSLv3, TLS 1.0", "SSLv3, TLS 1.0, TLS 1.1, TLS 1.2"
	mask := func(n string) string { return `"DefaultSecureProtocols"=dword:00000` + n + "\n" }
	enable12 := clientKey + "TLS 1.1\\Client]\n" + dwords("1", "0") + clientKey + "TLS 1.2\\Client]\n" + dwords("1", "0")
	for _, c := range []struct {
		name, release, body string
		settings, clients   []string
	}{
		{"7 untouched", "7", protocolsLine + winhttp64 + winhttp32, []string{absent(ssl3to10), absent(ssl3to10)}, []string{"winhttp: SSLv3, TLS 1.0, t.reg:9"}},
		{"2012 untouched", "8", protocolsLine + winhttp64 + winhttp32, []string{absent(ssl3to10), absent(ssl3to10)}, []string{"winhttp: SSLv3, TLS 1.0, t.reg:9"}},
		{"8.1 untouched", "8.1", protocolsLine + winhttp64, []string{absent(ssl3to12)}, []string{"winhttp: SSLv3, TLS 1.0, TLS 1.1, TLS 1.2, t.reg:9"}},
		{"11 untouched", "11", protocolsLine + winhttp64, []string{absent("TLS 1.2, TLS 1.3")}, []string{"winhttp: TLS 1.2, TLS 1.3, t.reg:10"}},
		{"XP: no default known", "XP", protocolsLine + winhttp64, nil, nil},
		{"parent shows the absence", "7", protocolsLine + hklm + inet + "]\n", []string{absent(ssl3to10)}, []string{"winhttp: SSLv3, TLS 1.0, t.reg:9"}},
		{"value deleted", "7", protocolsLine + winhttp64 + `"DefaultSecureProtocols"=-`, []string{absent(ssl3to10)}, []string{"winhttp: SSLv3, TLS 1.0, t.reg:10"}},
		{"key deleted", "7", protocolsLine + "[-" + winhttp64[1:], []string{absent(ssl3to10)}, []string{"winhttp: SSLv3, TLS 1.0, t.reg:9"}},
		{"7, easy fix without Schannel", "7", protocolsLine + winhttp64 + mask("a00"), []string{"client winhttp DefaultSecureProtocols=0xA00: pins TLS 1.1, TLS 1.2"}, nil},
		{
			"7, easy fix with Schannel", "7", protocolsLine + enable12 + winhttp64 + mask("a00"),
			[]string{"client winhttp DefaultSecureProtocols=0xA00: pins TLS 1.1, TLS 1.2"},
			[]string{"winhttp: TLS 1.1, TLS 1.2, t.reg:16"},
		},
		{
			"views differ", "10", protocolsLine + winhttp64 + mask("800") + winhttp32 + mask("0a0"),
			[]string{"client winhttp DefaultSecureProtocols=0x800: pins TLS 1.2", "client winhttp DefaultSecureProtocols=0xA0: pins SSLv3, TLS 1.0"},
			[]string{"winhttp: TLS 1.2, t.reg:12", "winhttp: TLS 1.0, t.reg:14"},
		},
		{
			"Schannel cuts", "10", protocolsLine + clientKey + "TLS 1.0\\Client]\n" + dwords("0", "1") + winhttp64 + mask("880"),
			[]string{"client winhttp DefaultSecureProtocols=0x880: pins TLS 1.0, TLS 1.2"},
			[]string{"winhttp: TLS 1.2, t.reg:15"},
		},
		{"no Schannel in the export", "10", winhttp64 + mask("0a0"), []string{"client winhttp DefaultSecureProtocols=0xA0: pins SSLv3, TLS 1.0"}, nil},
		{"zero", "10", protocolsLine + winhttp64 + mask("000"), []string{"client winhttp DefaultSecureProtocols=0x0: review"}, nil},
		{"a string", "10", protocolsLine + winhttp64 + `"DefaultSecureProtocols"="2560"`, []string{`client winhttp DefaultSecureProtocols="2560": review`}, nil},
	} {
		in := export(c.release, c.body)
		if got := of(" winhttp ", settings(t, in)); !slices.Equal(got, c.settings) {
			t.Errorf("%s: settings\ngot  %q\nwant %q", c.name, got, c.settings)
		}
		if got := of("winhttp:", clients(t, in)); !slices.Equal(got, c.clients) {
			t.Errorf("%s: clients\ngot  %q\nwant %q", c.name, got, c.clients)
		}
	}
}

func TestWinINET(t *testing.T) {
	mask := func(n string) string { return `"SecureProtocols"=dword:00000` + n + "\n" }
	policy := hklm + `Policies\` + inet + "]\n"
	userPolicy := `[HKEY_CURRENT_USER\Software\Policies\` + inet + "]\n"
	for _, c := range []struct {
		name, release, body string
		want                []string
	}{
		{"user", "10", hkcuInet + mask("0a0"), []string{"wininet: SSLv3, TLS 1.0, t.reg:12"}},
		{"user policy wins", "10", hkcuInet + mask("0a0") + userPolicy + mask("800"), []string{"wininet: TLS 1.2, t.reg:14"}},
		{"machine policy wins", "10", hkcuInet + mask("0a0") + userPolicy + mask("800") + policy + mask("a00"), []string{"wininet: TLS 1.1, TLS 1.2, t.reg:16"}},
		{"machine alone", "10", hklm + inet + "]\n" + mask("a80"), []string{"wininet: TLS 1.0, TLS 1.1, TLS 1.2, t.reg:12"}},
		{"off by default in Schannel works", "7", hkcuInet + mask("a00"), []string{"wininet: TLS 1.1, TLS 1.2, t.reg:10"}},
		{"Enabled=0 does not", "10", clientKey + "TLS 1.1\\Client]\n" + dwords("0", "-") + hkcuInet + mask("a00"), []string{"wininet: TLS 1.2, t.reg:14"}},
		{"no value", "10", hkcuInet, nil},
		{
			"two users", "10", "[HKEY_USERS\\S-1-5-21-1\\Software\\" + inet + "]\n" + mask("080") + "[HKEY_USERS\\S-1-5-21-2\\Software\\" + inet + "]\n" + mask("800"),
			[]string{"wininet: TLS 1.0, t.reg:12", "wininet: TLS 1.2, t.reg:14"},
		},
	} {
		if got := of("wininet:", clients(t, export(c.release, protocolsLine+c.body))); !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestDotNet(t *testing.T) {
	const v4, v2 = `Microsoft\.NETFramework\v4.0.30319]` + "\n", `Microsoft\.NETFramework\v2.0.50727]` + "\n"
	values := func(system, strong string) string {
		s := ""
		if system != "-" {
			s += `"SystemDefaultTlsVersions"=dword:0000000` + system + "\n"
		}
		if strong != "-" {
			s += `"SchUseStrongCrypto"=dword:0000000` + strong + "\n"
		}
		return s
	}
	for _, c := range []struct {
		release, key, system, strong string
		client                       string
	}{
		// What Windows does: 10 has TLS 1.0 to 1.2 on, 7 has TLS 1.0 (and SSLv3).
		{"10", v4, "1", "1", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"10", v4, "1", "-", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"10", v4, "1", "0", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"10", v4, "-", "1", "TLS 1.0, TLS 1.1, TLS 1.2"}, // Windows and .NET agree, whatever the target
		{"10", v4, "0", "1", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"10", v4, "0", "0", "SSLv3, TLS 1.0"},
		{"10", v4, "-", "-", ""},
		{"10", v4, "0", "-", ""},
		{"10", v4, "-", "0", ""},
		{"7", v4, "1", "1", "SSLv3, TLS 1.0"},
		{"7", v4, "0", "1", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"7", v4, "-", "1", ""},
		{"7", v4, "-", "-", ""},
		{"7", v4, "-", "0", "SSLv3, TLS 1.0"}, // again they agree
		{"2022", v4, "-", "1", ""},
		{"2022", v4, "1", "-", "TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3"},
		{"10", v2, "1", "1", "TLS 1.0, TLS 1.1, TLS 1.2"},
		{"10", v2, "-", "1", "SSLv3, TLS 1.0"},
		{"10", v2, "-", "-", "SSLv3, TLS 1.0"},
		{"10", v2, "0", "0", "SSLv3, TLS 1.0"},
	} {
		layer := "dotnet4"
		if c.key == v2 {
			layer = "dotnet2"
		}
		for _, view := range []struct{ root, suffix string }{{hklm, "-64"}, {hklm + `Wow6432Node\`, "-32"}} {
			in := export(c.release, protocolsLine+view.root+c.key+values(c.system, c.strong))
			got := ""
			for _, s := range of(layer+view.suffix+":", clients(t, in)) {
				got, _ = strings.CutPrefix(s, layer+view.suffix+": ")
				got = got[:strings.LastIndex(got, ", ")]
			}
			if got != c.client {
				t.Errorf("Windows %s, %s%s, %s %s: %q, want %q", c.release, layer, view.suffix, c.system, c.strong, got, c.client)
			}
		}
	}
	in := export("7", protocolsLine+hklm+v4+values("-", "-"))
	if got := of("dotnet4-64", settings(t, in)); !slices.Equal(got, []string{
		"client dotnet4-64 SystemDefaultTlsVersions and SchUseStrongCrypto absent: default SSLv3, TLS 1.0",
	}) {
		t.Errorf("absent: %q", got)
	}
}

// blind gives what an export does not show, in one text.
func blind(t *testing.T, in string) string {
	_, cov := run(t, "t.reg", in)
	return strings.Join(cov.Blind, "\n")
}

func TestWhatIsNotSeen(t *testing.T) {
	only := headerV5 + "\n\n" + protocolsLine + clientKey + "TLS 1.2\\Client]\n" + dwords("1", "0")
	text := blind(t, only)
	for _, want := range []string{
		`windows: not in this export: HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion; to see it: reg export "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" windows.reg`,
		"winhttp-default: not in this export", "wininet-protocols: not in this export", "dotnet4-tls: not in this export", "dotnet2-tls: not in this export",
		"the Schannel client cannot be judged: TLS 1.0 (not set, and the Windows of this host is not known)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("blind lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "schannel-protocol") {
		t.Errorf("Schannel is there:\n%s", text)
	}
	if got := clients(t, only); got != nil {
		t.Errorf("clients of an unknown Windows: %q", got)
	}
	if text := blind(t, export("10", winhttp64+`"DefaultSecureProtocols"=dword:000000a0`)); !strings.Contains(text, `reg export "HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL" schannel.reg`) ||
		!strings.Contains(text, "not judged, because they rest on the Schannel client: winhttp") {
		t.Errorf("without Schannel:\n%s", text)
	}
	whole := export("7", "[HKEY_LOCAL_MACHINE\\SOFTWARE]\n[HKEY_LOCAL_MACHINE\\SYSTEM]\n[HKEY_CURRENT_USER\\Software]\n")
	if text := blind(t, whole); strings.Contains(text, "not in this export") {
		t.Errorf("whole hives:\n%s", text)
	}
	if got := clients(t, whole); len(of("schannel", got)) != 1 || len(of("winhttp", got)) != 1 {
		t.Errorf("whole hives: %q", got)
	}
}

func TestDamagedKeyLacksNothing(t *testing.T) {
	for _, damage := range []string{
		winhttp64 + `"DefaultSecureProtocols"=dword:zz` + "\n",
		strings.Replace(winhttp64, "]", "", 1) + `"DefaultSecureProtocolx"=dword:00000a00` + "\n",
		winhttp64 + `"DefaultSecureProtocols"=dword:00000`, // cut
	} {
		in := strings.TrimSuffix(export("7", protocolsLine+damage), "\n")
		if got := of(" winhttp ", settings(t, in)); got != nil {
			t.Errorf("%q gives %q", damage, got)
		}
	}
}

func TestHostAndProduct(t *testing.T) {
	for _, c := range []struct{ file, body, host, product string }{
		{`C:\exports\Web 01.reg`, "", "Web 01", "Windows 7 Professional 6.1.7601"},
		{"dir/web01.corp.reg", "", "web01.corp", "Windows 7 Professional 6.1.7601"},
		{"x.reg", "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet003\\Control\\ComputerName\\ComputerName]\n\"ComputerName\"=\"Sfb01\"\n", "Sfb01", "Windows 7 Professional 6.1.7601"},
		{"x.reg", "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ActiveComputerName]\n\"ComputerName\"=\"A\"\n", "A", "Windows 7 Professional 6.1.7601"},
	} {
		recs, _ := run(t, c.file, export("7", c.body))
		p := recs[0].(*evidence.Product)
		if p.Host != c.host || p.Name+" "+p.Version != c.product || p.Where.Line != 4 {
			t.Errorf("%s: %+v", c.file, p)
		}
	}
	for release, want := range map[string]string{
		"XP": "Microsoft Windows XP 5.1.2600", "10": "Windows 10 Pro 10.0.19045", "11": "Windows 11 Pro 10.0.22631", "2022": "Windows Server 2022 Standard 10.0.20348",
	} {
		recs, _ := run(t, "x.reg", export(release, ""))
		if p := recs[0].(*evidence.Product); p.Name+" "+p.Version != want {
			t.Errorf("%s: %s %s", release, p.Name, p.Version)
		}
	}
}

func TestNewerWindowsIsSaid(t *testing.T) {
	in := strings.Replace(export("11", protocolsLine), "22631", "31000", 1)
	if text := blind(t, in); !strings.Contains(text, "Windows build 10.0.31000 is not known") {
		t.Error(text)
	}
}

func TestControlSets(t *testing.T) {
	key := func(set string) string {
		return strings.Replace(clientKey, "CurrentControlSet", set, 1) + "TLS 1.2\\Client]\n"
	}
	select2 := "[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\n\"Current\"=dword:00000002\n"
	for _, c := range []struct{ name, body, want string }{
		{"the only one", key("ControlSet002") + dwords("0", "1"), "t.reg:11"},
		{"the first", key("ControlSet002") + dwords("1", "0") + key("ControlSet001") + dwords("0", "1"), "t.reg:14"},
		{"the selected", key("ControlSet001") + dwords("1", "0") + key("ControlSet002") + dwords("0", "1") + select2, "t.reg:14"},
		{"the current", key("ControlSet001") + dwords("1", "0") + key("CurrentControlSet") + dwords("0", "1") + select2, "t.reg:14"},
	} {
		recs, _ := run(t, "t.reg", export("10", c.body))
		var got string
		for _, r := range recs {
			if s, ok := r.(*evidence.Setting); ok && s.Effect == evidence.Blocks {
				got = "t.reg:" + strconv.Itoa(s.Where.Line)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
