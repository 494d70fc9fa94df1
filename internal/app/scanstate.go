package app

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/source/scan"
)

// ScanState is the file of a scan that can go on after it was ended at any
// moment: an evidence file to which the records of each target are appended
// when the target is done, with a line behind them that says so. What stands
// behind the last such line is of a target that was not done, and is cut off.
//
// Memory: 16 bytes and what a map takes for each target that is done.
type ScanState struct {
	path   string
	f      *os.File
	start  int64 // size when it was opened: what earlier runs found
	size   int64
	done   map[[16]byte]struct{}
	buf    []byte
	synced time.Time
}

// syncEvery is how much work may be lost when the machine itself fails; a
// program that is killed loses none.
const syncEvery = time.Second

// stateOfScan marks the file, so that no other evidence is cut off by mistake.
const stateOfScan = "scan"

var errNoState = errors.New("is no state of a scan, and is left as it is: name a new file, and give this one to report beside it")

// OpenScanState reads a state, or begins one where no file is or an empty one.
func OpenScanState(path, tool string) (*ScanState, error) {
	if err := beginScanState(path, tool); err != nil {
		return nil, fmt.Errorf("state %s: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	s := &ScanState{path: path, f: f, done: map[[16]byte]struct{}{}, synced: time.Now()}
	err = s.load()
	if err == nil {
		err = f.Truncate(s.size)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("state %s: %w", path, err)
	}
	s.start = s.size
	return s, nil
}

// beginScanState makes the file, with its head, as one.
func beginScanState(path, tool string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("a %s, not a file", kindOfMode(info.Mode()))
	case err == nil && info.Size() > 0:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	head, err := evidence.Marshal(&evidence.Stream{
		Schema: evidence.Schema, Tool: tool, Started: time.Now().UTC().Truncate(time.Second), State: stateOfScan,
	})
	if err != nil {
		return err
	}
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.tmp", filepath.Base(path), os.Getpid()))
	if err := os.WriteFile(temp, append(head, '\n'), 0o666); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		os.Remove(temp)
		return err
	}
	return nil
}

// load finds the targets that are done, and where the last of them ends. A
// target with a damaged line is not done.
func (s *ScanState) load() error {
	damaged, head := false, true
	err := s.eachLine(1<<62, func(line []byte, end int64) error {
		rec, err := evidence.Decode(line)
		st, isStream := rec.(*evidence.Stream)
		switch {
		case head && (!isStream || st.State != stateOfScan):
			return errNoState
		case isStream && st.Schema > evidence.Schema:
			return evidence.ErrNewerSchema
		case err != nil:
			damaged = true
		case isStream:
			if st.Done != "" && !damaged {
				s.done[identity(st.Done)] = struct{}{}
			}
			damaged, s.size = false, end
		}
		head = false
		return nil
	})
	if err == nil && head {
		err = errNoState
	}
	return err
}

// eachLine gives the whole lines within the first bytes of the file.
func (s *ScanState) eachLine(within int64, take func(line []byte, end int64) error) error {
	in := bufio.NewReaderSize(io.NewSectionReader(s.f, 0, within), 64<<10)
	var end int64
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		end += int64(len(part))
		if len(line) > evidence.MaxLine {
			line = line[:1] // which is no record
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF:
			return nil // a line without its end is not whole
		case err != nil:
			return err
		}
		if err := take(bytes.TrimSpace(line), end); err != nil {
			return err
		}
		line = line[:0]
	}
}

// Earlier gives what earlier runs found.
func (s *ScanState) Earlier(emit evidence.Emit) error {
	err := s.eachLine(s.start, func(line []byte, _ int64) error {
		rec, err := evidence.Decode(line)
		if err != nil || rec.Kind() == evidence.KindStream {
			return nil
		}
		return emit(rec)
	})
	if err != nil {
		return fmt.Errorf("state %s: %w", s.path, err)
	}
	return nil
}

// Has reports whether a target is done; its key is that of scanKey.
func (s *ScanState) Has(key string) bool {
	_, ok := s.done[identity(key)]
	return ok
}

// Add appends what a target gave, at once.
func (s *ScanState) Add(key string, got []evidence.Record) error {
	s.buf = s.buf[:0]
	for _, r := range append(got[:len(got):len(got)], &evidence.Stream{Schema: evidence.Schema, Done: key}) {
		line, err := evidence.Marshal(r)
		if err != nil {
			return err
		}
		s.buf = append(append(s.buf, line...), '\n')
	}
	if err := s.write(); err != nil {
		return fmt.Errorf("state %s: %w", s.path, err)
	}
	return nil
}

func (s *ScanState) write() error {
	info, err := s.f.Stat()
	if err != nil {
		return err
	}
	if info.Size() != s.size {
		return errors.New("another program changed it meanwhile: one tlsready at a time may go on with a scan")
	}
	n, err := s.f.Write(s.buf)
	s.size += int64(n)
	if err != nil {
		return err
	}
	if now := time.Now(); now.Sub(s.synced) > syncEvery {
		s.synced = now
		return s.f.Sync()
	}
	return nil
}

// Close ends the writing.
func (s *ScanState) Close() error {
	if err := errors.Join(s.f.Sync(), s.f.Close()); err != nil {
		return fmt.Errorf("state %s: %w", s.path, err)
	}
	return nil
}

// scanKey says which target was asked and for what: a scan with other flags
// has not done it.
func scanKey(t scan.Target, opt *scan.Options) string {
	key := "all"
	if opt.VersionsOnly {
		key = "versions"
	} else if opt.Signatures {
		key = "all, signatures"
	}
	if opt.QUIC {
		key += ", quic"
	}
	if opt.Network != "" && opt.Network != "ip" {
		key += " " + opt.Network
	}
	if opt.SNI != "" {
		key += " sni=" + opt.SNI
	}
	if t.Protocol != "" {
		key += " " + t.Protocol
	}
	if t.StartTLS != "" {
		key += " starttls=" + t.StartTLS
	}
	return key + " " + t.String()
}
