package logs

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/tlswire"
)

type faulty struct{}

func (faulty) parse(line []byte, r *row) (state, string) {
	if string(line) == "fault" {
		panic("at " + string(line))
	}
	r.version = tlswire.TLS10
	r.cell[cellPeer] = line
	return tlsRow, ""
}

// A fault in a parser runs on a goroutine of its own, where nobody above could
// catch it.
func TestFaultOfAParserCostsOneLog(t *testing.T) {
	f, err := NewFold(Options{})
	if err != nil {
		t.Fatal(err)
	}
	format := &Format{
		Name: "faulty", Source: "x", suite: namedSuite,
		parser: func(*Options, []byte) (lineParser, error) { return faulty{}, nil },
		agent:  func(s string) string { return s }, text: func(s string) string { return s },
	}
	text := []byte(strings.Repeat("198.51.100.7\n", 40) + "fault\n")
	for name, from := range map[string]pieceSource{
		"stream": &streamPieces{r: bytes.NewReader(text), size: pieceSize},
		"file":   newFilePieces(bytes.NewReader(text), int64(len(text)), nil),
	} {
		l := &log{fold: f, name: name, format: format, opt: &f.opt}
		if err := l.finish(t.Context(), l.pieces(t.Context(), from)); err == nil || !strings.Contains(err.Error(), "internal fault") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if out := emitted(t, f); strings.Count(out, "reading failed") != 2 || !strings.Contains(out, "198.51.100.7") {
		t.Errorf("what was read before is lost, or the fault unsaid: %s", out)
	}
}
