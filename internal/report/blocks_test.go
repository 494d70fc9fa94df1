package report

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

type fullDisk struct{ room int }

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.room -= len(b); d.room < 0 {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}

// TestBlocksKeepTheirOrder: whichever core is done first, blocks are written
// as they follow, and the first error ends it.
func TestBlocksKeepTheirOrder(t *testing.T) {
	lines := func(out *bytes.Buffer, from, to int) error {
		for i := from; i < to; i++ {
			fmt.Fprintln(out, i)
		}
		return nil
	}
	for _, n := range []int{0, 1, blockOf, blockOf + 1, 20*blockOf + 7} {
		var got, want bytes.Buffer
		if err := inBlocks(&got, n, lines); err != nil {
			t.Fatal(err)
		}
		_ = lines(&want, 0, n)
		if got.String() != want.String() {
			t.Errorf("%d: %d bytes, want %d", n, got.Len(), want.Len())
		}
	}
	if err := inBlocks(&fullDisk{100_000}, 50*blockOf, lines); err == nil || err.Error() != "disk full" {
		t.Error(err)
	}
	bad := errors.New("bad")
	err := inBlocks(&bytes.Buffer{}, 50*blockOf, func(out *bytes.Buffer, from, to int) error {
		if from == 7*blockOf {
			return bad
		}
		return lines(out, from, to)
	})
	if !errors.Is(err, bad) {
		t.Error(err)
	}
}
