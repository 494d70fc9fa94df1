package audit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// TestRulesAreListed fails for a variable of type Rule that is not in Rules,
// since nothing else would notice.
func TestRulesAreListed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var written, listed []string
	inspect := func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		lit, ok := spec.Values[0].(*ast.CompositeLit)
		if !ok {
			return true
		}
		if id, ok := lit.Type.(*ast.Ident); ok && id.Name == "Rule" {
			written = append(written, spec.Names[0].Name)
		}
		if spec.Names[0].Name == "Rules" {
			for _, e := range lit.Elts {
				listed = append(listed, e.(*ast.Ident).Name)
			}
		}
		return true
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, inspect)
	}
	slices.Sort(written)
	slices.Sort(listed)
	if len(listed) == 0 || !slices.Equal(written, listed) {
		t.Errorf("rules written: %v\nin Rules:      %v", written, listed)
	}
}

func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules {
		if r.ID == "" || seen[r.ID] || r.Yields == "" || r.apply == nil || len(r.areas) == 0 {
			t.Errorf("rule %q is not whole, or stands twice", r.ID)
		}
		seen[r.ID] = true
		if (r.Layer == "") != (r.Fact == "") {
			t.Errorf("%s: a rule that emits settings needs layer and fact", r.ID)
		}
		if _, ok := base(t).Record(r.Fact); !ok && r.Fact != "" {
			t.Errorf("%s: fact %s is no record", r.ID, r.Fact)
		}
		for _, a := range r.areas {
			if a.optional == (a.file != "") {
				t.Errorf("%s: %s needs a file to export to, unless it is optional", r.ID, a.key)
			}
		}
	}
}

// releases are the systems of the tables below, as their exports name them.
var releases = map[string]string{
	"XP":   `"ProductName"="Microsoft Windows XP"` + "\n" + `"CurrentVersion"="5.1"` + "\n" + `"CurrentBuildNumber"="2600"`,
	"7":    `"ProductName"="Windows 7 Professional"` + "\n" + `"CurrentVersion"="6.1"` + "\n" + `"CurrentBuildNumber"="7601"`,
	"8":    `"ProductName"="Windows Server 2012 Standard"` + "\n" + `"CurrentVersion"="6.2"` + "\n" + `"CurrentBuildNumber"="9200"`,
	"8.1":  `"ProductName"="Windows 8.1 Pro"` + "\n" + `"CurrentVersion"="6.3"` + "\n" + `"CurrentBuildNumber"="9600"`,
	"10":   `"ProductName"="Windows 10 Pro"` + "\n" + `"CurrentVersion"="6.3"` + "\n" + `"CurrentBuildNumber"="19045"` + "\n" + `"CurrentMajorVersionNumber"=dword:0000000a` + "\n" + `"CurrentMinorVersionNumber"=dword:00000000`,
	"11":   `"ProductName"="Windows 10 Pro"` + "\n" + `"CurrentVersion"="6.3"` + "\n" + `"CurrentBuildNumber"="22631"` + "\n" + `"InstallationType"="Client"`,
	"2022": `"ProductName"="Windows Server 2022 Standard"` + "\n" + `"CurrentVersion"="6.3"` + "\n" + `"CurrentBuildNumber"="20348"`,
	"?":    "",
}

