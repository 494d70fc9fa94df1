package watch

import (
	"bytes"
	"net/netip"
	"runtime"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// TestHeldIsCounted sends parts of long hellos over many connections at one
// time: what stays in memory is what Options.MaxHeld says, with all that lies
// beside the bytes themselves.
func TestHeldIsCounted(t *testing.T) {
	const (
		connections = 3000
		segments    = 12
		bound       = 8 << 20
	)
	c := newCapture()
	data := make([]byte, 1300)
	copy(data, "\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03") // a ClientHello of 16 KiB
	for i := range segments {
		for n := range connections {
			k := c.connect(443)
			k.addr[0] = netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(n)}), uint16(1024+n))
			c.ip(k.segment(0, flagACK, uint32(1+i*len(data)), data), 0)
		}
	}
	heap := func() int {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before, most, given := heap(), 0, 0
	err := runOn(t.Context(), "x", bytes.NewReader(c.out), Options{MaxHeld: bound}, func(evidence.Record) error {
		if given++; given%400 == 0 {
			most = max(most, heap()-before)
		}
		return nil
	}, 1)
	if err != nil || given < 1000 {
		t.Fatalf("%d records, %v", given, err)
	}
	t.Logf("%d bytes at most, of %d", most, bound)
	const beside = 2 << 20 // the chunk, the batch, connections without a session
	if most > bound+beside {
		t.Errorf("%d bytes, want %d", most, bound+beside)
	}
}
