package logs

import (
	"cmp"
	"hash/maphash"
	"math/bits"

	"github.com/tlsready/tlsready/evidence"
)

// A folder folds the rows that one worker reads. What names a row is compared
// as the log spells it; spellings of the same thing come together when
// records are made. So a row costs one look into a table and no memory.
type folder struct {
	format *Format
	groups *groups
	parser lineParser // reads a row again that turns out to be new

	key     []byte // scratch
	again   row    // scratch
	waiting [][]waiting
	touched uint64

	*coverage     // of the piece that is being read
	piece     int // its number
}

// Bounds of what strangers can put into a log, so that nobody fills memory
// with long names.
const (
	maxAgent = 512
	maxName  = 256
	maxSpan  = 4096 // of row.name
)

func newFolder(f *Format, g *groups) *folder {
	return &folder{format: f, groups: g, coverage: &coverage{}, waiting: make([][]waiting, len(g.shards))}
}

// add takes a row that is gone with the next.
func (f *folder) add(n int, s state, reason string, r *row) {
	if w, ok := f.seen(n, s, reason, r); ok {
		w.row = r
		shard := f.groups.shards[w.name>>f.groups.shift]
		shard.mu.Lock()
		defer shard.mu.Unlock()
		shard.count(&w, f)
	}
}

// addLine takes a row that can be read again from its line, which stays until
// flush.
func (f *folder) addLine(n int, s state, reason string, r *row, line []byte) {
	if w, ok := f.seen(n, s, reason, r); ok {
		w.line = line
		f.wait(&w)
	}
}

// seen notes a row, and says whether it is one to count.
func (f *folder) seen(n int, s state, reason string, r *row) (waiting, bool) {
	if s == notRow {
		return waiting{}, false
	}
	f.see(n, s, reason, r)
	if s != tlsRow && s != failedRow {
		return waiting{}, false
	}
	r.settle(s)
	return waiting{
		n: n, name: f.name(r), at: r.at, state: s, class: uint8(r.statusClass()), weight: uint32(r.weight()),
	}, true
}

// settle says what the outcome is where the log leaves it open.
func (r *row) settle(s state) {
	if s == failedRow {
		r.outcome = cmp.Or(r.outcome, evidence.Refused)
	}
}

// name is a keyed hash of all that tells this row from others. Of a billion
// groups two would share one with a chance of one in forty.
type name uint64

func (f *folder) name(r *row) name {
	h := mix(uint64(r.version)|uint64(r.layout)<<16, 0)
	if len(r.name) == 0 {
		f.key = f.cells(f.key[:0], r)
		return name(mix(h, maphash.Bytes(f.groups.seed, f.key)))
	}
	if b := r.cell[cellForwarded]; b != nil {
		h = mix(h, maphash.Bytes(f.groups.seed, atMost(address(b), maxName)))
	}
	for _, b := range r.name {
		h = mix(h, maphash.Bytes(f.groups.seed, atMost(b, maxSpan)))
	}
	return name(h)
}

// mix joins two hashes.
func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xd6e8feb86659fd93)
	return high ^ low
}

// cells puts together what names a row.
func (f *folder) cells(k []byte, r *row) []byte {
	k = append(k, byte(len(r.protocol)), byte(len(r.outcome)), byte(len(r.alert.From)))
	if r.outbound {
		k = append(k, 1)
	}
	k = append(append(append(append(k, r.protocol...), r.outcome...), r.alert.From...), r.alert.Name...)
	client, _ := r.client()
	k = appendCell(k, client, maxName)
	k = appendCell(k, r.known(cellAgent), maxAgent)
	k = appendCell(k, r.identity(), maxName)
	k = appendCell(k, r.serverName(), maxName)
	for _, c := range [...]cell{cellServerIP, cellServerPort, cellSuite, cellHash, cellKeyExchange, cellGroup, cellClientName, cellJA3, cellJA4} {
		if b := r.cell[c]; len(b) > 0 {
			k = append(k, byte(c))
			k = appendCell(k, b, maxName)
		}
	}
	return k
}

// appendCell adds a cell with its length, so that no two rows share a key.
func appendCell(k, cell []byte, most int) []byte {
	cell = atMost(cell, most)
	return append(append(k, byte(len(cell)), byte(len(cell)>>8)), cell...)
}

func atMost(b []byte, n int) []byte { return b[:min(len(b), n)] }
