package app

import (
	"context"
	"io/fs"
	"os"
	"time"
)

// FollowOptions say how logs are followed. Zero values are the defaults.
type FollowOptions struct {
	Every  time.Duration      // between two looks at the files; 1 s
	Status func(FollowStatus) // told after each look; may be nil
}

// FollowStatus is how following goes.
type FollowStatus struct {
	Files int       // that are there
	Logs  int       // known in the store
	Saved time.Time // zero if not yet
	Dirty bool      // something was read since
}

// How often a store is saved: not before saveAfter looks, and so that writing
// takes a twentieth of the time at most, however large the store has become.
const (
	saveAfter = 5
	saveShare = 20
)

// maxOpen bounds the handles that are kept; others are opened by name.
const maxOpen = 128

// Follow reads what logs hold that the store does not know, again and again,
// until the context ends. Files that do not exist yet are waited for; folders
// and patterns are looked through for new ones. What it has read and not
// saved yet is read again after a hard end: the saved positions say from
// where, and what a log holds tells which, whatever it is called by then.
func Follow(ctx context.Context, s *Store, args []string, opt Options, how FollowOptions) error {
	if how.Every <= 0 {
		how.Every = time.Second
	}
	f := &follower{store: s, args: args, opt: opt, how: how, files: map[string]*followed{}}
	defer f.close()
	tick := time.NewTicker(how.Every)
	defer tick.Stop()
	for {
		if err := f.look(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		if err := f.save(ctx.Err() != nil); err != nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// A follower remembers between two looks which files it has seen.
type follower struct {
	store *Store
	args  []string
	opt   Options
	how   FollowOptions

	files   map[string]*followed // by name
	gone    []*followed          // renamed or deleted, and still open
	open    int
	rotated bool // since the last save
	saved   time.Time
	took    time.Duration // the last save
}

// followed is one file.
type followed struct {
	file
	info   fs.FileInfo // when it was read last
	h      *os.File    // nil if it is opened by name
	ended  bool        // read with all that waited
	silent time.Time   // since when nothing came; of one that is gone
}

// look reads what is new in all files, the renamed ones first.
func (f *follower) look(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	found, err := f.store.find(f.args)
	if err != nil {
		return err
	}
	f.partRenamed(found)
	if err := f.readGone(ctx); err != nil {
		return err
	}
	for _, file := range found {
		if err := f.read(ctx, file); err != nil {
			return err
		}
	}
	if f.how.Status != nil {
		f.how.Status(FollowStatus{Files: len(found), Logs: f.store.known.Len(), Saved: f.saved, Dirty: f.store.dirty})
	}
	return nil
}

// partRenamed finds names that now stand for another file, or for none.
func (f *follower) partRenamed(found []file) {
	there := make(map[string]bool, len(found))
	for _, file := range found {
		there[file.name] = true
	}
	for name, old := range f.files {
		if there[name] {
			info, err := os.Stat(name)
			if err != nil || os.SameFile(info, old.info) {
				continue
			}
		}
		delete(f.files, name)
		delete(f.store.now, name)
		f.rotated = true
		if old.h != nil {
			old.silent = time.Now()
			f.gone = append(f.gone, old)
		}
	}
}

// readGone reads what still comes into files that have another name now.
func (f *follower) readGone(ctx context.Context) error {
	kept := f.gone[:0]
	for _, old := range f.gone {
		info, err := old.h.Stat()
		if err == nil && changed(old.info, info) {
			old.silent = time.Now()
			if err := f.readOpen(ctx, old); err != nil {
				return err
			}
		}
		if err != nil || time.Since(old.silent) > max(lingers, 3*f.how.Every) {
			f.drop(old)
			continue
		}
		kept = append(kept, old)
	}
	f.gone = kept
	return nil
}

// changed reports whether a file was written to, as far as can be told
// without reading it.
func changed(was, is fs.FileInfo) bool {
	return was.Size() != is.Size() || !was.ModTime().Equal(is.ModTime())
}

// read reads a file that is there, if it is new or was written to.
func (f *follower) read(ctx context.Context, found file) error {
	known := f.files[found.name]
	if known != nil {
		info, err := os.Stat(found.name)
		if err != nil {
			return nil // gone since: the next look sees it
		}
		if os.SameFile(info, known.info) && !changed(known.info, info) && (known.ended || time.Since(info.ModTime()) <= quiet) {
			return nil
		}
		if info.Size() < known.info.Size() {
			f.rotated = true
		}
	} else {
		known = &followed{file: found}
		f.files[found.name] = known
	}
	if known.h == nil {
		h, err := openShared(found.name)
		if err != nil {
			f.store.fail(found.name, err)
			delete(f.files, found.name)
			return nil
		}
		known.h = h
		f.open++
	}
	if err := f.readOpen(ctx, known); err != nil {
		return err
	}
	if f.open > maxOpen || time.Since(known.info.ModTime()) > quiet {
		f.drop(known) // one of many, or of long ago
	}
	return nil
}

// readOpen reads an open file. What was written since it was looked at comes
// with the next look.
func (f *follower) readOpen(ctx context.Context, of *followed) error {
	info, err := of.h.Stat()
	if err != nil {
		f.store.fail(of.name, err)
		return nil
	}
	of.info, of.ended = info, time.Since(info.ModTime()) > quiet
	_, err = f.store.read(ctx, of.file, of.h, f.opt, nil)
	return err
}

func (f *follower) drop(of *followed) {
	if of.h != nil {
		of.h.Close()
		of.h = nil
		f.open--
	}
}

// save writes the store if it is time: soon after a log was rotated, since
// what is not saved must be found again under another name.
func (f *follower) save(now bool) error {
	if !f.store.dirty {
		return nil
	}
	wait := max(saveAfter*f.how.Every, saveShare*f.took)
	if f.rotated {
		wait = saveShare * f.took
	}
	if !now && time.Since(f.saved) < wait {
		return nil
	}
	start := time.Now()
	if err := f.store.Save(); err != nil {
		return err
	}
	f.saved, f.rotated = time.Now(), false
	f.took = f.saved.Sub(start)
	return nil
}

func (f *follower) close() {
	for _, of := range f.files {
		f.drop(of)
	}
	for _, of := range f.gone {
		f.drop(of)
	}
}
