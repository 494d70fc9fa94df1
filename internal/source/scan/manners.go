package scan

import (
	"context"
	"sync"
)

// Manners keep the scan of many targets polite. Targets at one address, be
// they names or ports, take turns and share one pace, so that a server with a
// thousand names meets no more connections at once than one with a single
// name; and only so many addresses are asked at one time.
//
// Memory: one entry an address that is being asked or waited for.
type Manners struct {
	slots chan struct{}

	mu    sync.Mutex
	lanes map[string]*lane
}

// lane is one address, or a name whose addresses only the proxy knows.
type lane struct {
	turn  chan struct{}
	pace  *pace
	users int // who has the turn or waits for it
}

// NewManners are for so many addresses at one time.
func NewManners(atOnce int) *Manners {
	return &Manners{slots: make(chan struct{}, max(1, atOnce)), lanes: map[string]*lane{}}
}

// enter waits for the turn at an address and gives its pace; leave ends the
// turn. The error is that of ctx.
func (m *Manners) enter(ctx context.Context, key string, width int) (p *pace, leave func(), err error) {
	if m == nil {
		return newPace(width), func() {}, nil
	}
	l := m.join(key, width)
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		m.part(key, l)
		return nil, nil, ctx.Err()
	}
	select {
	case m.slots <- struct{}{}:
	case <-ctx.Done():
		<-l.turn
		m.part(key, l)
		return nil, nil, ctx.Err()
	}
	return l.pace, func() {
		<-m.slots
		<-l.turn
		m.part(key, l)
	}, nil
}

func (m *Manners) join(key string, width int) *lane {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.lanes[key]
	if l == nil {
		l = &lane{turn: make(chan struct{}, 1), pace: newPace(width)}
		m.lanes[key] = l
	}
	l.users++
	return l
}

func (m *Manners) part(key string, l *lane) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(m.lanes, key)
	}
}
