package logs

// A waiting row was read and is to be counted. Rows wait for others of their
// shard: its lock is taken once for all, and their groups, which lie anywhere
// in memory, are fetched by the processor together; one by one it would wait
// for each.
type waiting struct {
	line   []byte // to read it again, if row is nil
	row    *row
	n      int // of the line
	name   name
	at     int64
	weight uint32
	state  state
	class  uint8 // of status
}

const (
	waitAtMost = 128 // rows of a shard
	fetchAhead = 16  // rows; more would not fit into the nearest cache
)

// wait keeps a row until there are enough.
func (f *folder) wait(w *waiting) {
	i := int(w.name >> f.groups.shift)
	if f.waiting[i] == nil {
		f.waiting[i] = make([]waiting, 0, waitAtMost)
	}
	f.waiting[i] = append(f.waiting[i], *w)
	if len(f.waiting[i]) == waitAtMost {
		f.flushShard(i)
	}
}

// flush counts what waits. Workers begin with different shards.
func (f *folder) flush() {
	for i := range f.waiting {
		f.flushShard((i + f.piece) % len(f.waiting))
	}
}

func (f *folder) flushShard(i int) {
	rows := f.waiting[i]
	if len(rows) == 0 {
		return
	}
	f.waiting[i] = rows[:0]
	s := f.groups.shards[i]
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(rows) > 0 {
		n := min(len(rows), fetchAhead)
		s.fetch(rows[:n], f)
		for i := range n {
			s.count(&rows[i], f)
		}
		rows = rows[n:]
	}
}

// fetch touches what counting will need.
func (s *shard) fetch(rows []waiting, f *folder) {
	var found [fetchAhead]uint32
	for i := range rows {
		found[i] = s.probe(rows[i].name)
	}
	for i := range rows {
		if found[i] != 0 {
			g := s.group(found[i])
			f.touched += g.count + uint64(g.few[0].n)
		}
	}
}

// rowOf is the row that waits.
func (f *folder) rowOf(w *waiting) *row {
	if w.row != nil {
		return w.row
	}
	f.again.reset()
	f.parser.parse(w.line, &f.again)
	f.again.settle(w.state)
	return &f.again
}
