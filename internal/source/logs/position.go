package logs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/plaintext"
)

// Errors of Continue. What they are about is looked at again next time.
var (
	// ErrNothingWhole is for a log that holds no whole line yet.
	ErrNothingWhole = errors.New("no whole line yet")
	// ErrMoved is for a log that changed under the reader: nothing of it was
	// counted.
	ErrMoved = errors.New("the log was rewritten while it was read")
	// ErrInPlace is for logs whose bytes before the end change.
	ErrInPlace = errors.New("events of Windows cannot be remembered: their file changes in place, and exports of it overlap; import it without a store")
)

// Text is a log that may have been read before, to some place.
type Text struct {
	Name string
	// File is the log itself, of Size bytes.
	File io.ReaderAt
	Size int64
	// Open reads an archive's text from its start, in place of File; Packed
	// is a hash of what the archive is known by.
	Open   func() (io.Reader, error)
	Packed string
	// Ended says that nothing more is expected: what waits for later lines
	// is counted now.
	Ended bool
	// Known says that the log is read on if it was read before, and only then.
	Known bool
	// Progress is told of bytes read, and may be nil.
	Progress func(n int)
}

// Continue reads what a log holds beyond what is known of it, and moves its
// position. Lines without an end wait for the next time. It reports whether
// anything changed. A plain log that cannot be read to its end gives
// nothing, and an archive what it holds.
//
// Lines that need earlier ones see those of the last 4 MiB again, and the
// directives that are in force.
func (f *Fold) Continue(ctx context.Context, t *Text, known *Positions) (changed bool, err error) {
	if known.archive[t.Packed] != nil {
		return false, nil
	}
	v, err := t.view(ctx)
	if err != nil {
		return false, fmt.Errorf("%s: %w", t.Name, err)
	}
	if len(v.head) == 0 {
		return false, fmt.Errorf("%s: %s", t.Name, emptyInput)
	}
	have, older, err := known.find(v)
	if err != nil || older || have == nil && t.Known {
		return false, err
	}
	r, err := f.resume(t, v, have)
	if err != nil {
		return false, err
	}
	switch {
	case r.log.format.records == byEvent:
		err = fmt.Errorf("%s: %w", t.Name, ErrInPlace)
	case r.log.format.records != byLine:
		err = r.documents(ctx)
	case v.file != nil:
		err = r.file(ctx)
	default:
		err = r.stream(ctx)
	}
	if r.now != nil {
		known.put(have, r.now)
	}
	return r.now != nil, err
}

// view opens the text to look at it.
func (t *Text) view(ctx context.Context) (*view, error) {
	if t.File != nil {
		head := make([]byte, min(t.Size, headSize))
		if n, err := t.File.ReadAt(head, 0); n < len(head) {
			return nil, cmp.Or(err, errShrank)
		}
		if plaintext.Order(head) == nil {
			return &view{head: head, file: t.File}, nil
		}
	}
	head, text, err := t.start(ctx)
	if err != nil && len(head) == 0 {
		return nil, err
	}
	return &view{head: head, text: text}, nil
}

// start reads the text from its start.
func (t *Text) start(ctx context.Context) (head []byte, text io.Reader, err error) {
	var r io.Reader
	if t.File != nil {
		r = io.NewSectionReader(t.File, 0, t.Size)
	} else if r, err = t.Open(); err != nil {
		return nil, nil, err
	}
	return plainText(ctxReader{ctx, told{r, t.Progress}})
}

// A resumed is a log that is read on from a position.
type resumed struct {
	*log
	text   *Text
	have   *evidence.Coverage // nil from the start
	from   evidence.Position  // its
	looked []byte             // its start, by which it was found
	now    *evidence.Coverage // what is known afterwards
}

