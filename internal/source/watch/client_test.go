package watch

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// TestClients: each different hello of a client is a record, once, and only
// when it is asked for.
func TestClients(t *testing.T) {
	hello10, hello13 := clientHello(tlswire.TLS10, "a.example", 0), clientHello(tlswire.TLS12, "a.example", 0, 0x0a0a, tlswire.TLS13, tlswire.TLS12)
	c := newCapture()
	for _, h := range [][]byte{hello10, hello13, hello10} {
		c.connect(443).open().client(h).end(1, flagRST)
	}
	for _, asked := range []bool{true, false} {
		var got []*evidence.Client
		err := Run(context.Background(), "x.pcap", bytes.NewReader(c.out), Options{Clients: asked}, func(r evidence.Record) error {
			if r, ok := r.(*evidence.Client); ok {
				got = append(got, r)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !asked {
			if len(got) != 0 {
				t.Errorf("%d records unasked", len(got))
			}
			continue
		}
		if len(got) != 2 {
			t.Fatalf("%d records, want 2", len(got))
		}
		if !slices.Equal(got[0].Versions, []tlswire.Version{tlswire.TLS10}) || !slices.Equal(got[1].Versions, []tlswire.Version{tlswire.TLS13, tlswire.TLS12}) {
			t.Errorf("versions %v and %v", got[0].Versions, got[1].Versions)
		}
		if r := got[1]; len(r.Suites) == 0 || !slices.Contains(r.Extensions, "supported_versions") || r.Client.JA4 == "" || r.Basis != evidence.Observed {
			t.Errorf("record %+v", r)
		}
	}
}
