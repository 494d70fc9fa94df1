//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// screens says that terminals here understand xterm's sequences.
const screens = true

// restoreOnSignals gives the terminal back before the process is stopped or
// ended from outside, and lets that happen then. The result ends this.
func restoreOnSignals(s *screen) (done func()) {
	kinds := []os.Signal{syscall.SIGTSTP, syscall.SIGHUP, syscall.SIGQUIT}
	if !s.live { // where it is an ordinary end
		kinds = append(kinds, syscall.SIGTERM)
	}
	got := make(chan os.Signal, 1)
	signal.Notify(got, kinds...)
	over := make(chan struct{})
	go func() {
		for {
			select {
			case <-over:
				return
			case kind := <-got:
				s.leave()
				if kind == syscall.SIGTSTP {
					syscall.Kill(os.Getpid(), syscall.SIGSTOP) // the next redraw begins the screen again
					continue
				}
				signal.Reset(kind)
				syscall.Kill(os.Getpid(), kind.(syscall.Signal))
			}
		}
	}()
	return func() {
		signal.Stop(got)
		close(over)
	}
}
