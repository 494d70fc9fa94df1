//go:build !unix

package app

import "os"

// waitReadable does not wait: a read here cannot be ended.
func waitReadable(_ *os.File, enough <-chan struct{}) bool { return !isDone(enough) }
