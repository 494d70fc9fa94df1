package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// follow reads what a directive includes and hands each file to read. Where
// pattern is relative it is taken from base. Whatever cannot be followed is
// noted with the place that names it.
func (j *job) follow(at pos, base, pattern string, depth int, optional bool, read func(*file)) {
	full, ok := j.locate(base, pattern)
	if !ok {
		j.skip(at, "include of %s not followed: it lies outside of what was given (name the file by its whole path, or the root)", bounded(pattern))
		return
	}
	if depth >= maxDepth {
		j.skip(at, "includes nest deeper than %d", maxDepth)
		return
	}
	names := []string{full}
	if strings.ContainsAny(full, "*?[") {
		var err error
		if names, err = j.glob(full); err != nil {
			j.skip(at, "include of %s: bad pattern", bounded(pattern))
			return
		}
		slices.Sort(names)
		optional = true // a pattern without matches is no error in any program
	}
	for _, name := range names {
		if j.ctx.Err() != nil {
			return
		}
		j.followOne(at, name, depth, optional, read)
	}
}

func (j *job) followOne(at pos, name string, depth int, optional bool, read func(*file)) {
	open := j.stack
	switch {
	case j.files >= maxFiles || j.bytes >= maxTotal:
		j.skip(at, "more is included than is read (%d files, %d bytes)", maxFiles, maxTotal)
		return
	case slices.Contains(open, name) || sameFile(name, j.name):
		j.skip(at, "include loop: %s", name)
		return
	}
	r, err := j.open(name)
	if err != nil {
		if !optional || !errors.Is(err, fs.ErrNotExist) {
			j.skip(at, "include of %s: %s", name, why(err))
		}
		return
	}
	defer r.Close()
	f, err := j.load(name, r)
	if err != nil {
		j.skip(at, "include of %s: %s", name, why(err))
		return
	}
	if f.binary {
		j.skip(at, "include of %s: binary file", name)
		return
	}
	if j.opt.Included != nil {
		j.opt.Included(name)
		if to, err := j.resolve(name); err == nil && to != name { // what a link leads to was read, too
			j.opt.Included(to)
		}
	}
	f.depth = depth + 1
	j.stack = append(open, name)
	read(f)
	j.stack = open
}

func sameFile(a, b string) bool { return filepath.Clean(a) == filepath.Clean(b) }

func (j *job) open(name string) (io.ReadCloser, error) {
	if j.opt.Open != nil {
		return j.opt.Open(name)
	}
	name, err := j.resolve(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a pipe or device would block or never end
		return nil, fmt.Errorf("not a regular file")
	}
	return os.Open(name)
}

// maxLinks is how many links may follow each other.
const maxLinks = 16

// resolve follows links as the configured host would: "/etc" in a link of a
// copied tree is that of the copy.
func (j *job) resolve(name string) (string, error) {
	if j.opt.Open != nil {
		return name, nil
	}
	root, _ := j.root()
	for range maxLinks {
		target, err := os.Readlink(name)
		switch {
		case err != nil:
			return name, nil // no link; what it is, opening it tells
		case !filepath.IsAbs(target):
			name = filepath.Join(filepath.Dir(name), target)
		case root == "", strings.HasPrefix(target, filepath.Clean(root)+"/"):
			name = target
		default:
			name = filepath.Join(root+"/", target)
		}
	}
	return "", fmt.Errorf("a loop of links")
}

func (j *job) glob(pattern string) ([]string, error) {
	if j.opt.Glob != nil {
		return j.opt.Glob(pattern)
	}
	return filepath.Glob(pattern)
}

// locate says where a path that a configuration names lies here. The file
// may be a copy from another host: then "/etc" there is not "/etc" here.
func (j *job) locate(base, path string) (string, bool) {
	if !filepath.IsAbs(path) {
		return filepath.Join(base, path), true
	}
	if root, ok := j.root(); ok {
		if root != "" && strings.HasPrefix(filepath.Clean(path), filepath.Clean(root)+"/") {
			return filepath.Clean(path), true
		}
		return filepath.Join(root+"/", path), true
	}
	dir := filepath.Dir(j.name)
	if clean := filepath.Clean(path); strings.HasPrefix(clean, filepath.Clean(dir)+"/") {
		return clean, true
	}
	return "", false
}

func (j *job) root() (string, bool) {
	if j.opt.Root != "" {
		return j.opt.Root, true
	}
	return rootOf(filepath.ToSlash(j.name), j.opt.Open == nil)
}

// rootOf is what stands before "/etc/" in a name; of a relative one that has
// none, in its whole path, if here is this machine.
func rootOf(name string, here bool) (string, bool) {
	before, _, ok := strings.Cut("/"+name, "/etc/")
	switch {
	case ok && before == "": // etc/nginx/nginx.conf
		return ".", true
	case ok:
		return before[1:], true
	case here && !strings.HasPrefix(name, "/"):
		if abs, err := filepath.Abs(name); err == nil {
			return rootOf(filepath.ToSlash(abs), false)
		}
	}
	return "", false
}

// dirOf is the folder of a file, from where relative includes are taken.
func dirOf(f *file) string { return filepath.Dir(f.name) }
