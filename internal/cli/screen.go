package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/app"
	"github.com/tlsready/tlsready/internal/lang"
	"github.com/tlsready/tlsready/internal/report"
)

const (
	redraw = 500 * time.Millisecond
	// patience is how long a file may take before the screen is used for it.
	patience = time.Second
)

// A screen shows on a terminal what a source finds while it works. It takes
// the terminal's other page (xterm's alternate screen), so that what stood
// there before comes back.
type screen struct {
	out   io.Writer
	opt   report.Options
	live  bool
	begun time.Time

	mu      sync.Mutex
	table   *report.Live
	reading string
	bytes   int64
	total   int64
	heard   map[string]heard // by interface
	shown   bool
}

type heard struct {
	packets int
	dropped uint64
}

// The sequences that begin and end the screen, and draw on it.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l" // the other page, no cursor
	leaveScreen = "\x1b[?25h\x1b[?1049l"
	home        = "\x1b[H"
	clearLine   = "\x1b[K\r\n"
	clearRest   = "\x1b[J"
)

// wantsScreen reports whether a person looks on, at something that can show it.
func (s *session) wantsScreen() bool {
	return screens && isTerminal(s.std.Out) && os.Getenv("TERM") != "dumb" && !s.globals.Quiet && !s.globals.Verbose
}

// onScreen has a source shown while it works.
func (s *session) onScreen(interfaces []string, collect func(app.Options) (*app.Collection, error)) func(app.Options) (*app.Collection, error) {
	if !s.wantsScreen() {
		return collect
	}
	return func(opt app.Options) (*app.Collection, error) {
		scr := &screen{out: s.std.Out, opt: s.pageOptions(), begun: time.Now(), table: report.NewLive(0), heard: map[string]heard{}}
		scr.live, scr.reading = len(interfaces) > 0, strings.Join(interfaces, ", ")
		emit := opt.Emit
		opt.Emit = func(r evidence.Record) error {
			scr.add(r)
			return emit(r)
		}
		opt.Heard = scr.hear
		if !scr.live {
			opt.Progress = scr
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer scr.leave()
		var wg sync.WaitGroup
		wg.Go(func() { scr.run(ctx) })
		defer wg.Wait()
		defer cancel()
		return collect(opt)
	}
}

// run draws until ctx is cancelled.
func (s *screen) run(ctx context.Context) {
	done := restoreOnSignals(s)
	defer done()
	wait := patience
	if s.live {
		wait = 0
	}
	next := time.NewTimer(wait)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			s.draw()
			next.Reset(redraw)
		}
	}
}

// draw shows how things stand.
func (s *screen) draw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	opt, height := s.opt, 24
	if f, ok := s.out.(*os.File); ok {
		if w, h, err := term.GetSize(int(f.Fd())); err == nil && w > 0 && h > 0 {
			opt.Width, height = w, h
		}
	}
	var text bytes.Buffer
	if err := s.table.Render(&text, opt, height-1, s.status()); err != nil {
		return
	}
	var b strings.Builder
	if !s.shown {
		b.WriteString(enterScreen)
		s.shown = true
	}
	b.WriteString(home)
	for line := range strings.Lines(text.String()) {
		b.WriteString(strings.TrimSuffix(line, "\n") + clearLine)
	}
	b.WriteString(clearRest)
	io.WriteString(s.out, b.String())
}

// leave gives the terminal back as it was.
func (s *screen) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		io.WriteString(s.out, leaveScreen)
		s.shown = false
	}
}

// status is the line about what is read.
func (s *screen) status() string {
	w := s.opt.Lang
	parts := []string{s.reading}
	if s.live {
		var all heard
		for _, h := range s.heard {
			all.packets += h.packets
			all.dropped += h.dropped
		}
		parts = append(parts, w.N(all.packets, "packet", "packets"), w.T("%s dropped", lang.Number(int(all.dropped))))
	} else if s.total > 0 {
		parts = append(parts, fmt.Sprintf("%d %%", min(100, s.bytes*100/s.total)))
	}
	parts = append(parts, time.Since(s.begun).Truncate(time.Second).String(), w.T("ctrl-C ends with the summary"))
	return strings.Join(parts, " · ")
}

func (s *screen) add(r evidence.Record) {
	if h, ok := r.(*evidence.Handshake); ok {
		s.mu.Lock()
		s.table.Add(h)
		s.mu.Unlock()
	}
}

func (s *screen) hear(name string, packets int, dropped uint64) {
	s.mu.Lock()
	s.heard[name] = heard{packets, dropped}
	s.mu.Unlock()
}

// Start, Input, Bytes, Done and Finish make the screen an app.Progress.

// Start notes how much there is to do.
func (s *screen) Start(_ int, bytes int64) {
	s.mu.Lock()
	s.total = bytes
	s.mu.Unlock()
}

// Input names what is being read.
func (s *screen) Input(name string) {
	s.mu.Lock()
	s.reading = name
	s.mu.Unlock()
}

// Bytes counts what was read.
func (s *screen) Bytes(n int) {
	s.mu.Lock()
	s.bytes += int64(n)
	s.mu.Unlock()
}

// Done says nothing.
func (*screen) Done(string) {}

// Finish says nothing.
func (*screen) Finish() {}
