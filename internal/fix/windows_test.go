package fix

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s; run with -update and look at the difference\n%s", file, got)
	}
}

// The change on top of an export gives a host that does the floor in every
// layer, and the rollback on top of that the host that was.
func TestRoundTrip(t *testing.T) {
	for name, text := range exports(t) {
		t.Run(name, func(t *testing.T) {
			was := registry{}.merge(t, text)
			records := audited(t, name, was.export())
			f, ok := windowsFix(t, Plan(judged(t, records, tlswire.TLS12), records, tlswire.TLS12, nil))
			if !ok {
				t.Fatal("nothing to fix: the export should need something")
			}
			changed := was.merge(t, f.content(t, "change.reg"))
			now := audited(t, name, changed.export())
			for _, r := range now {
				switch r := r.(type) {
				case *evidence.Client:
					if !slices.ContainsFunc(r.Versions, func(v tlswire.Version) bool { return v.AtLeast(tlswire.TLS12) }) {
						t.Errorf("client %s %s still offers %v", r.Layer, r.Client.Identity, r.Versions)
					}
				case *evidence.Server:
					if st := r.Versions[tlswire.TLS12].State; st != evidence.Accepted && !strings.Contains(name, "ws7") {
						t.Errorf("server: TLS 1.2 is %s", st)
					}
				}
			}
			keepsAll(t, records, now)
			if f, ok := windowsFix(t, Plan(judged(t, now, tlswire.TLS12), now, tlswire.TLS12, nil)); ok {
				t.Errorf("there still is something to fix: %+v", f.Reasons)
			}
			back := changed.merge(t, f.content(t, "rollback.reg"))
			if got, want := facts(audited(t, name, back.export())), facts(records); !slices.Equal(got, want) {
				t.Errorf("after the rollback\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			again := changed.merge(t, f.content(t, "change.reg"))
			if !bytes.Equal(again.export(), changed.export()) {
				t.Error("applied twice it changes twice")
			}
		})
	}
}

// keepsAll checks that no version that was offered or accepted is lost.
func keepsAll(t *testing.T, before, after []evidence.Record) {
	t.Helper()
	for _, b := range before {
		for _, a := range after {
			switch b := b.(type) {
			case *evidence.Client:
				a, ok := a.(*evidence.Client)
				if !ok || a.Layer != b.Layer || a.Client != b.Client || strings.HasPrefix(b.Layer, dotnetPrefix) {
					continue // for .NET Windows decides then
				}
				for _, v := range b.Versions {
					if !slices.Contains(a.Versions, v) && v >= tlswire.TLS10 {
						t.Errorf("%s lost %s", b.Layer, v)
					}
				}
			case *evidence.Server:
				a, ok := a.(*evidence.Server)
				if !ok {
					continue
				}
				for v, st := range b.Versions {
					if st.State == evidence.Accepted && a.Versions[v].State != evidence.Accepted {
						t.Errorf("the server lost %s", v)
					}
				}
			}
		}
	}
}

// The golden files are made from recorded evidence, which -update records
// anew, so that they show changes of this package only.
func TestWindowsGolden(t *testing.T) {
	for _, name := range []string{"hub", "srv2012r2", "win10", "ws7"} {
		file := filepath.Join("testdata", name+".ndjson")
		if *update {
			var b []byte
			for _, r := range audited(t, name+".reg", exports(t)[name+".reg"]) {
				line, err := evidence.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				b = append(append(b, line...), '\n')
			}
			if err := os.WriteFile(file, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		records := recorded(t, file)
		f, ok := windowsFix(t, newPlanner(judged(t, records, tlswire.TLS12), tlswire.TLS12, stubSources, nil).plan(records))
		if !ok {
			t.Fatalf("%s: nothing to fix", name)
		}
		golden(t, name+"/README.txt", readme([]Fix{f}, false, nil))
		for _, file := range f.Files {
			content := file.Content
			if strings.HasSuffix(file.Name, ".reg") {
				content = []byte(plain(t, content))
			}
			golden(t, name+"/"+file.Name, bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")))
		}
	}
}

// stubSources keeps the golden files apart from the knowledge base's growth.
func stubSources(fact string) []string {
	if fact == "" {
		return nil
	}
	return []string{"source of " + fact}
}

func TestRegFormat(t *testing.T) {
	b := newPlanner(nil, tlswire.TLS12, stubSources, nil).regChange("x \u202e\r\n[HKEY_LOCAL_MACHINE\\evil]", []cell{{root: "HKLM", key: "A", name: "B", want: 0xaa0}})
	text := plain(t, b)
	if !bytes.HasPrefix(b, []byte{0xff, 0xfe}) || !strings.HasPrefix(text, "Windows Registry Editor Version 5.00\r\n\r\n") {
		t.Errorf("%q", text)
	}
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || strings.Contains(text, "\n[HKEY_LOCAL_MACHINE\\evil") {
		t.Errorf("%q", text)
	}
	if !strings.HasSuffix(text, "[HKEY_LOCAL_MACHINE\\A]\r\n\"B\"=dword:00000aa0\r\n") {
		t.Errorf("%q", text)
	}
}

// What is not known is not invented: the rollback leaves it to the backup.
func TestRollbackNotKnown(t *testing.T) {
	records, report := settings(&evidence.Setting{
		Host: "A", Role: "client", Layer: "winhttp", Value: "DefaultSecureProtocols=0xA0", Effect: evidence.Pins,
		Versions: []tlswire.Version{tlswire.SSL30, tlswire.TLS10}, Where: evidence.Where{File: "a.reg", Line: 3, Path: `HKLM\` + winhttpKeys[0]},
	})
	f, ok := windowsFix(t, Plan(report, records, tlswire.TLS12, nil))
	if !ok {
		t.Fatal("nothing to fix")
	}
	text := plain(t, f.content(t, "rollback.reg"))
	for _, want := range []string{"; Enabled: what it was is not known", "\"DefaultSecureProtocols\"=dword:000000a0"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(text, "=-") {
		t.Errorf("deletes what may have been there: %s", text)
	}
	all := strings.Join(f.Notes, "\n")
	for _, want := range []string{"only the backup has it", "con.winhttp-needs-schannel", "KB3140245"} {
		if !strings.Contains(all, want) {
			t.Errorf("no note about %q in %s", want, all)
		}
	}
	// Two exports that disagree leave it open, too.
	other := *records[0].(*evidence.Setting)
	other.Value, other.Where.File = "DefaultSecureProtocols=0x80", "b.reg"
	records, report = settings(records[0].(*evidence.Setting), &other)
	f, _ = windowsFix(t, Plan(report, records, tlswire.TLS12, nil))
	if text := plain(t, f.content(t, "rollback.reg")); !strings.Contains(text, "; DefaultSecureProtocols: what it was") {
		t.Errorf("%s", text)
	}
}

func TestOfflineUserAndOldWindows(t *testing.T) {
	records, report := settings(&evidence.Setting{
		Host: "A", Role: "client", Layer: "wininet", Value: "SecureProtocols=0xA0", Effect: evidence.Pins,
		Versions: []tlswire.Version{tlswire.SSL30, tlswire.TLS10},
		Where:    evidence.Where{File: "NTUSER.DAT", Path: "HKU\\ann\" & del\r\n\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings"},
	})
	f, ok := windowsFix(t, Plan(report, records, tlswire.TLS12, nil))
	if !ok || len(f.Files) != 0 || len(f.Advice) != 1 || !strings.Contains(f.Advice[0], "/d 0xAA0") {
		t.Errorf("%v %+v", ok, f)
	}
	if text := string(readme([]Fix{f}, true, nil)); strings.Contains(text, "& del\r") {
		t.Errorf("%q", text)
	}
	records, report = settings(schannelOff("XP"))
	records = append(records, &evidence.Product{Host: "XP", Name: "Microsoft Windows XP", Version: "5.1.2600"})
	f, ok = windowsFix(t, Plan(report, records, tlswire.TLS12, nil))
	if !ok || len(f.Files) != 0 || len(f.Advice) != 1 || !strings.Contains(f.Title, "cannot do TLS 1.2") {
		t.Errorf("%v %+v", ok, f)
	}
}

func schannelOff(host string) *evidence.Setting {
	return &evidence.Setting{
		Host: host, Role: "client", Layer: "schannel", Value: "Enabled=0", Effect: evidence.Blocks, Versions: []tlswire.Version{tlswire.TLS12},
		Where: evidence.Where{File: host + ".reg", Line: 7, Path: `HKLM\SYSTEM\ControlSet001\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.2\Client`},
	}
}

// No file may turn an old version off, whatever the evidence.
func TestNeverTurnsOff(t *testing.T) {
	for name, text := range exports(t) {
		records := audited(t, name, text)
		for _, f := range Plan(judged(t, records, tlswire.TLS12), records, tlswire.TLS12, nil) {
			for _, file := range f.Files {
				for _, l := range strings.Split(plain(t, file.Content), "\n") {
					if file.Name != "rollback.reg" && (strings.Contains(l, `Protocols\TLS 1.0`) || strings.Contains(l, `Protocols\TLS 1.1`)) {
						t.Errorf("%s: %s touches %s", name, file.Name, l)
					}
				}
			}
		}
	}
}

func TestFloor13(t *testing.T) {
	off := &evidence.Setting{
		Host: "A", Role: "client", Layer: "schannel", Value: "Enabled=0", Effect: evidence.Blocks, Versions: []tlswire.Version{tlswire.TLS13},
		Where: evidence.Where{File: "a.reg", Line: 7, Path: `HKLM\` + schannelProtocols + `TLS 1.3\Client`},
	}
	for version, works := range map[string]bool{"10.0.20348": true, "10.0.19045": false, "": false} {
		records, report := settings(off)
		records = append(records, &evidence.Product{Host: "A", Name: "Windows", Version: version})
		f, ok := windowsFix(t, Plan(report, records, tlswire.TLS13, nil))
		if !ok || (len(f.Files) > 0) != works || works && !strings.Contains(plain(t, f.content(t, "change.reg")), `TLS 1.3\Client]`) {
			t.Errorf("%q: %v %+v", version, ok, f)
		}
	}
}

// The bits and keys that are written are those of the knowledge base.
func TestKnowledgeAgrees(t *testing.T) {
	for fact, keys := range map[string][]string{"win.winhttp.key": winhttpKeys, "win.wininet.key": wininetKeys, "win.dotnet.keys": dotnetKeys} {
		key, ok := base(t).RegistryKey(fact)
		if !ok {
			t.Fatalf("no record %s", fact)
		}
		for v, bit := range key.Bits {
			if maskBits[v] != bit {
				t.Errorf("%s: %s is 0x%X", fact, v, bit)
			}
		}
		for _, path := range key.Paths {
			if !strings.HasPrefix(path, "HKLM") {
				continue
			}
			if _, ok := knownKey(path, keys); !ok {
				t.Errorf("%s: %s is not known", fact, path)
			}
		}
	}
	for _, step := range []string{StepCode, StepClient, StepServer} {
		if _, ok := base(t).Step(step); !ok {
			t.Errorf("no step %s", step)
		}
	}
	for _, id := range []string{"win.schannel.effect-timing", "win.schannel.scope", "win.update.kb3140245", schannelFact} {
		if _, ok := base(t).Record(id); !ok {
			t.Errorf("no record %s", id)
		}
	}
	if b := (knowledge.Build{6, 1, 7601}); !b.HasPrefix(updates[1].build) {
		t.Error("Windows 7 has no note")
	}
	kb := regexp.MustCompile(`KB[0-9]+`)
	for _, u := range updates {
		for _, id := range kb.FindAllString(u.text, -1) {
			if _, ok := base(t).Record("win.update." + strings.ToLower(id)); !ok {
				t.Errorf("no record of %s", id)
			}
		}
	}
}
