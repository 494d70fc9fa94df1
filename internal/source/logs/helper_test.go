package logs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// collect runs a log and gives what it emits.
func collect(ctx context.Context, name string, r io.Reader, opt Options) ([]evidence.Record, error) {
	var recs []evidence.Record
	err := Run(ctx, name, r, opt, func(rec evidence.Record) error {
		recs = append(recs, rec)
		return nil
	})
	return recs, err
}

// mustRun is collect for input that must be read without an error.
func mustRun(t testing.TB, name string, data []byte, opt Options) []evidence.Record {
	t.Helper()
	recs, err := collect(t.Context(), name, bytes.NewReader(data), opt)
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

// ndjson is what a stream of the records would hold.
func ndjson(t testing.TB, recs []evidence.Record) string {
	t.Helper()
	var out bytes.Buffer
	for _, r := range recs {
		b, err := evidence.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(b, '\n'))
	}
	return out.String()
}

func coverageOf(recs []evidence.Record) *evidence.Coverage {
	c, _ := recs[len(recs)-1].(*evidence.Coverage)
	return c
}

func handshakesOf(recs []evidence.Record) []*evidence.Handshake {
	var out []*evidence.Handshake
	for _, r := range recs {
		if h, ok := r.(*evidence.Handshake); ok {
			out = append(out, h)
		}
	}
	return out
}

// brief is a handshake in a line.
func brief(h *evidence.Handshake) string {
	return fmt.Sprintf("%s %q %s -> %s:%d %s %v %s x%d %v %v", h.Client.IP, h.Client.UserAgent, h.Client.Identity,
		h.Server.IP, h.Server.Port, h.Server.Name, h.Negotiated, h.Suite, h.Count, h.Status, h.Refs)
}

// sample is a log written for the tests, with each trap of its format.
func sample(t testing.TB, format string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", format+".log"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
