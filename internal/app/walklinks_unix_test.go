//go:build unix

package app

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWalkLinksOfACopy: in the copy of a host's files, a link by an absolute
// path means that host, not this machine.
func TestWalkLinksOfACopy(t *testing.T) {
	root := t.TempDir()
	secret := filepath.Join(t.TempDir(), "of-this-machine.conf")
	etc := filepath.Join(root, "web01", "etc")
	if err := os.MkdirAll(etc, 0o700); err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(etc, "own.conf")
	for _, err := range []error{
		os.WriteFile(secret, []byte("x"), 0o600), os.WriteFile(own, []byte("x"), 0o600),
		os.Symlink(secret, filepath.Join(etc, "away.conf")), os.Symlink("own.conf", filepath.Join(etc, "near.conf")),
		os.Symlink(own, filepath.Join(etc, "within.conf")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var passed []string
	files, err := walk(root, func(ref, _ string) { passed = append(passed, filepath.Base(ref)) }, func(ref, reason string) { t.Errorf("%s: %s", ref, reason) })
	if err != nil || len(files) != 3 || len(passed) != 1 || passed[0] != "away.conf" {
		t.Errorf("%v: files %v, passed over %v", err, files, passed)
	}
}
