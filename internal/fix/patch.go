package fix

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// maxRead bounds a file that is read to make a diff.
const maxRead = 4 << 20

// WithFiles makes diffs of those changes whose file can be read and still is
// what the evidence says; the others stay as they are, with the reason. read
// gets paths as they stand in the evidence; ReadFile is one.
func WithFiles(fixes []Fix, read func(path string) ([]byte, error)) []Fix {
	out := slices.Clone(fixes)
	for i := range out {
		if f := &out[i]; len(f.edits) > 0 {
			f.withFile(read)
		}
	}
	return out
}

// ReadFile reads a regular file of modest size.
func ReadFile(path string) ([]byte, error) {
	info, err := os.Stat(path) // before opening: a pipe would make us wait
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	if info.Size() > maxRead {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, maxRead)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxRead+1))
	if err == nil && len(text) > maxRead {
		err = fmt.Errorf("%s: larger than %d bytes", path, maxRead)
	}
	return text, err
}

func (f *Fix) withFile(read func(string) ([]byte, error)) {
	f.Notes, f.Files = slices.Clone(f.Notes), slices.Clone(f.Files)
	name := f.file
	text, err := read(name)
	if err != nil {
		f.Notes = append(f.Notes, "No diff: "+clean(reasonOf(err))+".")
		return
	}
	p := makePatch(name, text, f.edits)
	for _, why := range p.failed {
		f.Advice = append(slices.Clip(f.Advice), fmt.Sprintf("%s: %s; see %s.", clean(name), why, f.prefix+"change.txt"))
	}
	if p.forward == nil {
		return
	}
	for _, n := range p.notes {
		if !slices.Contains(f.Notes, n) {
			f.Notes = append(f.Notes, n)
		}
	}
	f.Notes = append(f.Notes, "In the patch commands the first name is the file as it was audited, which on its host may stand elsewhere; the second is in this folder.")
	f.Change = f.add("change.diff", p.forward)
	f.Rollback = f.add("rollback.diff", p.back)
	quoted := shQuote(name)
	if quoted == "" {
		quoted = "FILE"
	}
	apply, undo := fmt.Sprintf("patch %s < %s", quoted, f.Change), fmt.Sprintf("patch %s < %s", quoted, f.Rollback)
	if f.Kind == KindSource {
		f.Apply = []string{apply, "build, test, release"}
		f.Undo = []string{undo}
		return
	}
	d := productOf(f.Layer)
	f.Apply = []string{
		"cp -p " + quoted + " " + quoted + ".before",
		apply, d.test, d.apply,
	}
	f.Undo = []string{undo, d.test, d.apply}
}

// reasonOf is an error without the path, which stands beside it.
func reasonOf(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Path + ": " + pe.Err.Error()
	}
	return err.Error()
}
