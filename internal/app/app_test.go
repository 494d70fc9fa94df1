package app

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

const (
	iisLog = "#Software: Microsoft Internet Information Services 10.0\r\n" +
		"#Fields: date time s-ip cs-method cs-uri-stem s-port c-ip cs(User-Agent) sc-status crypt-protocol\r\n" +
		"2026-03-02 10:00:00 192.0.2.1 GET / 443 192.0.2.7 Java/1.7.0_80 200 40\r\n"
	nginxLog  = `192.0.2.7 - - [02/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8.0" TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256` + "\n"
	regExport = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\r\n\"A\"=dword:00000001\r\n"
	inventory = "host,product,version\nSFB01,Skype for Business Server 2015,6.0.9319.0\n"
	saved     = `{"kind":"stream","schema":1}` + "\n" + `{"kind":"product","host":"SFB01","name":"x"}` + "\n"
)

func utf16LE(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func TestDetect(t *testing.T) {
	for _, tc := range []struct {
		name, content string
		kind          Kind
		reason        string
	}{
		{"a.log", iisLog, KindLog, ""},
		{"a", iisLog, KindLog, ""},
		{"access.log", nginxLog, KindLog, ""},
		{"a.reg", regExport, KindRegistry, ""},
		{"a.reg", utf16LE(regExport), KindRegistry, ""},
		{"hosts.csv", inventory, KindInventory, ""},
		{"e.ndjson", saved, KindEvidence, ""},
		{"c.pcap", "\xd4\xc3\xb2\xa1\x02\x00\x04\x00", KindCapture, ""},
		{"empty", "", KindUnknown, "empty"},
		{"blank", " \r\n\n", KindUnknown, "empty"},
		{"a.zip", "PK\x03\x04", KindUnknown, "zip archive"},
		{"System.evtx", "ElfFile\x00", KindLog, ""},
		{"system.xml", "<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Schannel'/></System></Event></Events>", KindLog, ""},
		{"iis.xml", "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-IIS-Logging'/></System></Event>", KindUnknown, "text"},
		{"NTUSER.DAT", "regf" + strings.Repeat("\x00", 16) + "\x01" + strings.Repeat("\x00", 64), KindHive, ""},
		{"nginx.conf", "server {\n  listen 443 ssl;\n  ssl_protocols TLSv1 TLSv1.2;\n}\n", KindConfig, ""},
		{"README.md", "# A page\n\nSome words about TLS 1.0.\n", KindUnknown, "text"},
		{"main.go", "package main\n\nfunc main() {}\n", KindSource, ""},
		{"data.csv", "colour,size\nred,1\n", KindUnknown, "text"},
		{"x.json", `{"name":"x","kind":"y"}`, KindUnknown, "text"},
		{"umlaut.txt", strings.Repeat("ä", headSize/2+1), KindUnknown, "text"},
		{"photo.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00", KindUnknown, "binary"},
	} {
		head := []byte(tc.content)
		kind, reason := detect(tc.name, head[:min(len(head), headSize)])
		if kind != tc.kind || !strings.Contains(reason, tc.reason) {
			t.Errorf("%s: %q %q, want %q %q", tc.name, kind, reason, tc.kind, tc.reason)
		}
	}
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func gather(t *testing.T, kinds []Kind, args ...string) *Collection {
	t.Helper()
	base, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Collect(context.Background(), args, Options{Knowledge: base, Kinds: kinds, Stdin: strings.NewReader(nginxLog)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// why is what the coverage of an input says went wrong.
func why(c *Collection, input string) string {
	var out []string
	for _, r := range c.Evidence.Records() {
		if cov, ok := r.(*evidence.Coverage); ok && strings.HasSuffix(cov.Input, input) {
			out = append(out, cov.Failed)
			for _, s := range cov.Skipped {
				out = append(out, s.Ref+": "+s.Reason)
			}
		}
	}
	return strings.Join(out, "; ")
}

func TestOneBadFileDoesNotStopTheRest(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"good.log": iisLog, "sub/access.log": nginxLog, "cut.pcap": "\xd4\xc3\xb2\xa1\x02\x00",
		"empty.log": "", "notes.md": "words", "packed.log.gz": "\x1f\x8b\x08", "photo.jpg": "\xff\xd8\x00", ".git/x.log": iisLog,
	})
	link := func(old, name string) {
		t.Helper()
		if err := os.Symlink(old, filepath.Join(dir, name)); err != nil {
			t.Skip("no links on this file system:", err)
		}
	}
	link(dir, "loop")
	link("gone", "dangling.log")
	link("good.log", "linked.log")
	c := gather(t, nil, dir)
	for input, want := range map[string]string{
		"cut.pcap": "header", "empty.log": "empty", "packed.log.gz": "gzip: the archive is cut", "notes.md": "no kind",
		filepath.Base(dir): "link to a folder",
	} {
		if got := why(c, input); !strings.Contains(got, want) {
			t.Errorf("%s: %q does not say %q", input, got, want)
		}
	}
	if got := why(c, "dangling.log"); !strings.Contains(got, "no such file") {
		t.Errorf("dangling link: %q", got)
	}
	handshakes := 0
	for _, r := range c.Evidence.Records() {
		if h, ok := r.(*evidence.Handshake); ok {
			handshakes += h.Count
		}
	}
	if handshakes != 3 { // good.log, its link, and access.log; not the hidden folder
		t.Errorf("%d handshakes, want 3", handshakes)
	}
}

func TestWhatIsNotThereIsSaid(t *testing.T) {
	c := gather(t, nil, "/no/such/file.log", "./nor-this")
	if c.Readable != 0 || !strings.Contains(why(c, "file.log"), "no such file") || !strings.Contains(why(c, "nor-this"), "no such file") {
		t.Errorf("readable %d, %q", c.Readable, why(c, "file.log"))
	}
}

func TestStdinIsReadByItsContent(t *testing.T) {
	c := gather(t, nil, "-")
	if c.Readable != 1 {
		t.Errorf("readable %d", c.Readable)
	}
}

func TestOtherKindsArePassedOverAloud(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.log": iisLog})
	c := gather(t, []Kind{KindCapture}, filepath.Join(dir, "a.log"))
	if c.Readable != 0 || !strings.Contains(why(c, "a.log"), "tlsready check") {
		t.Errorf("readable %d, %q", c.Readable, why(c, "a.log"))
	}
}

func TestTheSameFileTwiceCountsOnce(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.log": iisLog})
	once, twice := gather(t, nil, dir), gather(t, nil, dir, filepath.Join(dir, "a.log"), dir+"/./a.log")
	if a, b := marshal(t, once), marshal(t, twice); a != b {
		t.Errorf("once:\n%s\ntwice:\n%s", a, b)
	}
}

func TestANewerSchemaIsPassedOver(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"new.ndjson": `{"kind":"stream","schema":9}` + "\n", "a.log": iisLog})
	c := gather(t, nil, dir)
	if c.NewerSchema() == nil || c.Readable != 1 || !strings.Contains(why(c, "new.ndjson"), "newer schema") {
		t.Errorf("%v, readable %d, %q", c.NewerSchema(), c.Readable, why(c, "new.ndjson"))
	}
}

func TestAFaultInASourceCostsOneInput(t *testing.T) {
	bad := input{name: "bad", run: func(context.Context, evidence.Emit) error { panic("boom") }}
	good := input{name: "good", run: func(_ context.Context, emit evidence.Emit) error {
		return emit(&evidence.Product{Host: "h", Name: "p"})
	}}
	c, err := collect(context.Background(), []input{bad, good}, nil, nil, Options{})
	if err != nil || c.Readable != 1 || !strings.Contains(why(c, "bad"), "internal fault") {
		t.Errorf("%v, readable %d, %q", err, c.Readable, why(c, "bad"))
	}
}

func TestCancelEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	in := input{name: "x", run: func(ctx context.Context, emit evidence.Emit) error {
		cancel()
		return emit(&evidence.Product{Name: "p"})
	}}
	if _, err := collect(ctx, []input{in}, nil, nil, Options{}); err == nil {
		t.Error("a cancelled run gave no error")
	}
}

func marshal(t *testing.T, c *Collection) string {
	t.Helper()
	var out bytes.Buffer
	for _, r := range c.Evidence.Records() {
		b, err := evidence.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(b, '\n'))
	}
	return out.String()
}
