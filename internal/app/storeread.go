package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/logs"
	"github.com/tlsready/tlsready/internal/unpack"
)

// ErrStdin is for stdin, which cannot be known again.
var ErrStdin = errors.New("stdin cannot be read into a store: it is not known again. Name files or folders")

// ImportInto reads into a store what files and folders hold that it does not
// know yet, one after the other, and saves it.
func ImportInto(ctx context.Context, s *Store, args []string, opt Options) (*Collection, error) {
	files, err := s.find(args)
	if err != nil {
		return nil, err
	}
	if opt.Progress != nil {
		var total int64
		for _, f := range files {
			total += f.size
		}
		opt.Progress.Start(len(files), total)
		defer opt.Progress.Finish()
	}
	got := &Collection{Inputs: len(files)}
	for _, f := range files {
		if opt.Progress != nil {
			opt.Progress.Input(f.name)
		}
		ok, err := s.importFile(ctx, f, opt)
		if err != nil {
			return nil, err
		}
		if ok {
			got.Readable++
		}
		if opt.Progress != nil {
			opt.Progress.Done(f.name)
		}
	}
	if err := s.Save(); err != nil {
		return nil, err
	}
	got.Evidence, err = s.Evidence()
	return got, err
}

func (s *Store) importFile(ctx context.Context, f file, opt Options) (ok bool, err error) {
	h, err := openShared(f.name)
	if err != nil {
		s.fail(f.name, err)
		return false, nil
	}
	defer h.Close()
	var told func(int)
	if opt.Progress != nil {
		told = opt.Progress.Bytes
	}
	return s.read(ctx, f, h, opt, told)
}

// find lists the files of all arguments, but for the store itself. What is
// not there is noted.
func (s *Store) find(args []string) ([]file, error) {
	var files []file
	seen := map[string]bool{}
	for _, arg := range args {
		delete(s.now, arg)
	}
	for _, arg := range expand(args) {
		if arg == "-" {
			return nil, ErrStdin
		}
		found, err := walk(arg, func(string, string) {}, func(ref, reason string) { s.fail(ref, errors.New(reason)) })
		if err != nil {
			s.fail(arg, err)
			continue
		}
		for _, f := range found {
			abs, err := filepath.Abs(f.name)
			if err != nil || seen[abs] || s.isStore(f.name) {
				continue
			}
			seen[abs] = true
			files = append(files, f)
		}
	}
	for _, f := range siblings(args) {
		if abs, err := filepath.Abs(f.name); err == nil && !seen[abs] && !s.isStore(f.name) {
			seen[abs] = true
			files = append(files, f)
		}
	}
	return files, nil
}

func (s *Store) isStore(name string) bool {
	info, err := os.Stat(name)
	return err == nil && s.disk != nil && os.SameFile(info, s.disk) || filepath.Clean(name) == s.path
}

// fail notes why an input gives nothing now.
func (s *Store) fail(name string, err error) {
	reason := strings.TrimPrefix(reasonOf(err), name+": ")
	s.now[name] = &evidence.Coverage{Source: "input", Input: name, Failed: reason}
}

// pass notes a file that is no log: no fault of a folder.
func (s *Store) pass(f file, err error) {
	var unknown unknownKind
	if f.sibling {
		return
	}
	if f.named || !errors.As(err, &unknown) || unknown.mayBeEvidence() {
		s.fail(f.name, err)
		return
	}
	s.now[f.name] = &evidence.Coverage{Source: SourceFolder, Input: f.name, Skipped: []evidence.Skip{{Ref: f.name, Reason: reasonOf(err)}}}
}

// quiet is for how long a log must not have been written to before sessions
// that are still open in it count as they stand.
const quiet = time.Hour

// read reads of an open file what is new. It reports whether the file could
// be looked at; only a context that ends is an error.
func (s *Store) read(ctx context.Context, f file, h *os.File, opt Options, told func(int)) (ok bool, err error) {
	info, err := h.Stat()
	if err != nil {
		s.fail(f.name, err)
		return false, nil
	}
	text := &logs.Text{Name: f.name, Size: info.Size(), Progress: told, Ended: time.Since(info.ModTime()) > quiet}
	text.Known = f.sibling && info.ModTime().Before(s.since)
	in, err := unpacked(io.NewSectionReader(h, 0, info.Size()))
	if err != nil {
		s.fail(f.name, err)
		return false, nil
	}
	defer in.Close()
	if in.by == "" {
		text.File = h
	} else {
		text.Ended = true
		var again []*unpack.Reader
		defer func() {
			for _, u := range again {
				u.Close()
			}
		}()
		text.Open = func() (io.Reader, error) {
			u := unpack.NewReader(io.NewSectionReader(h, 0, info.Size()))
			again = append(again, u)
			return u, nil
		}
		if text.Packed, err = ends(h, info.Size()); err != nil {
			s.fail(f.name, err)
			return false, nil
		}
	}
	if err := s.isLog(f, in.head, opt); err != nil {
		s.pass(f, err)
		return false, nil
	}
	changed, err := s.logs.Continue(ctx, text, s.known)
	s.dirty = s.dirty || changed
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	delete(s.now, f.name)
	if err != nil {
		s.fail(f.name, err)
	}
	return err == nil || changed, nil
}

// isLog refuses what another command reads.
func (s *Store) isLog(f file, head []byte, opt Options) error {
	if opt.Logs.Format != "" || opt.Logs.Layout != "" {
		return nil
	}
	switch kind, reason := detect(f.name, head); kind {
	case KindLog:
		return nil
	case KindUnknown:
		return unknownKind(reason)
	default:
		return fmt.Errorf("holds %s, which this command does not read (tlsready check reads all kinds)", kindInWords[kind])
	}
}

// ends is what an archive is known by without unpacking it: its size, its
// first bytes, and its last, where checksums of what it holds stand.
func ends(r io.ReaderAt, size int64) (string, error) {
	const part = 4 << 10
	sum := sha256.New()
	fmt.Fprintln(sum, size)
	for _, at := range []int64{0, max(0, size-part)} {
		if _, err := io.Copy(sum, io.NewSectionReader(r, at, part)); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}
