package watch

import (
	"math/rand/v2"
	"testing"
)

// The table must hold what a map would, through growth and removal.
func TestFlowTableIsAMap(t *testing.T) {
	type name struct {
		key flowKey
		udp bool
	}
	table, want := newFlowTable(), map[name]*flow{}
	seed := newHashSeed()
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 * firstBuckets {
		var k name
		k.key[0].lo, k.key[1].hi = uint64(r.Uint32()%256), uint64(r.Uint32()%8)
		k.key[0].port, k.udp = uint16(r.Uint32()%4), r.Uint32()%2 == 0
		seg := segment{key: k.key, udp: k.udp, hash: seed.hash(&k.key, k.udp)}
		f := table.find(&seg)
		if f != want[k] {
			t.Fatalf("%v: found %p, want %p", k, f, want[k])
		}
		switch {
		case f == nil:
			f = &flow{key: k.key, udp: k.udp, hash: seg.hash}
			table.add(f)
			want[k] = f
		case r.Uint32()%4 == 0:
			table.remove(f)
			delete(want, k)
		}
		if table.n != len(want) {
			t.Fatalf("%d flows, want %d", table.n, len(want))
		}
	}
	if len(table.buckets) <= firstBuckets {
		t.Fatalf("%d buckets: the table never grew", len(table.buckets))
	}
}
