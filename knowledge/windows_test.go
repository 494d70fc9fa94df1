package knowledge

import (
	"slices"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

func TestOSDefault(t *testing.T) {
	b := mustBase(t)
	for _, c := range []struct {
		r    RegistryVersion
		want string
	}{
		{RegistryVersion{CurrentVersion: "6.1", Build: "7601", ProductName: "Windows 7 Professional"}, "win.os.win7"},
		{RegistryVersion{CurrentVersion: "6.1", Build: "7601", ProductName: "Windows Server 2008 R2 Standard"}, "win.os.win7"},
		{RegistryVersion{CurrentVersion: "6.1", Build: "7600"}, "win.os.win7"},
		{RegistryVersion{CurrentVersion: "6.2", Build: "9200", ProductName: "Windows Server 2012 Standard"}, "win.os.win8"},
		{RegistryVersion{CurrentVersion: "6.3", Build: "9600", ProductName: "Windows Server 2012 R2 Standard"}, "win.os.win81"},
		// Windows 10 and later still print 6.3, and Windows 11 still prints Windows 10
		{RegistryVersion{CurrentVersion: "6.3", Build: "14393", ProductName: "Windows Server 2016 Datacenter"}, "win.os.win10-1607"},
		{RegistryVersion{CurrentVersion: "6.3", Major: "10", Build: "17763", ProductName: "Windows Server 2019 Standard"}, "win.os.win10-1809"},
		{RegistryVersion{CurrentVersion: "6.3", Build: "19045", ProductName: "Windows 10 Pro"}, "win.os.win10-22h2"},
		{RegistryVersion{CurrentVersion: "6.3", Build: "22631", ProductName: "Windows 10 Pro"}, "win.os.win11-23h2"},
		{RegistryVersion{CurrentVersion: "6.3", Build: "20348", ProductName: "Windows Server 2022 Standard"}, "win.os.ws2022"},
		{RegistryVersion{CurrentVersion: "6.3", Build: "26100", ProductName: "Windows Server 2025 Standard"}, "win.os.ws2025"},
		{RegistryVersion{CurrentVersion: "6.3", Build: "26100", ProductName: "Windows 10 Enterprise"}, "win.os.win11-24h2"},
		{RegistryVersion{CurrentVersion: "6.3", Build: "26200", ProductName: "Windows 10 Enterprise"}, "win.os.win11-24h2"}, // newer than known
		{RegistryVersion{CurrentVersion: "6.0", Build: "6002", ProductName: "Windows Server (R) 2008 Standard"}, "win.os.ws2008sp2"},
		{RegistryVersion{CurrentVersion: "6.0", Build: "6003", ProductName: "Windows Server 2008 Standard"}, "win.os.ws2008sp2"},
		{RegistryVersion{CurrentVersion: "6.0", Build: "6001", ProductName: "Windows Server 2008 Standard"}, "win.os.vista"},
		{RegistryVersion{CurrentVersion: "6.0", Build: "6002", ProductName: "Windows Vista Business"}, "win.os.vista"},
		{RegistryVersion{CurrentVersion: "5.1", Build: "2600", ProductName: "Microsoft Windows XP"}, "win.os.winxp"},
		{RegistryVersion{CurrentVersion: "5.2", Build: "3790", ProductName: "Microsoft Windows Server 2003"}, "win.os.ws2003"},
		{RegistryVersion{Build: "7601"}, "win.os.win7"}, // the build alone
		{RegistryVersion{Build: "3790"}, "win.os.ws2003"},
		{RegistryVersion{ProductName: "Windows Server 2012 R2 Datacenter"}, "win.os.win81"}, // the name alone
		{RegistryVersion{}, ""},
		{RegistryVersion{CurrentVersion: "4.0", Build: "1381"}, ""},
	} {
		o, ok := b.OSDefault(c.r)
		got := ""
		if ok {
			got = o.ID
		}
		if got != c.want {
			t.Errorf("%+v is %q, want %q", c.r, got, c.want)
		}
	}
}

func TestOSDefaultByName(t *testing.T) {
	b := mustBase(t)
	for name, want := range map[string]string{
		"Microsoft Windows Server 2008 R2 Standard": "win.os.win7",
		"Microsoft® Windows Server® 2008 Standard":  "win.os.ws2008sp2",
		"Windows Server 2012":                       "win.os.win8",
		"Windows Server 2012 R2 Datacenter":         "win.os.win81",
		"Windows 10 Enterprise":                     "win.os.win10-22h2",
		"Windows 10 1607":                           "win.os.win10-1607",
		"Windows 11 Pro":                            "win.os.win11-23h2",
		"WINDOWS XP Professional":                   "win.os.winxp",
		"Windows 100":                               "",
		"Debian GNU/Linux 12":                       "",
	} {
		o, ok := b.OSDefaultByName(name)
		got := ""
		if ok {
			got = o.ID
		}
		if got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// TestOSStates: what decides most estates, per role.
func TestOSStates(t *testing.T) {
	b := mustBase(t)
	for id, want := range map[string]map[tlswire.Version]State{
		"win.os.winxp":     {tlswire.TLS10: Enabled, tlswire.TLS12: Unsupported},
		"win.os.win7":      {tlswire.SSL20: Enabled, tlswire.TLS10: Enabled, tlswire.TLS12: DisabledByDefault, tlswire.TLS13: Unsupported},
		"win.os.ws2008sp2": {tlswire.TLS12: DisabledByDefault},
		"win.os.win8":      {tlswire.SSL30: Enabled, tlswire.TLS12: Enabled},
		"win.os.ws2022":    {tlswire.SSL20: Unsupported, tlswire.SSL30: DisabledByDefault, tlswire.TLS10: Enabled, tlswire.TLS13: Enabled},
	} {
		o, ok := byID(b.OSDefaults, id)
		if !ok {
			t.Fatal(id)
		}
		for v, s := range want {
			if got := o.Role("server")[v]; got != s {
				t.Errorf("%s, server, %s: %s, want %s", id, v, got, s)
			}
		}
	}
	win7, _ := byID(b.OSDefaults, "win.os.win7")
	if win7.Role("client")[tlswire.SSL20] != DisabledByDefault {
		t.Error("Windows 7 offers no SSL 2.0 as a client")
	}
	if got := win7.Default("client"); !slices.Equal(got, []tlswire.Version{tlswire.SSL30, tlswire.TLS10}) {
		t.Errorf("Windows 7 offers %v", got)
	}
}

func TestSchannel(t *testing.T) {
	b := mustBase(t)
	n := func(x uint32) *uint32 { return &x }
	for _, c := range []struct {
		enabled, off *uint32
		want         string
	}{
		{nil, nil, "os_default"},
		{n(1), n(0), "enabled"},
		{n(0xffffffff), n(0), "enabled"},
		{n(1), n(1), "disabled_by_default"},
		{n(0), nil, "disabled"},
		{n(0), n(0), "disabled"},
		{n(0), n(1), "disabled"},
		{n(1), nil, "os_dependent"},
		{nil, n(1), "disabled_by_default"},
		{nil, n(0), "enabled_where_supported"},
	} {
		if r, ok := b.Schannel(c.enabled, c.off); !ok || r.State != c.want {
			t.Errorf("%v %v: %q, want %q", c.enabled, c.off, r.State, c.want)
		}
	}
}

func TestWinHTTPDefault(t *testing.T) {
	b := mustBase(t)
	for name, want := range map[string]uint32{
		"Windows 7": 0x0A0, "Windows Server 2012": 0x0A0, "Windows Server 2012 R2": 0xAA0,
		"Windows 10": 0xAA0, "Windows 11": 0x2800, "Windows Server 2022": 0x2800,
	} {
		o, _ := b.OSDefaultByName(name)
		w, ok := b.WinHTTPDefault(o)
		if !ok || w.Mask != want {
			t.Errorf("%s: %#v", name, w)
			continue
		}
		key, _ := b.RegistryKey("win.winhttp.key")
		if vs, rest := VersionsOf(key.Bits, w.Mask); !slices.Equal(vs, w.Default) || rest != 0 {
			t.Errorf("%s: mask %#x is %v, but the default is %v", name, w.Mask, vs, w.Default)
		}
	}
	xp, _ := b.OSDefaultByName("Windows XP")
	if _, ok := b.WinHTTPDefault(xp); ok {
		t.Error("no default of XP is known")
	}
	if _, ok := b.WinHTTPDefault(nil); ok {
		t.Error("no release, no default")
	}
}

func TestVersionsOf(t *testing.T) {
	b := mustBase(t)
	for _, m := range b.Bitmasks {
		if vs, rest := VersionsOf(m.Server, 0x1540); len(vs) != 4 || rest != 0 || vs[0] != tlswire.TLS10 {
			t.Errorf("server bits: %v, rest %#x", vs, rest)
		}
		if vs, rest := VersionsOf(m.Client, 0x800|1); !slices.Equal(vs, []tlswire.Version{tlswire.TLS12}) || rest != 1 {
			t.Errorf("client bits: %v, rest %#x", vs, rest)
		}
	}
}

func TestDotNetDefault(t *testing.T) {
	b := mustBase(t)
	for target, want := range map[string]string{
		"3.5": ".35", "v2.0.50727": ".35", "net35": ".35",
		"4.0": ".40-452", "4.5": ".40-452", "v4.5.2": ".40-452", "net45": ".40-452", "net452": ".40-452", "net40-client": ".40-452",
		"4.6": ".46", "4.6.2": ".46", "net461": ".46", ".NETFramework,Version=v4.6.1": ".46",
		"4.7": ".47", "net47": ".47",
		"4.7.1": ".471", "4.8": ".471", "net48": ".471", "net472": ".471", ".NETFramework,Version=v4.8": ".471",
		"net6.0": "", "netcoreapp3.1": "", "netstandard2.0": "", "net8.0-windows": "", "": "", "five": "",
	} {
		d, ok := b.DotNetDefault(target)
		got := ""
		if ok {
			got = d.ID[len("win.dotnet.target-behaviour"):]
		}
		if got != want {
			t.Errorf("%q is %q, want %q", target, got, want)
		}
	}
}

func TestBrokenApp(t *testing.T) {
	b := mustBase(t)
	if a, ok := b.BrokenApp("TurboTax 2015"); !ok || a.App != "TurboTax" {
		t.Errorf("TurboTax: %v", a)
	}
	if _, ok := b.BrokenApp("Notepad++"); ok {
		t.Error("Notepad++ is not listed")
	}
}
