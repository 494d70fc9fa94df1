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

// TestHurry: far away the width doubles with each round of answers, up to eight
// times that at first, and not again after a sign of strain or of a queue.
func TestHurry(t *testing.T) {
	signs := map[string]struct {
		sign func(*pace)
		want int
	}{"strain": {(*pace).strain, 1}, "a stumble": {(*pace).stumble, 1}, "a full queue": {(*pace).crowd, 16}, "a slow answer": {(*pace).queued, 4}}
	for name, c := range signs {
		p := newPace(4)
		p.hurry()
		for range 4 {
			p.ease()
		}
		if p.width != 8 {
			t.Errorf("%d at once after four answers", p.width)
		}
		for range 100 {
			p.ease()
		}
		if p.width != 32 {
			t.Errorf("%d at once after a hundred answers", p.width)
		}
		c.sign(p)
		for range 100 {
			p.hurry()
			p.ease()
		}
		if p.width != c.want {
			t.Errorf("%d at once after %s, want %d", p.width, name, c.want)
		}
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
