// Package unpack reads files that gzip, zstd, bzip2 or xz packed, known by
// their first bytes and never by their name.
//
// Memory is bounded: an archive that asks for a larger window than the
// programs themselves allow by default is refused. What was unpacked before
// an archive turns out cut or damaged is handed out; the error comes behind.
package unpack

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/therootcompany/xz"
)

// MaxWindow is the memory in bytes that one archive may ask for: what
// "zstd -d" allows without --long (RFC 8878 leaves the limit to the decoder),
// and twice what "xz -9" needs.
const MaxWindow = 128 << 20

// maxDepth is how often an archive may lie in another.
const maxDepth = 2

var (
	// ErrCut is for an archive that ends before its end.
	ErrCut = errors.New("the archive is cut: it ends before its end")
	// ErrDamaged is for an archive whose bytes are not what was packed.
	ErrDamaged = errors.New("the archive is damaged")
	// ErrTooDeep is for an archive in an archive in an archive.
	ErrTooDeep = errors.New("packed more than twice")
	// ErrWindow is for an archive that needs more memory than MaxWindow.
	ErrWindow = errors.New("the archive needs a window of more than 128 MiB: unpack it first")
)

// packer is one way to pack.
type packer struct {
	name string
	is   func(head []byte) bool
	open func(r io.Reader) (io.Reader, error)
}

// headBytes are enough to know a packer by.
const headBytes = 10

// packers lists them. Bytes: RFC 1952 section 2.3.1, RFC 8878 section 3.1,
// bzip2's manual and the .xz file format 1.2.1, section 2.1.1.1.
func packers() []packer {
	return []packer{
		{"gzip", starts("\x1f\x8b\x08"), func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{"zstd", isZstd, openZstd},
		{"bzip2", isBzip2, func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
		{"xz", starts("\xfd7zXZ\x00"), func(r io.Reader) (io.Reader, error) { return xz.NewReader(r, MaxWindow) }},
	}
}

func starts(magic string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

// isZstd knows frames, and the skippable ones that pzstd puts before them.
func isZstd(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	return starts("\x28\xb5\x2f\xfd")(head) || head[0]&0xf0 == 0x50 && starts("\x2a\x4d\x18")(head[1:])
}

// isBzip2 wants the magic number of a block, or of the end, behind the size:
// text may begin with BZh.
func isBzip2(head []byte) bool {
	if len(head) < headBytes || !starts("BZh")(head) || head[3] < '1' || head[3] > '9' {
		return false
	}
	return starts("\x31\x41\x59\x26\x53\x59")(head[4:]) || starts("\x17\x72\x45\x38\x50\x90")(head[4:])
}

// openZstd decodes where it is read: several cores were no faster, and a fault
// of the decoder would then end the program and not the reading of one file.
func openZstd(r io.Reader) (io.Reader, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(MaxWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// Packed names what packed the bytes that begin with head, "" for none.
func Packed(head []byte) string {
	for _, p := range packers() {
		if p.is(head) {
			return p.name
		}
	}
	return ""
}

// NewReader gives what r holds, unpacked if it is packed. Members that stand
// one behind the other are read as one. A failing read fails from then on.
func NewReader(r io.Reader) *Reader { return &Reader{r: r} }

// A Reader reads what an archive holds, or a plain file as it is.
type Reader struct {
	r     io.Reader // nil once err is set
	by    string
	ready bool
	err   error
	in    []*member
}

// Close ends the work of decoders. It leaves what they read from open.
func (u *Reader) Close() error {
	if u.err == nil {
		u.err = errClosed
	}
	u.r = nil
	for _, m := range slices.Backward(u.in) {
		if c, ok := m.dec.(io.Closer); ok {
			c.Close()
		}
	}
	u.in = nil
	return nil
}

var errClosed = errors.New("read after Close")

// By names what packed the file, "" for a plain one. It looks at its first
// bytes.
func (u *Reader) By() string {
	u.open()
	return u.by
}

// Read implements io.Reader.
func (u *Reader) Read(p []byte) (n int, err error) {
	u.open()
	if u.err != nil {
		return 0, u.err
	}
	n, err = u.read(p)
	if err != nil {
		u.err, u.r = err, nil
	}
	return n, err
}

// read turns a fault of a foreign decoder into an error.
func (u *Reader) read(p []byte) (n int, err error) {
	defer func() {
		if f := recover(); f != nil {
			n, err = 0, fmt.Errorf("%s: %w (%v)", u.by, ErrDamaged, f)
		}
	}()
	return u.r.Read(p)
}

// open looks at the first bytes, once.
func (u *Reader) open() {
	if u.ready {
		return
	}
	u.ready = true
	for depth := 0; ; depth++ {
		br := bufio.NewReaderSize(u.r, 64<<10)
		head, err := br.Peek(headBytes)
		by := Packed(head)
		u.r = br
		switch {
		case by == "":
			if len(head) == 0 && err != nil {
				u.err = err
			}
			return
		case depth == maxDepth:
			u.err = fmt.Errorf("%s: %w", by, ErrTooDeep)
			return
		}
		if depth == 0 {
			u.by = by
		}
		m := &member{r: br, by: by}
		u.r, u.in = m, append(u.in, m)
	}
}

// member is one archive.
type member struct {
	r   io.Reader
	by  string
	dec io.Reader
}

// Read implements io.Reader.
func (m *member) Read(p []byte) (n int, err error) {
	if m.dec == nil {
		in := &source{r: m.r}
		for _, k := range packers() {
			if k.name == m.by {
				m.dec, err = k.open(in)
			}
		}
		m.r = in
		if err != nil {
			m.dec = nil
			return 0, m.reason(err)
		}
	}
	n, err = m.dec.Read(p)
	if err != nil && err != io.EOF {
		err = m.reason(err)
	}
	return n, err
}

// reason is an error in words of ours: the decoders name their insides.
func (m *member) reason(err error) error {
	in, _ := m.r.(*source)
	switch {
	case in != nil && in.err != nil && in.err != io.EOF:
		return in.err // of the file, not of the archive
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, xz.ErrMemlimit):
		return fmt.Errorf("%s: %w", m.by, ErrWindow)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, xz.ErrBuf), in != nil && in.err == io.EOF && in.short:
		return fmt.Errorf("%s: %w", m.by, ErrCut)
	}
	return fmt.Errorf("%s: %w (%v)", m.by, ErrDamaged, err)
}

// source remembers how reading the file itself ended, and whether a decoder
// asked for more than there was.
type source struct {
	r     io.Reader
	err   error
	short bool
}

func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		s.short = true
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if err != nil {
		s.err = err
	}
	return n, err
}
