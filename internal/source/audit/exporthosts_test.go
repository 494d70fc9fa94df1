package audit

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// Two hosts are never taken for one; exports of one host are found by the name
// it gives itself, by what their names share, or by having a folder to
// themselves.
func TestHostsOf(t *testing.T) {
	for name, c := range map[string]struct{ files, want string }{
		"the exports of the manual":         {"h/schannel h/windows h/dotnet-32 h/internet-settings-user", "h/dotnet-32+h/internet-settings-user+h/schannel+h/windows"},
		"hives as exports":                  {"h/SYSTEM h/SOFTWARE", "h/SOFTWARE+h/SYSTEM"},
		"by their own names":                {"e/web01-schannel e/web01-windows e/web02-schannel", "e/web01-schannel+e/web01-windows e/web02-schannel"},
		"words in front":                    {"e/software-web01 e/system_WEB01", "e/software-web01+e/system_WEB01"},
		"hosts by the names of their files": {"r/WS10-PAY r/WS7-ACCT", "r/WS10-PAY r/WS7-ACCT"},
		"one computer name":                 {"e/a=PC1 e/b=pc1 e/c=PC2", "e/a+e/b e/c"},
		"one computer name, two folders":    {"e/a=PC1 f/b=PC1", "e/a f/b"},
		"a named file beside nameless":      {"h/system=PC1 h/software", "h/software+h/system"},
		"two computers beside nameless":     {"h/system=PC1 h/old=PC2 h/software", "h/old h/software h/system"},
		"another file beside nameless":      {"h/schannel h/windows h/pc2", "h/pc2 h/schannel h/windows"},
		"a host's files beside nameless":    {"h/schannel h/windows h/web01-dotnet", "h/schannel h/web01-dotnet h/windows"},
		"named as the computer":             {"e/pc1 e/system=PC1", "e/pc1+e/system"},
		"one bare and one with a word":      {"e/sql e/sql-system", "e/sql-system e/sql"},
		"copies":                            {"e/schannel e/schannel-2", "e/schannel-2 e/schannel"},
		"folders":                           {"a/schannel b/windows", "a/schannel b/windows"},
		"Windows paths":                     {`h\schannel h\windows`, `h\schannel+h\windows`},
	} {
		t.Run(name, func(t *testing.T) {
			var in []Export
			for _, f := range strings.Fields(c.files) {
				file, computer, _ := strings.Cut(f, "=")
				in = append(in, Export{file + ".reg", computer})
			}
			var got []string
			for _, host := range HostsOf(in) {
				var names []string
				for _, e := range host {
					names = append(names, strings.TrimSuffix(e.Name, ".reg"))
				}
				got = append(got, strings.Join(names, "+"))
			}
			if g := strings.Join(got, " "); g != c.want {
				t.Errorf("%s, want %s", g, c.want)
			}
		})
	}
}

// part is an export of one key; of are the values of the key below it.
func part(key, below, values string) string {
	return headerV5 + "\n\n[HKEY_LOCAL_MACHINE\\" + key + "]\n\n[HKEY_LOCAL_MACHINE\\" + key + below + "]\n" + values + "\n"
}

const schannelPart = `SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL`

