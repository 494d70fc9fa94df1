package watch

import (
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
}

const firstBuckets = 1 << 8

func newFlowTable() flowTable {
	return flowTable{buckets: make([]*flow, firstBuckets)}
}

// A hashSeed is drawn by chance: nobody can choose keys that fall into one
// bucket.
type hashSeed [2]uint64

func newHashSeed() hashSeed { return hashSeed{rand.Uint64(), rand.Uint64()} }

// hash is of fixed length: the ports of TCP and UDP are different ones.
func (s *hashSeed) hash(k *flowKey, udp bool) uint64 {
	ports := uint64(k[0].port)<<16 | uint64(k[1].port)
	if udp {
		ports |= 1 << 32
	}
	h := mix(k[0].lo^s[0], k[1].lo^s[1])
	h = mix(k[0].hi^h, k[1].hi^s[0])
	return mix(ports^h, s[1])
}

// mix folds the product of two words into one.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// bucket is where a flow with this hash stands.
func (t *flowTable) bucket(hash uint64) *(*flow) { return &t.buckets[hash&uint64(len(t.buckets)-1)] }

func (t *flowTable) find(seg *segment) *flow {
	f := *t.bucket(seg.hash)
	for f != nil && (f.hash != seg.hash || f.key != seg.key || f.udp != seg.udp) {
		f = f.next
	}
	return f
}

func (t *flowTable) add(f *flow) {
	if t.n >= len(t.buckets) {
		t.grow()
	}
	b := t.bucket(f.hash)
	f.next, *b = *b, f
	t.n++
}

func (t *flowTable) grow() {
	old := t.buckets
	t.buckets = make([]*flow, 2*len(old))
	for _, f := range old {
		for f != nil {
			next := f.next
			b := t.bucket(f.hash)
			f.next, *b = *b, f
			f = next
		}
	}
}

// remove takes out a flow that stands in the table.
func (t *flowTable) remove(f *flow) {
	at := t.bucket(f.hash)
	for *at != f {
		at = &(*at).next
	}
	*at, f.next = f.next, nil
	t.n--
}
