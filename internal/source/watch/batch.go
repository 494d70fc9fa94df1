package watch

import "cmp"

// A packet is what was found in a frame: a TCP segment or UDP datagram, or the
// reason why there is none.
type packet struct {
	segment
	why    reason
	cut    bool // by the end of the file
	link   uint16
	number int // in the file, from 1, as tshark counts
	nanos  int64
}

// A batch is a run of packets: work that is worth handing to another core.
type batch struct {
	packets []packet
	n       int // of them are filled
	// spent is the chunk of the input that may be read over once the packets
	// are followed, if they are the last that lie in it.
	spent []byte
}

const (
	firstBatch = 128
	// batchSize is worth waking another core for.
	batchSize = 1024
	// maxGiven bounds what fragments that became packets take in one batch.
	maxGiven = 256 << 10
)

// next is room for one more packet.
func (b *batch) next() *packet {
	if b.n == len(b.packets) {
		b.packets = append(b.packets, make([]packet, max(firstBatch, b.n))...)
	}
	return &b.packets[b.n]
}

// A cutter cuts a capture into packets and hands them on in batches.
type cutter struct {
	in *chunkReader
	decoder
	batch *batch
	// handOn takes a batch and gives an empty one, or the reason to end.
	handOn func(*batch) (*batch, error)
}

// newCutter reads a capture of which more gives the next chunk.
func newCutter(more func(spent []byte) ([]byte, error), handOn func(*batch) (*batch, error)) *cutter {
	c := &cutter{batch: new(batch), handOn: handOn, decoder: decoder{seed: newHashSeed()}}
	c.in = newChunkReader(func(spent []byte) ([]byte, error) {
		// Nobody shall wait for packets that are here until others come.
		if err := c.flush(spent); err != nil {
			return nil, err
		}
		return more(spent)
	})
	return c
}

// run reads to the end of the capture and returns why it ended: io.EOF, or an
// error.
func (c *cutter) run() error {
	frames, err := openCapture(c.in)
	if err != nil {
		return err
	}
	var f frame
	for {
		if err := frames.next(&f); err != nil {
			return cmp.Or(c.flush(nil), err)
		}
		c.decode(&f, c.batch.next())
		if c.batch.n++; c.batch.n == batchSize || c.parts.given > maxGiven {
			if err := c.flush(nil); err != nil {
				return err
			}
		}
	}
}

// flush hands on what there is.
func (c *cutter) flush(spent []byte) (err error) {
	if c.batch.n == 0 && spent == nil {
		return nil
	}
	c.parts.given = 0
	c.batch.spent = spent
	c.batch, err = c.handOn(c.batch)
	return err
}