func runExports(t *testing.T, files map[string]string) (recs []evidence.Record, covs []*evidence.Coverage) {
	t.Helper()
	var in []File
	for name, text := range files {
		in = append(in, File{name, strings.NewReader(text)})
	}
	slices.SortFunc(in, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	err := RunExports(context.Background(), in, Options{Knowledge: base(t)}, func(r evidence.Record) error {
		if c, ok := r.(*evidence.Coverage); ok {
			covs = append(covs, c)
		} else {
			recs = append(recs, r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return recs, covs
}

// Exports of parts say together what one export of all says, by their own
// files and lines.
func TestExportsOfOneHost(t *testing.T) {
	windows := part(`SOFTWARE\Microsoft\Windows NT\CurrentVersion`, "", releases["7"])
	schannel := part(schannelPart, `\Protocols\TLS 1.2\Client`, dwords("0", "1"))
	winhttp := part(`SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings`, `\WinHttp`, `"DefaultSecureProtocols"=dword:000000a0`)
	recs, covs := runExports(t, map[string]string{"web01/schannel.reg": schannel, "web01/windows.reg": windows, "web01/internet-settings.reg": winhttp})
	whole, _ := run(t, "web01.reg", headerV5+"\n"+strings.ReplaceAll(schannel+windows+winhttp, headerV5, ""))
	for _, r := range recs {
		if s, ok := r.(*evidence.Setting); ok && (s.Host != "web01" || !strings.HasPrefix(s.Where.File, "web01/") || s.Where.Line == 0) {
			t.Errorf("%+v", s)
		}
	}
	sans := func(s string) string { return strings.ReplaceAll(s, "web01/", "x.reg:") }
	if got, want := sans(plain(t, recs)), sans(plain(t, whole)); got != want || !strings.Contains(got, `"kind":"client"`) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, c := range covs {
		if c.Used == 0 || c.Used > c.Read {
			t.Errorf("%+v", c)
		}
	}
}

// What contradicts what was read before is judged by itself, and said so.
func TestExportsThatDisagree(t *testing.T) {
	off := part(schannelPart, `\Protocols\TLS 1.2\Client`, dwords("0", "1"))
	for name, c := range map[string]struct {
		other string
		apart bool
	}{
		"another value":         {part(schannelPart, `\Protocols\TLS 1.2\Client`, dwords("1", "0")), true},
		"a value less":          {part(schannelPart, `\Protocols\TLS 1.2\Client`, dwords("0", "-")), true},
		"a key more":            {part(schannelPart, `\Protocols\TLS 1.0\Client`, dwords("0", "1")), true},
		"the same":              {off, false},
		"the same, lower case":  {strings.ReplaceAll(off, "SCHANNEL", "Schannel"), false},
		"another key":           {part(`SOFTWARE\Microsoft\Windows NT\CurrentVersion`, "", releases["7"]), false},
		"a change, no picture":  {headerV5 + "\n\n[-HKEY_LOCAL_MACHINE\\" + schannelPart + "\\Protocols\\TLS 1.0]\n", true},
		"cut before the values": {off[:strings.Index(off, `"Enabled"`)+5], false},
	} {
		t.Run(name, func(t *testing.T) {
			recs, covs := runExports(t, map[string]string{"h/schannel.reg": off, "h/system.reg": c.other})
			hosts := map[string]bool{}
			for _, r := range recs {
				if s, ok := r.(*evidence.Setting); ok {
					hosts[s.Host] = true
				}
			}
			said := strings.Contains(fmt.Sprint(covs[1].Blind), "they disagree about HKLM") || strings.Contains(fmt.Sprint(covs[1].Blind), "deletes keys")
			if hosts["schannel"] != c.apart || hosts["h"] == c.apart || said != c.apart {
				t.Errorf("hosts %v, %q", hosts, covs[1].Blind)
			}
		})
	}
}

func TestComputerName(t *testing.T) {
	in := headerV5 + "\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet002\\Control\\ComputerName\\ComputerName]\n\"ComputerName\"=\"PC1\"\n\n" +
		"[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\n\"Current\"=dword:00000002\n"
	other := strings.ReplaceAll(in, `Control\ComputerName`, `Control\Other`)
	for _, c := range []struct{ in, want string }{
		{in, "PC1"},
		{utf16Bytes(in, true, false), "PC1"},
		{utf16Bytes(in, true, true), "PC1"},
		{strings.Repeat("; so long that it stands behind the first buffer\n", 20000) + in, "PC1"},
		{other, ""},
		{"", ""},
	} {
		got, err := ComputerName(context.Background(), "x.reg", bytes.NewReader([]byte(c.in)))
		if err != nil || got != c.want {
			t.Errorf("%q, %v; want %q", got, err, c.want)
		}
	}
}

// Hives of two hosts in one folder, and the older copies that Windows keeps.
func TestHivesThatStandInOnePlace(t *testing.T) {
	if a, b := HiveHost("e/web01-SYSTEM.hiv"), HiveHost("e/web02-SYSTEM.hiv"); a == b {
		t.Errorf("both are %s", a)
	}
	if a, b := HiveHost("e/web01-SYSTEM.hiv"), HiveHost("e/software_WEB01"); a != b {
		t.Errorf("%s and %s", a, b)
	}
	if a, b := HiveHost("e/SYSTEM"), HiveHost("e/Users/ann/NTUSER.DAT"); a != b {
		t.Errorf("%s and %s", a, b)
	}
	system := func(name string, k *treeKey) File { return File{name, bytes.NewReader(hiveWriter{}.write(k))} }
	recs, covs := runHives(t, system("h/config/RegBack/SYSTEM", systemTree()), system("h/config/SYSTEM", systemTree()))
	for _, r := range recs {
		if s, ok := r.(*evidence.Setting); ok && strings.Contains(s.Where.File, "RegBack") {
			t.Errorf("%+v", s)
		}
	}
	if len(covs) != 2 || covs[0].Failed != "" || !strings.Contains(covs[1].Failed, "not judged: HKLM\\SYSTEM is that of h/config/SYSTEM") {
		t.Errorf("%+v %+v", covs[0], covs[1])
	}
}
