//go:build unix

package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// TestSparseFile: a file of 2 GiB costs no more than the bound of one file,
// and what was not read is said.
func TestSparseFile(t *testing.T) {
	for dialect, s := range samples {
		name := filepath.Join(t.TempDir(), "sparse")
		if err := os.WriteFile(name, []byte(s.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(name, 2<<30); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var cov *evidence.Coverage
		err = Run(t.Context(), s.file, f, Options{Knowledge: kb(t), Dialect: dialect}, func(r evidence.Record) error {
			if c, ok := r.(*evidence.Coverage); ok {
				cov = c
			}
			return nil
		})
		at, _ := f.Seek(0, 1)
		if err != nil || cov == nil || cov.Failed == "" || !strings.Contains(strings.Join(cov.Blind, " "), "longer than") || at > 2*maxFile {
			t.Errorf("%s: %v, read up to %d, %+v", dialect, err, at, cov)
		}
	}
}

// TestBrokenEncodings: bytes of no encoding in a comment hide none of the
// settings beside them.
func TestBrokenEncodings(t *testing.T) {
	for dialect, s := range samples {
		want := run(t, s.file, s.text, Options{Dialect: dialect})
		for name, junk := range map[string]string{"Latin-1": "gr\xfc\xdfe", "cut UTF-8": "\xe2\x82", "overlong": "\xc0\xaf", "lone surrogate": "\xed\xa0\x80"} {
			d := dialectNamed(dialect)
			comment := or(d.shape.comment, "#")[:1] + " " + junk + "\n"
			text := s.text + comment
			if strings.HasPrefix(strings.TrimSpace(s.text), "<") {
				text = s.text + "<!-- " + junk + " -->\n"
			}
			got := run(t, s.file, text, Options{Dialect: dialect})
			if !slices.Equal(got.lines(), want.lines()) {
				t.Errorf("%s, %s: %q, want %q: %+v", dialect, name, got.lines(), want.lines(), got.cov)
			}
		}
	}
}

// includers are, for each dialect that follows other files, a configuration
// that names one.
var includers = map[string]string{
	"nginx": "events {}\nhttp {\ninclude %s;\n}\n", "apache": "ServerRoot \"/\"\nListen 443\nInclude %s\n", "dovecot": "ssl = yes\nprotocols = imap\n!include %s\n",
	"openssl": "openssl_conf = a\n[a]\n.include %s\n", "postgresql": "ssl = on\nport = 1\ninclude '%s'\n", "mysql": "[mysqld]\nport = 1\n!include %s\n",
	"redis": "port 0\ntls-port 1\ninclude %s\n", "slapd": "pidfile /x\nTLSCertificateFile a\ninclude %s\n", "lighttpd": "server.port = 1\nserver.modules = ()\ninclude \"%s\"\n",
	"caddy": "# c\n# c\nimport %s\n", "exim": "# c\n# c\n.include %s\n",
}

// TestBadIncludes: whatever a configuration names that cannot be read is said
// with the line that names it, and ends nothing.
func TestBadIncludes(t *testing.T) {
	for dialect, text := range includers {
		dir := t.TempDir()
		bad := badFiles(t, dir)
		name := filepath.Join(dir, "main.conf")
		bad["itself"] = name
		for kind, target := range bad {
			whole := fmt.Sprintf(text, target)
			if err := os.WriteFile(name, []byte(whole), 0o600); err != nil {
				t.Fatal(err)
			}
			f := run(t, name, whole, Options{Dialect: dialect})
			if len(f.cov.Skipped) != 1 || f.cov.Skipped[0].Ref != name+":3" || f.cov.Skipped[0].Reason == "" {
				t.Errorf("%s, %s: %+v", dialect, kind, f.cov.Skipped)
			}
		}
	}
}