const protocolsLine = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols]` + "\n"

// export is the registry of a release; body is the rest of the file.
func export(release, body string) string {
	return headerV5 + "\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\n" + releases[release] + "\n\n" + body + "\n"
}

// pairs are all states of the two values that the truth table tells apart;
// "-" is absent.
var pairs = []struct{ enabled, disabled string }{
	{"-", "-"}, {"1", "0"}, {"1", "1"}, {"0", "0"}, {"0", "1"}, {"0", "-"}, {"1", "-"}, {"-", "1"}, {"-", "0"},
}

// TestTruthTable: A accepted, R rejected, ? not known, in the order of pairs.
func TestTruthTable(t *testing.T) {
	const follows, never, off = "AARRRRARA", "RRRRRRRRR", "RARRRRARA"
	for _, c := range []struct{ release, version, want string }{
		{"XP", "SSL 3.0", follows},
		{"XP", "TLS 1.0", follows},
		{"XP", "TLS 1.1", never},
		{"XP", "TLS 1.2", never},
		{"XP", "TLS 1.3", never},
		{"7", "SSL 3.0", follows},
		{"7", "TLS 1.0", follows},
		{"7", "TLS 1.1", "RARRRR?RA"},
		{"7", "TLS 1.2", "RARRRR?RA"},
		{"7", "TLS 1.3", never},
		{"8", "TLS 1.0", follows},
		{"8", "TLS 1.1", follows},
		{"8", "TLS 1.2", follows},
		{"8", "TLS 1.3", never},
		{"8.1", "SSL 3.0", follows},
		{"8.1", "TLS 1.0", follows},
		{"8.1", "TLS 1.2", follows},
		{"8.1", "TLS 1.3", never},
		{"10", "SSL 2.0", never},
		{"10", "SSL 3.0", off},
		{"10", "TLS 1.0", follows},
		{"10", "TLS 1.2", follows},
		{"10", "TLS 1.3", never},
		{"11", "TLS 1.3", follows},
		{"2022", "SSL 3.0", off},
		{"2022", "TLS 1.0", follows},
		{"2022", "TLS 1.2", follows},
		{"2022", "TLS 1.3", follows},
		{"?", "TLS 1.0", "?ARRRR?R?"},
		{"?", "TLS 1.2", "?ARRRR?R?"},
		{"?", "TLS 1.3", "??RRRR?R?"},
	} {
		for _, role := range []string{"Client", "Server"} {
			var got strings.Builder
			for _, p := range pairs {
				got.WriteByte(acceptance(t, c.release, c.version, role, p.enabled, p.disabled))
			}
			if got.String() != c.want {
				t.Errorf("Windows %s, %s, %s: %s, want %s", c.release, c.version, role, got.String(), c.want)
			}
		}
	}
}

func dwords(enabled, disabled string) string {
	s := ""
	if enabled != "-" {
		s += "\"Enabled\"=dword:0000000" + enabled + "\n"
	}
	if disabled != "-" {
		s += "\"DisabledByDefault\"=dword:0000000" + disabled + "\n"
	}
	return s
}

// acceptance is what the declared server or client of an export does with a
// version. For the client all other versions are set, so that it can be
// judged on a system that is not known.
func acceptance(t *testing.T, release, version, role, enabled, disabled string) byte {
	body := protocolsLine
	for _, name := range []string{"SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"} {
		body += "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\" + name + "\\" + role + "]\n"
		switch {
		case name == version:
			body += dwords(enabled, disabled)
		case name == "TLS 1.3":
			body += dwords("0", "1")
		default:
			body += dwords("1", "0")
		}
	}
	want, err := tlswire.ParseVersion(strings.NewReplacer("SSL 2.0", "SSLv2", "SSL 3.0", "SSLv3").Replace(version))
	if err != nil {
		t.Fatal(err)
	}
	recs, _ := run(t, "t.reg", export(release, body))
	for _, r := range recs {
		switch r := r.(type) {
		case *evidence.Client:
			if role == "Client" && r.Layer == "schannel" {
				if slices.Contains(r.Versions, want) {
					return 'A'
				}
				return 'R'
			}
		case *evidence.Server:
			if role == "Server" {
				return map[evidence.State]byte{evidence.Accepted: 'A', evidence.Rejected: 'R', evidence.Unknown: '?'}[r.Versions[want].State]
			}
		}
	}
	return '?'
}

// settings gives the settings of an export in short.
func settings(t *testing.T, in string) []string {
	recs, _ := run(t, "t.reg", in)
	var out []string
	for _, r := range recs {
		if s, ok := r.(*evidence.Setting); ok {
			line := fmt.Sprintf("%s %s %s: %s %s", s.Role, s.Layer, s.Value, s.Effect, names(s.Versions))
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

func clients(t *testing.T, in string) []string {
	recs, _ := run(t, "t.reg", in)
	var out []string
	for _, r := range recs {
		if c, ok := r.(*evidence.Client); ok {
			out = append(out, fmt.Sprintf("%s: %s, %s", c.Layer, names(c.Versions), c.Because))
		}
	}
	return out
}

func TestSchannelEffects(t *testing.T) {
	for _, c := range []struct {
		release, version, values string
		want                     []string
	}{
		{"10", "TLS 1.0", dwords("1", "0"), []string{"Enabled=1: allows TLS 1.0", "DisabledByDefault=0: allows TLS 1.0"}},
		{"10", "TLS 1.0", dwords("0", "1"), []string{"Enabled=0: blocks TLS 1.0", "DisabledByDefault=1: none TLS 1.0"}},
		{"10", "TLS 1.0", dwords("1", "1"), []string{"Enabled=1: none TLS 1.0", "DisabledByDefault=1: blocks TLS 1.0"}},
		{"10", "TLS 1.0", dwords("0", "0"), []string{"Enabled=0: blocks TLS 1.0", "DisabledByDefault=0: none TLS 1.0"}},
		{"7", "TLS 1.2", dwords("1", "-"), []string{"Enabled=1: review TLS 1.2"}},
		{"?", "TLS 1.2", dwords("-", "0"), []string{"DisabledByDefault=0: review TLS 1.2"}},
		{"8", "TLS 1.2", dwords("1", "-"), []string{"Enabled=1: allows TLS 1.2"}},
		{"XP", "TLS 1.2", dwords("1", "0"), []string{"Enabled=1: none TLS 1.2", "DisabledByDefault=0: none TLS 1.2"}},
		{"10", "TLS 1.3", dwords("1", "0"), []string{"Enabled=1: review TLS 1.3", "DisabledByDefault=0: none TLS 1.3"}},
		{"7", "TLS 1.2", `"Enabled"=dword:ffffffff` + "\n" + `"DisabledByDefault"=dword:00000000`, []string{"Enabled=0xFFFFFFFF: allows TLS 1.2", "DisabledByDefault=0: allows TLS 1.2"}},
		{"7", "TLS 1.2", `"Enabled"="1"`, []string{`Enabled="1": review TLS 1.2`}},
		{"7", "DTLS 1.2", dwords("0", "-"), []string{"Enabled=0: blocks DTLS 1.2"}},
		{"7", "TLS1.2", dwords("1", "0"), []string{"Enabled=1: none", "DisabledByDefault=0: none"}},
		{"7", "PCT 1.0", dwords("0", "-"), []string{"Enabled=0: none"}},
		{"7", `TLS 1.2\Client`, dwords("1", "-"), []string{"Enabled=1: none"}}, // one key too deep
	} {
		in := export(c.release, protocolsLine+`[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\`+c.version+"\\Client]\n"+c.values)
		got := settings(t, in)
		for i := range got {
			_, got[i], _ = strings.Cut(got[i], "schannel ")
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Windows %s, %s, %q:\ngot  %q\nwant %q", c.release, c.version, c.values, got, c.want)
		}
	}
}
