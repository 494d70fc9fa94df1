package app

import (
	"bufio"
	"errors"
	"io"
	"os"

	"github.com/tlsready/tlsready/internal/source/watch"
	"github.com/tlsready/tlsready/internal/unpack"
)

// opened is a file as its source reads it: unpacked, with its first bytes
// looked at.
type opened struct {
	*bufio.Reader
	text *unpack.Reader
	file *os.File
	head []byte
	by   string // what packed the file, "" for a plain one
}

// openFile opens a file for a source.
func openFile(name string, progress Progress) (*opened, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	o, err := unpacked(counted(f, progress))
	if err != nil {
		f.Close()
		return nil, err
	}
	o.file = f
	return o, nil
}

// Close ends unpacking and closes the file, if openFile opened it.
func (o *opened) Close() error {
	o.text.Close()
	if o.file == nil {
		return nil
	}
	return o.file.Close()
}

// unpacked looks at the first bytes of what r holds without taking them. What
// an archive gave before it turned out cut is read; the error comes behind.
func unpacked(r io.Reader) (*opened, error) {
	u := unpack.NewReader(r)
	br := bufio.NewReaderSize(u, headSize)
	head, err := peekHead(br)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		u.Close()
		return nil, err
	}
	return &opened{Reader: br, text: u, head: head, by: u.By()}, nil
}

// peekHead looks at as many bytes as decide what they begin. Of a capture that
// is few, and a pipe from a quiet network gives no more for a long time.
func peekHead(br *bufio.Reader) ([]byte, error) {
	const magic = 4
	if head, err := br.Peek(magic); err == nil && watch.Detect(head) != watch.NotCapture {
		return br.Peek(br.Buffered())
	}
	return br.Peek(headSize)
}

// counted tells progress what is read.
func counted(r io.Reader, progress Progress) io.Reader {
	if progress == nil {
		return r
	}
	return &countingReader{r, progress}
}

type countingReader struct {
	r        io.Reader
	progress Progress
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.progress.Bytes(n)
	return n, err
}
