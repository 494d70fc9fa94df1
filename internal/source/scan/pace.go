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
	most   int // that width may grow to
	good   int // answers since it last grew
	active int
	spares int  // connections that wait for their hello
	alone  bool // one caller wants, or has, the server to itself
	pause  time.Duration
}

func newPace(width int) *pace {
	p := &pace{width: width, most: 2 * width}
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
	p.width, p.most = 1, 1
	p.pause = min(max(2*p.pause, firstPause), maxPause)
}

// stumble notes that it failed once and did it a moment later.
func (p *pace) stumble() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.width, p.most = 1, 1
	p.pause = max(p.pause, firstPause/2)
}

// ease notes that the server answered. While nothing fails, one more
// connection at once is tried now and then.
func (p *pace) ease() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pause -= p.pause / 8
	if p.good++; p.good >= p.width && p.width < p.most {
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
