//go:build unix

package app

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Opening a pipe that nobody writes to would hang for good.
func TestPipesAreNotRead(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.log": iisLog})
	pipe := filepath.Join(dir, "pipe.log")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := why(gather(t, nil, dir), filepath.Base(dir)); !strings.Contains(got, "pipe") {
		t.Errorf("folder: %q does not name the pipe", got)
	}
	if got := why(gather(t, nil, pipe), "pipe.log"); !strings.Contains(got, "not a regular file") {
		t.Errorf("named: %q", got)
	}
}
