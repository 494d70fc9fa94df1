package config

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/tlsready/tlsready/evidence"
)

// TestEveryDialectIsListed: a Dialect that is not in the list is never asked,
// and one without a sample is not held to the contract.
func TestEveryDialectIsListed(t *testing.T) {
	declared := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	re := regexp.MustCompile(`(?s)var \w+ = Dialect\{\s*Name:\s*"([\w-]+)"`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range re.FindAllStringSubmatch(string(text), -1) {
			declared[m[1]] = true
		}
	}
	listed := map[string]bool{}
	for _, d := range Dialects() {
		listed[d.Name] = true
		if _, ok := samples[d.Name]; !ok {
			t.Errorf("%s has no sample", d.Name)
		}
		if _, ok := kb(t).Record(d.Fact); !ok || d.Rule == "" || d.Product == "" {
			t.Errorf("%s: rule %q, fact %q, product %q", d.Name, d.Rule, d.Fact, d.Product)
		}
	}
	if !maps.Equal(declared, listed) {
		t.Errorf("declared %v, listed %v", slices.Sorted(maps.Keys(declared)), slices.Sorted(maps.Keys(listed)))
	}
}

// TestDetect: each sample is known by its content alone, under any name.
func TestDetect(t *testing.T) {
	for dialect, s := range samples {
		for _, name := range []string{s.file, "/x/" + s.file, "whatever.txt"} {
			if got, ok := Detect(name, []byte(s.text)); got != dialect || !ok {
				if d := dialectNamed(dialect); d.NameOnly && name == "whatever.txt" {
					continue
				}
				t.Errorf("%s as %s: %q", dialect, name, got)
			}
		}
	}
}

// TestDetectClaimsNothingElse: prose, code, logs and the configuration of
// other programs.
func TestDetectClaimsNothingElse(t *testing.T) {
	others := map[string]string{
		"readme.md":    "# Title\n\nTo set it up write\n\n    ssl_protocols TLSv1.2;\n\nand reload. Then SSLProtocol all -SSLv3.\n",
		"main.go":      "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"ssl_protocols TLSv1.2;\")\n}\n",
		"conf.py":      "ssl_min_protocol = 'TLSv1.2'\n\ndef f(x):\n    return x\n\nclass A:\n    pass\n",
		"nginx.conf":   "this is not\na configuration, it is prose. It goes on.\nAnd on\n",
		"access.log":   "192.0.2.1 - - [02/Mar/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 612 \"-\" \"curl/7.88.1\" TLSv1.2\n",
		"values.yaml":  "image:\n  tag: v1\nservice:\n  port: 443\n",
		"compose.yml":  "services:\n  web:\n    image: nginx\n    ports: [\"443:443\"]\n",
		"a.ini":        "[main]\nname = value\nport = 443\n[other]\nx = y\n",
		"style.css":    "body {\n  margin: 0;\n  padding: 0;\n}\nserver {\n  color: red;\n}\n",
		"unit.service": "[Unit]\nDescription=x\n[Service]\nExecStart=/usr/bin/x\n",
		"app.js":       "const tls = require('tls');\nfunction listen(x) {\n  return x;\n}\nserver.listen(443);\n",
		"t.sh":         "#!/bin/sh\nset -e\nopenssl s_client -connect a:443\nPORT=443\n",
		"data.json":    "{\"a\": 1, \"ssl_protocols\": \"TLSv1\"}\n",
		"x.html":       "<html>\n<body>\n<p>SSLProtocol all</p>\n</body>\n</html>\n",
		"Makefile":     "all: build\n\nbuild:\n\tgo build ./...\n",
		"x.reg":        "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SYSTEM]\n\"Enabled\"=dword:00000000\n",
		"inv.csv":      "host,product,version\nA,nginx,1.2\n",
		"empty.conf":   "",
		"comment.conf": "# nothing\n# here\n",
		"a.ldap":       "pidfile /run/x\nbackend mdb\ndatabase mdb\n",
		"main.cf":      "here is a letter\nto nobody = at all\n",
		"bin.conf":     "\x7fELF\x00\x00\x00\x00\x00ssl_protocols TLSv1;\n",
		"pom.xml":      "<?xml version=\"1.0\"?>\n<project>\n<version>1</version>\n</project>\n",
		"a.properties": "a.b=c\nserver.port=8443\n",
		"Dockerfile":   "FROM debian:12\nRUN apt-get update\nEXPOSE 443\nCMD [\"nginx\"]\n",
	}
	for name, text := range others {
		if got, ok := Detect(name, []byte(text)); ok {
			t.Errorf("%s taken for %s", name, got)
		}
	}
}

