package audit

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// The kinds of file that this package reads.
const (
	KindReg       = "reg"       // export of registry keys
	KindHive      = "hive"      // offline registry file
	KindInventory = "inventory" // software by host
)

// source is the name of this source in coverage records.
const source = "audit"

// Options say how to read a file.
type Options struct {
	Knowledge *knowledge.Base // for what Windows does where nothing is set; needed for registry exports
	Kind      string          // one of the kinds; empty: found by Detect
	Host      string          // whose registry it is, where that does not say so itself
}

// Detect tells which kind a file is from its first bytes, 4 KiB of which are
// looked at. It claims only what it is sure of.
func Detect(name string, head []byte) (kind string, ok bool) {
	if isHive(head) {
		return KindHive, true
	}
	text := decodeHead(head)
	for len(text) > 0 {
		first, rest, _ := bytes.Cut(text, []byte("\n"))
		first = bytes.TrimSpace(first)
		switch {
		case bytes.EqualFold(first, []byte(headerV5)), bytes.EqualFold(first, []byte(headerV4)):
			return KindReg, true
		case isRegName(name) && isKeyLine(first): // a fragment without the header
			return KindReg, true
		case len(first) == 0, isRegName(name) && first[0] == ';', preamble(first):
			text = rest
			continue
		}
		if _, ok := inventoryHeader(first); ok || psDetect(text) {
			return KindInventory, true
		}
		return "", false
	}
	return "", false
}

func isRegName(name string) bool { return strings.EqualFold(path.Ext(name), ".reg") }

func isKeyLine(text []byte) bool {
	return bytes.HasPrefix(text, []byte("[HKEY_")) || bytes.HasPrefix(text, []byte("[-HKEY_"))
}

// Run reads one file and emits its evidence, the last record being the
// file's coverage. A file that cannot be used is coverage, too: an error is
// one of reading, of emit or of ctx. A hive is judged alone: RunHives joins
// those of one host. It is read where it is if r is a file, else from memory.
func Run(ctx context.Context, name string, r io.Reader, opt Options, emit evidence.Emit) error {
	if isHiveFile(r, opt.Kind) {
		return RunHives(ctx, []File{{Name: name, R: r}}, opt, emit)
	}
	br := bufio.NewReaderSize(r, sniffLen)
	head, err := br.Peek(sniffLen)
	if err != nil && err != io.EOF {
		return fmt.Errorf("%s: %w", name, err)
	}
	kind := opt.Kind
	if kind == "" {
		kind, _ = Detect(name, head)
	}
	cov := &evidence.Coverage{Source: source, Input: name}
	switch {
	case kind == KindHive:
		return RunHives(ctx, []File{{Name: name, R: br}}, opt, emit)
	case len(head) == 0:
		cov.Failed = "empty file"
	case kind == KindReg && opt.Knowledge == nil:
		return errors.New("audit of a registry export needs the knowledge base")
	case kind == KindReg:
		err = runReg(name, newLineReader(ctx, br), opt, cov, emit)
	case kind == KindInventory:
		err = (&inventory{name: name, host: cmp.Or(opt.Host, stem(name)), lines: newLineReader(ctx, br), cov: cov, emit: emit}).run()
	default:
		cov.Failed = "no registry export, hive or inventory with a host and a product column"
	}
	if err != nil && err != io.EOF {
		return fmt.Errorf("%s: %w", name, err)
	}
	return emit(cov)
}

// runReg reads a registry export to its end, since what names the host and
// its Windows can stand anywhere, and then asks every rule.
func runReg(name string, lines *lineReader, opt Options, cov *evidence.Coverage, emit evidence.Emit) error {
	reg := newRegistry(newWanted(allAreas(Rules)))
	if err := readRegistry(reg, name, lines, cov); err != nil {
		return err
	}
	m := &machine{file: name, reg: reg, kb: opt.Knowledge, covs: map[string]*evidence.Coverage{name: cov}}
	m.host = cmp.Or(m.computerName(), opt.Host, stem(name))
	return m.judge(emit)
}

// readRegistry keeps of a file what reg wants.
func readRegistry(reg *registry, name string, lines *lineReader, cov *evidence.Coverage) error {
	reg.file = name
	var key *regKey // nil while values are of no interest
	x := &regLexer{lines: lines, skipValues: true}
	x.bad = func(line int, reason string) {
		cov.Skip(fmt.Sprintf("%s:%d", name, line), reason)
		if key != nil {
			key.partial = true
		}
	}
	for {
		e, err := x.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if e.value == nil {
			key = reg.open(e)
			x.skipValues = key == nil
			reg.removes = reg.removes || e.remove
			continue
		}
		if !reg.put(key, e.value) {
			key.partial = true
		}
	}
	cov.Read = x.values
	if x.cut {
		reg.tear()
		cov.Blind = append(cov.Blind, "the file was cut: what would follow its last line is not known")
	}
	if reg.full {
		cov.Blind = append(cov.Blind, "the file holds more users and keys than are kept: not all were judged")
	}
	if reg.removes {
		cov.Blind = append(cov.Blind, "the file deletes keys: it is a change to a registry, judged as if it were imported into an empty one")
	}
	return nil
}
