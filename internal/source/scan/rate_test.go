package scan

import (
	"context"
	"testing"
	"time"
)

func TestMomentsKeepTheRate(t *testing.T) {
	r := NewRate(20)
	start := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for i := range 5 {
		if at := r.moment(start); at.Sub(start) != time.Duration(i)*50*time.Millisecond {
			t.Errorf("connection %d starts after %s", i, at.Sub(start))
		}
	}
	later := start.Add(time.Hour)
	if at := r.moment(later); !at.Equal(later) {
		t.Errorf("after a pause a connection starts at once, not at %s", at)
	}
	if NewRate(0) != nil {
		t.Error("no rate is a rate")
	}
}

// TestSlowRateIsNoFailure: a host that has to wait for our own rate longer
// than for any answer is neither unreachable nor out of time.
func TestSlowRateIsNoFailure(t *testing.T) {
	addr := listen(t, serveTLS(goConfig(t)))
	opt := Options{Rate: NewRate(40), Timeout: 200 * time.Millisecond, Deadline: time.Second, VersionsOnly: true}
	got := scanAll(t, addr, opt)
	if len(got.servers) != 1 || got.servers[0].Status != "ok" {
		t.Errorf("%+v", got.servers)
	}
}

func TestClockStandsStill(t *testing.T) {
	ctx, c, cancel := withClock(context.Background(), 20*time.Millisecond)
	defer cancel()
	c.hold()
	c.hold()
	time.Sleep(60 * time.Millisecond)
	c.run()
	if ctx.Err() != nil {
		t.Fatal("the clock went on while it was held")
	}
	c.run()
	<-ctx.Done()
	if context.Cause(ctx) != context.DeadlineExceeded {
		t.Errorf("ended by %v", context.Cause(ctx))
	}
}