// TestContractDialectsDoNotOverlap: no sample is claimed by two dialects.
func TestContractDialectsDoNotOverlap(t *testing.T) {
	for dialect, s := range samples {
		for _, d := range Dialects() {
			if d.Name != dialect && d.shape.fits(s.text, false) {
				t.Errorf("the sample of %s is claimed by %s, too", dialect, d.Name)
			}
		}
	}
}

func TestTruncated(t *testing.T) {
	for dialect, s := range samples {
		for n := range len(s.text) {
			f := run(t, s.file, s.text[:n], Options{Dialect: dialect})
			if n == 0 && f.cov.Failed == "" {
				t.Errorf("%s: nothing read, and not said", dialect)
			}
		}
	}
}

// TestEncodings: a byte order mark, CRLF and UTF-16 change no finding.
func TestEncodings(t *testing.T) {
	for dialect, s := range samples {
		want := run(t, s.file, s.text, Options{Dialect: dialect})
		if len(want.settings) == 0 {
			t.Errorf("%s: the sample gives no setting", dialect)
		}
		for name, text := range map[string]string{
			"BOM": "\xef\xbb\xbf" + s.text, "CRLF": strings.ReplaceAll(s.text, "\n", "\r\n"),
			"UTF-16LE": inUTF16(s.text, binary.LittleEndian), "UTF-16BE": inUTF16(s.text, binary.BigEndian),
		} {
			got := run(t, s.file, text, Options{Dialect: dialect})
			if !slices.Equal(got.lines(), want.lines()) || !slices.Equal(got.sums(), want.sums()) {
				t.Errorf("%s in %s: %q %q, want %q %q", dialect, name, got.lines(), got.sums(), want.lines(), want.sums())
			}
			if d, _ := Detect(s.file, []byte(text)); d != dialect {
				t.Errorf("%s in %s: detected as %q", dialect, name, d)
			}
		}
	}
}

func inUTF16(s string, order binary.ByteOrder) string {
	var b bytes.Buffer
	_ = binary.Write(&b, order, append([]uint16{0xfeff}, utf16.Encode([]rune(s))...))
	return b.String()
}

func TestHostileContent(t *testing.T) {
	for dialect, s := range samples {
		for name, text := range map[string]string{
			"binary":      "\x00\x01\x02\xff" + s.text + strings.Repeat("\x00", 100),
			"huge line":   s.text + strings.Repeat("x", maxLine+10) + "\n",
			"open quote":  s.text + "\nssl \"never ends\n" + s.text,
			"open blocks": strings.Repeat("a {\n", 5000),
			"close":       strings.Repeat("}\n", 5000),
			"brackets":    strings.Repeat("[", 10000) + strings.Repeat("<a ", 10000),
			"backslashes": strings.Repeat("\\\n", 10000),
			"equals":      strings.Repeat("=\n", 1000),
		} {
			f := run(t, s.file, text, Options{Dialect: dialect})
			if name == "binary" && f.cov.Failed == "" {
				t.Errorf("%s: binary file was read", dialect)
			}
		}
	}
}

func TestTooLongAFile(t *testing.T) {
	s := samples["nginx"]
	endless := io.MultiReader(strings.NewReader(s.text), io.LimitReader(readerFunc(func(p []byte) (int, error) {
		for i := range p {
			p[i] = '\n'
		}
		return len(p), nil
	}), 2<<30))
	cov := (*evidence.Coverage)(nil)
	err := Run(context.Background(), s.file, endless, Options{Knowledge: kb(t)}, func(r evidence.Record) error {
		if c, ok := r.(*evidence.Coverage); ok {
			cov = c
		}
		return nil
	})
	if err != nil || cov == nil || !strings.Contains(strings.Join(cov.Blind, " "), "longer than") || cov.Used == 0 {
		t.Errorf("%v %+v", err, cov)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestCancelAndErrors(t *testing.T) {
	stop := errors.New("stop")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for dialect, s := range samples {
		opt := Options{Knowledge: kb(t), Dialect: dialect}
		none := func(evidence.Record) error { return nil }
		if err := Run(ctx, s.file, strings.NewReader(s.text), opt, none); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), s.file) {
			t.Errorf("%s, cancel: %v", dialect, err)
		}
		if err := Run(context.Background(), s.file, strings.NewReader(s.text), opt, func(evidence.Record) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("%s, emit: %v", dialect, err)
		}
		if err := Run(context.Background(), s.file, io.MultiReader(strings.NewReader(s.text), iotest.ErrReader(stop)), opt, none); !errors.Is(err, stop) {
			t.Errorf("%s, read: %v", dialect, err)
		}
	}
}

// tree is a file system in memory.
type tree map[string]string

