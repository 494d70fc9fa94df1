package audit

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// treeKey is a key to be written into a hive.
type treeKey struct {
	name   string
	keys   []*treeKey
	values []treeValue
}

type treeValue struct {
	name string
	typ  regType
	data []byte
}

// at gives the key below k, which it makes if need be.
func (k *treeKey) at(path string) *treeKey {
	if path == "" {
		return k
	}
	first, rest, _ := strings.Cut(path, `\`)
	for _, c := range k.keys {
		if strings.EqualFold(c.name, first) {
			return c.at(rest)
		}
	}
	c := &treeKey{name: first}
	k.keys = append(k.keys, c)
	return c.at(rest)
}

func (k *treeKey) set(name string, typ regType, data []byte) {
	k.values = append(k.values, treeValue{name, typ, data})
}

func (k *treeKey) setText(name, text string) {
	k.set(name, regSZ, []byte(utf16Bytes(text, false, false)+"\x00\x00"))
}

func (k *treeKey) setNumber(name string, n uint32) {
	k.set(name, regDWORD, binary.LittleEndian.AppendUint32(nil, n))
}

// exportTree is an export of regedit as a tree, one key for each hive of
// HKEY_LOCAL_MACHINE and HKEY_USERS, with CurrentControlSet as Windows stores
// it.
func exportTree(t testing.TB, in string) *treeKey {
	t.Helper()
	in = strings.ReplaceAll(in, "CurrentControlSet", "ControlSet001")
	root, key := &treeKey{}, (*treeKey)(nil)
	x := &regLexer{lines: newLineReader(context.Background(), bufio.NewReader(strings.NewReader(in)))}
	x.bad = func(line int, reason string) { t.Fatalf("line %d: %s", line, reason) }
	for {
		e, err := x.next()
		if err == io.EOF {
			break
		}
		switch v := e.value; {
		case err != nil || e.remove || v != nil && v.remove:
			t.Fatalf("line %d: %v", e.line, err)
		case v == nil:
			key = root.at(e.key)
		case v.typ == regDWORD:
			key.setNumber(v.name, uint32(v.num))
		case v.typ == regMultiSZ:
			key.set(v.name, v.typ, []byte(utf16Bytes(strings.ReplaceAll(v.text, "\n", "\x00")+"\x00\x00", false, false)))
		default:
			key.set(v.name, v.typ, []byte(utf16Bytes(v.text+"\x00", false, false)))
		}
	}
	if set := root.at(`HKEY_LOCAL_MACHINE\SYSTEM\Select`); len(set.values) == 0 {
		set.setNumber("Current", 1)
	}
	return root
}

// hiveWriter makes hives. The zero value writes what Windows 10 writes.
type hiveWriter struct {
	list  string // "lf", "lh", "li" or "ri": of li lists of two keys each
	wide  bool   // names in UTF-16
	minor uint32 // of the format, 1.5 if zero
	cells []byte

	security uint32 // cell of the security of all keys
}

// write gives a hive whose root key is k.
func (w hiveWriter) write(k *treeKey) []byte {
	le := binary.LittleEndian
	w.cells = make([]byte, 32)
	w.security = w.cell(append([]byte("sk\x00\x00\x20\x00\x00\x00\x20\x00\x00\x00\x01\x00\x00\x00\x14\x00\x00\x00\x01\x00\x00\x80"), make([]byte, 16)...))
	root := w.key(k, noCell)
	free := hiveBase - len(w.cells)%hiveBase
	w.cells = append(le.AppendUint32(w.cells, uint32(free)), make([]byte, free-4)...)
	copy(w.cells, "hbin")
	le.PutUint32(w.cells[8:], uint32(len(w.cells)))
	b := make([]byte, hiveBase)
	copy(b, hiveMagic)
	if w.minor == 0 {
		w.minor = 5
	}
	for at, n := range map[int]uint32{4: 7, 8: 7, 20: 1, 24: w.minor, 32: 1, 36: root, 40: uint32(len(w.cells)), 44: 1} {
		le.PutUint32(b[at:], n)
	}
	le.PutUint32(b[508:], baseSum(b))
	return append(b, w.cells...)
}

// cell adds a cell and gives its place.
func (w *hiveWriter) cell(data []byte) uint32 {
	size := (len(data) + 4 + 7) &^ 7
	at := uint32(len(w.cells))
	w.cells = binary.LittleEndian.AppendUint32(w.cells, uint32(-size))
	w.cells = append(w.cells, data...)
	w.cells = append(w.cells, make([]byte, size-4-len(data))...)
	return at
}

func (w *hiveWriter) name(s string) (b []byte, latin bool) {
	if !w.wide && !strings.ContainsFunc(s, func(r rune) bool { return r > 0xff }) {
		for _, r := range s {
			b = append(b, byte(r))
		}
		return b, true
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b, false
}

func (w *hiveWriter) key(k *treeKey, parent uint32) uint32 {
	le := binary.LittleEndian
	name, latin := w.name(k.name)
	if k.name == "" {
		name, latin = []byte("ROOT"), true
	}
	b := append(make([]byte, nkHead), name...)
	copy(b, "nk")
	if latin {
		le.PutUint16(b[2:], nkLatin)
	}
	le.PutUint16(b[72:], uint16(len(name)))
	for _, at := range []int{28, 32, 40, 48} {
		le.PutUint32(b[at:], noCell)
	}
	le.PutUint32(b[44:], w.security)
	le.PutUint32(b[16:], parent)
	le.PutUint32(b[20:], uint32(len(k.keys)))
	le.PutUint32(b[36:], uint32(len(k.values)))
	at := w.cell(b)
	set := func(off int, v uint32) { le.PutUint32(w.cells[int(at)+4+off:], v) }
	if len(k.values) > 0 {
		var list []byte
		for _, v := range k.values {
			list = le.AppendUint32(list, w.value(v))
		}
		set(40, w.cell(list))
	}
	if len(k.keys) > 0 {
		keys := slices.Clone(k.keys)
		slices.SortFunc(keys, func(a, b *treeKey) int { return strings.Compare(strings.ToUpper(a.name), strings.ToUpper(b.name)) })
		var offsets []uint32
		for _, c := range keys {
			offsets = append(offsets, w.key(c, at))
		}
		set(28, w.subkeys(offsets))
	}
	return at
}

// subkeys writes a list of keys.
func (w *hiveWriter) subkeys(offsets []uint32) uint32 {
	kind := w.list
	if kind == "" {
		kind = "lh"
	}
	if kind == "ri" {
		var lists []uint32
		for part := range slices.Chunk(offsets, 2) {
			lists = append(lists, w.offsets("li", part))
		}
		return w.offsets("ri", lists)
	}
	return w.offsets(kind, offsets)
}

func (w *hiveWriter) offsets(kind string, offsets []uint32) uint32 {
	b := binary.LittleEndian.AppendUint16([]byte(kind), uint16(len(offsets)))
	for _, at := range offsets {
		b = binary.LittleEndian.AppendUint32(b, at)
		if kind == "lf" || kind == "lh" {
			b = append(b, 0, 0, 0, 0) // the hash of the name
		}
	}
	return w.cell(b)
}

func (w *hiveWriter) value(v treeValue) uint32 {
	le := binary.LittleEndian
	name, latin := w.name(v.name)
	b := append(make([]byte, vkHead), name...)
	copy(b, "vk")
	le.PutUint16(b[2:], uint16(len(name)))
	if latin {
		le.PutUint16(b[16:], vkLatin)
	}
	le.PutUint32(b[12:], uint32(v.typ))
	if len(v.data) <= 4 {
		le.PutUint32(b[4:], uint32(len(v.data))|vkInline)
		copy(b[8:12], v.data)
	} else {
		le.PutUint32(b[4:], uint32(len(v.data)))
		le.PutUint32(b[8:], w.data(v.data))
	}
	return w.cell(b)
}

func (w *hiveWriter) data(b []byte) uint32 {
	if len(b) <= bigSegment || w.minor == 3 {
		return w.cell(b)
	}
	var list []byte
	n := 0
	for part := range slices.Chunk(b, bigSegment) {
		list = binary.LittleEndian.AppendUint32(list, w.cell(part))
		n++
	}
	big := binary.LittleEndian.AppendUint16([]byte("db"), uint16(n))
	return w.cell(binary.LittleEndian.AppendUint32(big, w.cell(list)))
}
