package fix

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/internal/lang"
)

// markName is the file that makes a folder ours: it lists what was written
// there, so that a second run replaces that and nothing else.
const (
	markName = ".tlsready-fixes"
	markHead = "tlsready fixes 1"
)

// Write puts the fixes into dir, one folder a host, with an index in the
// language l. It makes
// dir, or takes one that is empty or that it wrote before; it never replaces a
// file that it did not write, or that somebody has changed since. It gives the
// paths it wrote, the index first.
func Write(dir string, fixes []Fix, l *lang.Language) ([]string, error) {
	files, err := Layout(fixes, l)
	if err != nil {
		return nil, err
	}
	return WriteFiles(dir, files)
}

// WriteFiles is Write for files with their paths below dir. Those named in
// free are of a kind that people edit, and are replaced even so.
func WriteFiles(dir string, files []File, free ...string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir) // nothing below can lead out of it, whatever links are there
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if err := makeRoom(root, dir, files, free); err != nil {
		return nil, err
	}
	mark := []string{markHead}
	for _, f := range files {
		mark = append(mark, sumOf(f.Content)+"  "+f.Name)
	}
	// First the mark: a run that is cut short leaves a folder that is ours.
	if err := create(root, File{Name: markName, Content: []byte(strings.Join(mark, "\n") + "\n")}); err != nil {
		return nil, err
	}
	var out []string
	for _, f := range files {
		if err := create(root, f); err != nil {
			return out, err
		}
		out = append(out, filepath.Join(dir, filepath.FromSlash(f.Name)))
	}
	return out, nil
}

// Layout are all files of fixes with their paths below the folder, the index
// first. The indexes are in the language l.
func Layout(fixes []Fix, l *lang.Language) ([]File, error) {
	files := []File{{Name: readmeName, Content: readme(fixes, true, l)}}
	var folders []string
	of := map[string][]Fix{}
	for _, f := range fixes {
		if of[f.Folder] == nil {
			folders = append(folders, f.Folder)
		}
		of[f.Folder] = append(of[f.Folder], f)
	}
	slices.Sort(folders)
	for _, folder := range folders {
		files = append(files, File{Name: path.Join(folder, readmeName), Content: readme(of[folder], false, l)})
		for _, fix := range of[folder] {
			for _, f := range fix.Files {
				files = append(files, File{Name: path.Join(folder, f.Name), Content: f.Content})
			}
		}
	}
	seen := map[string]bool{}
	for _, f := range files {
		key := strings.ToLower(f.Name)
		if seen[key] || !fs.ValidPath(f.Name) || !filepath.IsLocal(filepath.FromSlash(f.Name)) {
			return nil, fmt.Errorf("fixes: the name %q cannot be used", f.Name)
		}
		seen[key] = true
	}
	return files, nil
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// makeRoom takes away what an earlier run wrote, after it has
// seen that nothing foreign is in the way.
func makeRoom(root *os.Root, dir string, files []File, free []string) error {
	old, err := readMark(root, dir)
	if err != nil {
		return err
	}
	var gone []string
	for name, sum := range old {
		b, err := root.ReadFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case sumOf(b) != sum && !slices.Contains(free, name):
			return fmt.Errorf("%s was changed since it was written: name another folder, or move it away", filepath.Join(dir, name))
		}
		gone = append(gone, name)
	}
	for _, f := range files {
		if _, ours := old[f.Name]; ours {
			continue
		}
		if _, err := root.Lstat(f.Name); err == nil {
			return fmt.Errorf("%s is there and was not written by tlsready: name another folder", filepath.Join(dir, f.Name))
		}
	}
	for _, name := range gone {
		if err := root.Remove(name); err != nil {
			return err
		}
		// The folder of a host that has no fix any more; one with a backup in it stays.
		for folder := path.Dir(name); folder != "." && root.Remove(folder) == nil; {
			folder = path.Dir(folder)
		}
	}
	if old != nil {
		return root.Remove(markName)
	}
	return nil
}

// readMark gives the files that an earlier run wrote, nil for an empty folder.
func readMark(root *os.Root, dir string) (map[string]string, error) {
	b, err := root.ReadFile(markName)
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := fs.ReadDir(root.FS(), ".")
		if err != nil {
			return nil, err
		}
		if len(entries) > 0 {
			return nil, fmt.Errorf("%s is not empty and was not made by tlsready: name a new or an empty folder", dir)
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	head, rest, _ := bytes.Cut(b, []byte("\n"))
	if string(head) != markHead {
		return nil, fmt.Errorf("%s: %s is of another version of tlsready: name another folder", dir, markName)
	}
	out := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(rest)), "\n") {
		sum, name, ok := strings.Cut(line, "  ")
		if !ok || !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("%s: %s cannot be read: name another folder", dir, markName)
		}
		out[name] = sum
	}
	return out, nil
}

// create writes a new file; one that is there is an error, a link too.
func create(root *os.Root, f File) error {
	if folder := path.Dir(f.Name); folder != "." {
		if err := root.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	file, err := root.OpenFile(f.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(f.Content)
	return errors.Join(err, file.Close())
}
