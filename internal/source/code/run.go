package code

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/plaintext"
)

// Source is the name of this source in coverage records.
const Source = "code"

// Layer is the layer of every setting found in source code.
const Layer = "source"

// MaxFile is how much of a file is read: no source code is longer, and what
// is says so in coverage.
const MaxFile = 8 << 20

// Options say how to read source code. The zero value is ready.
type Options struct {
	Host     string // the host that the code is known to run on, if any
	Language string // a name of Languages; empty goes by the file's name
	// Totals, if given, gathers what was looked at over many files; without
	// it a file with a problem emits a coverage record of its own.
	Totals *Totals
}

// ErrNotSource is for a file that is in no language we read.
var ErrNotSource = errors.New("not source code in a language that is read")

// Run reads one file and emits a setting for each place that decides a TLS
// version. A file without any emits nothing. The name stands in records as it
// is given.
//
// What cannot be judged (binary, minified, generated, too long) is no error:
// it is counted in opt.Totals, or said in a coverage record. So is a finding
// that a comment suppresses with a reason.
func Run(ctx context.Context, name string, r io.Reader, opt Options, emit evidence.Emit) error {
	return new(reading).run(ctx, name, r, opt, emit)
}

// reading keeps its buffers from file to file.
type reading struct {
	raw   []byte
	found []bool
}

func (rd *reading) run(ctx context.Context, name string, r io.Reader, opt Options, emit evidence.Emit) error {
	set, err := loaded()
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	totals := opt.Totals
	if totals == nil {
		totals = new(Totals)
	}
	err = rd.read(r)
	cut := errors.Is(err, errTooLong)
	if err != nil && !cut {
		return fmt.Errorf("%s: %w", name, err)
	}
	totals.add(func(t *counts) { t.Files++; t.Bytes += int64(len(rd.raw)) })
	reason, err := rd.text(set, name, opt, totals, emit)
	if err != nil {
		return err
	}
	if cut {
		reason = join(reason, fmt.Sprintf("only the first %d MiB were read", MaxFile>>20))
	}
	if reason != "" {
		totals.Skip(name, reason)
	}
	if opt.Totals == nil && totals.Incomplete() {
		return emit(totals.Coverage(name))
	}
	return nil
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// text judges what was read. A reason says why it was not.
func (rd *reading) text(set *ruleSet, name string, opt Options, totals *Totals, emit evidence.Emit) (reason string, err error) {
	text := plaintext.Whole(rd.raw)
	if isBinary(text) {
		return "binary", nil
	}
	lang := languageByName(opt.Language)
	if lang == nil {
		if lang = detect(name, text); lang == nil {
			return "", fmt.Errorf("%s: %w", name, ErrNotSource)
		}
	}
	lr := set.byLang[lang.Name]
	rd.found = append(rd.found[:0], make([]bool, len(lr.literals.words))...)
	if !lr.literals.find(text, rd.found) {
		return "", nil
	}
	// From here on only few files come.
	switch {
	case isMinified(text):
		return "minified: judge the source it was made from", nil
	case isGenerated(text):
		return "generated: judge the source it was made from", nil
	}
	f := newFile(lang, text)
	totals.add(func(t *counts) { t.Lexed++ })
	return "", f.emit(set, f.match(lr, rd.found), name, opt, totals, emit)
}

// emit makes the records of a file, in the order of its lines.
func (f *file) emit(set *ruleSet, found []finding, name string, opt Options, totals *Totals, emit evidence.Emit) error {
	line, at := 1, 0
	seen := map[string]bool{}
	for _, fd := range found {
		line += bytes.Count(f.text[at:fd.at], []byte("\n"))
		at = fd.at
		sup := f.suppressed(set, fd)
		if sup.reason != "" {
			totals.suppress(fmt.Sprintf("%s:%d", name, line), fd.rule.ID, sup.reason)
			continue
		}
		s := fd.setting(name, line, opt.Host)
		if sup.problem != "" {
			s.Note = join(s.Note, sup.problem)
		}
		if key := fmt.Sprint(line, s.Rule, s.Effect, s.Versions, s.Value); seen[key] {
			continue
		} else {
			seen[key] = true
		}
		totals.add(func(t *counts) { t.Findings++ })
		if err := emit(s); err != nil {
			return err
		}
	}
	return nil
}

func (fd *finding) setting(name string, line int, host string) *evidence.Setting {
	return &evidence.Setting{
		Host: host, Role: fd.rule.Role, Layer: Layer, Value: fd.value,
		Effect: fd.result.effect, Versions: fd.result.versions,
		Where: evidence.Where{File: name, Line: line},
		Rule:  fd.rule.ID, Fact: fd.rule.Fact, Note: fd.rule.Note,
	}
}

var errTooLong = errors.New("too long")

// read takes at most MaxFile bytes into the buffer.
func (rd *reading) read(r io.Reader) error {
	rd.raw = rd.raw[:0]
	for empty := 0; ; {
		if len(rd.raw) == cap(rd.raw) {
			rd.raw = append(rd.raw, make([]byte, max(32<<10, len(rd.raw)))...)[:len(rd.raw)]
		}
		n, err := r.Read(rd.raw[len(rd.raw):min(cap(rd.raw), MaxFile+1)])
		rd.raw = rd.raw[:len(rd.raw)+n]
		switch {
		case len(rd.raw) > MaxFile:
			rd.raw = rd.raw[:MaxFile]
			return errTooLong
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case n == 0:
			if empty++; empty > 100 {
				return io.ErrNoProgress
			}
		}
	}
}

// isMinified reports whether lines are longer than people write them.
func isMinified(text []byte) bool {
	if len(text) < 2000 {
		return false
	}
	lines := bytes.Count(text, []byte("\n")) + 1
	return len(text)/lines > 500
}

var generatedMarks = [][]byte{
	[]byte("code generated"), []byte("<auto-generated"), []byte("@generated"),
	[]byte("automatically generated"), []byte("do not edit"), []byte("autogenerated"),
}

// isGenerated looks for the usual words in a comment at the top.
func isGenerated(text []byte) bool {
	n := 0
	for line := range bytes.Lines(text[:min(len(text), 4<<10)]) {
		if n++; n > 30 {
			break
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 || !bytes.ContainsAny(line[:1], "/#*<-;'%") {
			continue
		}
		low := bytes.ToLower(line)
		for _, m := range generatedMarks {
			if bytes.Contains(low, m) {
				return true
			}
		}
	}
	return false
}

// isMinifiedName is for files that say so themselves.
func isMinifiedName(name string) bool {
	base := path.Base(name)
	for _, s := range []string{".min.js", ".min.mjs", ".min.cjs", ".bundle.js", "-min.js"} {
		if len(base) > len(s) && base[len(base)-len(s):] == s {
			return true
		}
	}
	return false
}
