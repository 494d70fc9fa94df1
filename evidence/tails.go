package evidence

// tails are the tallies of the rows of a table, one behind the other.
type tails struct {
	chunks  [][]byte
	used    uint64 // bytes that count
	waste   uint64 // bytes of what was replaced
	scratch []byte
}

// Chunks begin small and double up to tailChunk, in bytes; a longer tally has
// one of its own.
const (
	firstChunk = 1 << 10
	tailChunk  = 1 << 20
)

// put appends a tally, and says where it is.
func (t *tails) put(b []byte) (at uint64, size uint32) {
	last := len(t.chunks) - 1
	if last < 0 || len(t.chunks[last])+len(b) > cap(t.chunks[last]) {
		t.chunks = append(t.chunks, make([]byte, 0, max(min(firstChunk<<min(len(t.chunks), 10), tailChunk), len(b))))
		last++
	}
	at = uint64(last)<<32 | uint64(len(t.chunks[last]))
	t.chunks[last] = append(t.chunks[last], b...)
	t.used += uint64(len(b))
	return at, uint32(len(b))
}

func (t *tails) get(at uint64, size uint32) []byte {
	from := at & (1<<32 - 1)
	return t.chunks[at>>32][from : from+uint64(size)]
}

// replace puts a tally in the place of an older one, if there is room.
func (t *tails) replace(at uint64, size uint32, b []byte) (uint64, uint32) {
	if len(b) <= int(size) {
		copy(t.get(at, size), b)
		t.used -= uint64(int(size) - len(b))
		t.waste += uint64(int(size) - len(b))
		return at, uint32(len(b))
	}
	t.used -= uint64(size)
	t.waste += uint64(size)
	return t.put(b)
}

// wasteful reports whether more was replaced than counts.
func (t *tails) wasteful() bool { return t.waste > t.used && t.waste > 4*tailChunk }
