package logs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// pieceSize is how much of a log a worker reads at one go. What is read must
// still lie in the core's own cache when it is looked at: from 2 MiB on,
// reading takes four times as long.
const pieceSize = 512 << 10

// A piece is whole lines of a log.
type piece struct {
	index int
	data  []byte // the last line may lack its end
	long  bool   // a line over MaxLine begins behind them

	context [][]byte // the directives in force where it begins
	buf     []byte
}

// A pieceSource hands out a log piece by piece, to several workers at once.
type pieceSource interface {
	// next fills the piece. It gives io.EOF when there is no more.
	next(ctx context.Context, p *piece) error
}

// streamPieces cuts what a reader gives. One worker reads while others work
// on what was read before.
type streamPieces struct {
	mu      sync.Mutex
	r       io.Reader
	size    int    // of a piece, about
	rest    []byte // read, and not handed out
	passing bool   // within a line that is too long
	count   int
	err     error
	seen    directives
	mark    *tailKeeper // of what was handed out; what has no line end is not
	left    []byte      // then
}

// next reads until there are enough lines.
func (s *streamPieces) next(ctx context.Context, p *piece) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	p.buf = append(p.buf[:0], s.rest...)
	enough := len(s.rest) + s.size
	s.rest = s.rest[:0]
	for s.err == nil && len(p.buf) < enough {
		p.buf = s.read(p.buf)
		if s.passing {
			s.pass(p)
		}
	}
	if s.err != nil && s.mark != nil {
		s.wholeLines(p)
	}
	if len(p.buf) == 0 && s.err != nil {
		return s.err
	}
	p.data, p.long = p.buf, false
	var dropped []byte
	if end := bytes.LastIndexByte(p.buf, '\n') + 1; s.err == nil {
		s.rest = append(s.rest, p.buf[end:]...)
		p.data = p.buf[:end]
		if len(s.rest) > MaxLine {
			p.long, s.passing, dropped, s.rest = true, true, s.rest, s.rest[:0]
		}
	}
	s.marked(p.data)
	s.marked(dropped)
	p.index = s.count
	s.count++
	p.context = s.seen.before(p.data)
	return nil
}

// smallRead is what is asked for at least: most inputs of a folder are small.
const smallRead = 16 << 10

// wholeLines leaves the end of a log that may grow, if it has no line end.
func (s *streamPieces) wholeLines(p *piece) {
	end := bytes.LastIndexByte(p.buf, '\n') + 1
	s.left = bytes.Clone(p.buf[end:])
	p.buf = p.buf[:end]
}

func (s *streamPieces) marked(b []byte) {
	if s.mark != nil {
		s.mark.Write(b)
	}
}

// pass drops what belongs to a line that is too long.
func (s *streamPieces) pass(p *piece) {
	i := bytes.IndexByte(p.buf, '\n')
	if i < 0 {
		s.marked(p.buf)
		p.buf = p.buf[:0]
		return
	}
	s.marked(p.buf[:i+1])
	p.buf = append(p.buf[:0], p.buf[i+1:]...)
	s.passing = false
}

// read appends what one read gives.
func (s *streamPieces) read(buf []byte) []byte {
	if cap(buf)-len(buf) < smallRead {
		buf = append(make([]byte, 0, max(smallRead, 2*len(buf))), buf...)
	}
	for range 100 {
		n, err := s.r.Read(buf[len(buf):min(cap(buf), len(buf)+readSize)])
		buf = buf[:len(buf)+n]
		if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return buf
		}
	}
	s.err = io.ErrNoProgress
	return buf
}

// filePieces cuts a file that can be read anywhere: each worker reads its own
// piece, whose lines are those that begin within it.
type filePieces struct {
	r    io.ReaderAt
	size int64
	step int64       // bytes in a piece
	told func(n int) // of progress; may be nil

	mu    sync.Mutex
	count int
	ready sync.Cond // a piece's directives are known
	known int       // pieces whose directives are
	seen  directives
	err   error
}

func newFilePieces(r io.ReaderAt, size int64, told func(int)) *filePieces {
	f := &filePieces{r: r, size: size, step: pieceSize, told: told}
	f.ready.L = &f.mu
	return f
}

// lead is how many bytes before a piece are read: one is wanted, a line of
// the cache keeps what follows aligned.
const lead = 64

var errShrank = errors.New("the file became shorter while it was read")

