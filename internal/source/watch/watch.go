package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// source is the name of this source in its records.
const source = "pcap"

// ErrNotCapture is returned for input that is neither pcap nor pcapng.
var ErrNotCapture = errors.New("neither a pcap nor a pcapng file")

// Options bound what Run keeps in memory. The zero value is the default.
type Options struct {
	MaxFlows int // connections followed at one time; default 65,536
	MaxHeld  int // bytes kept for all of them together; default 20 MiB

	// Hello, if not nil, is handed every whole ClientHello that begins a
	// handshake: where it was captured, parsed, and as it stands at the start
	// of a connection, in one TLS record or in the SSLv2 form. None of it may
	// be kept.
	Hello func(ref string, h *tlswire.ClientHello, stream []byte)

	// Clients asks for a client record of each different hello besides.
	Clients bool

	// Certificates asks for the server's certificate in each record, which is
	// in clear text up to TLS 1.2.
	Certificates bool

	// Heard, if not nil, is told now and then of a live capture how many
	// packets were read and how many the kernel dropped.
	Heard func(read int, dropped uint64)
}

func (o Options) withDefaults() Options {
	if o.MaxFlows <= 0 {
		o.MaxFlows = 1 << 16
	}
	if o.MaxHeld <= 0 {
		o.MaxHeld = 20 << 20
	}
	return o
}

// Run reads the capture r and emits one handshake record per TLS handshake
// and, last, one coverage record. name stands in references ("name:12" is
// packet 12, counted as tshark does) and in the coverage record, which is
// emitted whatever happens unless emit itself fails.
//
// Damage inside the file is no error: what can be read is, and the coverage
// record says the rest. An error means that r could not be read to its end,
// is no capture, that ctx was cancelled, or that emit failed.
func Run(ctx context.Context, name string, r io.Reader, opt Options, emit evidence.Emit) error {
	return runOn(ctx, name, r, opt, emit, runtime.GOMAXPROCS(0))
}

// runOn is Run with so many cores.
func runOn(ctx context.Context, name string, r io.Reader, opt Options, emit evidence.Emit, cores int) error {
	t := newTracker(name, opt.withDefaults(), emit)
	read := t.readAlone
	if cores > 1 {
		read = t.readAbreast
	}
	err := t.noteEnd(read(&input{ctx: ctx, r: r}))
	if t.emitErr != nil {
		return t.emitErr
	}
	if err != nil {
		t.tally.failed = err.Error()
		err = fmt.Errorf("%s: %w", name, err)
	}
	if emitErr := emit(t.tally.record()); emitErr != nil {
		return emitErr
	}
	return err
}

// readAlone does one step after the other.
func (t *tracker) readAlone(in *input) error {
	c := t.cutter(in)
	err := c.run()
	t.flush()
	t.tally.fragments = c.parts.missing()
	return err
}

// cutter hands its batches to the tracker at once.
func (t *tracker) cutter(in *input) *cutter {
	return newCutter(in.next, func(b *batch) (*batch, error) {
		t.follow(b)
		return b, t.emitErr
	})
}

// noteEnd tells the ways in which a capture ends: that the rest of it cannot
// be understood is no error.
func (t *tracker) noteEnd(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, errDamaged):
		t.tally.damage = &evidence.Skip{Ref: t.tally.ref(t.tally.read + 1), Reason: err.Error()}
		return nil
	}
	return err
}

// follow takes the packets of a batch, which is empty then.
func (t *tracker) follow(b *batch) {
	for i := range b.packets[:b.n] {
		if t.emitErr != nil {
			break
		}
		t.packet(&b.packets[i])
		b.packets[i].payload = nil // it may be a copy that nothing else holds
	}
	b.n = 0
}

// packet takes one packet.
func (t *tracker) packet(p *packet) {
	t.tally.packet(p)
	t.now, t.frame = p.nanos, p.number
	why := p.why
	switch {
	case why == fragmentKept:
		why = used
	case why == used && p.udp:
		why = t.datagram(&p.segment)
	case why == used:
		t.segment(&p.segment)
	}
	t.tally.count(why, p)
}