func (tr tree) options() Options {
	return Options{
		Open: func(name string) (io.ReadCloser, error) {
			if s, ok := tr[name]; ok {
				return io.NopCloser(strings.NewReader(s)), nil
			}
			return nil, fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
		},
		Glob: func(pattern string) ([]string, error) {
			var out []string
			for name := range tr {
				if ok, err := filepath.Match(pattern, name); err != nil {
					return nil, err
				} else if ok {
					out = append(out, name)
				}
			}
			return out, nil
		},
	}
}

// TestIncludes: loops end, what is missing is said with its line, and an
// absolute path stays below the root of the host the file is of.
func TestIncludes(t *testing.T) {
	const top = "/copy/web01/etc/nginx/nginx.conf"
	tr := tree{
		top:                                 "",
		"/copy/web01/etc/nginx/loop.conf":   "include loop2.conf;\n",
		"/copy/web01/etc/nginx/loop2.conf":  "include loop.conf;\ninclude nginx.conf;\n",
		"/copy/web01/etc/nginx/d/a.conf":    "ssl_protocols TLSv1.2;\n",
		"/etc/nginx/d/a.conf":               "ssl_protocols TLSv1;\n",
		"/copy/web01/etc/nginx/d/b.bin":     "\x00\x00\x00",
		"/copy/web01/etc/nginx/d/.hidden":   "",
		"/etc/nginx/only-on-this-host.conf": "ssl_protocols TLSv1;\n",
	}
	text := "events {}\nhttp {\ninclude loop.conf;\ninclude /etc/nginx/d/a.conf;\ninclude missing.conf;\ninclude none/*.conf;\ninclude d/b.bin;\ninclude /etc/nginx/only-on-this-host.conf;\n}\n"
	opt := tr.options()
	var included []string
	opt.Included = func(name string) { included = append(included, name) }
	f := run(t, top, text, opt)
	if len(f.settings) != 1 || f.settings[0].Where.File != "/copy/web01/etc/nginx/d/a.conf" || names(f.settings[0].Versions) != "12" {
		t.Errorf("settings %+v", f.lines())
	}
	var skips []string
	for _, s := range f.cov.Skipped {
		skips = append(skips, filepath.Base(s.Ref)+" "+s.Reason[:12])
	}
	want := []string{"loop2.conf:1 include loop", "loop2.conf:2 include loop", "nginx.conf:5 include of /", "nginx.conf:7 include of /", "nginx.conf:8 include of /"}
	if !slices.Equal(skips, want) {
		t.Errorf("skips %+v", f.cov.Skipped)
	}
	if len(included) != 3 {
		t.Errorf("included %q", included)
	}
	opt.Included = nil
	if f := run(t, "nginx.conf", "events {}\nhttp {\ninclude /etc/nginx/d/a.conf;\n}\n", opt); len(f.settings) != 0 || len(f.cov.Skipped) != 1 {
		t.Errorf("absolute path of a file without its root: %q %+v", f.lines(), f.cov.Skipped)
	}
}

func TestIncludeDepth(t *testing.T) {
	tr := tree{}
	for i := range 100 {
		tr[fmt.Sprintf("/etc/nginx/%d", i)] = fmt.Sprintf("include %d;\n", i+1)
	}
	f := run(t, "/etc/nginx/nginx.conf", "events {}\ninclude 0;\n", tr.options())
	if len(f.cov.Skipped) != 1 || !strings.Contains(f.cov.Skipped[0].Reason, "nest deeper") {
		t.Errorf("%+v", f.cov.Skipped)
	}
	// Each of many files that includes all others twice: the number is bounded.
	tr = tree{}
	for i := range 30 {
		tr[fmt.Sprintf("/etc/nginx/d/%d.conf", i)] = "include d/*.conf; include d/*.conf;"
	}
	f = run(t, "/etc/nginx/nginx.conf", "events {}\ninclude d/*.conf;\n", tr.options())
	if len(f.cov.Skipped) == 0 {
		t.Errorf("no bound: %+v", f.cov)
	}
}

// FuzzRun: no dialect panics or hangs on any text, and each run ends in one
// coverage record.
func FuzzRun(f *testing.F) {
	for i, d := range Dialects() {
		f.Add(i, samples[d.Name].text)
	}
	f.Add(0, "events{} http{ server{ listen 1 ssl; ssl_protocols \"TLSv1\n; } content_by_lua_block { } }")
	f.Add(1, "<VirtualHost>\n</IfModule>\nSSLProtocol -\n")
	f.Fuzz(func(t *testing.T, i int, text string) {
		d := Dialects()[uint(i)%uint(len(Dialects()))]
		opt := tree{"/etc/x": "include x\n"}.options()
		opt.Dialect, opt.Platform = d.Name, "Debian 12"
		run(t, "/etc/"+d.Name+".conf", text, opt)
		Detect("/etc/"+d.Name+".conf", []byte(text))
	})
}
