package app

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/logs"
)

// Store is evidence of logs in a file that remembers how far each log was
// read. Evidence and positions are one file, replaced as one: whatever ends
// the program, the file is that of some moment, and reading goes on from
// there.
//
// Memory: all records, about 1 KiB for each client, agent, server and version.
type Store struct {
	path  string
	tool  string
	fold  evidence.Folder
	known *logs.Positions
	logs  *logs.Fold
	now   map[string]*evidence.Coverage // of inputs that gave nothing this time
	disk  fs.FileInfo                   // the file as it was read or written last; nil if there is none
	dirty bool
	since time.Time // what was written later is new
}

// OpenStore reads a store, or begins one where no file is. It takes no file
// that does not say how far its logs were read: they would count twice.
func OpenStore(path, tool string, opt logs.Options) (*Store, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	fold, err := logs.NewFold(opt)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, tool: tool, logs: fold, now: map[string]*evidence.Coverage{}}
	covers, err := s.load(opt)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	s.known = logs.NewPositions(covers)
	if s.since = time.Now(); s.disk != nil {
		s.since = s.disk.ModTime().Add(-aLook)
	}
	s.removeLeft()
	return s, nil
}

var errNoPositions = errors.New("holds evidence of logs, and not how far they were read: they would count twice. Begin with a new file, or give it to report beside the store")

// aLook is how long before a store is saved its logs were looked for.
const aLook = 2 * time.Second

// load reads the file into the fold, and gives the coverage of its logs.
func (s *Store) load(opt logs.Options) ([]*evidence.Coverage, error) {
	f, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if s.disk, err = f.Stat(); err != nil {
		return nil, err
	}
	if !s.disk.Mode().IsRegular() {
		return nil, fmt.Errorf("a %s, not a file", kindOfMode(s.disk.Mode()))
	}
	rd := evidence.NewReader(f, s.path)
	var covers []*evidence.Coverage
	counted := false
	for {
		r, err := rd.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch r := r.(type) {
		case *evidence.Coverage:
			switch {
			case r.Position != nil && r.Below != opt.Below:
				return nil, fmt.Errorf("was made with other rows left out (--below %v): use the same --below, or a new file", r.Below)
			case r.Position != nil:
				covers = append(covers, r)
			case r.Read > 0:
				return nil, errNoPositions
			}
			continue // what gave nothing is looked at again
		case *evidence.Handshake, *evidence.Traffic:
			counted = true
		}
		if err := s.fold.Add(r); err != nil {
			return nil, err
		}
	}
	if c := rd.Coverage(); c != nil {
		return nil, fmt.Errorf("is damaged, or was written by a newer tlsready, and is left as it is: %s", firstReason(c))
	}
	if counted && len(covers) == 0 {
		return nil, errNoPositions
	}
	return covers, nil
}

func firstReason(c *evidence.Coverage) string {
	if len(c.Skipped) > 0 {
		return c.Skipped[0].Ref + ": " + c.Skipped[0].Reason
	}
	return strings.Join(c.Blind, "; ")
}

// Evidence is all that the store holds.
func (s *Store) Evidence() (*evidence.Set, error) {
	if err := s.logs.Emit(s.fold.Add); err != nil {
		return nil, err
	}
	out := s.fold.Set()
	for _, c := range s.known.All() {
		out.Others = append(out.Others, c)
	}
	for _, name := range slices.Sorted(maps.Keys(s.now)) {
		out.Others = append(out.Others, s.now[name])
	}
	return out, nil
}

// Save replaces the file, if there is anything new.
func (s *Store) Save() error {
	if !s.dirty {
		return nil
	}
	if err := s.save(); err != nil {
		return fmt.Errorf("store %s: %w", s.path, err)
	}
	s.dirty = false
	return nil
}

var errOther = errors.New("another program changed it meanwhile: one tlsready at a time may write a store")

func (s *Store) save() (err error) {
	if err := s.unchanged(); err != nil {
		return err
	}
	all, err := s.Evidence()
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o666) // less what the umask takes
	if s.disk != nil {
		mode = s.disk.Mode().Perm()
	}
	temp := filepath.Join(filepath.Dir(s.path), s.tempName(os.Getpid()))
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(temp)
		}
	}()
	if err := s.write(f, all); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(temp, s.path); err != nil {
		return err
	}
	if s.disk, err = os.Stat(s.path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(s.path))
}

func (s *Store) write(f *os.File, all *evidence.Set) error {
	bw := bufio.NewWriterSize(f, 1<<20)
	w, err := evidence.NewWriter(bw, s.tool, time.Now())
	if err != nil {
		return err
	}
	for r := range all.All() {
		if err := w.Write(r); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return bw.Flush()
}

// unchanged makes sure that the file is the one that was read or written.
func (s *Store) unchanged() error {
	is, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.disk == nil:
		return nil
	case err != nil:
		return err
	case s.disk == nil, !os.SameFile(is, s.disk), is.Size() != s.disk.Size(), !is.ModTime().Equal(s.disk.ModTime()):
		return errOther
	}
	return nil
}

// tempName is the file's name until it is whole. Folders pass over it, since
// it begins with a dot.
func (s *Store) tempName(pid any) string {
	return fmt.Sprintf(".%s.%v.tmp", filepath.Base(s.path), pid)
}

// removeLeft removes what a program that was killed left behind.
func (s *Store) removeLeft() {
	entries, _ := os.ReadDir(cmp.Or(filepath.Dir(s.path), "."))
	before, after, _ := strings.Cut(s.tempName("\x00"), "\x00")
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, before) && strings.HasSuffix(name, after) {
			os.Remove(filepath.Join(filepath.Dir(s.path), name))
		}
	}
}
