package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// maxRecorded bounds how many different hellos one run writes.
const maxRecorded = 64

// A helloRecorder keeps one of each sort of hello. Two are of one sort when
// they have the same JA4: random bytes, server names and the order of
// extensions do not count.
type helloRecorder struct {
	mu    sync.Mutex
	seen  map[string]bool
	found []recordedHello
	more  int // sorts beyond maxRecorded
}

type recordedHello struct {
	ref    string
	stream []byte
}

func (r *helloRecorder) take(ref string, h *tlswire.ClientHello, stream []byte) {
	sort := tlswire.JA4(h, tlswire.TransportTCP)
	if h.Format == tlswire.FormatSSLv2 {
		sort = fmt.Sprintf("%s %x", h.Version, []byte(h.Kinds))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.seen[sort]:
	case len(r.found) == maxRecorded:
		r.more++
	default:
		r.seen[sort] = true
		r.found = append(r.found, recordedHello{ref, append([]byte(nil), stream...)})
	}
}

var errNoHello = errors.New("no whole ClientHello in these captures, so nothing to record: capture from before the client connects, without a snap length")

// record writes a data file for each sort of hello that the captures hold and
// prints their paths.
func (c *watchCmd) record(s *session, opt app.Options, collect func(app.Options) (*app.Collection, error)) error {
	if err := knowledge.CheckKnownName(c.Record); err != nil {
		return usage("--record: %v", err)
	}
	r := helloRecorder{seen: map[string]bool{}}
	opt.Hello = r.take
	got, err := collect(opt)
	if err != nil {
		return err
	}
	if got.Readable == 0 {
		s.sayFailures(got)
		return errNothingRead
	}
	if len(r.found) == 0 {
		return errNoHello
	}
	// Files are read side by side; the names shall not depend on that.
	slices.SortStableFunc(r.found, func(a, b recordedHello) int { return cmp.Compare(fileOf(a.ref), fileOf(b.ref)) })
	for i, hello := range r.found {
		name := c.Record
		if i > 0 {
			name = fmt.Sprintf("%s-%d", name, i+1)
		}
		text, err := knowledge.DraftKnownClient(name, hello.ref, hello.stream)
		if err != nil {
			return err
		}
		if err := writeNew(name+".yaml", text); err != nil {
			return err
		}
		fmt.Fprintln(s.std.Out, name+".yaml")
	}
	if r.more > 0 {
		s.say("%d more hellos differ from these; %d are written at most", r.more, maxRecorded)
	}
	return nil
}

// fileOf is the file of a reference like "web.pcap:12".
func fileOf(ref string) string { return ref[:max(strings.LastIndexByte(ref, ':'), 0)] }

// writeNew writes a file that must not exist yet: what a person has filled in
// is not to be lost.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: take another name, or move it away", path)
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
