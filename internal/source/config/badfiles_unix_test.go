//go:build unix

package config

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// badFiles makes one of each kind of file that is no configuration.
func badFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.Mkdir(at("folder.conf"), 0o700),
		syscall.Mkfifo(at("pipe.conf"), 0o600),
		os.Symlink(at("loop2.conf"), at("loop.conf")),
		os.Symlink(at("loop.conf"), at("loop2.conf")),
		os.WriteFile(at("binary.conf"), make([]byte, 4096), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return map[string]string{
		"missing": at("missing.conf"), "folder": at("folder.conf"), "pipe": at("pipe.conf"), "loop of links": at("loop.conf"), "binary": at("binary.conf"), "device": "/dev/zero",
	}
}
