package audit

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
)

// runHives gives the records of hives, coverages apart.
func runHives(t testing.TB, files ...File) (recs []evidence.Record, covs []*evidence.Coverage) {
	t.Helper()
	err := RunHives(context.Background(), files, Options{Knowledge: base(t)}, func(r evidence.Record) error {
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

// hivesOf are an export as the hives that Windows keeps it in.
func hivesOf(t testing.TB, w hiveWriter, export string) (files []File) {
	t.Helper()
	tree := exportTree(t, export)
	add := func(name string, k *treeKey) { files = append(files, File{name, bytes.NewReader(w.write(k))}) }
	for _, k := range tree.keys {
		for _, c := range k.keys {
			switch {
			case strings.EqualFold(k.name, "HKEY_LOCAL_MACHINE"):
				add("host/Windows/System32/config/"+c.name, c)
			case strings.EqualFold(k.name, "HKEY_USERS"):
				add("host/Users/"+c.name+"/NTUSER.DAT", c)
			}
		}
	}
	return files
}

// plain is evidence without the places it was read from, in a fixed order.
func plain(t *testing.T, recs []evidence.Record) string {
	t.Helper()
	var lines []string
	for _, r := range recs {
		switch r := r.(type) {
		case *evidence.Setting:
			r.Where = evidence.Where{}
			r.Note = sansRef(r.Note)
		case *evidence.Product:
			r.Where = evidence.Where{}
		case *evidence.Client:
			r.Because, r.Refs = "", nil
		case *evidence.Server:
			r.Because = ""
			for _, s := range r.Versions {
				s.Because = sansRef(s.Because)
			}
		}
		b, err := evidence.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(b))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// sansRef takes the reference off the end of a reason: "Enabled=0, a.reg:4".
func sansRef(s string) string {
	for _, mark := range []string{", x.reg:", ", host/", `, HKLM\`} {
		if at := strings.Index(s, mark); at >= 0 {
			s = s[:at]
		}
	}
	return strings.TrimSuffix(s, ")")
}

// TestHiveEqualsExport: the same settings say the same, wherever they stand.
func TestHiveEqualsExport(t *testing.T) {
	exports, err := filepath.Glob("testdata/*.reg")
	if err != nil || len(exports) == 0 {
		t.Fatal(err)
	}
	for _, file := range exports {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// What an export shows of a key is part of it; a hive is all of it.
		in := string(text) + "\n[HKEY_LOCAL_MACHINE\\SYSTEM]\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\n"
		in = strings.ReplaceAll(in, "HKEY_CURRENT_USER", `HKEY_USERS\S-1-5-21-1`)
		if !strings.Contains(in, "\"ComputerName\"=") {
			in += "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName]\n\"ComputerName\"=\"HOST\"\n"
		}
		recs, _ := run(t, "x.reg", in)
		want := plain(t, recs)
		for name, w := range map[string]hiveWriter{
			"lh": {}, "lf": {list: "lf"}, "li": {list: "li"}, "ri": {list: "ri"}, "UTF-16": {wide: true}, "1.3": {minor: 3},
		} {
			recs, covs := runHives(t, hivesOf(t, w, in)...)
			if got := plain(t, recs); got != want {
				t.Errorf("%s as %s:\n%s\nwant\n%s", file, name, got, want)
			}
			for _, c := range covs {
				if c.Failed != "" || len(c.Skipped) > 0 || strings.Contains(strings.Join(c.Blind, " "), "incomplete") {
					t.Errorf("%s as %s: %+v", file, name, c)
				}
			}
			for _, r := range recs {
				if s, ok := r.(*evidence.Setting); ok && s.Where.Line != 0 {
					t.Errorf("a line in a hive: %+v", s)
				}
			}
		}
	}
}

// system is a SYSTEM hive: two control sets, of which Select names the
// second.
func systemTree() *treeKey {
	k := &treeKey{}
	for n, value := range []uint32{1, 0} {
		set := k.at(fmt.Sprintf("ControlSet00%d", n+1))
		key := set.at(`Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.0\Server`)
		key.setNumber("Enabled", value)
		key.setNumber("DisabledByDefault", 1-value)
		set.at(`Control\ComputerName\ComputerName`).setText("ComputerName", fmt.Sprintf("HOST%d", n+1))
	}
	k.at("Select").setNumber("Current", 2)
	return k
}

func softwareTree() *treeKey {
	k := &treeKey{}
	v := k.at(`Microsoft\Windows NT\CurrentVersion`)
	v.setText("ProductName", "Windows Server 2016 Standard")
	v.setText("CurrentVersion", "6.3")
	v.setText("CurrentBuildNumber", "14393")
	k.at(inet).setNumber("SecureProtocols", 0xa80)
	k.at(inet+`\WinHttp`).setNumber("DefaultSecureProtocols", 0xa0)
	return k
}

func TestSelectedControlSet(t *testing.T) {
	sys := hiveWriter{}.write(systemTree())
	recs, _ := runHives(t, File{"a/SYSTEM", bytes.NewReader(sys)})
	found := false
	for _, r := range recs {
		s, ok := r.(*evidence.Setting)
		if !ok || s.Rule != "schannel-protocol" {
			continue
		}
		found = true
		want := evidence.Where{File: "a/SYSTEM", Path: `HKLM\SYSTEM\ControlSet002\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.0\Server`}
		if s.Host != "HOST2" || s.Where != want || strings.HasPrefix(s.Value, "Enabled") && s.Effect != evidence.Blocks {
			t.Errorf("%+v", s)
		}
	}
	if !found {
		t.Error("no setting")
	}
}

// TestHivesOfOneHost: only together do SYSTEM and SOFTWARE tell what WinHTTP
// offers.
func TestHivesOfOneHost(t *testing.T) {
	sys, soft := hiveWriter{}.write(systemTree()), hiveWriter{}.write(softwareTree())
	offers := func(files ...File) (host string, client bool) {
		recs, covs := runHives(t, files...)
		for _, r := range recs {
			switch r := r.(type) {
			case *evidence.Client:
				client = client || r.Layer == "winhttp"
			case *evidence.Setting:
				host = r.Host
			}
		}
		if len(covs) != len(files) {
			t.Errorf("%d coverages", len(covs))
		}
		return host, client
	}
	if host, client := offers(File{"web01/SYSTEM", bytes.NewReader(sys)}, File{"web01/SOFTWARE", bytes.NewReader(soft)}); host != "HOST2" || !client {
		t.Errorf("both: host %s, client %v", host, client)
	}
	for name, want := range map[string]string{
		"web01/SOFTWARE": "web01", "x/web01-SOFTWARE.hiv": "web01", "SOFTWARE": "SOFTWARE", "/e/web01/Windows/System32/config/SOFTWARE": "web01",
		`C:\e\web01\C\Windows\System32\config\SOFTWARE`: "web01", "software_web01": "web01",
	} {
		if host, client := offers(File{name, bytes.NewReader(soft)}); host != want || client {
			t.Errorf("%s: host %s, client %v", name, host, client)
		}
	}
}

func TestHostFolder(t *testing.T) {
	for name, want := range map[string]string{
		"web01/SYSTEM": "web01", "web01/Windows/System32/config/SYSTEM": "web01", "web01/Users/ann/NTUSER.DAT": "web01",
		`d:\web01\Windows\System32\config\RegBack\SOFTWARE`: "d:/web01", "web01/Documents and Settings/ann/NTUSER.DAT": "web01",
		"SYSTEM": ".", "/SYSTEM": "/",
	} {
		if got := HostFolder(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestUserHives(t *testing.T) {
	user := &treeKey{}
	user.at(`Software\`+inet).setNumber("SecureProtocols", 0xa0)
	user.at("Control Panel")
	b := hiveWriter{}.write(user)
	var files []File
	for _, name := range []string{"h/Users/ann/NTUSER.DAT", "h/Users/Bob/ntuser.dat", "h/NTUSER.DAT", "h/carl.dat"} {
		files = append(files, File{name, bytes.NewReader(b)})
	}
	recs, _ := runHives(t, files...)
	var got []string
	for _, r := range recs {
		if s, ok := r.(*evidence.Setting); ok && s.Layer == "wininet" {
			got = append(got, s.Host+" "+strings.TrimSuffix(s.Where.Path, `\Software\`+inet))
		}
	}
	want := []string{`h HKU\ann`, `h HKU\Bob`, `h HKCU`, `h HKU\carl`}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestBigValue(t *testing.T) {
	for _, minor := range []uint32{0, 3} {
		k := softwareTree()
		name := strings.Repeat("x", 20000)
		k.at(`Microsoft\Windows NT\CurrentVersion`).values[0] = treeValue{"ProductName", regSZ, []byte(utf16Bytes(name, false, false))}
		recs, covs := runHives(t, File{"SOFTWARE", bytes.NewReader(hiveWriter{minor: minor}.write(k))})
		if p := recs[0].(*evidence.Product); p.Name != name {
			t.Errorf("format 1.%d: a name of %d characters: %+v", minor, len(p.Name), covs[0])
		}
	}
}

func TestHiveStates(t *testing.T) {
	good := hiveWriter{}.write(softwareTree())
	edit := func(f func(b []byte) []byte) []byte { return f(bytes.Clone(good)) }
	for _, c := range []struct {
		name  string
		in    []byte
		blind string
		fails string
	}{
		{"good", good, "", ""},
		{"dirty", edit(func(b []byte) []byte {
			b[4]++
			binary.LittleEndian.PutUint32(b[508:], baseSum(b))
			return b
		}), "not replayed: transaction log", ""},
		{"checksum", edit(func(b []byte) []byte { b[508]++; return b }), "incomplete", ""},
		{"end missing", good[:len(good)-100], "incomplete", ""},
		{"log", edit(func(b []byte) []byte { b[28] = 6; return b }), "", "transaction log"},
		{"no root", edit(func(b []byte) []byte { b[39] = 0x7f; return b }), "", "root key"},
		{"base block only", good[:hiveBase], "", "root key"},
		{"less than that", good[:100], "", "not a hive"},
		{"another hive", hiveWriter{}.write(&treeKey{keys: []*treeKey{{name: "SAM"}}}), "", "decides nothing"},
	} {
		_, covs := runHives(t, File{"SOFTWARE", bytes.NewReader(c.in)})
		blind := strings.Join(covs[0].Blind, " ")
		if !strings.Contains(blind, c.blind) || !strings.Contains(covs[0].Failed, c.fails) || (covs[0].Failed == "") != (c.fails == "") {
			t.Errorf("%s: %+v", c.name, covs[0])
		}
		if c.blind == "" && (strings.Contains(blind, "incomplete") || strings.Contains(blind, "not replayed")) {
			t.Errorf("%s: %s", c.name, blind)
		}
	}
}

// TestLoops: a list that leads back to its own key ends, and nothing is taken
// to be absent below.
func TestLoops(t *testing.T) {
	b := hiveWriter{list: "li"}.write(softwareTree())
	root := hiveBase + int(binary.LittleEndian.Uint32(b[36:])) + 4
	list := hiveBase + int(binary.LittleEndian.Uint32(b[root+28:])) + 4
	copy(b[list+4:], b[36:40]) // the only key below the root is the root
	_, covs := runHives(t, File{"SOFTWARE", bytes.NewReader(b)})
	if !strings.Contains(fmt.Sprint(covs[0]), "decides nothing") && !strings.Contains(fmt.Sprint(covs[0].Skipped), "loop") {
		t.Errorf("%+v", covs[0])
	}
}

// TestTornListShowsNoAbsence: where a list of keys is damaged, a default is
// not taken to act.
func TestTornListShowsNoAbsence(t *testing.T) {
	k := systemTree()
	sys := hiveWriter{}.write(k)
	soft := hiveWriter{}.write(softwareTree())
	for range 2 { // in both control sets Protocols says that it has one key more
		at := bytes.Index(sys, []byte("Protocols"))
		sys[at-nkHead+20]++
		sys[at] = 'p'
	}
	recs, covs := runHives(t, File{"SYSTEM", bytes.NewReader(sys)}, File{"SOFTWARE", bytes.NewReader(soft)})
	for _, r := range recs {
		if c, ok := r.(*evidence.Client); ok {
			t.Errorf("client %+v", c)
		}
	}
	if !strings.Contains(strings.Join(covs[0].Blind, " "), "incomplete") || len(covs[0].Skipped) == 0 {
		t.Errorf("%+v", covs[0])
	}
}

// TestBitFlips: no damage of one bit stops or upsets the reader. Every seventh
// is tried, which still comes to each bit of a byte.
func TestBitFlips(t *testing.T) {
	good := hiveWriter{}.write(softwareTree())
	for bit := 0; bit < len(good)*8; bit += 7 {
		if bit/8 == 512 {
			bit = hiveBase * 8 // what lies between is not read
		}
		good[bit/8] ^= 1 << (bit % 8)
		_, covs := runHives(t, File{"SOFTWARE", bytes.NewReader(good)})
		good[bit/8] ^= 1 << (bit % 8)
		if len(covs) != 1 {
			t.Fatalf("bit %d: %v", bit, covs)
		}
	}
}

// TestSharedValues: many keys whose lists of values lead to one big value cost
// no more than a bound.
func TestSharedValues(t *testing.T) {
	k := softwareTree()
	uninstall := k.at(uninstallKey)
	for i := range 5000 {
		uninstall.child(fmt.Sprint(i)).setNumber("x", 1)
	}
	first := uninstall.keys[0]
	first.values = nil
	big := make([]byte, maxValue)
	for range 10000 {
		first.set("DisplayName", regSZ, big[:100])
	}
	first.set("DisplayName", regSZ, big)
	b := hiveWriter{minor: 3}.write(k)
	le := binary.LittleEndian
	count := []byte{0x11, 0x27, 0, 0} // 10001, the values of the first
	list := bytes.Index(b, count) + 4
	for at := hiveBase + 32; at+8 < len(b); at += -int(int32(le.Uint32(b[at:]))) {
		if n := int32(le.Uint32(b[at:])); n >= 0 {
			break
		}
		if key := b[at+4:]; string(key[:2]) == "nk" && le.Uint32(key[36:]) == 1 {
			copy(key[36:], b[list-4:list+4])
		}
	}
	start := time.Now()
	_, covs := runHives(t, File{"SOFTWARE", bytes.NewReader(b)})
	if d := time.Since(start); d > 10*time.Second || !strings.Contains(fmt.Sprint(covs[0].Skipped), "more than it can hold") {
		t.Errorf("%v, %+v", d, covs[0])
	}
	t.Log(time.Since(start))
}

func TestNoise(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	good := hiveWriter{list: "ri"}.write(systemTree())
	for range 2000 {
		b := bytes.Clone(good)
		for range 1 + rnd.IntN(40) {
			b[hiveBase+rnd.IntN(len(b)-hiveBase)] = byte(rnd.IntN(256))
		}
		runHives(t, File{"SYSTEM", bytes.NewReader(b)})
	}
}

func FuzzHive(f *testing.F) {
	for _, list := range []string{"lh", "li", "ri"} {
		f.Add(hiveWriter{list: list}.write(systemTree()))
		f.Add(hiveWriter{list: list, wide: true}.write(softwareTree()))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if in = bytes.Clone(in); len(in) >= 24 { // else most inputs are no hives
			copy(in, hiveMagic)
			binary.LittleEndian.PutUint32(in[20:], 1)
		}
		recs, covs := runHives(t, File{"SOFTWARE", bytes.NewReader(in)})
		cov := covs[0]
		if cov.Used > cov.Read || cov.Failed != "" && len(recs) > 0 {
			t.Fatalf("%d records, %+v", len(recs), cov)
		}
	})
}

// bigHive is a SOFTWARE hive of at least so many bytes, most of them classes.
func bigHive(size int) []byte {
	k := softwareTree()
	for i := 0; i*400 < size; i++ { // a class takes a little more
		c := k.at("Classes").child(fmt.Sprintf("{%08X-0000-0000-C000-000000000046}", i))
		c.setText("", "a class")
		c.child("InprocServer32").setText("", `C:\Windows\System32\ole32.dll`)
	}
	for i := range 400 {
		c := k.at(`Microsoft\Windows\CurrentVersion\Uninstall`).child(fmt.Sprintf("{product %d}", i))
		c.setText("DisplayName", fmt.Sprintf("Product %d", i))
		c.setText("DisplayVersion", "1.2.3")
		c.setText("InstallLocation", `C:\Program Files\Product`)
	}
	return hiveWriter{list: "ri"}.write(k)
}

// child adds a key without a look whether it is there.
func (k *treeKey) child(name string) *treeKey {
	c := &treeKey{name: name}
	k.keys = append(k.keys, c)
	return c
}

func BenchmarkHive(b *testing.B) {
	in := bigHive(15 << 20)
	for name, r := range map[string]func() io.Reader{
		"in place":  func() io.Reader { return bytes.NewReader(in) },
		"in memory": func() io.Reader { return io.MultiReader(bytes.NewReader(in)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				runHives(b, File{"SOFTWARE", r()})
			}
		})
	}
}
