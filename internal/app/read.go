package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/audit"
	"github.com/tlsready/tlsready/internal/source/code"
	"github.com/tlsready/tlsready/internal/source/config"
	"github.com/tlsready/tlsready/internal/source/logs"
	"github.com/tlsready/tlsready/internal/source/watch"
)

// reading is one run over files: the options, and what must wait until the
// others are read.
type reading struct {
	Options
	fold *logs.Fold // what all logs come to

	hives    []file // of all arguments, to be read host by host
	exports  []file
	taken    map[string]bool // both, by path
	mu       sync.Mutex
	later    []file          // configurations found below folders
	included map[string]bool // configurations that another one included

	// batches takes evidence that was saved before, if nobody wants to see its
	// records one by one.
	batches func(name string, b *evidence.Batch) error

	systems config.Systems // what is known of the hosts whose configurations these are
}

// inputs are the jobs for the files of one argument: the source code of a
// folder as one tree, all others by themselves. Files of a registry wait until
// those of all arguments are known.
func (r *reading) inputs(arg string, files []file) []input {
	var inputs []input
	for _, f := range files {
		if !r.takeRegistry(f) {
			inputs = append(inputs, r.job(f))
		}
	}
	if r.wants(KindSource) && !(len(files) == 1 && files[0].named) {
		inputs = append(inputs, r.treeInput(arg))
	}
	return inputs
}

func (r *reading) wants(k Kind) bool { return r.Kinds == nil || slices.Contains(r.Kinds, k) }

// liveInput reads the registry of the machine that this runs on.
func (r *reading) liveInput() input {
	return input{name: "this machine", run: func(ctx context.Context, emit evidence.Emit) error {
		return audit.Live(ctx, audit.Options{Knowledge: r.Knowledge}, emit)
	}}
}

// treeInput reads the source code below a folder.
func (r *reading) treeInput(folder string) input {
	return input{name: filepath.ToSlash(folder) + " (source code)", run: func(ctx context.Context, emit evidence.Emit) error {
		totals, err := code.Tree(ctx, os.DirFS(folder), filepath.ToSlash(folder), code.Options{}, emit)
		if files, _, _, _, _ := totals.Counts(); err != nil || files == 0 || totals.Skipped() > 0 {
			return err // a coverage record is out already, or there is no code
		}
		return emit(totals.Coverage(filepath.ToSlash(folder)))
	}}
}

// readSource reads one file of code. That it was read stands in coverage,
// since a clean one gives nothing else.
func readSource(ctx context.Context, name string, in io.Reader, emit evidence.Emit) error {
	totals := new(code.Totals)
	if err := code.Run(ctx, name, in, code.Options{Totals: totals}, emit); err != nil {
		return err
	}
	return emit(totals.Coverage(name))
}

// fileInput reads one file with the source its content asks for.
func (r *reading) fileInput(f file) input {
	return input{name: f.name, size: f.size, run: func(ctx context.Context, emit evidence.Emit) error {
		if isDone(r.Enough) {
			return errors.New("not read: " + endedEarly)
		}
		in, err := openFile(f.name, r.Progress)
		if err != nil {
			return err
		}
		defer in.Close()
		if !f.named && r.isTreeCode(f, in.head) {
			return nil
		}
		what := r.recognise(f.name, in.head)
		if !f.named && r.elsewhere(f, what.kind) {
			return nil
		}
		if what.kind == KindLog && in.by == "" && f.size > wholeLog && r.wants(KindLog) {
			return r.readLog(ctx, f)
		}
		err = r.read(ctx, f.name, in, what, emit)
		var unknown unknownKind
		if !f.named && errors.As(err, &unknown) && !unknown.mayBeEvidence() {
			return emit(&evidence.Coverage{Source: SourceFolder, Input: f.name, Skipped: []evidence.Skip{{Ref: f.name, Reason: reasonOf(err)}}})
		}
		return err
	}}
}

// wholeLog is the size in bytes up to which a log is not worth the cores.
const wholeLog = 8 << 20

// readLog reads a large log with all cores.
func (r *reading) readLog(ctx context.Context, f file) error {
	h, err := os.Open(f.name)
	if err != nil {
		return err
	}
	defer h.Close()
	var told func(int)
	if r.Progress != nil {
		told = r.Progress.Bytes
	}
	return r.fold.AddFile(ctx, f.name, h, f.size, told)
}

