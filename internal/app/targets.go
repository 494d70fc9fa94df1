package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/tlsready/tlsready/internal/source/scan"
)

// Targets are the servers to be asked: operands, and lists of operands. They
// are read as they are asked for, so that there may be more of them than fit
// into memory.
type Targets struct {
	Args  []string // operands; "-" is a list on stdin
	Lists []string // files that hold operands; "-" is stdin
	Stdin io.Reader
	Port  uint16 // of those that name none; 0 leaves it to them

	checked bool
	n       int
}

// mostRemembered is how many targets are remembered, at some 40 bytes each, so
// that none is asked twice. One that comes again behind so many others is.
const mostRemembered = 1 << 20

// mostBad is how many bad lines are named.
const mostBad = 10

// Check reads all that can be read twice and gives the number of targets; -1
// when that is not known because some are still to come, as on stdin. The
// error names each operand, with its file and line, that is none.
func (t *Targets) Check() (int, error) {
	if t.checked {
		return t.n, nil
	}
	n, err := t.check()
	t.n, t.checked = max(n, -1), err == nil
	return t.n, err
}

func (t *Targets) check() (n int, err error) {
	var bad []error
	for o, err := range t.operands(func(path string) (io.ReadCloser, error) { return openList(path, true) }) {
		switch {
		case err == nil:
			n += o.Len()
		case errors.Is(err, errReadOnce):
			n = -1 << 62 // stays below nothing whatever is added
		case len(bad) == mostBad:
			bad = append(bad, errors.New("and more"))
			return n, errors.Join(bad...)
		default:
			bad = append(bad, err)
		}
	}
	return n, errors.Join(bad...)
}

// All gives each target once. An operand that is none is a *scan.BadTarget,
// after which the rest follows; any other error is the end.
func (t *Targets) All() iter.Seq2[scan.Target, error] {
	return func(yield func(scan.Target, error) bool) {
		seen := map[[16]byte]struct{}{}
		for o, err := range t.operands(func(path string) (io.ReadCloser, error) { return openList(path, false) }) {
			if err != nil {
				if !yield(scan.Target{}, err) {
					return
				}
				continue
			}
			for target := range o.All() {
				target = target.OrPort(t.Port)
				key := identity(target.Protocol + " " + target.StartTLS + " " + target.String())
				if _, again := seen[key]; again {
					continue
				}
				if len(seen) < mostRemembered {
					seen[key] = struct{}{}
				}
				if !yield(target, nil) {
					return
				}
			}
		}
	}
}

// identity stands for a text in a set of many.
func identity(s string) [16]byte {
	sum := sha256.Sum256([]byte(s))
	return [16]byte(sum[:16])
}

// operands gives all operands in order; open opens a list.
func (t *Targets) operands(open func(path string) (io.ReadCloser, error)) iter.Seq2[scan.Operand, error] {
	return func(yield func(scan.Operand, error) bool) {
		for _, arg := range t.Args {
			if arg == "-" {
				if !t.list("-", open, yield) {
					return
				}
			} else if !yield(scan.ParseOperand(arg)) {
				return
			}
		}
		for _, path := range t.Lists {
			if !t.list(path, open, yield) {
				return
			}
		}
	}
}

// list gives the operands of one list.
func (t *Targets) list(path string, open func(path string) (io.ReadCloser, error), yield func(scan.Operand, error) bool) bool {
	in, err := open(path)
	if err != nil {
		return yield(scan.Operand{}, err)
	}
	defer in.Close()
	var r io.Reader = in
	name := path
	if path == "-" {
		r, name = t.Stdin, "stdin"
	}
	for o, err := range scan.ReadOperands(r, name) {
		if !yield(o, err) {
			return false
		}
	}
	return true
}

// errReadOnce is for lists that cannot be read twice.
var errReadOnce = errors.New("can be read once only")

// openList opens a list; with again only one that can be read again later.
func openList(path string, again bool) (io.ReadCloser, error) {
	if path == "-" {
		if again {
			return nil, errReadOnce
		}
		return io.NopCloser(nil), nil
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s: a folder, not a list of targets", path)
	case again && !info.Mode().IsRegular():
		return nil, errReadOnce
	}
	return os.Open(path)
}
