package scan

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// Windows gives its own numbers and package syscall does not match them.
const (
	wsaConnReset   = syscall.Errno(10054)
	wsaConnRefused = syscall.Errno(10061)
)

// dialOutcome tells how connecting failed.
func dialOutcome(err error) answer {
	var timeout net.Error
	var proxy *ProxyError
	switch {
	case errors.As(err, &proxy): // nothing of it is the server's
		return answer{outcome: unreachable, detail: proxy.Error()}
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, wsaConnRefused):
		return answer{outcome: refused}
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return answer{outcome: connectTimedOut}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, wsaConnReset):
		return answer{outcome: reset}
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	return answer{outcome: unreachable, detail: "unreachable: " + err.Error()}
}

// readOutcome tells how a connection ended that had been made.
func readOutcome(err error) answer {
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return answer{outcome: timedOut}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe), errors.Is(err, net.ErrClosed):
		return answer{outcome: closed}
	}
	return answer{outcome: reset}
}
