package watch

import "github.com/tlsready/tlsready/evidence"

// A flow is a connection in the table. Its session goes as soon as nothing
// more is expected of it, so that a long download costs only the entry.
type flow struct {
	hash         uint64
	next         *flow // in its bucket of the table
	key          flowKey
	newer, older *flow
	s            *session
	// start is the sequence number of the first byte of each direction, as
	// far as known: it tells a new connection between the same ports from a
	// repeated SYN.
	start [2]uint32
	syn   [2]bool
	udp   bool
	// hello is a part of the last ClientHello's random on UDP, where it tells
	// a new connection from one that is over.
	hello uint32
}

// sessionSize is what an open session takes besides the bytes that it keeps:
// itself, and its place in the table.
const sessionSize = 1 << 10

// handshakeSize is what the record of a handshake takes until it is given out.
const handshakeSize = 1 << 10

// maxFree is how many sessions and flows are kept for the next ones.
const maxFree = 256

// A tracker follows the connections of one capture.
type tracker struct {
	opt     Options
	emit    evidence.Emit
	emitErr error
	tally   tally
	now     int64
	frame   int

	flows          flowTable
	newest, oldest *flow
	freeFlows      []*flow
	freeSessions   []*session
	held           int    // bytes kept by all sessions
	scratch        []byte // for the content of a QUIC packet
	offers         offers

	profiles         map[string]bool                    // hellos given out as client records
	certificates     map[[32]byte]*evidence.Certificate // by their hash
	certificateBytes int                                // of them in DER
}

func newTracker(name string, opt Options, emit evidence.Emit) *tracker {
	return &tracker{opt: opt, emit: emit, tally: tally{name: name}, flows: newFlowTable()}
}

// segment takes one TCP segment.
func (t *tracker) segment(seg *segment) {
	f := t.flows.find(seg)
	switch {
	case f != nil:
		t.touch(f)
	case seg.flags&flagRST != 0:
		return // nothing is known that it could end
	default:
		f = t.open(seg)
	}
	d := seg.dir
	if seg.flags&(flagSYN|flagACK) == flagSYN && f.reopened(seg) {
		t.finish(f)
		f.start, f.syn = [2]uint32{}, [2]bool{}
		f.s = t.newSession(f)
	}
	if seg.flags&flagSYN != 0 {
		f.start[d], f.syn[d] = seg.seq+1, true
	}
	if f.s == nil {
		return
	}
	f.s.segment(seg)
	t.settle(f)
}

// settle ends a session that is over, and keeps to the bounds.
func (t *tracker) settle(f *flow) {
	if f.s.over {
		t.finish(f)
	}
	for t.held > t.opt.MaxHeld && t.oldest != nil {
		t.evict(t.oldest)
	}
}

// reopened reports whether a SYN begins another connection than the one that
// the flow holds: one with other sequence numbers. A SYN that was captured
// late belongs to the data before it.
func (f *flow) reopened(seg *segment) bool {
	d := seg.dir
	first := seg.seq + 1
	switch {
	case f.s == nil: // the old one is over
		return true
	case f.syn[d]:
		return f.start[d] != first
	case !f.s.half[d].known:
		return false
	}
	const late = 64 << 10
	return f.start[d]-first > late
}

// open adds a flow, giving up the oldest if there are too many.
func (t *tracker) open(seg *segment) *flow {
	if t.flows.n >= t.opt.MaxFlows {
		t.evict(t.oldest)
	}
	var f *flow
	if n := len(t.freeFlows); n > 0 {
		f, t.freeFlows = t.freeFlows[n-1], t.freeFlows[:n-1]
	} else {
		f = new(flow)
	}
	*f = flow{key: seg.key, hash: seg.hash, udp: seg.udp}
	f.s = t.newSession(f)
	t.flows.add(f)
	t.link(f)
	return f
}

// evict forgets the flow, after giving out what is known of it.
func (t *tracker) evict(f *flow) {
	if f.s != nil {
		t.tally.evicted++
	}
	t.finish(f)
	t.unlink(f)
	t.flows.remove(f)
	if len(t.freeFlows) < maxFree {
		t.freeFlows = append(t.freeFlows, f)
	}
}

// flush ends every flow, oldest first.
func (t *tracker) flush() {
	for f := t.oldest; f != nil; f = f.newer {
		t.finish(f)
	}
}

// finish ends the flow's session.
func (t *tracker) finish(f *flow) {
	s := f.s
	if s == nil {
		return
	}
	f.s = nil
	s.end()
	t.held -= s.held + sessionSize
	if len(t.freeSessions) < maxFree {
		s.reset()
		t.freeSessions = append(t.freeSessions, s)
	}
}

func (t *tracker) newSession(f *flow) *session {
	t.held += sessionSize
	n := len(t.freeSessions)
	if n == 0 {
		return &session{t: t, key: &f.key, flow: f}
	}
	s := t.freeSessions[n-1]
	t.freeSessions = t.freeSessions[:n-1]
	s.flow, s.key = f, &f.key
	for d := range s.half {
		s.holdMessage(d)
	}
	return s
}

// touch makes f the newest in the list that is ordered by last packet.
func (t *tracker) touch(f *flow) {
	if t.newest != f {
		t.unlink(f)
		t.link(f)
	}
}

func (t *tracker) link(f *flow) {
	f.older, f.newer = t.newest, nil
	if t.newest != nil {
		t.newest.newer = f
	} else {
		t.oldest = f
	}
	t.newest = f
}

func (t *tracker) unlink(f *flow) {
	if f.older != nil {
		f.older.newer = f.newer
	} else {
		t.oldest = f.newer
	}
	if f.newer != nil {
		f.newer.older = f.older
	} else {
		t.newest = f.older
	}
	f.older, f.newer = nil, nil
}
