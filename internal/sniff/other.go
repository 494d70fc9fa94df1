//go:build !linux

package sniff

// A Handle is an open capture; on this system there is none.
type Handle struct{}

// Open fails with ErrUnsupported.
func Open(string, Options) (*Handle, error) { return nil, ErrUnsupported }

// Name is the interface's.
func (*Handle) Name() string { return "" }

// Next fails with ErrUnsupported.
func (*Handle) Next() (Packet, error) { return Packet{}, ErrUnsupported }

// Stats counts nothing.
func (*Handle) Stats() (Stats, error) { return Stats{}, ErrUnsupported }

// Close does nothing.
func (*Handle) Close() error { return nil }

// DropPrivileges has nothing to give up.
func DropPrivileges(string) (string, error) { return "", nil }
