package lazyregexp

import (
	"sync"
	"testing"
)

func TestCompiledOnce(t *testing.T) {
	r := &Regexp{text: `^(a+)b`}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := r.FindStringSubmatch("aab"); len(got) != 2 || got[1] != "aa" {
				t.Errorf("got %q", got)
			}
		})
	}
	wg.Wait()
}

// A pattern that nobody uses in a test is still found out by one.
func TestBadPattern(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an expression that cannot be compiled was taken")
		}
	}()
	New("(")
}
