package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// defaultRows are what every Windows that is known does where nothing is set:
// SSL 2.0, SSL 3.0, TLS 1.0 to 1.3 by letter, A on, r off or missing. They are
// written out here, and not read from the data they check.
var defaultRows = []struct{ id, product, version, build, client, server string }{
	{"win.os.winxp", "Microsoft Windows XP", "5.1", "2600", "-AArrr", "-AArrr"},
	{"win.os.ws2003", "Microsoft Windows Server 2003", "5.2", "3790", "-AArrr", "-AArrr"},
	{"win.os.vista", "Windows Vista Business", "6.0", "6000", "rAArrr", "AAArrr"},
	{"win.os.ws2008sp2", "Windows Server 2008 Standard", "6.0", "6002", "rAArrr", "AAArrr"},
	{"win.os.win7", "Windows 7 Professional", "6.1", "7601", "rAArrr", "AAArrr"},
	{"win.os.win7", "Windows Server 2008 R2 Standard", "6.1", "7601", "rAArrr", "AAArrr"},
	{"win.os.win8", "Windows Server 2012 Standard", "6.2", "9200", "rAAAAr", "rAAAAr"},
	{"win.os.win81", "Windows Server 2012 R2 Standard", "6.3", "9600", "rAAAAr", "rAAAAr"},
	{"win.os.win10-1507", "Windows 10 Pro", "6.3", "10240", "rAAAAr", "rAAAAr"},
	{"win.os.win10-1511", "Windows 10 Pro", "6.3", "10586", "rAAAAr", "rAAAAr"},
	{"win.os.win10-1607", "Windows Server 2016 Standard", "6.3", "14393", "rrAAAr", "rrAAAr"},
	{"win.os.win10-1703", "Windows 10 Team", "6.3", "15063", "rrAAAr", "rrAAAr"},
	{"win.os.win10-1709", "Windows 10 Pro", "6.3", "16299", "rrAAAr", "rrAAAr"},
	{"win.os.win10-1803", "Windows 10 Pro", "6.3", "17134", "rrAAAr", "rrAAAr"},
	{"win.os.win10-1809", "Windows Server 2019 Standard", "6.3", "17763", "rrAAAr", "rrAAAr"},
	{"win.os.win10-1903", "Windows 10 Pro", "6.3", "18362", "rrAAAr", "rrAAAr"},
	{"win.os.win10-1909", "Windows 10 Pro", "6.3", "18363", "rrAAAr", "rrAAAr"},
	{"win.os.win10-2004", "Windows 10 Pro", "6.3", "19041", "rrAAAr", "rrAAAr"},
	{"win.os.win10-20h2", "Windows 10 Pro", "6.3", "19042", "rrAAAr", "rrAAAr"},
	{"win.os.win10-21h1", "Windows 10 Pro", "6.3", "19043", "rrAAAr", "rrAAAr"},
	{"win.os.win10-21h2", "Windows 10 Pro", "6.3", "19044", "rrAAAr", "rrAAAr"},
	{"win.os.win10-22h2", "Windows 10 Pro", "6.3", "19045", "rrAAAr", "rrAAAr"},
	{"win.os.ws2022", "Windows Server 2022 Standard", "6.3", "20348", "rrAAAA", "rrAAAA"},
	{"win.os.win11-21h2", "Windows 10 Pro", "6.3", "22000", "rrAAAA", "rrAAAA"},
	{"win.os.win11-22h2", "Windows 10 Pro", "6.3", "22621", "rrAAAA", "rrAAAA"},
	{"win.os.win11-23h2", "Windows 10 Pro", "6.3", "22631", "rrAAAA", "rrAAAA"},
	{"win.os.ws2025", "Windows Server 2025 Standard", "6.3", "26100", "rrAAAA", "rrAAAA"},
	{"win.os.win11-24h2", "Windows 10 Pro", "6.3", "26100", "rrAAAA", "rrAAAA"},
}

// TestDefaultsOfEveryRelease: what a host with empty Schannel keys does.
func TestDefaultsOfEveryRelease(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range defaultRows {
		t.Run(row.id+" "+row.product, func(t *testing.T) {
			recs, _ := run(t, "t.reg", headerV5+"\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\n"+fmt.Sprintf(
				"\"ProductName\"=%q\n\"CurrentVersion\"=%q\n\"CurrentBuildNumber\"=%q\n\n", row.product, row.version, row.build)+protocolsLine)
			client, server, fact := "no client", "no server", ""
			for _, r := range recs {
				switch r := r.(type) {
				case *evidence.Client:
					if r.Layer == "schannel" {
						client, fact = letters(func(v tlswire.Version) bool { return slices.Contains(r.Versions, v) }), r.Fact
					}
				case *evidence.Server:
					server = letters(func(v tlswire.Version) bool { return r.Versions[v].State == evidence.Accepted })
				}
			}
			want := func(s string) string { return strings.ReplaceAll(s, "-", "r") } // not known is not accepted
			if client != want(row.client) || server != want(row.server) || fact != row.id {
				t.Errorf("client %s, server %s by %s; want %s, %s", client, server, fact, want(row.client), want(row.server))
			}
		})
		seen[row.id] = true
	}
	for _, o := range base(t).OSDefaults {
		if !seen[o.ID] && len(o.NT) > 0 { // preview builds have no number to be known by
			t.Errorf("no row for %s", o.ID)
		}
	}
}

func letters(on func(tlswire.Version) bool) string {
	var out strings.Builder
	for _, v := range tlswire.StreamVersions {
		c := byte('r')
		if on(v) {
			c = 'A'
		}
		out.WriteByte(c)
	}
	return out.String()
}

// Every row of the truth table is one of the pairs of TestTruthTable.
func TestEveryTruthHasAPair(t *testing.T) {
	hit := map[string]bool{}
	number := func(s string) *uint32 {
		if s == "-" {
			return nil
		}
		n := uint32(s[0] - '0')
		return &n
	}
	for _, p := range pairs {
		row, ok := base(t).Schannel(number(p.enabled), number(p.disabled))
		if !ok {
			t.Errorf("no row for %v", p)
		}
		hit[fmt.Sprint(row)] = true
	}
	for _, table := range base(t).TruthTables {
		for _, row := range table.Rows {
			if !hit[fmt.Sprint(row)] {
				t.Errorf("no pair for %+v", row)
			}
		}
	}
}

// Every registry value of the knowledge base is one that a rule reads, and a
// rule's keys are those of its fact.
func TestEveryRegistryKeyIsRead(t *testing.T) {
	w := newWanted(allAreas(Rules))
	for _, k := range base(t).RegistryKeys {
		for _, path := range k.Paths {
			path = strings.NewReplacer("<PROTOCOL>", "TLS 1.2", "<ROLE>", "Client", "<NAME>", "NULL", "<INSTANCE ID>", "X").Replace(path)
			only, ok := w.values(newRegPath(path).canon)
			for _, v := range k.Values {
				if !ok || only != nil && !slices.Contains(only, v.Name) {
					t.Errorf("%s: nothing reads %s of %s", k.ID, v.Name, path)
				}
			}
		}
	}
}
