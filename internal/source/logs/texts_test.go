package logs

import (
	"fmt"
	"hash/maphash"
	"strings"
	"testing"
)

func TestTexts(t *testing.T) {
	var all texts
	kept := map[text]string{}
	for i := range 20_000 {
		s := fmt.Sprintf("client-%d.example", i)
		if i%1000 == 0 {
			s = strings.Repeat("x", i*3) // up to most of a block
		}
		kept[all.put(s)] = s
	}
	for x, s := range kept {
		if got := all.get(x); got != s {
			t.Fatalf("%d bytes came back as %d", len(s), len(got))
		}
	}
	if all.put("") != 0 || all.get(0) != "" {
		t.Error("the empty string is not zero")
	}
	if got := all.get(all.put(strings.Repeat("y", 2*textBlock))); len(got) != textBlock-1 {
		t.Errorf("a huge string keeps %d bytes", len(got))
	}
}

// More days than lie within a group are kept beside it, each once.
func TestManyDays(t *testing.T) {
	s := newGroups(nil, &Options{}, maphash.MakeSeed()).shards[0]
	g := s.add(1)
	for round := range 3 {
		for day := range int32(40) {
			s.addDay(g, day, uint32(round+1))
		}
	}
	got := map[int32]uint32{}
	s.days(g, func(day int32, n uint32) {
		if _, twice := got[day]; twice {
			t.Errorf("day %d twice", day)
		}
		got[day] = n
	})
	if len(got) != 40 || got[0] != 6 || got[39] != 6 {
		t.Errorf("got %v", got)
	}
}
