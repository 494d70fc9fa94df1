package code

import (
	"sync"

	"github.com/tlsready/tlsready/evidence"
)

// Totals counts what was looked at over many files. It may be used from
// several goroutines; the zero value is ready.
type Totals struct {
	mu sync.Mutex
	counts
	coverage evidence.Coverage
	skipped  int
}

type counts struct {
	Files      int   // read
	Bytes      int64 // of these files
	Lexed      int   // files that hold a word a rule needs
	Findings   int
	Suppressed int // findings with a suppression and its reason
}

func (t *Totals) add(f func(*counts)) {
	t.mu.Lock()
	f(&t.counts)
	t.mu.Unlock()
}

// Skip notes a file or folder that was not judged, and why.
func (t *Totals) Skip(name, reason string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skipped++
	t.coverage.Skip(name, reason)
}

// suppress notes a finding that a comment suppresses, and why. It stands in
// coverage, so that nobody takes it for something that was not there.
func (t *Totals) suppress(ref, rule, reason string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Suppressed++
	t.coverage.Skip(ref, shown([]byte("suppressed: "+rule+": "+reason)))
}

// Incomplete reports whether anything was not judged, or was suppressed.
func (t *Totals) Incomplete() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.skipped > 0 || t.Suppressed > 0
}

// Skipped is how many files and folders were not judged.
func (t *Totals) Skipped() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.skipped
}

// Counts is a copy of the counts.
func (t *Totals) Counts() (files int, bytes int64, lexed, findings, suppressed int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Files, t.Bytes, t.Lexed, t.Findings, t.Suppressed
}

// Coverage is the one record about all of input: read counts files, used
// those that gave a finding or at least were judged.
func (t *Totals) Coverage(input string) *evidence.Coverage {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.coverage
	c.Source, c.Input = Source, input
	c.Skipped = append([]evidence.Skip(nil), c.Skipped...)
	c.Read, c.Used = max(t.Files, t.skipped), 0
	c.Used = c.Read - min(t.skipped, c.Read)
	return &c
}
