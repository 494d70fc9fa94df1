package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// file is one regular file to be read.
type file struct {
	name  string // as the user named it or as found below a folder; stands in references
	size  int64
	named bool // named by the user, not found below a folder

	sibling bool // found beside the log that the user named, as its rotation leaves it
}

// walk finds the regular files of one path. What may not be read goes to fail;
// what is passed over (links to folders, pipes, devices) to skip. Links to
// folders are not followed, so that a loop cannot trap us.
func walk(path string, skip, fail func(ref, reason string)) ([]file, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s: not a regular file (%s)", path, kindOfMode(info.Mode()))
		}
		return []file{{name: filepath.ToSlash(path), size: info.Size(), named: true}}, nil
	}
	var files []file
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		name := filepath.ToSlash(p)
		if err != nil {
			fail(name, reasonOf(err))
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			switch {
			case p == path:
			case strings.HasPrefix(d.Name(), "."):
				return fs.SkipDir // .git and the like hold no evidence
			case d.Name() == "node_modules":
				skip(name, "other people's code, not read")
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasPrefix(d.Name(), ".") && d.Name() != ".env" { // what a program is started with
			return nil
		}
		if d.Type()&fs.ModeSymlink != 0 && leavesHost(p) {
			skip(name, "link to another place of its host: read where a configuration includes it")
			return nil
		}
		info, err := os.Stat(p) // follows a link to a file
		switch {
		case err != nil:
			fail(name, reasonOf(err))
		case info.IsDir():
			skip(name, "link to a folder, not followed")
		case !info.Mode().IsRegular():
			skip(name, kindOfMode(info.Mode())+", not read")
		default:
			files = append(files, file{name: name, size: info.Size()})
		}
		return nil
	})
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, err
}

// leavesHost reports whether a link in the copy of a host's files leads, by an
// absolute path, to this machine in place of that host.
func leavesHost(link string) bool {
	root, _, ok := strings.Cut(filepath.ToSlash(link), "/etc/")
	if !ok || root == "" {
		return false // it is this machine's own
	}
	target, err := os.Readlink(link)
	if err != nil || !filepath.IsAbs(target) {
		return false
	}
	abs, err := filepath.Abs(root)
	return err == nil && !strings.HasPrefix(target, abs+string(filepath.Separator))
}

func kindOfMode(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "pipe"
	case m&fs.ModeSocket != 0:
		return "socket"
	case m&fs.ModeDevice != 0:
		return "device"
	}
	return "special file"
}

// reasonOf is the reason in an error without the path, which stands beside it.
func reasonOf(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// SourceFolder is the source of coverage about files that a folder holds
// besides evidence, such as a README: no fault of anybody.
const SourceFolder = "folder"

// folderCoverage gathers what was passed over below one folder.
func folderCoverage(folder string) *evidence.Coverage {
	return &evidence.Coverage{Source: SourceFolder, Input: filepath.ToSlash(folder)}
}
