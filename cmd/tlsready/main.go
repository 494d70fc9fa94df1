// Command tlsready says who and what breaks when old TLS versions go off,
// why, and how to fix it.
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/tlsready/tlsready/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(cli.Main(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
