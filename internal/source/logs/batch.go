package logs

// batchSize is how many rows are read before they are counted. Their groups
// lie anywhere in memory: the processor fetches those of a whole batch at
// once, and one by one it would wait for each. More rows would not fit into
// the nearest cache.
const batchSize = 16

// A batch is rows that were read and wait to be counted.
type batch struct {
	rows    [batchSize]row
	waiting [batchSize]waiting
	n       int
	touched uint64
}

// waiting is what was found out about a row already.
type waiting struct {
	n      int // line
	name   name
	at     int64
	class  int // of status
	weight int
}

// next is the row to read into.
func (b *batch) next() *row { return &b.rows[b.n] }

// push keeps the row that next gave, and counts all when there are enough.
func (b *batch) push(f *folder, w waiting) {
	b.waiting[b.n] = w
	b.n++
	if b.n == batchSize {
		b.flush(f)
	}
}

// flush counts what waits.
func (b *batch) flush(f *folder) {
	var found [batchSize]uint32
	for i := range b.n {
		found[i] = f.probe(b.waiting[i].name)
	}
	for i := range b.n {
		if found[i] != 0 {
			g := f.group(found[i])
			b.touched += g.count + uint64(g.few[0].n)
		}
	}
	for i := range b.n {
		f.count(&b.waiting[i], &b.rows[i])
	}
	b.n = 0
}
