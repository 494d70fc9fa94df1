package scan

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

// TestForesight: whatever is guessed, what is found is what questions asked one
// after the other find, in the same order; a right guess costs none besides.
func TestForesight(t *testing.T) {
	all := suitesFor(tlswire.TLS12)[:40]
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		shuffled := slices.Clone(all)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		has := shuffled[:1+r.IntN(20)]
		guess := slices.Clone(has)
		right := seed%3 == 0
		if !right {
			guess = append(guess, shuffled[30:30+r.IntN(5)]...)
			r.Shuffle(len(guess), func(i, j int) { guess[i], guess[j] = guess[j], guess[i] })
		}
		var mu sync.Mutex
		asked := 0
		f := &foresight[tlswire.Suite]{
			ask: func(rest []tlswire.Suite, opens int) answer {
				mu.Lock()
				asked++
				mu.Unlock()
				for _, s := range has {
					if slices.Contains(rest, s) {
						return answer{outcome: helloed, hello: tlswire.ServerHello{Suite: s}}
					}
				}
				return answer{outcome: alerted}
			},
			guess: func(found, rest []tlswire.Suite) ([]tlswire.Suite, bool) {
				var next []tlswire.Suite
				for _, s := range guess {
					if slices.Contains(rest, s) {
						next = append(next, s)
					}
				}
				return next, seed%2 == 0
			},
			asked: map[string]chan answer{}, width: firstWidth,
		}
		var found []tlswire.Suite
		rest := slices.Clone(all)
		for {
			a := f.answer(found, rest)
			if a.outcome != helloed {
				break
			}
			found = append(found, a.hello.Suite)
			rest = without(rest, a.hello.Suite)
		}
		f.wg.Wait()
		if !slices.Equal(found, has) {
			t.Fatalf("seed %d: found %v, want %v", seed, found, has)
		}
		if right && asked != len(has)+1 {
			t.Errorf("seed %d: %d questions for %d suites, all foreseen", seed, asked, len(has))
		}
	}
}
