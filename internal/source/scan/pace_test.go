package scan

import (
	"context"
	"testing"
)

// TestPace: the width grows while all goes well, no further than to twice the
// start, and never again after a sign of strain.
func TestPace(t *testing.T) {
	p := newPace(4)
	for range 3 {
		p.ease()
	}
	if p.width != 4 {
		t.Errorf("%d at once after three answers", p.width)
	}
	for range 100 {
		p.ease()
	}
	if p.width != 8 {
		t.Errorf("%d at once after a hundred answers", p.width)
	}
	p.strain()
	for range 1000 {
		p.ease()
	}
	if p.width != 1 {
		t.Errorf("%d at once after strain", p.width)
	}
}

// TestSpares: connections that wait count, and give way to whoever wants the
// server alone.
func TestSpares(t *testing.T) {
	p := newPace(2)
	p.enter(context.Background(), false)
	if !p.spare() || p.spare() {
		t.Error("beside one connection there is room for one")
	}
	p.spend()
	p.leave(false)
	p.enter(context.Background(), true)
	if p.spare() {
		t.Error("a spare connection to a server that somebody has alone")
	}
	p.leave(true)
	p.strain()
	if p.spare() {
		t.Error("a spare connection to a server under strain")
	}
}