// resume prepares to read on from what is known, or from the start.
func (f *Fold) resume(t *Text, v *view, have *evidence.Coverage) (*resumed, error) {
	r := &resumed{text: t, have: have, looked: v.head}
	head := v.head
	if have != nil {
		r.from = *have.Position
	} else if i := bytes.LastIndexByte(head, '\n'); i >= 0 {
		head = head[:i+1]
	}
	opt := f.opt
	if opt.Format == "" && opt.Layout == "" {
		opt.Format = r.from.Format
	}
	format, err := choose(t.Name, head, &opt)
	if err != nil {
		return nil, err
	}
	if _, err := format.parser(&f.opt, head); err != nil {
		return nil, err
	}
	r.log = &log{fold: f, name: t.Name, format: format, opt: &f.opt, head: head}
	r.log.resumed = r
	return r, nil
}

// seen are the directives in force where reading goes on.
func (r *resumed) seen() directives {
	var d directives
	for _, line := range r.from.Directives {
		d.lines = append(d.lines, []byte(line))
	}
	return d
}

// waits reports whether rows of open sessions are to be left for later.
func (r *resumed) waits() bool { return r.format.joins && !r.text.Ended }

// file reads a plain log up to its last whole line. Before and after, it must
// be the same log: one that was cut or replaced meanwhile gives nothing.
func (r *resumed) file(ctx context.Context) error {
	end, err := lastLine(r.text.File, r.from.Offset, r.text.Size)
	if err != nil {
		return err
	}
	if end == 0 {
		return fmt.Errorf("%s: %w", r.name, ErrNothingWhole)
	}
	if end == r.from.Offset && (!r.from.Open || !r.text.Ended) {
		return nil
	}
	p, err := r.identity(end)
	if err != nil {
		return err
	}
	if err := r.replayFile(); err != nil {
		return err
	}
	section := io.NewSectionReader(r.text.File, r.from.Offset, end-r.from.Offset)
	var seen *directives
	if section.Size() > largeStretch && !r.format.joins {
		from := newFilePieces(section, section.Size(), r.text.Progress)
		from.seen, seen = r.seen(), &from.seen
		err = r.pieces(ctx, from)
	} else {
		from := &streamPieces{r: ctxReader{ctx, told{section, r.text.Progress}}, size: pieceSize, seen: r.seen()}
		seen = &from.seen
		err = r.pieces(ctx, from)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	if again, err := r.identity(end); err != nil || again.Head != p.Head || again.Tail != p.Tail {
		return fmt.Errorf("%s: %w", r.name, ErrMoved)
	}
	p.Directives = seen.texts()
	return r.settle(ctx, p, end < r.text.Size, nil)
}

// largeStretch is the size in bytes from which all cores read.
const largeStretch = 8 << 20

// identity is what the log holds up to an offset now.
func (r *resumed) identity(end int64) (*evidence.Position, error) {
	head, tail := make([]byte, min(end, identityHead)), make([]byte, min(end, identityTail))
	for _, part := range []struct {
		b  []byte
		at int64
	}{{head, 0}, {tail, end - int64(len(tail))}} {
		if n, err := r.text.File.ReadAt(part.b, part.at); n < len(part.b) {
			return nil, fmt.Errorf("%s: %w", r.name, cmp.Or(err, errShrank))
		}
	}
	if n := min(len(head), len(r.looked)); !bytes.Equal(head[:n], r.looked[:n]) {
		return nil, fmt.Errorf("%s: %w", r.name, ErrMoved)
	}
	p := &evidence.Position{}
	setIdentity(p, head, tail, end)
	return p, nil
}

// stream reads the text of an archive, or of UTF-16, from its start.
func (r *resumed) stream(ctx context.Context) error {
	head, text, err := r.text.start(ctx)
	if err != nil && len(head) == 0 {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	mark := &tailKeeper{}
	if r.format.joins {
		r.replay = io.TeeReader(io.LimitReader(text, r.from.Offset), mark)
	} else if _, err := io.CopyN(mark, text, r.from.Offset); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	from := &streamPieces{r: text, size: pieceSize, seen: r.seen(), mark: mark}
	err = r.pieces(ctx, from)
	if mark.n == 0 {
		return fmt.Errorf("%s: %w", r.name, cmp.Or(err, ErrNothingWhole))
	}
	p := &evidence.Position{Directives: from.seen.texts()}
	setIdentity(p, head, mark.tail, mark.n)
	if err == nil {
		p.Packed = r.text.Packed
	}
	return r.settle(ctx, p, len(from.left) > 0, err)
}

// documents reads whole documents: one that has not ended waits.
func (r *resumed) documents(ctx context.Context) error {
	head, text, err := r.text.start(ctx)
	if err != nil && len(head) == 0 {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	whole, err := wholeDocuments(text)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	if whole.mark.n == 0 {
		return fmt.Errorf("%s: %w", r.name, ErrNothingWhole)
	}
	p := &evidence.Position{}
	setIdentity(p, head, whole.mark.tail, whole.mark.n)
	p.Packed = r.text.Packed
	if whole.mark.n <= r.from.Offset {
		return nil
	}
	if _, text, err = r.text.start(ctx); err == nil {
		_, err = io.CopyN(io.Discard, text, r.from.Offset)
	}
	if err == nil {
		err = r.log.documents(ctx, io.LimitReader(text, whole.mark.n-r.from.Offset))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	r.lines = whole.lines
	return r.settle(ctx, p, whole.rest, nil)
}

// settle counts what was read, and says how far that is.
func (r *resumed) settle(ctx context.Context, p *evidence.Position, unended bool, readErr error) error {
	p.Format, p.Open = r.format.Name, r.waits()
	if r.opt.Layout != "" {
		p.Format = "" // the layout says it
	}
	var blind string
	if unended {
		blind = "the last line has no end yet: it is read when it has one"
	}
	r.settled = func(total *coverage) {
		p.Lines = cmp.Or(r.lines, total.lines)
		p.Tally = total.tally()
		r.now = total.record(r.log)
		r.now.Position = p
		if blind != "" {
			r.now.Blind = append(r.now.Blind, blind)
		}
	}
	return r.finish(ctx, readErr)
}

// texts are the directives as a position keeps them. Lines that no server
// writes as a directive are not kept.
func (c *directives) texts() []string {
	var out []string
	for _, line := range c.lines {
		if len(line) <= maxDirective {
			out = append(out, strings.ToValidUTF8(string(line), "\uFFFD"))
		}
	}
	return out
}

// maxDirective bounds a directive in a store: #Fields lines have some hundred
// bytes.
const maxDirective = 16 << 10

// start is what was counted of the log before.
func (l *log) start() *coverage {
	if l.resumed == nil || l.resumed.have == nil {
		return &coverage{}
	}
	return restored(l.resumed.have)
}

// tally is what a position keeps of coverage beside the record.
func (c *coverage) tally() *evidence.PositionTally {
	t := &evidence.PositionTally{
		Passed: c.passed, Plain: c.plain, Measured: c.measured,
		Forwarded: c.sawForwarded, Forwarding: c.hasForwarding, Anonymous: c.anonymous,
	}
	for _, r := range c.unmeasured {
		t.Unmeasured = append(t.Unmeasured, [3]int{r.from, r.to, r.behind})
	}
	return t
}

// restored is the coverage that a record was made of.
func restored(c *evidence.Coverage) *coverage {
	t := c.Position.Tally
	if t == nil {
		t = &evidence.PositionTally{}
	}
	out := &coverage{
		lines: c.Position.Lines, rows: c.Read - t.Passed, used: c.Used,
		passed: t.Passed, plain: t.Plain, measured: t.Measured,
		sawForwarded: t.Forwarded, hasForwarding: t.Forwarding, anonymous: t.Anonymous,
	}
	if !c.First.IsZero() {
		out.first, out.last, out.timed = c.First.Unix(), c.Last.Unix(), true
	}
	for _, r := range t.Unmeasured {
		out.unmeasured = append(out.unmeasured, lineRange{r[0], r[1], r[2]})
	}
	for _, s := range c.Skipped {
		line, _ := strconv.Atoi(s.Ref[strings.LastIndexByte(s.Ref, ':')+1:])
		out.skipped = append(out.skipped, skip{s.Reason, line, max(1, s.Count)})
	}
	return out
}
