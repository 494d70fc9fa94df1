package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar shows on a terminal how far the reading is.
type bar struct {
	w  io.Writer
	mu sync.Mutex
	b  *progressbar.ProgressBar
	by int64 // bytes in all; 0 counts inputs instead
}

func newBar(w io.Writer) *bar { return &bar{w: w} }

// Start begins with what there is to do: bytes, or else inputs, with their
// number, their rate and the time left. Of inputs that nobody has counted, -1,
// it shows how many are done.
func (b *bar) Start(inputs int, bytes int64) {
	b.by = bytes
	options := []progressbar.Option{
		progressbar.OptionSetWriter(b.w),
		progressbar.OptionSetWidth(24),
		progressbar.OptionShowBytes(bytes > 0),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(65 * time.Millisecond),
	}
	total := bytes
	if total == 0 {
		total = int64(inputs)
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("hosts"))
	}
	b.b = progressbar.NewOptions64(total, options...)
}

// Input names what is being read.
func (b *bar) Input(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := []rune(name); len(r) > 30 {
		name = "…" + string(r[len(r)-29:])
	}
	b.b.Describe(name)
}

// Bytes counts what was read.
func (b *bar) Bytes(n int) {
	if b.by > 0 {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.b.Add(n)
	}
}

// Done counts an input as finished.
func (b *bar) Done(string) {
	if b.by == 0 {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.b.Add(1)
	}
}

// Finish clears the line.
func (b *bar) Finish() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.b.Finish()
	b.b.Clear() // what was drawn last may stand still
}

// talk is progress in words, for -v: a line as each input begins.
type talk struct{ w io.Writer }

// Start says how much there is to do.
func (t talk) Start(inputs int, bytes int64) {
	if inputs < 0 {
		return
	}
	fmt.Fprintf(t.w, "tlsready: %d inputs, %d bytes of files\n", inputs, bytes)
}

// Input names what is being read.
func (t talk) Input(name string) { fmt.Fprintf(t.w, "tlsready: reading %s\n", name) }

// Bytes says nothing.
func (talk) Bytes(int) {}

// Done says nothing.
func (talk) Done(string) {}

// Finish says nothing.
func (talk) Finish() {}
