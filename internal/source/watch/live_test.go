package watch

import (
	"bytes"
	"testing"
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// TestSilentConnectionsAreGivenOut wants a connection that has gone silent out
// before the capture ends, and one that goes on left alone.
func TestSilentConnectionsAreGivenOut(t *testing.T) {
	var got []*evidence.Handshake
	tr := newTracker("eth0", Options{}.withDefaults(), func(r evidence.Record) error {
		if h, ok := r.(*evidence.Handshake); ok {
			got = append(got, h)
		}
		return nil
	})
	c := newCapture()
	c.connect(443).open().client(clientHello(tlswire.TLS10, "silent.example", 0))
	in := input{ctx: t.Context(), r: bytes.NewReader(c.out)}
	frames, err := openCapture(newChunkReader(in.next))
	if err != nil {
		t.Fatal(err)
	}
	var (
		f frame
		d decoder
		p packet
	)
	for frames.next(&f) == nil {
		d.decode(&f, &p)
		tr.packet(&p)
	}
	tr.silent(f.nanos - int64(silence))
	if len(got) != 0 {
		t.Fatalf("given out too early: %+v", got[0])
	}
	tr.silent(f.nanos + int64(time.Second))
	if len(got) != 1 || got[0].Outcome != evidence.Unfinished || got[0].OfferedMax != tlswire.TLS10 {
		t.Fatalf("%+v", got)
	}
	if tr.flush(); len(got) != 1 {
		t.Errorf("given out twice: %+v", got)
	}
}
