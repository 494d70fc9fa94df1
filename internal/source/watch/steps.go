package watch

import (
	"context"
	"sync"
)

// steps are goroutines that end together.
type steps struct {
	wg    sync.WaitGroup
	once  sync.Once
	stop  chan struct{}
	mu    sync.Mutex
	fault any // what a step panicked with
}

func newSteps() *steps { return &steps{stop: make(chan struct{})} }

// run begins a step. A fault in it ends all of them, and not the program.
func (s *steps) run(step func()) {
	s.wg.Go(func() {
		defer func() {
			if fault := recover(); fault != nil {
				s.mu.Lock()
				s.fault = fault
				s.mu.Unlock()
				s.halt()
			}
		}()
		step()
	})
}

// halt has all steps end soon.
func (s *steps) halt() { s.once.Do(func() { close(s.stop) }) }

// end waits for all steps, and goes on with the fault of one.
func (s *steps) end() {
	s.halt()
	s.wg.Wait()
	if fault := s.fault; fault != nil {
		s.fault = nil
		panic(fault)
	}
}

// send hands x to another step, unless they shall end.
func send[T any](s *steps, c chan<- T, x T) bool {
	select {
	case c <- x:
		return true
	case <-s.stop:
		return false
	}
}

// receive takes what another step hands on, nothing when that has closed c, or
// fails when they shall end.
func receive[T any](s *steps, c <-chan T) (x T, err error) {
	select {
	case x = <-c:
		return x, nil
	case <-s.stop:
		return x, context.Canceled
	}
}
