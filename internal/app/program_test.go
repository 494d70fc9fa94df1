package app

import (
	"path/filepath"
	"strings"
	"testing"
)

// Programs that cannot be read or are of no known product are told of if they
// were named, and passed over below a folder; others by name alone are not
// taken for programs.
func TestPrograms(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.exe": "MZ\x90\x00", "b.exe": "words", "c.log": nginxLog})
	if got := why(gather(t, nil, dir), "a.exe"); !strings.Contains(got, "no product that is known") {
		t.Errorf("below a folder: %q", got)
	}
	if got := why(gather(t, nil, filepath.Join(dir, "a.exe")), "a.exe"); !strings.Contains(got, "no program that can be read") {
		t.Errorf("named: %q", got)
	}
	if got := why(gather(t, nil, filepath.Join(dir, "b.exe")), "b.exe"); !strings.Contains(got, "text of no kind") {
		t.Errorf("text: %q", got)
	}
}
