package app

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// Before is an earlier scan to compare a new one with. It holds where each
// server stands in the file, some 200 bytes for one, and reads the record when
// its turn comes.
type Before struct {
	path     string
	f        *os.File
	places   map[[16]byte]*place
	byTarget map[[16]byte][]*place
	asked    map[[16]byte]bool // targets, met in the new scan
	Counts   Compared
}

// place is a server record in a file.
type place struct {
	offset int64
	length int
	last   int64 // when that scan ended, in nanoseconds
	met    bool
}

// Compared says how many servers a comparison was about.
type Compared struct {
	Both    int // scanned then and now
	Changed int // of them: something differs
	New     int // not in the earlier scan
	Left    int // of the earlier scan, and not asked now
}

var errNoScan = errors.New("holds no server that was scanned; give the output of tlsready scan --json, or a state")

// OpenBefore finds the servers of an earlier scan.
func OpenBefore(path string) (*Before, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("earlier scan: %w", err)
	}
	b := &Before{path: path, f: f, places: map[[16]byte]*place{}, byTarget: map[[16]byte][]*place{}, asked: map[[16]byte]bool{}}
	err = b.index()
	if err == nil && len(b.places) == 0 {
		err = errNoScan
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("earlier scan %s: %w", path, err)
	}
	return b, nil
}

// Close ends the reading.
func (b *Before) Close() error { return b.f.Close() }

// index remembers the last record of each server.
func (b *Before) index() error {
	in := bufio.NewReaderSize(b.f, 64<<10)
	var at int64
	for {
		line, err := readWhole(in)
		if len(line) > 0 && len(line) <= evidence.MaxLine {
			if err := b.indexLine(line, at); err != nil {
				return err
			}
		}
		at += int64(len(line))
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readWhole is a line with its end; of one that is too long no more is of use
// than its length.
func readWhole(in *bufio.Reader) (line []byte, err error) {
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

func (b *Before) indexLine(line []byte, at int64) error {
	rec, err := evidence.Decode(bytes.TrimSpace(line))
	if err != nil {
		return nil // what is no record is no server
	}
	switch rec := rec.(type) {
	case *evidence.Stream:
		if rec.Schema > evidence.Schema {
			return evidence.ErrNewerSchema
		}
	case *evidence.Server:
		if rec.Basis == "" && rec.Target != "" {
			b.remember(rec, at, len(line))
		}
	}
	return nil
}

func (b *Before) remember(s *evidence.Server, at int64, length int) {
	key, target := endpointOf(s), identity(s.Target)
	p := b.places[key]
	if p == nil {
		p = new(place)
		b.places[key] = p
		b.byTarget[target] = append(b.byTarget[target], p)
	}
	if last := s.Last.UnixNano(); last >= p.last {
		p.offset, p.length, p.last = at, length, last
	}
}

// endpointOf is what makes two records those of one server.
func endpointOf(s *evidence.Server) [16]byte {
	return identity(strings.Join([]string{s.Target, s.IP, strconv.Itoa(int(s.Port)), s.SNI}, "\x00"))
}

// Compare gives what changed at a server.
func (b *Before) Compare(s *evidence.Server) ([]evidence.Change, error) {
	b.asked[identity(s.Target)] = true
	p := b.places[endpointOf(s)]
	if p == nil {
		b.Counts.New++
		if s.Status == evidence.StatusUnreachable {
			return nil, nil
		}
		return []evidence.Change{{
			Target: s.Target, IP: s.IP, Port: s.Port, SNI: s.SNI, What: evidence.ChangedServer,
			Was: string(evidence.Unknown), Is: "reached", Because: "not in the earlier scan",
		}}, nil
	}
	p.met = true
	was, err := b.read(p)
	if err != nil {
		return nil, err
	}
	b.Counts.Both++
	changes := evidence.Changes(was, s)
	if len(changes) > 0 {
		b.Counts.Changed++
	}
	return changes, nil
}

func (b *Before) read(p *place) (*evidence.Server, error) {
	line := make([]byte, p.length)
	if _, err := b.f.ReadAt(line, p.offset); err != nil {
		return nil, fmt.Errorf("earlier scan %s: %w", b.path, err)
	}
	rec, err := evidence.Decode(bytes.TrimSpace(line))
	s, ok := rec.(*evidence.Server)
	if err != nil || !ok {
		return nil, fmt.Errorf("earlier scan %s: was changed while it was compared", b.path)
	}
	return s, nil
}

// Rest gives, when all is compared, the addresses and names of targets that
// were asked which the earlier scan has and this one did not meet: a name may
// have other addresses today. That is not known to be gone.
func (b *Before) Rest() ([]evidence.Change, error) {
	var out []evidence.Change
	for target, places := range b.byTarget {
		for _, p := range places {
			if p.met {
				continue
			}
			b.Counts.Left++
			if !b.asked[target] {
				continue
			}
			s, err := b.read(p)
			if err != nil {
				return nil, err
			}
			if s.Status == evidence.StatusUnreachable {
				continue
			}
			out = append(out, evidence.Change{
				Target: s.Target, IP: s.IP, Port: s.Port, SNI: s.SNI, What: evidence.ChangedServer,
				Was: "reached", Is: string(evidence.Unknown), Because: "not among what was asked now",
			})
		}
	}
	return out, nil
}
