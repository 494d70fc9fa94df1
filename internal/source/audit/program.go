package audit

import (
	"bytes"
	"context"
	"debug/pe"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf16"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// IsProgram reports whether a file starts as programs and libraries of Windows
// do.
func IsProgram(head []byte) bool { return bytes.HasPrefix(head, []byte("MZ")) }

// RunProgram reads which product a program or library of Windows belongs to,
// and its version, from its version resource. It emits a product record, if
// the knowledge base has the product or all is set, and coverage. known is
// false for a file that says nothing of use: then nothing was emitted, unless
// all is set. The host is what stands in the name above the folders of a
// Windows disk, as in web01/Program Files/..., or else not known.
func RunProgram(ctx context.Context, f File, all bool, opt Options, emit evidence.Emit) (known bool, err error) {
	if opt.Knowledge == nil {
		return false, errors.New("audit of programs needs the knowledge base")
	}
	cov := &evidence.Coverage{Source: source, Input: f.Name}
	at, _, _, err := readerAt(ctx, f.R)
	if err != nil {
		return false, fmt.Errorf("%s: %w", f.Name, err)
	}
	info, err := readVersionInfo(at)
	if err == nil {
		p, j := opt.Knowledge.ProductFor(info.product, info.version)
		known = p != nil || j.Disable != ""
	}
	switch {
	case !known && !all:
		return false, nil
	case err != nil:
		cov.Failed = err.Error()
	default:
		cov.Read, cov.Used = 1, 1
		err := emit(&evidence.Product{Host: hostOfProgram(f.Name), Name: info.product, Version: info.version, Where: evidence.Where{File: f.Name}})
		if err != nil {
			return known, err
		}
	}
	return known, emit(cov)
}

// diskFolders stand at the top of a Windows disk.
var diskFolders = []string{"program files", "program files (x86)", "programdata", "windows"}

// hostOfProgram is the folder above a Windows disk; empty if there is none.
func hostOfProgram(name string) string {
	dir := path.Dir(strings.ReplaceAll(name, `\`, "/"))
	for ; dir != path.Dir(dir); dir = path.Dir(dir) {
		if !has(diskFolders, path.Base(dir)) {
			continue
		}
		if host := path.Base(HostFolder(path.Dir(dir) + "/x")); !has(hostFolders, host) {
			return host
		}
		return ""
	}
	return ""
}

// versionInfo is what a version resource says.
type versionInfo struct {
	product string
	version string // of the file, four numbers
}

// Bounds of a version resource and of the tree that leads to it.
const (
	rtVersion      = 16 // RT_VERSION
	maxVersionInfo = 64 << 10
	maxResources   = 4096 // entries of one directory
)

// readVersionInfo finds the resource of type RT_VERSION, the first of its
// names and languages (Microsoft, PE Format, "The .rsrc Section").
func readVersionInfo(r io.ReaderAt) (versionInfo, error) {
	f, err := pe.NewFile(r)
	if err != nil {
		return versionInfo{}, fmt.Errorf("no program that can be read: %w", err)
	}
	s := f.Section(".rsrc")
	if s == nil {
		return versionInfo{}, errors.New("a program without a version resource")
	}
	at := uint32(0)
	for level := range 3 {
		at, err = resourceEntry(s, at, level == 0)
		if err != nil {
			return versionInfo{}, err
		}
	}
	var entry [8]byte // of a resource: where it is in memory, and its size
	if _, err := s.ReadAt(entry[:], int64(at)); err != nil {
		return versionInfo{}, errors.New("its version resource is cut")
	}
	place, size := binary.LittleEndian.Uint32(entry[:]), binary.LittleEndian.Uint32(entry[4:])
	if place < s.VirtualAddress || size > maxVersionInfo {
		return versionInfo{}, errors.New("its version resource is damaged")
	}
	data := make([]byte, size)
	if _, err := s.ReadAt(data, int64(place-s.VirtualAddress)); err != nil {
		return versionInfo{}, errors.New("its version resource is cut")
	}
	return parseVersionInfo(data)
}

// resourceEntry gives what the first entry of a directory leads to, or the
// entry of version resources.
func resourceEntry(s *pe.Section, at uint32, versions bool) (uint32, error) {
	var head [16]byte
	if _, err := s.ReadAt(head[:], int64(at)); err != nil {
		return 0, errors.New("its resources are cut")
	}
	n := int(binary.LittleEndian.Uint16(head[12:])) + int(binary.LittleEndian.Uint16(head[14:]))
	for i := range min(n, maxResources) {
		var entry [8]byte
		if _, err := s.ReadAt(entry[:], int64(at)+16+int64(i)*8); err != nil {
			return 0, errors.New("its resources are cut")
		}
		if !versions || binary.LittleEndian.Uint32(entry[:]) == rtVersion {
			return binary.LittleEndian.Uint32(entry[4:]) &^ (1 << 31), nil
		}
	}
	return 0, errors.New("a program without a version resource")
}

// parseVersionInfo reads VS_VERSIONINFO: the numbers at its head, and
// ProductName in its first table of strings.
func parseVersionInfo(data []byte) (versionInfo, error) {
	root, ok := versionBlock(data)
	const signature = 0xFEEF04BD // of VS_FIXEDFILEINFO
	if !ok || root.key != "VS_VERSION_INFO" || len(root.value) < 24 || binary.LittleEndian.Uint32(root.value) != signature {
		return versionInfo{}, errors.New("its version resource is damaged")
	}
	high, low := binary.LittleEndian.Uint32(root.value[8:]), binary.LittleEndian.Uint32(root.value[12:])
	info := versionInfo{version: knowledge.Build{high >> 16, high & 0xffff, low >> 16, low & 0xffff}.String()}
	for _, strings := range root.children() {
		for _, table := range strings.children() {
			for _, s := range table.children() {
				if s.key == "ProductName" && info.product == "" {
					info.product = text16(s.value)
				}
			}
		}
	}
	if info.product == "" {
		return versionInfo{}, errors.New("its version resource names no product")
	}
	return info, nil
}

// block is one of the nested parts of a version resource.
type block struct {
	key         string
	value, rest []byte
	size        int
}

// versionBlock reads the block that data starts with: length, length of the
// value and its type, the key up to a zero, the value, and further blocks, each
// at a multiple of four bytes.
func versionBlock(data []byte) (b block, ok bool) {
	if len(data) < 6 {
		return b, false
	}
	b.size = int(binary.LittleEndian.Uint16(data))
	length, text := int(binary.LittleEndian.Uint16(data[2:])), binary.LittleEndian.Uint16(data[4:]) == 1
	if b.size < 8 || b.size > len(data) {
		return b, false
	}
	data = data[:b.size]
	end := 6
	for ; ; end += 2 {
		if end+2 > len(data) {
			return b, false
		}
		if data[end] == 0 && data[end+1] == 0 {
			break
		}
	}
	b.key = text16(data[6:end])
	if text {
		length *= 2 // of text it counts characters
	}
	at := min(round4(end+2), len(data))
	b.value = data[at:min(at+length, len(data))]
	b.rest = data[min(round4(at+length), len(data)):]
	return b, true
}

func (b block) children() (out []block) {
	for rest := b.rest; ; {
		c, ok := versionBlock(rest)
		if !ok {
			return out
		}
		out = append(out, c)
		rest = rest[min(round4(c.size), len(rest)):]
	}
}

func round4(n int) int { return (n + 3) &^ 3 }

// text16 is UTF-16 up to its first zero, without what would not print.
func text16(b []byte) string {
	var units []uint16
	for i := 0; i+1 < len(b); i += 2 {
		u := binary.LittleEndian.Uint16(b[i:])
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return strings.TrimSpace(strings.ToValidUTF8(string(utf16.Decode(units)), ""))
}
