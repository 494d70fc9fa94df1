package logs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/plaintext"
)

// A Fold is what the logs of one run come to. Several logs may be read into
// it at once; Emit makes the records when all are read.
//
// Memory: a group of 192 bytes and its strings for each distinct client,
// agent, server, version and suite: about 0.6 KiB a record with what the
// garbage collector leaves; beside it 1 MiB a core. It does not grow with the
// log, but for 8 bytes for each day beyond the eighth that a group is seen on.
type Fold struct {
	opt  Options
	seed maphash.Seed

	mu     sync.Mutex
	inputs []string
	all    *groups
	covers []*evidence.Coverage
}

// NewFold prepares for logs that are read with the same options.
func NewFold(opt Options) (*Fold, error) {
	if err := opt.Check(); err != nil {
		return nil, err
	}
	f := &Fold{opt: opt, seed: maphash.MakeSeed()}
	f.all = newGroups(nil, &f.opt, f.seed)
	return f, nil
}

// Add reads one log. Reading that fails half way keeps what was read, says in
// coverage where it ended, and returns the error. A context that ends keeps
// nothing of it.
func (f *Fold) Add(ctx context.Context, name string, r io.Reader) error {
	head, text, err := plainText(ctxReader{ctx, r})
	if err != nil && len(head) == 0 {
		return fmt.Errorf("%s: %w", name, err)
	}
	log, err := f.open(name, head)
	if log == nil {
		return err
	}
	if log.format.records != byLine {
		return log.finish(ctx, log.documents(ctx, text))
	}
	return log.finish(ctx, log.pieces(ctx, &streamPieces{r: text, size: pieceSize}))
}

// AddFile is Add for a file that can be read anywhere, by all cores at once.
// Progress is told of bytes read, and may be nil.
func (f *Fold) AddFile(ctx context.Context, name string, r io.ReaderAt, size int64, progress func(n int)) error {
	head := make([]byte, min(size, headSize))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return fmt.Errorf("%s: %w", name, cmp.Or(err, errShrank))
	}
	if plaintext.Order(head) != nil {
		return f.Add(ctx, name, told{io.NewSectionReader(r, 0, size), progress})
	}
	log, err := f.open(name, head)
	if log == nil {
		return err
	}
	if log.format.records != byLine || log.format.joins {
		return f.Add(ctx, name, told{io.NewSectionReader(r, 0, size), progress})
	}
	return log.finish(ctx, log.pieces(ctx, newFilePieces(r, size, progress)))
}

// told tells of bytes that are read.
type told struct {
	io.Reader
	of func(n int)
}

func (t told) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if t.of != nil {
		t.of(n)
	}
	return n, err
}

// A log is one that is being read.
type log struct {
	fold    *Fold
	name    string
	format  *Format
	opt     *Options
	head    []byte
	workers []*worker
	groups  *groups // what all of them count into; nil until there is something to read

	resumed *resumed              // it is read on from a position
	replay  io.Reader             // what its lines may need of those before
	lines   int                   // before what follows, if the lines read do not tell
	settled func(total *coverage) // takes the coverage in place of the fold
}

// open finds out how to read a log; nil if there is nothing to read.
func (f *Fold) open(name string, head []byte) (*log, error) {
	if len(head) == 0 && f.opt.Format == "" {
		f.cover(&evidence.Coverage{Source: "log", Input: name, Failed: emptyInput})
		return nil, nil
	}
	format, err := choose(name, head, &f.opt)
	if err != nil {
		return nil, err
	}
	l := &log{fold: f, name: name, format: format, opt: &f.opt, head: head}
	if _, err := format.parser(l.opt, head); err != nil {
		return nil, err
	}
	return l, nil
}

func (f *Fold) cover(c *evidence.Coverage) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.covers = append(f.covers, c)
}

const emptyInput = "the input is empty"

func (l *log) worker() *worker {
	w := &worker{format: l.format, opt: l.opt, head: l.head, groups: l.sharedGroups, resumed: l.resumed}
	l.workers = append(l.workers, w)
	return w
}

// sharedGroups makes the groups when the first worker needs them.
func (l *log) sharedGroups() *groups {
	l.fold.mu.Lock()
	defer l.fold.mu.Unlock()
	if l.groups == nil {
		l.groups = newGroups(l.format, l.opt, l.fold.seed)
	}
	return l.groups
}

func (l *log) documents(ctx context.Context, text io.Reader) error {
	return l.worker().records(ctx, l.format.cut(text))
}

