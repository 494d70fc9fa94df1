package scan

import (
	"encoding/binary"
	"slices"
	"sync"
)

// foresight asks at once what a row of questions will come to if the server
// names what is expected of it. Each of these hellos is the very one that would
// be sent after the answer before it: what is found rests on the same answers as
// if they had been waited for, and only a wrong guess costs connections.
type foresight[T ~uint16] struct {
	ask func(rest []T, opens int) answer
	// guess is what the server will name next, as far as anybody knows; sure,
	// when it did so in another version.
	guess func(found, rest []T) (next []T, sure bool)
	// ending is told what will have been found when the last question has been
	// asked and all was as expected; nil if nobody wants to know.
	ending func(found []T)
	asked  map[string]chan answer
	width  int // questions asked at once
	wg     sync.WaitGroup
}

// firstWidth is how many questions are asked at once at first; it doubles each
// time that all was as expected, up to mostForeseen.
const (
	firstWidth   = 2
	mostForeseen = 32
)

// foresee gives a foresight. Nearby there is no time to win.
func foresee[T ~uint16](h *host, ask func(rest []T, opens int) answer, guess func(found, rest []T) ([]T, bool)) *foresight[T] {
	if !h.isFar() {
		guess = func(_, _ []T) ([]T, bool) { return nil, false }
	}
	return &foresight[T]{ask: ask, guess: guess, asked: map[string]chan answer{}, width: firstWidth}
}

// answer is that to the question about rest, when found is known.
func (f *foresight[T]) answer(found, rest []T) answer {
	k := listKey(rest)
	if c, there := f.asked[k]; there {
		delete(f.asked, k)
		return <-c
	}
	if len(f.asked) > 0 { // the guess was wrong
		clear(f.asked)
		f.width = 1
	}
	guess, sure := f.guess(found, rest)
	if sure {
		f.width = 1 + len(guess)
	}
	next := guess[:min(len(guess), f.width-1)]
	if len(guess) > 0 {
		f.width = min(2*f.width, mostForeseen)
	}
	// For the questions that come after these, connections are opened early.
	after := len(guess) - len(next)
	for i := range next {
		f.start(without(slices.Clone(rest), next[:i+1]...), min(1, max(0, after-1-i)))
	}
	switch {
	case len(guess) == 0:
		after = 1 // as far as one can see
	case after == 0 && f.ending != nil:
		f.ending(slices.Concat(found, guess))
	}
	return f.ask(rest, min(1, after))
}

func (f *foresight[T]) start(rest []T, opens int) {
	if len(rest) == 0 {
		return
	}
	c := make(chan answer, 1)
	f.asked[listKey(rest)] = c
	f.wg.Go(func() { c <- f.ask(rest, opens) })
}

// wait ends it: nothing is left on its way.
func (f *foresight[T]) wait() { f.wg.Wait() }

func listKey[T ~uint16](list []T) string {
	b := make([]byte, 0, 2*len(list))
	for _, x := range list {
		b = binary.BigEndian.AppendUint16(b, uint16(x))
	}
	return string(b)
}