// isTreeCode reports whether a file found below a folder is read with the
// tree's source code. It is asked first: a folder of code holds thousands of
// files, and looking for all other kinds in each costs more than reading it.
func (r *reading) isTreeCode(f file, head []byte) bool {
	_, ok := code.Detect(f.name, head)
	return ok && path.Ext(f.name) != "" && r.wants(KindSource)
}

// recognised is what an input holds, and for an unknown kind why.
type recognised struct {
	kind   Kind
	reason string
}

// recognise looks at the start of an input, once.
func (r *reading) recognise(name string, head []byte) recognised {
	kind, reason := detect(name, head)
	if r.Logs.Format != "" {
		kind = KindLog
	}
	return recognised{kind, reason}
}

// elsewhere reports whether a file found below a folder is read by another
// job: source code with its tree, configurations once the files that include
// others are known.
func (r *reading) elsewhere(f file, kind Kind) bool {
	switch {
	case kind == KindSource && r.wants(KindSource):
		return true
	case kind == KindConfig && r.wants(KindConfig):
		r.mu.Lock()
		r.later = append(r.later, f)
		r.mu.Unlock()
		return true
	}
	return false
}

// configurations are the jobs that waited: what includes others stands higher
// in the tree and comes first, and what was included is not read again.
func (r *reading) configurations() []input {
	slices.SortFunc(r.later, func(a, b file) int {
		if d := strings.Count(a.name, "/") - strings.Count(b.name, "/"); d != 0 {
			return d
		}
		return strings.Compare(a.name, b.name)
	})
	var inputs []input
	for _, f := range r.later {
		inputs = append(inputs, input{name: f.name, run: func(ctx context.Context, emit evidence.Emit) error {
			if r.included[cleanPath(f.name)] {
				return nil
			}
			in, err := openFile(f.name, nil)
			if err != nil {
				return err
			}
			defer in.Close()
			return r.read(ctx, f.name, in, r.recognise(f.name, in.head), emit)
		}})
	}
	return inputs
}

func cleanPath(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return filepath.Clean(name)
}

func (r *reading) readStdin(ctx context.Context, emit evidence.Emit) error {
	if r.Stdin == nil {
		return errors.New("no standard input")
	}
	in, err := unpacked(r.untilEnough(r.Stdin))
	if err != nil {
		return err
	}
	defer in.Close()
	return r.read(ctx, "stdin", in, r.recognise("stdin", in.head), emit)
}

// read runs the source for what an input was recognised as.
func (r *reading) read(ctx context.Context, name string, in io.Reader, what recognised, emit evidence.Emit) error {
	if what.kind == KindUnknown {
		return unknownKind(what.reason)
	}
	if !r.wants(what.kind) {
		return fmt.Errorf("holds %s, which this command does not read (tlsready check reads all kinds)", kindInWords[what.kind])
	}
	switch what.kind {
	case KindEvidence:
		return readEvidence(ctx, name, in, emit, r.batches)
	case KindCapture:
		until := &enoughReader{Reader: in, enough: r.Enough}
		return watch.Run(ctx, name, until, r.watch(), until.noting(emit))
	case KindLog:
		return r.fold.Add(ctx, name, in)
	case KindSource:
		return readSource(ctx, name, in, emit)
	case KindConfig:
		return config.Run(ctx, name, in, config.Options{Knowledge: r.Knowledge, Platform: r.Platform, Systems: &r.systems, Included: r.include}, emit)
	}
	return audit.Run(ctx, name, in, audit.Options{Knowledge: r.Knowledge}, emit)
}

// include notes a file that a configuration brought in.
func (r *reading) include(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.included == nil {
		r.included = map[string]bool{}
	}
	r.included[cleanPath(path)] = true
}

var kindInWords = map[Kind]string{
	KindEvidence: "evidence", KindCapture: "a packet capture", KindLog: "a log",
	KindRegistry: "a registry export", KindHive: "a registry hive", KindInventory: "an inventory",
	KindConfig: "a server's configuration", KindSource: "source code",
}
