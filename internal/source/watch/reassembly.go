package watch

// Bounds of what one direction keeps while it waits for a missing segment.
const (
	maxHeldSegments = 64
	maxHeldBytes    = 64 << 10
)

// earlyOverhead is what keeping a segment takes besides its bytes.
const earlyOverhead = 72

// farAway is a distance of sequence numbers at which they belong to another
// numbering: a wrong guess, or one of several SYN-ACKs.
const farAway = 1 << 20

// A half is one direction of a connection.
type half struct {
	parser
	next    uint32 // sequence number of the next byte
	known   bool   // next is
	started bool   // bytes were taken
	seen    bool   // a packet of this direction was captured
	fin     bool
	finAt   uint32
	acked   uint32 // the highest that the other side acknowledged
	isAcked bool
	early   []earlySegment // in the order of their sequence numbers
	earlyN  int            // bytes in it
}

// An earlySegment came before one that precedes it.
type earlySegment struct {
	seq     uint32
	data    []byte
	missing int
	at      moment
}

// A moment is the packet in which something was seen.
type moment struct {
	frame int
	nanos int64
}

// segment puts one segment in its place.
func (s *session) segment(seg *segment) {
	d := seg.dir
	h, peer := &s.half[d], &s.half[1-d]
	s.at = moment{s.t.frame, s.t.now}
	h.seen = true
	if seg.flags&flagRST != 0 {
		s.closed(d)
		// What the server sent before it learns of a client's reset is still
		// to come.
		s.over = !s.isClient(d)
		return
	}
	seq := seg.seq
	if seg.flags&flagSYN != 0 {
		seq++
		if !h.started {
			h.next, h.known = seq, true
		}
	}
	if seg.flags&flagACK != 0 {
		peer.acknowledge(seg.ack)
	}
	if !h.known {
		h.next, h.known = seq, true
	}
	s.flow.begin(d, h.next)
	if len(seg.payload) > 0 || seg.missing > 0 {
		s.data(d, seq, seg.payload, seg.missing)
	}
	if seg.flags&flagFIN != 0 {
		h.fin, h.finAt = true, seq+uint32(len(seg.payload)+seg.missing)
	}
	if h.fin && h.next == h.finAt {
		s.closed(d)
		s.over = s.over || peer.fin && peer.next == peer.finAt
	}
}

// begin notes where a direction begins, when no SYN told.
func (f *flow) begin(d int, seq uint32) {
	if !f.syn[d] && f.start[d] == 0 {
		f.start[d] = seq
	}
}

// acknowledge learns from the other side where this direction stands.
func (h *half) acknowledge(ack uint32) {
	if !h.known {
		h.next, h.known = ack, true
	}
	if !h.isAcked || int32(ack-h.acked) > 0 {
		h.acked, h.isAcked = ack, true
	}
}

// unseen reports whether the other side acknowledged bytes that were never
// captured; one more number than bytes is the FIN.
func (h *half) unseen() bool {
	d := int32(h.acked - h.next)
	return h.isAcked && h.known && d > 1 && d < farAway
}

// data takes a payload: at once if it is the next, later if it came early,
// and what is new of it if it was sent again.
func (s *session) data(d int, seq uint32, b []byte, missing int) {
	h := &s.half[d]
	off := int32(seq - h.next)
	if !h.started && (off < 0 || off > farAway) {
		h.next, off = seq, 0
	}
	if off < 0 {
		again := int64(h.next - seq) // not -off: the smallest number has no positive
		if again >= int64(len(b)+missing) {
			return
		}
		n := int(min(again, int64(len(b))))
		b, missing = b[n:], missing-(int(again)-n)
		off = 0
	}
	if off > 0 {
		s.keepEarly(d, seq, b, missing)
		return
	}
	s.take(d, b, missing)
	s.takeEarly(d)
}

// take hands over bytes that are next in order.
func (s *session) take(d int, b []byte, missing int) {
	h := &s.half[d]
	h.started = true
	h.next += uint32(len(b) + missing)
	s.feed(d, b)
	if missing > 0 {
		s.gap(d, missing)
	}
}

// keepEarly keeps a copy of a segment until those before it come. When too
// many wait, the missing ones are taken for lost.
func (s *session) keepEarly(d int, seq uint32, b []byte, missing int) {
	h := &s.half[d]
	if h.mode == modeIgnore {
		return
	}
	i := len(h.early)
	for i > 0 && int32(seq-h.early[i-1].seq) < 0 {
		i--
	}
	if i > 0 && h.early[i-1].seq == seq && len(h.early[i-1].data) >= len(b) {
		return
	}
	h.early = append(h.early, earlySegment{})
	copy(h.early[i+1:], h.early[i:])
	h.early[i] = earlySegment{seq: seq, data: append([]byte(nil), b...), missing: missing, at: s.at}
	h.earlyN += len(b)
	s.hold(len(b) + earlyOverhead)
	for len(h.early) > maxHeldSegments || h.earlyN > maxHeldBytes {
		s.jump(d)
	}
}

// takeEarly takes the segments that have become next.
func (s *session) takeEarly(d int) {
	h := &s.half[d]
	for len(h.early) > 0 && int32(h.early[0].seq-h.next) <= 0 {
		e := h.early[0]
		h.early = append(h.early[:0], h.early[1:]...)
		h.earlyN -= len(e.data)
		s.hold(-len(e.data) - earlyOverhead)
		again := int64(h.next - e.seq)
		if again >= int64(len(e.data)+e.missing) {
			continue
		}
		n := int(min(again, int64(len(e.data))))
		s.take(d, e.data[n:], e.missing-(int(again)-n))
	}
}

// jump passes over bytes that never came and goes on with the first segment
// behind them.
func (s *session) jump(d int) {
	h := &s.half[d]
	lost := int32(h.early[0].seq - h.next)
	s.at = h.early[0].at
	h.started = true
	h.next += uint32(lost)
	s.gap(d, int(lost))
	s.takeEarly(d)
}

// jumpAll gives up waiting, at the end of a connection.
func (s *session) jumpAll(d int) {
	for len(s.half[d].early) > 0 {
		s.jump(d)
	}
}
