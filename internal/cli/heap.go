package cli

import (
	"os"
	"runtime"
	"runtime/debug"
)

// startHeap is how many percent of the least heap (4 MiB) may fill before the
// first collection: 24 MiB.
const startHeap = 600

// collectLate puts the first garbage collection off. A short run, as the scan of
// one server, then ends before there is any, which takes a third off what it
// costs; a long one goes on as usual from the first one on.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return // whoever sets it knows
	}
	usual := debug.SetGCPercent(startHeap)
	// The finalizer of what nobody holds runs with the first collection.
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) { debug.SetGCPercent(usual) })
}

// streamMemory is how much the heap may take, with what is free in it, while
// records are handed on and none is kept: with the program itself that stays
// below 64 MiB.
const streamMemory = 38 << 20

// collectToFit lets the heap grow as it likes within streamMemory and no
// further. What is kept of a stream is bounded, so that this holds for any
// length of it. What it returns ends that.
func collectToFit() (end func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {} // whoever sets it knows
	}
	usual := debug.SetMemoryLimit(streamMemory)
	return func() { debug.SetMemoryLimit(usual) }
}
