//go:build !windows

package app

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// openShared opens a log; its server can rename and delete it all the same.
func openShared(name string) (*os.File, error) { return os.Open(name) }

// syncFolder makes a rename in a folder last. Some file systems cannot.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}

// lingers is for how long a log that was renamed or deleted is still read, by
// the handle that is open: servers write to it until they are told.
const lingers = time.Minute
