package audit

import (
	"bufio"
	"bytes"
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
	KindReg       = "reg"
	KindInventory = "inventory"
)

// source is the name of this source in coverage records.
const source = "audit"

// Options say how to read a file.
type Options struct {
	Knowledge *knowledge.Base // for what Windows does where nothing is set; needed for registry exports
	Kind      string          // KindReg or KindInventory; empty: found by Detect
}

// Detect tells which kind a file is from its first bytes, 4 KiB of which are
// looked at. It claims only what it is sure of.
func Detect(name string, head []byte) (kind string, ok bool) {
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
		if _, ok := inventoryHeader(first); ok {
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
// one of reading, of emit or of ctx.
func Run(ctx context.Context, name string, r io.Reader, opt Options, emit evidence.Emit) error {
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
	lines := newLineReader(ctx, br)
	switch {
	case len(head) == 0:
		cov.Failed = "empty file"
	case kind == KindReg && opt.Knowledge == nil:
		return errors.New("audit of a registry export needs the knowledge base")
	case kind == KindReg:
		err = runReg(name, lines, opt.Knowledge, cov, emit)
	case kind == KindInventory:
		err = (&inventory{name: name, lines: lines, cov: cov, emit: emit}).run()
	default:
		cov.Failed = "neither a registry export nor an inventory with a host and a product column"
	}
	if err != nil && err != io.EOF {
		return fmt.Errorf("%s: %w", name, err)
	}
	return emit(cov)
}

// runReg reads a registry export to its end, since what names the host and
// its Windows can stand anywhere, and then asks every rule.
func runReg(name string, lines *lineReader, kb *knowledge.Base, cov *evidence.Coverage, emit evidence.Emit) error {
	reg, err := readRegistry(name, lines, cov)
	if err != nil {
		return err
	}
	m := newMachine(name, reg, kb, cov)
	for _, rule := range Rules {
		m.rule = rule
		rule.apply(m)
	}
	m.blindAreas(Rules)
	m.blindLayers()
	for _, rec := range m.records {
		if err := emit(rec); err != nil {
			return err
		}
	}
	return nil
}

// readRegistry keeps of a file what the rules ask for.
func readRegistry(name string, lines *lineReader, cov *evidence.Coverage) (*registry, error) {
	reg := newRegistry(newWanted(allAreas(Rules)))
	var key *regKey // nil while values are of no interest
	x := &regLexer{lines: lines, skipValues: true}
	x.bad = func(line int, reason string) {
		cov.Skip(fmt.Sprintf("%s:%d", name, line), reason)
		if key != nil {
			key.partial = true
		}
	}
	removes := 0
	for {
		e, err := x.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if e.value == nil {
			key = reg.open(e)
			x.skipValues = key == nil
			if e.remove {
				removes++
			}
			continue
		}
		if !reg.put(key, e.value) {
			key.partial = true
		}
	}
	cov.Read = x.values
	reg.cut = x.cut
	if reg.cut {
		cov.Blind = append(cov.Blind, "the file was cut: what would follow its last line is not known")
	}
	if reg.full {
		cov.Blind = append(cov.Blind, "the file holds more users and keys than are kept: not all were judged")
	}
	if removes > 0 {
		cov.Blind = append(cov.Blind, "the file deletes keys: it is a change to a registry, judged as if it were imported into an empty one")
	}
	return reg, nil
}
