package scan

import (
	"context"
	"sync"
	"time"
)

const (
	firstPause = 50 * time.Millisecond
	maxPause   = time.Second
)

// pace keeps the connections to one server few. When the server shows strain
// it goes on one at a time with pauses between, which shrink again while all
// goes well: a scanner that overruns a server gets wrong answers from it.
type pace struct {
	mu     sync.Mutex
	change sync.Cond
	width  int // connections at once
	first  int // to begin with
	most   int // that width may grow to
	good   int // answers since it last grew
	active int
	spares int  // connections that wait for their hello
	alone  bool // one caller wants, or has, the server to itself
	eager  bool // grows with every answer
	calm   bool // showed strain before, and is not hurried again
	pause  time.Duration
}

func newPace(width int) *pace {
	p := &pace{width: width, first: width, most: 2 * width}
	p.change.L = &p.mu
	return p
}

// enter waits for a turn; exclusive means with no one else.
func (p *pace) enter(ctx context.Context, exclusive bool) {
	p.mu.Lock()
	for p.alone || !exclusive && p.active >= p.width {
		p.change.Wait()
	}
	if exclusive {
		p.alone = true
		for p.active > 0 {
			p.change.Wait()
		}
	}
	p.active++
	p.mu.Unlock()
	p.rest(ctx)
}

// rest leaves a strained server alone for a while.
func (p *pace) rest(ctx context.Context) {
	p.mu.Lock()
	pause := p.pause
	p.mu.Unlock()
	sleep(ctx, pause)
}

func (p *pace) leave(exclusive bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.active--
	if exclusive {
		p.alone = false
	}
	p.change.Broadcast()
}

// spare reports whether there is room for a connection that will wait for its
// hello, and counts it; spend takes it off again.
func (p *pace) spare() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alone || p.pause > 0 || p.active+p.spares >= p.width {
		return false
	}
	p.spares++
	return true
}

func (p *pace) spend() {
	p.mu.Lock()
	p.spares--
	p.mu.Unlock()
}

// strain notes that the server failed at what it can do: less at once, and
// longer pauses.
func (p *pace) strain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.width, p.most, p.calm = 1, 1, true
	p.pause = min(max(2*p.pause, firstPause), maxPause)
}

// stumble notes that it failed once and did it a moment later.
func (p *pace) stumble() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.width, p.most, p.calm = 1, 1, true
	p.pause = max(p.pause, firstPause/2)
}

// hurry is for a server far away, where waiting is all that a scan does: the
// width doubles with each round of answers, up to eight times that at first. What
// is on its way at one time is spread over the distance.
func (p *pace) hurry() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.calm {
		p.eager, p.most = true, 8*p.first
	}
}

// crowd notes that the server was slow to take a connection: half as many at
// once, and no more from then on.
func (p *pace) crowd() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.width = max(1, p.width/2)
	p.most, p.calm = p.width, true
}

// queued notes that questions wait for one another: no more at once than at
// first.
func (p *pace) queued() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.eager {
		p.eager, p.calm = false, true
		p.most = p.first
		p.width = min(p.width, p.most)
	}
}

// ease notes that the server answered. While nothing fails, one more
// connection at once is tried now and then.
func (p *pace) ease() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pause -= p.pause / 8
	if p.good++; (p.good >= p.width || p.eager) && p.width < p.most {
		p.width++
		p.good = 0
		p.change.Broadcast()
	}
}

// sleep waits, but not beyond the end of ctx.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
