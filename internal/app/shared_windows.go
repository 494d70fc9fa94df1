package app

import (
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// openShared opens a log so that its server can still rename and delete it.
func openShared(name string) (*os.File, error) {
	path, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	h, err := windows.CreateFile(path, windows.GENERIC_READ,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE,
		nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(h), name), nil
}

// syncFolder does nothing: a folder of Windows cannot be flushed by itself.
func syncFolder(string) error { return nil }

// lingers is for how long a log that was renamed or deleted is still read, by
// the handle that is open: short, since a deleted file keeps its name until it is
// closed.
const lingers = 3 * time.Second
