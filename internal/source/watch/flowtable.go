package watch

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// A flowTable finds flows by their keys. It is asked for every packet, which
// is why it is no map: the flows are chained in buckets, so that a look costs
// one hash of fixed length and nothing of it has to be moved when it grows but
// the buckets.
type flowTable struct {
	buckets []*flow // a power of two
	n       int
	seed    [2]uint64 // by chance: nobody can choose keys that fall into one bucket
}

const firstBuckets = 1 << 8

func newFlowTable() flowTable {
	return flowTable{buckets: make([]*flow, firstBuckets), seed: [2]uint64{rand.Uint64(), rand.Uint64()}}
}

// bucket is where the flow of a key stands: the ports of TCP and UDP are
// different ones.
func (t *flowTable) bucket(k *flowKey, udp bool) *(*flow) {
	ports := uint64(k[0].port)<<16 | uint64(k[1].port)
	if udp {
		ports |= 1 << 32
	}
	word := binary.LittleEndian.Uint64
	a, b := k[0].addr[:], k[1].addr[:]
	h := mix(word(a)^t.seed[0], word(a[8:])^t.seed[1])
	h = mix(word(b)^h, word(b[8:])^t.seed[0])
	h = mix(ports^h, t.seed[1])
	return &t.buckets[h&uint64(len(t.buckets)-1)]
}

// mix folds the product of two words into one.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func (t *flowTable) find(k *flowKey, udp bool) *flow {
	f := *t.bucket(k, udp)
	for f != nil && (f.key != *k || f.udp != udp) {
		f = f.next
	}
	return f
}

func (t *flowTable) add(f *flow) {
	if t.n >= len(t.buckets) {
		t.grow()
	}
	b := t.bucket(&f.key, f.udp)
	f.next, *b = *b, f
	t.n++
}

func (t *flowTable) grow() {
	old := t.buckets
	t.buckets = make([]*flow, 2*len(old))
	for _, f := range old {
		for f != nil {
			next := f.next
			b := t.bucket(&f.key, f.udp)
			f.next, *b = *b, f
			f = next
		}
	}
}

// remove takes out a flow that stands in the table.
func (t *flowTable) remove(f *flow) {
	at := t.bucket(&f.key, f.udp)
	for *at != f {
		at = &(*at).next
	}
	*at, f.next = f.next, nil
	t.n--
}
