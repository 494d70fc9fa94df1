package app

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/tlsready/tlsready/evidence"
)

// TestEnoughInTheMiddle ends the reading of a capture after a part of it: what
// was read counts, and the coverage says that there is more.
func TestEnoughInTheMiddle(t *testing.T) {
	file := filepath.Join("..", "..", "examples", "contoso", "captures", "web.pcap")
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	enough := make(chan struct{})
	got, err := Collect(t.Context(), []string{"-"}, Options{
		Kinds: []Kind{KindCapture}, Enough: enough,
		Stdin: iotest.OneByteReader(&closesAfter{in, 20_000, enough}),
	})
	if err != nil {
		t.Fatal(err)
	}
	cov := coverageOf(got, "stdin")
	if cov == nil || cov.Read == 0 || cov.Failed != "" || !slices.Contains(cov.Blind, endedEarly) {
		t.Errorf("coverage %+v", cov)
	}
	if len(got.Evidence.Records()) < 2 || got.Readable != 1 {
		t.Errorf("%d records, %d readable", len(got.Evidence.Records()), got.Readable)
	}
	got, err = Collect(t.Context(), []string{file}, Options{Kinds: []Kind{KindCapture}, Enough: enough})
	if err != nil {
		t.Fatal(err)
	}
	if cov := coverageOf(got, filepath.ToSlash(file)); cov == nil || cov.Failed == "" {
		t.Errorf("a file that nobody began to read: %+v", cov)
	}
}

// closesAfter closes a channel after so many bytes.
type closesAfter struct {
	io.Reader
	left int
	done chan struct{}
}

func (c *closesAfter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.left > 0 && c.left <= n {
		close(c.done)
	}
	c.left -= n
	return n, err
}

func coverageOf(c *Collection, input string) *evidence.Coverage {
	for _, r := range c.Evidence.Others {
		if cov, ok := r.(*evidence.Coverage); ok && cov.Input == input {
			return cov
		}
	}
	return nil
}