// pieces has the log read by a worker a core, or by one where lines need
// earlier ones.
func (l *log) pieces(ctx context.Context, from pieceSource) error {
	n := max(2, runtime.GOMAXPROCS(0))
	if l.format.joins {
		n = 1
	}
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		w := l.worker()
		wg.Go(func() { errs[i] = w.guarded(ctx, from) })
	}
	wg.Wait()
	return cmp.Or(errs...)
}

// finish brings together what the workers read.
func (l *log) finish(ctx context.Context, readErr error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", l.name, err)
	}
	var parts []part
	for _, w := range l.workers {
		parts = append(parts, w.parts...)
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.piece, b.piece) })
	total := l.start()
	before := make([]int, 0, len(parts)) // lines, by piece
	for _, p := range parts {
		for len(before) <= p.piece {
			before = append(before, total.lines)
		}
		total.merge(p.coverage)
	}
	if readErr != nil {
		total.readFailed = true
		readErr = fmt.Errorf("%s: after line %d: %w", l.name, total.lines, readErr)
	}
	l.fold.absorb(l, before, total)
	return readErr
}

// absorb takes in what was read of one log.
func (f *Fold) absorb(l *log, before []int, total *coverage) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l.settled != nil {
		l.settled(total)
	} else {
		f.covers = append(f.covers, total.record(l))
	}
	input := len(f.inputs)
	f.inputs = append(f.inputs, l.name)
	if l.groups == nil {
		return
	}
	l.groups.each(func(s *shard, g *group) {
		s.endDay(g)
		for i := range g.noted {
			g.refs[i] = newRef(input, before[g.refs[i].above()]+g.refs[i].line())
		}
	})
	for i, s := range f.all.shards {
		s.merge(l.groups.shards[i], f.inputs)
	}
}

// merge takes in the groups of another shard, whose days have ended.
func (s *shard) merge(from *shard, inputs []string) {
	if s.size == 0 {
		s.take(from)
		return
	}
	mine := make([]uint32, len(from.all))
	for i, of := range from.all {
		m := s.seriesOf(*of.server, *of.kind)
		of.days.all(m.days.add)
		mine[i] = m.number
	}
	agents := make([]uint32, len(from.agents))
	for i, a := range from.agents {
		agents[i] = s.spelled(a)
	}
	from.each(func(g *group) {
		index := s.find(g.name)
		if index != 0 {
			s.join(s.group(index), from, g, inputs)
			return
		}
		copied := s.add(g.name)
		*copied = *g
		copied.of, copied.agent = mine[g.of], agents[g.agent]
		copied.client, copied.host, copied.who = s.put(from.get(g.client)), s.put(from.get(g.host)), s.put(from.get(g.who))
		if g.more > 0 {
			s.more = append(s.more, from.more[g.more-1])
			copied.more = uint32(len(s.more))
		}
	})
}

// take makes what another shard holds its own.
func (s *shard) take(from *shard) {
	s.table, s.texts, s.agents, s.more = from.table, from.texts, from.agents, from.more
	s.servers, s.kinds, s.all, s.series = from.servers, from.kinds, from.all, from.series
	s.agentOf = make(map[string]uint32, len(s.agents))
	for i, a := range s.agents {
		s.agentOf[a] = uint32(i)
	}
}

// join adds the counts of a group of another shard to one of the same name.
func (s *shard) join(g *group, of *shard, from *group, inputs []string) {
	g.count += from.count
	for i, n := range from.status {
		g.status[i] += n
	}
	if g.first == noTime || from.first != noTime && from.first < g.first {
		g.first = from.first
	}
	g.last = max(g.last, from.last)
	of.days(from, func(day int32, n uint32) { s.addDay(g, day, n) })
	both := slices.Concat(g.refs[:g.noted], from.refs[:from.noted])
	slices.SortFunc(both, func(a, b ref) int {
		if a.above() != b.above() {
			return cmp.Or(strings.Compare(inputs[a.above()], inputs[b.above()]), cmp.Compare(a, b))
		}
		return cmp.Compare(a, b)
	})
	g.noted = uint8(copy(g.refs[:], both))
}

// Run reads one log and emits what it shows: handshake records folded by
// client, user agent, identity, server, version and suite; traffic records
// by server, day and version; and one coverage record, last. In coverage,
// read counts rows, and is what was used and skipped together. The name
// stands in references as it is given.
//
// Reading that fails half way emits what was read, says in coverage where it
// ended, and returns the error. A context that ends emits nothing.
func Run(ctx context.Context, name string, r io.Reader, opt Options, emit evidence.Emit) error {
	f, err := NewFold(opt)
	if err != nil {
		return err
	}
	readErr := f.Add(ctx, name, r)
	if ctx.Err() != nil {
		return readErr
	}
	return errors.Join(f.Emit(emit), readErr)
}
