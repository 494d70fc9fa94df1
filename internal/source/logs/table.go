package logs

import "math"

// A table finds the group of a row by the hash that names it. A row of a
// large estate costs two misses of the processor's cache, one here and one in
// its group, so slots are small, and what was hashed is not compared.
type table struct {
	slots []slot
	size  int
	pages [][]group
}

// slot is empty if its index is 0.
type slot struct {
	name  name
	index uint32 // of the group, from 1
}

const (
	pageBits   = 6
	pageSize   = 1 << pageBits
	firstSlots = 1 << 7
)

func (t *table) group(index uint32) *group {
	i := index - 1
	return &t.pages[i>>pageBits][i&(pageSize-1)]
}

// probe touches the slot where a name would be. Asked for many names before
// the first is looked for, the processor fetches them all at once.
func (t *table) probe(n name) uint32 {
	if len(t.slots) == 0 {
		return 0
	}
	return t.slots[uint64(n)&uint64(len(t.slots)-1)].index
}

// find gives the index of the group with a name, or 0.
func (t *table) find(n name) uint32 {
	if len(t.slots) == 0 {
		return 0
	}
	mask := uint64(len(t.slots) - 1)
	for i := uint64(n) & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.index == 0 || s.name == n {
			return s.index
		}
	}
}

// add makes a group of a name that is not there.
func (t *table) add(n name) *group {
	if 4*t.size >= 3*len(t.slots) {
		t.grow()
	}
	if t.size>>pageBits == len(t.pages) {
		t.pages = append(t.pages, make([]group, pageSize))
	}
	t.size++
	t.fill(slot{n, uint32(t.size)})
	g := t.group(uint32(t.size))
	g.name, g.first, g.last, g.upTo = n, noTime, noTime, math.MaxUint32
	return g
}

func (t *table) fill(s slot) {
	mask := uint64(len(t.slots) - 1)
	i := uint64(s.name) & mask
	for t.slots[i].index != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, max(firstSlots, 2*len(old)))
	for _, s := range old {
		if s.index != 0 {
			t.fill(s)
		}
	}
}

// each calls back with every group.
func (t *table) each(do func(*group)) {
	for i := range t.size {
		do(t.group(uint32(i + 1)))
	}
}
