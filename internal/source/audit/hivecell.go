package audit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
)

// A hive is a base block of 4 KiB and then cells, named by their offset from
// its end: a size, negative if the cell is in use, and data.
const (
	hiveMagic = "regf"
	hiveBase  = 4096
	noCell    = 0xffffffff
)

// Bounds of one cell's data. The longest list of keys of one key that real
// hives have is split over cells of a few KiB each.
const (
	maxCell  = 1 << 20
	maxValue = maxSpan
)

// hiveBudget bounds what is read of one hive in all, since damage or malice
// can point many times to one place. Each cell counts for hiveCost at least.
const (
	hiveBudget = 64 << 20
	hiveCost   = 64
)

// hive is an offline registry file. Nothing in it is trusted: every offset is
// checked, and a cell that cannot be right is errDamage.
type hive struct {
	r    io.ReaderAt
	size int64  // of what is there
	root uint32 // cell of the root key
	big  bool   // values over bigSegment are split (format 1.4 and later)

	dirty   bool   // the last changes are in the transaction log
	badSum  bool   // the base block does not match its checksum
	missing int64  // bytes of the hive beyond the end of the file
	name    string // as the hive calls itself: the end of its path on its host

	budget int64           // bytes that may still be read
	seen   map[uint32]bool // keys and lists that were visited: none has two parents
	buf    []byte          // of the cell last read
}

// errDamage is a place of a hive that cannot be read; reading goes on beside
// it.
type errDamage string

func (e errDamage) Error() string { return string(e) }

// isDamage gives the words for damage, and err itself if it is none.
func isDamage(err error) (string, error) {
	var d errDamage
	if errors.As(err, &d) {
		return string(d), nil
	}
	return "", err
}

// openHive reads the base block.
func openHive(r io.ReaderAt, size int64) (*hive, error) {
	b := make([]byte, 512)
	n, err := r.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if n < len(b) || !isHive(b) {
		return nil, errDamage("not a hive: its base block is damaged")
	}
	le := binary.LittleEndian
	h := &hive{r: r, size: size, budget: hiveBudget, root: le.Uint32(b[36:]), seen: map[uint32]bool{}}
	h.big = le.Uint32(b[24:]) >= 4
	h.dirty = le.Uint32(b[4:]) != le.Uint32(b[8:])
	h.badSum = baseSum(b) != le.Uint32(b[508:])
	h.missing = max(0, hiveBase+int64(le.Uint32(b[40:]))-size)
	h.name = utf16Text(b[48:112])
	if le.Uint32(b[28:]) != 0 {
		return nil, errDamage("the transaction log of a hive; the hive itself is in the file without .LOG")
	}
	return h, nil
}

// isHive recognises the start of a base block.
func isHive(head []byte) bool { return bytes.HasPrefix(head, []byte(hiveMagic)) }

// baseSum is the checksum of a base block.
func baseSum(b []byte) uint32 {
	var sum uint32
	for i := 0; i < 508; i += 4 {
		sum ^= binary.LittleEndian.Uint32(b[i:])
	}
	switch sum {
	case 0:
		return 1
	case 0xffffffff:
		return 0xfffffffe
	}
	return sum
}

// cell reads the data of a cell, at most limit bytes of it. They are valid
// until the next call.
func (h *hive) cell(at uint32, limit int) ([]byte, error) {
	off := hiveBase + int64(at)
	if at == noCell || at%4 != 0 || off+8 > h.size {
		return nil, errDamage("points outside the hive")
	}
	var head [4]byte
	if err := h.read(head[:], off); err != nil {
		return nil, err
	}
	size := -int64(int32(binary.LittleEndian.Uint32(head[:]))) - 4
	switch {
	case size < 4:
		return nil, errDamage("points to a place that is not in use")
	case off+4+size > h.size:
		return nil, errDamage("reaches beyond the end of the hive")
	}
	size = min(size, int64(limit))
	if h.budget -= max(size, hiveCost); h.budget < 0 {
		return nil, errDamage("not read: the hive points to more than it can hold")
	}
	if int64(cap(h.buf)) < size {
		h.buf = make([]byte, size)
	}
	h.buf = h.buf[:size]
	return h.buf, h.read(h.buf, off+4)
}

// read fills b; an end of the file inside it is damage, any other error ends
// the work.
func (h *hive) read(b []byte, off int64) error {
	n, err := h.r.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == io.EOF:
		return errDamage("reaches beyond the end of the hive")
	}
	return err
}

// visit notes a key or a list; each has one parent only, so a second visit is
// a loop.
func (h *hive) visit(at uint32) error {
	if h.seen[at] {
		return errDamage("reached a second time: the hive has a loop")
	}
	h.seen[at] = true
	return nil
}

// cellName reads a name of n bytes in one of the two forms.
func cellName(b []byte, n int, latin bool) (string, error) {
	if n > len(b) {
		return "", errDamage("name longer than its place")
	}
	if !latin {
		return utf16Text(b[:n]), nil
	}
	out := make([]rune, n)
	for i, c := range b[:n] {
		out[i] = rune(c)
	}
	return string(out), nil
}

// utf16Text reads little-endian UTF-16 up to its first zero.
func utf16Text(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		u := binary.LittleEndian.Uint16(b)
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}
