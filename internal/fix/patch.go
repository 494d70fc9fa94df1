package fix

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/tlsready/tlsready/text"
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
		return nil, unfit{text.Say("%s: not a regular file", path)}
	}
	if info.Size() > maxRead {
		return nil, unfit{text.Say("%s: larger than %s bytes", path, maxRead)}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxRead+1))
	if err == nil && len(content) > maxRead {
		err = unfit{text.Say("%s: larger than %s bytes", path, maxRead)}
	}
	return content, err
}

func (f *Fix) withFile(read func(string) ([]byte, error)) {
	f.Notes, f.Files = slices.Clone(f.Notes), slices.Clone(f.Files)
	name := f.file
	content, err := read(name)
	if err != nil {
		f.Notes = append(f.Notes, f.said.T("No diff: %s.", clean(f.reasonOf(err))))
		return
	}
	p := makePatch(name, content, f.edits)
	for _, why := range p.failed {
		f.Advice = append(slices.Clip(f.Advice), f.said.T("%s: %s; see %s.", clean(name), why.Tell(f.said.Look), f.prefix+"change.txt"))
	}
	if p.forward == nil {
		return
	}
	for _, n := range p.notes {
		if n = f.said.T(n); !slices.Contains(f.Notes, n) {
			f.Notes = append(f.Notes, n)
		}
	}
	f.Notes = append(f.Notes, f.said.T("In the patch commands the first name is the file as it was audited, which on its host may stand elsewhere; the second is in this folder."))
	f.Change = f.add("change.diff", p.forward)
	f.Rollback = f.add("rollback.diff", p.back)
	quoted := shQuote(name)
	if quoted == "" {
		quoted = "FILE"
	}
	apply, undo := fmt.Sprintf("patch %s < %s", quoted, f.Change), fmt.Sprintf("patch %s < %s", quoted, f.Rollback)
	if f.Kind == KindSource {
		f.Apply = []string{apply, f.said.T("build, test, release")}
		f.Undo = []string{undo}
		return
	}
	d := productOf(f.Layer)
	f.Apply = []string{
		"cp -p " + quoted + " " + quoted + ".before",
		apply, f.said.T(d.test), f.said.T(d.apply),
	}
	f.Undo = []string{undo, f.said.T(d.test), f.said.T(d.apply)}
}

// unfit is why a file is not read.
type unfit struct{ text.Text }

func (u unfit) Error() string { return u.String() }

// reasonOf is an error without what was done. The words of the system are its
// own, but for the most usual.
func (f *Fix) reasonOf(err error) string {
	var pe *os.PathError
	var u unfit
	switch {
	case errors.As(err, &u):
		return u.Tell(f.said.Look)
	case errors.As(err, &pe) && errors.Is(err, fs.ErrNotExist):
		return pe.Path + ": " + cmp.Or(f.said.Look("no such file or folder"), pe.Err.Error())
	case errors.As(err, &pe):
		return pe.Path + ": " + pe.Err.Error()
	}
	return err.Error()
}
