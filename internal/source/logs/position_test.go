package logs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tlsready/tlsready/evidence"
)

// remembered is a store in memory: what was folded, and how far logs were read.
type remembered struct {
	t     *testing.T
	fold  *Fold
	all   evidence.Folder
	known *Positions
}

func newRemembered(t *testing.T, opt Options) *remembered {
	t.Helper()
	f, err := NewFold(opt)
	if err != nil {
		t.Fatal(err)
	}
	return &remembered{t: t, fold: f, known: NewPositions(nil)}
}

// read reads a log on, as it is now. Every time it passes through JSON, as
// in a file.
func (s *remembered) read(text *Text) (bool, error) {
	s.t.Helper()
	grown, err := s.fold.Continue(s.t.Context(), text, s.known)
	if err := s.fold.Emit(func(r evidence.Record) error { return s.all.Add(r) }); err != nil {
		s.t.Fatal(err)
	}
	var covers []*evidence.Coverage
	for _, c := range s.known.All() {
		line, err := evidence.Marshal(c)
		if err != nil {
			s.t.Fatal(err)
		}
		back, err := evidence.NewReader(bytes.NewReader(line), "x").Next()
		if err != nil {
			s.t.Fatal(err)
		}
		covers = append(covers, back.(*evidence.Coverage))
	}
	s.known = NewPositions(covers)
	return grown, err
}

func textOf(name string, b []byte) *Text {
	return &Text{Name: name, File: bytes.NewReader(b), Size: int64(len(b))}
}

func archiveOf(name string, b []byte) *Text {
	return &Text{Name: name, Open: func() (io.Reader, error) { return bytes.NewReader(b), nil }, Packed: hashed(b)}
}

// records is all that is known, without positions.
func (s *remembered) records() string {
	s.t.Helper()
	for _, c := range s.known.All() {
		c.Position = nil
		if err := s.all.Add(c); err != nil {
			s.t.Fatal(err)
		}
	}
	return ndjson(s.t, s.all.Records())
}

// clean is what one read of a log gives.
func clean(t *testing.T, name string, log []byte, opt Options) string {
	t.Helper()
	f, err := NewFold(opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Add(t.Context(), name, bytes.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	var all evidence.Folder
	if err := f.Emit(func(r evidence.Record) error { return all.Add(r) }); err != nil {
		t.Fatal(err)
	}
	return ndjson(t, all.Records())
}

// A log that is read whenever it has grown, wherever it ended then, gives
// what one read of it gives; as a file, and as an archive that is made anew.
func TestGrownLogsGiveTheSame(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		f, _ := formatByName(format)
		if f.records == byEvent {
			return
		}
		log = append(bytes.TrimRight(bytes.Repeat(log, 3), "\n"), '\n')
		opt := Options{Format: format}
		want := clean(t, "a.log", log, opt)
		r := rand.New(rand.NewPCG(7, uint64(len(log))))
		for i := range 6 {
			s := newRemembered(t, opt)
			for at := 0; at < len(log); {
				at += 1 + r.IntN(min(len(log)-at, 1+r.IntN(len(log))))
				text := textOf("a.log", log[:at])
				if i%2 == 1 {
					text = archiveOf("a.log", log[:at])
				}
				text.Ended = at == len(log)
				_, err := s.read(text)
				if err != nil && !errors.Is(err, ErrNothingWhole) {
					t.Fatal(err)
				}
			}
			got := s.records()
			if f.records == byJSONValue { // damage in a document counts once or twice
				got, want = withoutCoverage(got), withoutCoverage(want)
			}
			if got != want {
				t.Fatalf("round %d:\n%s", i, firstDifference(got, want))
			}
		}
	})
}

func withoutCoverage(records string) string {
	before, _, _ := strings.Cut(records, `{"kind":"coverage"`)
	return before
}

// iisRows is a log of IIS with a header and some rows, the same for a seed.
func iisRows(seed uint64, n int) []byte {
	var b bytes.Buffer
	r := rand.New(rand.NewPCG(seed, 1))
	b.WriteString("#Software: Microsoft Internet Information Services 10.0\n#Date: 2026-03-02 10:00:00\n" +
		"#Fields: date time s-ip s-port c-ip cs(User-Agent) sc-status crypt-protocol\n")
	for i := range n {
		fmt.Fprintf(&b, "2026-03-02 10:%02d:%02d 192.0.2.1 443 198.51.100.%d agent/%d 200 %s\n",
			i/60%60, i%60, r.IntN(250), r.IntN(9), []string{"40", "400", "1000"}[r.IntN(3)])
	}
	return b.Bytes()
}

// rows counts what a store knows.
func (s *remembered) rows() int {
	n := 0
	for _, r := range s.all.Records() {
		if h, ok := r.(*evidence.Handshake); ok {
			n += h.Count
		}
	}
	return n
}

