package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	fileMagic   = "ElfFile\x00"
	chunkMagic  = "ElfChnk\x00"
	recordMagic = "**\x00\x00"

	fileHeader   = 4096
	chunkSize    = 65536
	chunkHeader  = 512
	recordHeader = 24
	recordFrame  = recordHeader + 4 // the size stands at the end again
)

// ErrDamage is what the errors of parts that cannot be read wrap. Reading
// goes on behind it.
var ErrDamage = errors.New("damaged event log")

// ErrNotEventLog is for input that does not begin as an event log.
var ErrNotEventLog = errors.New("not a Windows event log: it does not begin with ElfFile")

// Is reports whether a file that begins with head is an event log.
func Is(head []byte) bool { return bytes.HasPrefix(head, []byte(fileMagic)) }

// Event is one record.
type Event struct {
	ID      uint64 // of the record, which grows by one
	Written time.Time
	Offset  int64 // in the file, in bytes
	Root    *Node // the element Event
}

// Reader reads the events of a log, in the order in which they stand.
type Reader struct {
	r      io.Reader
	opened bool
	err    error // of reading; ends it when the chunk is done

	chunk  [chunkSize]byte
	size   int   // of chunk
	base   int64 // where it begins in the file
	at     int   // the next record in it
	end    int   // where its records end
	last   uint64
	seen   bool // a record of this chunk, whose number is last
	decode decoder
}

// NewReader reads the log in r.
func NewReader(r io.Reader) *Reader { return &Reader{r: r} }

// Next gives the next event. Errors that wrap ErrDamage are about one place,
// and Next may be called again; all others, and io.EOF, are the end.
func (r *Reader) Next() (*Event, error) {
	if !r.opened {
		if err := r.open(); err != nil {
			return nil, err
		}
	}
	for {
		if r.at+recordFrame <= r.size && r.more() {
			return r.record()
		}
		if err := r.nextChunk(); err != nil {
			return nil, err
		}
	}
}

func (r *Reader) open() error {
	r.opened = true
	n, err := io.ReadFull(r.r, r.chunk[:fileHeader])
	if !Is(r.chunk[:n]) {
		r.err = ErrNotEventLog
		return r.err
	}
	if err != nil {
		r.err = ended(err)
		return r.err
	}
	r.base = fileHeader - chunkSize // of the chunk before the first
	return nil
}

// ended gives the end of a file one name, wherever it is.
func ended(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.EOF
	}
	return err
}

// nextChunk reads a chunk and looks at its header. Chunks are reserved ahead:
// one of zeros is unused.
func (r *Reader) nextChunk() error {
	if r.err != nil {
		return r.err
	}
	r.base += chunkSize
	n, err := io.ReadFull(r.r, r.chunk[:])
	r.size, r.at, r.end, r.seen = n, chunkHeader, 0, false
	if err != nil {
		r.err = ended(err)
	}
	c := r.chunk[:n]
	if !bytes.HasPrefix(c, []byte(chunkMagic)) || n < chunkHeader {
		r.at = n
		if isZero(c) {
			return nil
		}
		return r.damage(0, "a chunk without its header")
	}
	r.decode.reset(c)
	r.end = int(binary.LittleEndian.Uint32(c[48:]))
	if r.end < chunkHeader || r.end > chunkSize {
		r.end = chunkSize
	}
	return nil
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

func (r *Reader) damage(at int, what string) error {
	return fmt.Errorf("%w: %s at byte %d", ErrDamage, what, r.base+int64(at))
}

// more reports whether there is another record. Behind the end of the chunk
// stand remains of older events, and, if its header lags behind, events that
// go on counting.
func (r *Reader) more() bool {
	if r.at < r.end {
		return true
	}
	size, ok := r.frame(r.at)
	return ok && size > 0 && r.seen && r.number(r.at) == r.last+1
}

func (r *Reader) number(at int) uint64 {
	return binary.LittleEndian.Uint64(r.chunk[at+8:])
}

// frame gives the size of a record that is whole from its first byte to its
// last.
func (r *Reader) frame(at int) (size int, ok bool) {
	if at+recordFrame > r.size || string(r.chunk[at:at+4]) != recordMagic {
		return 0, false
	}
	n := binary.LittleEndian.Uint32(r.chunk[at+4:])
	if n < recordFrame || int64(at)+int64(n) > int64(r.size) {
		return 0, false
	}
	size = int(n)
	return size, binary.LittleEndian.Uint32(r.chunk[at+size-4:]) == n
}

// record reads the record at r.at, or says what is damaged and goes to the
// next sound one.
func (r *Reader) record() (*Event, error) {
	at := r.at
	size, ok := r.frame(at)
	if !ok {
		r.resync()
		return nil, r.damage(at, "a record that is cut or overwritten")
	}
	r.at += size
	r.last, r.seen = r.number(at), true
	root, err := r.decode.event(at+recordHeader, at+size-4)
	if err != nil {
		return nil, fmt.Errorf("%w: record %d at byte %d: %w", ErrDamage, r.last, r.base+int64(at), err)
	}
	return &Event{
		ID: r.last, Offset: r.base + int64(at), Root: root,
		Written: fileTime(binary.LittleEndian.Uint64(r.chunk[at+16:])),
	}, nil
}

// resync goes to the next sound record before the end. Records begin at
// multiples of eight bytes.
func (r *Reader) resync() {
	end := min(r.end, r.size)
	for r.at = (r.at + 8) &^ 7; r.at < end; r.at += 8 {
		if _, ok := r.frame(r.at); ok {
			return
		}
	}
	r.at = r.size
}

// fileTime is a time in 100 ns since 1601, as Windows counts.
func fileTime(t uint64) time.Time {
	const seconds1601 = 11644473600
	return time.Unix(int64(t/1e7)-seconds1601, int64(t%1e7)*100).UTC()
}
