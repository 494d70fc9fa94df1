package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
)

// startHeap is how many percent of the least heap (4 MiB) may fill before the
// first collection: 24 MiB.
const startHeap = 600

// A heap says when garbage is collected.
type heap struct {
	own   bool        // whoever started the program says it
	usual int         // percent
	fits  atomic.Bool // collectToFit is in force
}

// collectLate puts the first garbage collection off. A short run, as the scan of
// one server, then ends before there is any, which takes a third off what it
// costs; a long one goes on as usual from the first one on.
func collectLate() *heap {
	h := &heap{own: os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != ""}
	if h.own {
		return h
	}
	h.usual = debug.SetGCPercent(startHeap)
	// The finalizer of what nobody holds runs with the first collection.
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) {
		if !h.fits.Load() {
			debug.SetGCPercent(h.usual)
		}
	})
	return h
}

// streamMemory is how much the heap may take, with what is free in it, while
// records are handed on and none is kept: with the program itself that stays
// below 64 MiB.
const streamMemory = 42 << 20

// collectToFit lets the heap grow within streamMemory as it likes, which saves a
// tenth of what watch takes, and no further. What is kept of a stream is
// bounded, so that this holds for any length of it. What it returns ends that.
func (h *heap) collectToFit() (end func()) {
	if h.own {
		return func() {}
	}
	h.fits.Store(true)
	debug.SetGCPercent(-1)
	usual := debug.SetMemoryLimit(streamMemory)
	return func() {
		debug.SetMemoryLimit(usual)
		debug.SetGCPercent(h.usual)
	}
}
