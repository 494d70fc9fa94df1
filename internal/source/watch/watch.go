package watch

import (
	"context"
	"errors"
	"fmt"
	"io"

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
	MaxHeld  int // bytes kept for all of them together; default 24 MiB

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
		o.MaxHeld = 24 << 20
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
	t := newTracker(name, opt.withDefaults(), emit)
	err := t.readAll(newChunkReader(ctx, r))
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

// readAll reads frames to the end and then gives out what is still open.
func (t *tracker) readAll(in *chunkReader) error {
	frames, err := openCapture(in)
	if err != nil {
		return err
	}
	var f frame
	for t.emitErr == nil {
		if err = frames.next(&f); err != nil {
			break
		}
		t.packet(&f)
	}
	t.flush()
	t.tally.fragments = t.parts.lost + len(t.parts.packets)
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, errDamaged):
		t.tally.damage = &evidence.Skip{Ref: t.tally.ref(t.tally.read + 1), Reason: err.Error()}
		return nil
	}
	return err
}

// packet takes one frame.
func (t *tracker) packet(f *frame) {
	t.tally.packet(f)
	t.now, t.frame = f.nanos, f.number
	ip, why := skipLink(f.link, f.data)
	if why == used {
		why = t.decode(ip, f.absent)
	}
	switch {
	case why == fragmentKept:
		why = used
	case why == used && t.seg.udp:
		why = t.datagram(&t.seg)
	case why == used:
		t.segment(&t.seg)
	}
	t.tally.count(why, f)
}
