//go:build unix

package app

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// waitReadable waits until a file has something to read, or its end, and says
// false if enough came first.
func waitReadable(f *os.File, enough <-chan struct{}) bool {
	const milliseconds = 200
	for !isDone(enough) {
		fds := []unix.PollFd{{Fd: int32(f.Fd()), Events: unix.POLLIN}}
		if n, err := unix.Poll(fds, milliseconds); n > 0 || err != nil && !errors.Is(err, unix.EINTR) {
			return true
		}
	}
	return false
}