func TestLogsAreKnownByWhatTheyHold(t *testing.T) {
	log, other := iisRows(1, 300), iisRows(2, 300)
	cut := func(b []byte, rows int) []byte {
		at := 0
		for range rows + 3 {
			at += bytes.IndexByte(b[at:], '\n') + 1
		}
		return b[:at]
	}
	type look struct {
		text *Text
		want int // rows in all
	}
	at := func(b []byte, want int) look { return look{textOf("a.log", b), want} }
	for name, looks := range map[string][]look{
		"grown":                           {at(cut(log, 10), 10), at(cut(log, 11), 11), at(log, 300)},
		"unchanged":                       {at(log, 300), at(log, 300)},
		"unfinished line":                 {at(log[:len(cut(log, 10))+20], 10), at(log, 300)},
		"renamed and grown":               {at(cut(log, 100), 100), {textOf("a.log.1", log), 300}},
		"packed afterwards":               {at(log, 300), {archiveOf("a.log.gz", log), 300}, {archiveOf("b.log.gz", log), 300}},
		"packed with more":                {at(cut(log, 200), 200), {archiveOf("a.log.gz", log), 300}},
		"unpacked":                        {{archiveOf("a.log.gz", log), 300}, at(log, 300)},
		"archive that is being made":      {at(log, 300), {archiveOf("a.log.gz", cut(log, 200)), 300}},
		"older copy":                      {at(log, 300), {textOf("copy", cut(log, 150)), 300}},
		"older copy, small":               {at(cut(log, 30), 30), {textOf("copy", cut(log, 7)), 30}},
		"older copy with half a line":     {at(cut(log, 30), 30), {textOf("copy", cut(log, 30)[:900]), 30}},
		"older copy of a log that grew":   {at(cut(log, 7), 7), at(log, 300), {textOf("copy", cut(log, 7)), 300}},
		"cut to nothing and filled anew":  {at(log, 300), {textOf("a.log", nil), 300}, at(cut(other, 5), 305), at(other, 600)},
		"replaced, of the same header":    {at(cut(log, 5), 5), at(other, 305)},
		"replaced, of the same size":      {at(log, 300), at(iisRows(3, 300), 600)},
		"another with the same header":    {at(cut(log, 0), 0), {textOf("b.log", cut(other, 0)), 0}, {textOf("b.log", other), 300}, at(log, 600)},
		"same header, nothing else yet":   {at(log, 300), {textOf("b.log", cut(other, 0)), 300}, {textOf("b.log", cut(other, 9)), 309}},
		"UTF-16, then as UTF-8 and grown": {{textOf("a.log", wide(cut(log, 100))), 100}, at(log, 300)},
		"UTF-16 that grows":               {{textOf("a.log", wide(cut(log, 100))), 100}, {textOf("a.log", wide(log)), 300}},
		"same start, then otherwise":      {at(cut(log, 200), 200), at(append(bytes.Clone(cut(log, 100)), other[len(cut(other, 0)):]...), 600)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRemembered(t, Options{})
			for i, l := range looks {
				_, err := s.read(l.text)
				if err != nil && l.text.Size > 0 {
					t.Fatalf("look %d: %v", i, err)
				}
				if got := s.rows(); got != l.want {
					t.Fatalf("look %d: %d rows, want %d", i, got, l.want)
				}
			}
		})
	}
}

func wide(b []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, c := range b {
		out = append(out, c, 0)
	}
	return out
}

// changing is a file that is another one from some read on.
type changing struct {
	first, then []byte
	reads       int
}

func (c *changing) ReadAt(p []byte, at int64) (int, error) {
	b := c.first
	if c.reads--; c.reads < 0 {
		b = c.then
	}
	return bytes.NewReader(b).ReadAt(p, at)
}

// A log that shrinks or is replaced while it is read gives nothing then, and
// all of it afterwards.
func TestLogThatChangesWhileItIsRead(t *testing.T) {
	log, other := iisRows(1, 300), iisRows(2, 300)
	for _, then := range [][]byte{nil, log[:bytes.LastIndexByte(log[:len(log)/2], '\n')+1], other, iisRows(9, 3000)} {
		for reads := range 12 {
			s := newRemembered(t, Options{})
			_, err := s.read(&Text{Name: "a.log", File: &changing{log, then, reads}, Size: int64(len(log))})
			if err == nil && s.rows() == 300 {
				continue // all was read before it changed
			}
			if err != nil && s.rows() != 0 {
				t.Fatalf("changed after %d reads: %d rows, %v", reads, s.rows(), err)
			}
			if _, err = s.read(textOf("a.log", then)); err != nil && len(then) > 0 {
				t.Fatal(err)
			}
			if want := strings.Count(string(then), "\n2026"); s.rows() != want {
				t.Fatalf("changed after %d reads: then %d rows, want %d", reads, s.rows(), want)
			}
		}
	}
}

// Sessions that were open when a log was read count once it has ended.
func TestOpenSessionsWait(t *testing.T) {
	forEachFormat(t, func(t *testing.T, format string, log []byte) {
		f, _ := formatByName(format)
		if !f.joins {
			return
		}
		log = append(bytes.TrimRight(log, "\n"), '\n')
		opt := Options{Format: format}
		s := newRemembered(t, opt)
		for _, ended := range []bool{false, false, true, true} {
			text := textOf("a.log", log)
			text.Ended = ended
			if _, err := s.read(text); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := s.records(), clean(t, "a.log", log, opt); got != want {
			t.Fatal(firstDifference(got, want))
		}
	})
}

func TestEventLogsAreRefused(t *testing.T) {
	s := newRemembered(t, Options{})
	if _, err := s.read(textOf("System.evtx", append([]byte("ElfFile\x00"), make([]byte, 5000)...))); !errors.Is(err, ErrInPlace) {
		t.Errorf("err = %v", err)
	}
}
