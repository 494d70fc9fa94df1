package app

import (
	"testing"
	"time"
)

func TestMomentsKeepTheRate(t *testing.T) {
	d := Paced(20).(*pacedDialer)
	start := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for i := range 5 {
		if at := d.moment(start); at.Sub(start) != time.Duration(i)*50*time.Millisecond {
			t.Errorf("connection %d starts after %s", i, at.Sub(start))
		}
	}
	later := start.Add(time.Hour)
	if at := d.moment(later); !at.Equal(later) {
		t.Errorf("after a pause a connection starts at once, not at %s", at)
	}
}
