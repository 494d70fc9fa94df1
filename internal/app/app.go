package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/logs"
	"github.com/tlsready/tlsready/internal/source/scan"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// Options are what the sources need to know.
type Options struct {
	Knowledge *knowledge.Base
	Stdin     io.Reader
	Progress  Progress
	Scan      scan.Options
	Hosts     int // hosts asked at one time; 0 is 16
	Logs      logs.Options
	// Kinds are the kinds of input wanted; others are noted and passed over.
	// Nil takes all, and hosts besides files.
	Kinds []Kind
	// State, if not nil, is where a scan goes on: what stands there is given
	// first, and what is done is not asked again.
	State *ScanState
	// Hello, if not nil, is handed the ClientHellos of captures, as
	// watch.Options.Hello is; it may be called from several goroutines.
	Hello    func(ref string, h *tlswire.ClientHello, stream []byte)
	Platform string // what configurations run on, "Debian 12"
	Live     bool   // read the registry of this machine besides
	Clients  bool   // give a client record of each hello in captures besides
	// Certificates asks for the server's certificate in the records of
	// captures, as watch.Options.Certificates does.
	Certificates bool
	// Enough ends the reading of captures early once it is closed, as if they
	// ended there; the coverage says so. Nil never does.
	Enough <-chan struct{}
	// Heard, if not nil, is told of each interface that is listened on how
	// many packets were read and how many the kernel dropped.
	Heard func(name string, read int, dropped uint64)
	// Emit is handed each record as it comes, unfolded but for those of
	// logs; nil for none.
	Emit func(evidence.Record) error
	// Stream hands connections, and what a scan gives, to Emit only and keeps
	// none: what a year of logs comes to need not fit into memory twice.
	Stream bool

	weak func() ([]*knowledge.Weakness, error) // read once, when a server is scanned
}

// Collect reads all arguments (files, folders, "-" for stdin and, for
// Kinds == nil, hosts) and gives the folded evidence.
func Collect(ctx context.Context, args []string, opt Options) (*Collection, error) {
	fold, err := logs.NewFold(opt.Logs)
	if err != nil {
		return nil, err
	}
	opt.weak = weaknesses()
	r := &reading{Options: opt, fold: fold}
	var inputs []input
	var gathered []*evidence.Coverage
	for _, arg := range expand(args) {
		in, cov := r.resolve(arg)
		inputs = append(inputs, in...)
		gathered = append(gathered, cov...)
	}
	inputs = append(inputs, r.registries(ctx)...)
	if opt.Live {
		inputs = append(inputs, r.liveInput())
	}
	return collect(ctx, dedupe(inputs), gathered, r, opt)
}

// Assess has collected evidence judged, and each setting cited.
func Assess(c *Collection, opt assess.Options) (*assess.Report, error) {
	r := assess.Assess(c.Evidence, opt)
	return r, cite(r, opt.Knowledge)
}

// dedupe keeps the first of inputs with one name: a file named twice, or
// named and found below a folder, is read once.
func dedupe(inputs []input) []input {
	seen := map[string]bool{}
	return slices.DeleteFunc(inputs, func(in input) bool {
		key := in.name
		if abs, err := filepath.Abs(in.name); err == nil && in.size > 0 {
			key = abs
		}
		dup := seen[key]
		seen[key] = true
		return dup
	})
}

// expand puts what a pattern matches in its place: the shells of Windows leave
// patterns to the programs. A file of that very name comes first.
func expand(args []string) []string {
	var out []string
	for _, arg := range args {
		var found []string
		if _, err := os.Lstat(arg); err != nil && strings.ContainsAny(arg, "*?[") {
			found, _ = filepath.Glob(arg)
		}
		if len(found) == 0 {
			found = []string{arg}
		}
		out = append(out, found...)
	}
	return out
}

// resolve finds out what an argument is.
func (r *reading) resolve(arg string) ([]input, []*evidence.Coverage) {
	if arg == "-" {
		return []input{{name: "stdin", run: func(ctx context.Context, emit evidence.Emit) error {
			return r.readStdin(ctx, emit)
		}}}, nil
	}
	folder := folderCoverage(arg)
	coverage := []*evidence.Coverage{folder}
	files, err := walk(arg, folder.Skip, func(ref, reason string) {
		coverage = append(coverage, &evidence.Coverage{Source: "input", Input: ref, Failed: reason})
	})
	if err == nil {
		if len(files) == 0 && len(coverage) == 1 {
			coverage = append(coverage, &evidence.Coverage{Source: "input", Input: folder.Input, Failed: "a folder without files"})
		}
		if len(folder.Skipped) == 0 {
			coverage = coverage[1:]
		}
		return r.inputs(arg, files), coverage
	}
	if errors.Is(err, os.ErrNotExist) && r.Kinds == nil && !looksLikePath(arg) && scan.LooksLikeTarget(arg) {
		if inputs, terr := r.target(arg); terr == nil {
			return inputs, nil
		}
	}
	reason := reasonOf(err)
	if errors.Is(err, os.ErrNotExist) {
		reason = "no such file or folder"
		if r.Kinds == nil {
			reason += ", and not a host"
		}
	}
	return nil, []*evidence.Coverage{{Source: "input", Input: arg, Failed: reason}}
}

// looksLikePath is for arguments that nobody would type for a host.
func looksLikePath(arg string) bool {
	if strings.Contains(arg, "://") {
		return false
	}
	if strings.HasPrefix(arg, ".") || strings.HasPrefix(arg, "/") || strings.Contains(arg, `\`) {
		return true
	}
	switch strings.ToLower(filepath.Ext(arg)) {
	case ".log", ".pcap", ".pcapng", ".cap", ".reg", ".csv", ".ndjson", ".json", ".txt", ".evtx", ".conf", ".xml", ".gz", ".zst", ".bz2", ".xz", ".zip":
		return true
	}
	return false
}

func (o Options) target(arg string) ([]input, error) {
	targets, err := scan.ParseTarget(arg)
	if err != nil {
		return nil, err
	}
	var inputs []input
	for _, t := range targets {
		inputs = append(inputs, input{name: t.String(), remote: true, run: func(ctx context.Context, emit evidence.Emit) error {
			return scan.Run(ctx, t, o.Scan, o.weighed(emit))
		}})
	}
	return inputs, nil
}

// readEvidence takes records saved before. A newer schema ends this input
// and is reported; the others go on.
//
// Whoever takes batches gets them; else each record is emitted by itself.
func readEvidence(ctx context.Context, name string, r io.Reader, emit evidence.Emit, take func(string, *evidence.Batch) error) error {
	if take != nil {
		coverage, err := evidence.ReadBatches(ctx, r, name, func(b *evidence.Batch) error { return take(name, b) })
		if err == nil && coverage != nil {
			err = emit(coverage)
		}
		return err
	}
	rd := evidence.NewReader(r, name)
	for {
		rec, err := rd.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := emit(rec); err != nil {
			return err
		}
	}
	if c := rd.Coverage(); c != nil {
		return emit(c)
	}
	return nil
}

// Day parses a date as --at takes it.
func Day(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, fmt.Errorf("date %q: want a day such as 2026-12-31", s)
	}
	return t, nil
}
