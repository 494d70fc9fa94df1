package config

import (
	"bytes"
	"context"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tlsready/tlsready/internal/plaintext"
)

// Bounds. A configuration is far smaller than all of them.
const (
	maxFile     = 8 << 20  // of one file that is read
	maxTotal    = 32 << 20 // of all files of a run
	maxFiles    = 2000     // that one run follows
	maxDepth    = 16       // of includes within includes, and of blocks
	maxLine     = 64 << 10
	maxRecords  = 20000
	sniffLength = 64 << 10
)

// file is one configuration file in UTF-8.
type file struct {
	name   string
	text   string
	binary bool
	cut    bool // longer than maxFile, or the budget of the run was used up
	depth  int
}

func (f *file) head() []byte { return []byte(f.text[:min(len(f.text), sniffLength)]) }

// at is a place in the file.
func (f *file) at(line int) pos { return pos{f.name, line} }

// lines calls fn for each line without its end, counted from 1, until fn says
// false.
func (f *file) lines(fn func(no int, text string) bool) {
	rest := f.text
	for no := 1; rest != ""; no++ {
		var l string
		l, rest, _ = strings.Cut(rest, "\n")
		if !fn(no, strings.TrimSuffix(l, "\r")) {
			return
		}
	}
}

// readText reads at most limit bytes as UTF-8.
func readText(ctx context.Context, name string, r io.Reader, limit int) (*file, error) {
	var buf bytes.Buffer
	for buf.Len() <= limit {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := io.CopyN(&buf, r, min(256<<10, int64(limit+1-buf.Len())))
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
	}
	f := &file{name: name, cut: buf.Len() > limit}
	b := buf.Bytes()
	if f.cut {
		b = b[:limit]
	}
	f.text, f.binary = decode(b)
	return f, nil
}

// decode gives bytes as UTF-8 text; Windows editors write UTF-16, old ones
// Latin-1.
func decode(b []byte) (text string, isBinary bool) {
	b = plaintext.Whole(b)
	head := b[:min(len(b), sniffLength)]
	if bytes.Count(head, []byte{0}) > len(head)/100 {
		return string(b), true
	}
	if utf8.Valid(b) {
		return string(b), false
	}
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String(), false
}