func (f *filePieces) next(ctx context.Context, p *piece) error {
	f.mu.Lock()
	if err := ctx.Err(); err != nil || f.err != nil {
		f.mu.Unlock()
		return errors.Join(err, f.err)
	}
	p.index = f.count
	from := int64(p.index) * f.step
	if from >= f.size {
		f.mu.Unlock()
		return io.EOF
	}
	f.count++
	f.mu.Unlock()
	err := f.fill(p, from)
	if err == nil && f.told != nil {
		f.told(int(min(f.step, f.size-from)))
	}

	f.mu.Lock()
	defer f.mu.Unlock()
	for f.known < p.index {
		f.ready.Wait()
	}
	p.context = f.seen.before(p.data)
	f.known++
	f.ready.Broadcast()
	if err != nil {
		f.err = err
	}
	return err
}

// fill reads the lines that begin in [from, from+step).
func (f *filePieces) fill(p *piece, from int64) error {
	p.data, p.long = nil, false
	start, end := from, min(from+f.step, f.size)
	if from > 0 {
		// A line begins at from if the byte before ends one. That one byte
		// would shift all others in memory, and a shifted copy takes four
		// times as long.
		start -= lead
	}
	var err error
	if p.buf, err = f.readAt(p.buf[:0], start, end); err != nil {
		return err
	}
	data := p.buf
	if from > 0 {
		data = data[lead-1:]
		i := bytes.IndexByte(data, '\n')
		if i < 0 || i+1 == len(data) && end == f.size {
			return nil // no line begins here
		}
		data = data[i+1:]
	}
	skipped := len(p.buf) - len(data)
	for at, step := end, int64(2<<10); ; step *= 2 {
		if len(data) == 0 || data[len(data)-1] == '\n' || at == f.size {
			break
		}
		last := len(data) - 1 - bytes.LastIndexByte(data, '\n')
		if last > MaxLine {
			data, p.long = data[:len(data)-last], true
			break
		}
		more := min(at+step, f.size)
		was := len(p.buf)
		if p.buf, err = f.readAt(p.buf, at, more); err != nil {
			return err
		}
		if i := bytes.IndexByte(p.buf[was:], '\n'); i >= 0 {
			p.buf = p.buf[:was+i+1]
		}
		data, at = p.buf[skipped:], more
	}
	p.data = data
	return nil
}

func (f *filePieces) readAt(buf []byte, from, to int64) ([]byte, error) {
	n := int(to - from)
	if cap(buf)-len(buf) < n {
		buf = append(make([]byte, 0, max(pieceSize+64<<10, len(buf)+n)), buf...)
	}
	at := len(buf)
	buf = buf[:at+n]
	got, err := f.r.ReadAt(buf[at:], from)
	if got == n {
		return buf, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = errShrank
	}
	return buf[:at], fmt.Errorf("at byte %d: %w", from+int64(got), err)
}

// directives is what lines that begin with # have said so far: the last of each
// name counts.
type directives struct{ lines [][]byte }

// maxDirectives bounds how many names are remembered.
const maxDirectives = 32

// before gives what was said before the data, and takes in what the data say.
func (c *directives) before(data []byte) [][]byte {
	was := c.lines
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '#')
		if i < 0 {
			return was
		}
		at += i
		start := bytes.LastIndexByte(data[max(0, at-4):at], '\n') + 1 + max(0, at-4)
		if len(cleanLine(data[start:at])) > 0 || at > 4 && start == at-4 {
			at++
			continue
		}
		line := data[at:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end]
		}
		at += max(1, len(line))
		if len(line) <= MaxLine {
			c.say(cleanLine(line))
		}
	}
}

// say keeps a directive. The list is made anew: workers hold the old one.
func (c *directives) say(line []byte) {
	if len(line) == 0 {
		return
	}
	name := directiveName(line)
	lines := make([][]byte, 0, len(c.lines)+1)
	for _, l := range c.lines {
		if !bytes.Equal(directiveName(l), name) {
			lines = append(lines, l)
		}
	}
	if len(lines) == maxDirectives {
		lines = lines[1:]
	}
	c.lines = append(lines, bytes.Clone(line))
}

func directiveName(line []byte) []byte {
	if i := bytes.IndexAny(line, ": \t"); i > 0 {
		return line[:i]
	}
	return line
}
