package audit

import (
	"encoding/binary"
	"strings"
)

// Layout of the cells of keys ("nk") and values ("vk").
const (
	nkLatin  = 0x20 // the name is in Latin-1, not in UTF-16
	nkHead   = 76
	vkLatin  = 1
	vkHead   = 20
	vkInline = 1 << 31 // data of up to four bytes stands in place of its offset

	bigSegment = 16344 // bytes of a split value in each of its cells

	maxName   = 255 * 2
	maxValues = 1 << 14 // of one key
)

// hiveKey is one key of a hive, a node.
type hiveKey struct {
	h         *hive
	name      string
	subkeys   uint32 // how many
	lists     uint32 // cell of their list
	values    uint32
	valueList uint32
}

// key reads the key at a cell.
func (h *hive) key(at uint32) (*hiveKey, error) {
	if err := h.visit(at); err != nil {
		return nil, err
	}
	b, err := h.cell(at, nkHead+maxName)
	if err != nil {
		return nil, err
	}
	if len(b) < nkHead || string(b[:2]) != "nk" {
		return nil, errDamage("points to something that is no key")
	}
	le := binary.LittleEndian
	k := &hiveKey{h: h, subkeys: le.Uint32(b[20:]), lists: le.Uint32(b[28:]), values: le.Uint32(b[36:]), valueList: le.Uint32(b[40:])}
	k.name, err = cellName(b[nkHead:], int(le.Uint16(b[72:])), le.Uint16(b[2:])&nkLatin != 0)
	if err != nil {
		return nil, err
	}
	if k.name == "" || strings.ContainsRune(k.name, '\\') {
		return nil, errDamage("key without a proper name")
	}
	return k, nil
}

// eachValue implements node. A value that is damaged does not end it; the
// last damage is what it says.
func (k *hiveKey) eachValue(want func(string) bool, each func(*regValue)) (read int, damage string, err error) {
	if k.values == 0 {
		return 0, "", nil
	}
	count := k.values
	if count > maxValues {
		count, damage = maxValues, "more values than a key can have"
	}
	list, err := k.h.cell(k.valueList, int(count)*4)
	if err != nil {
		damage, err = isDamage(err)
		return 0, damage, err
	}
	if len(list) < int(count)*4 {
		damage = "list of values shorter than it says"
	}
	offsets := make([]uint32, len(list)/4)
	for i := range offsets {
		offsets[i] = binary.LittleEndian.Uint32(list[4*i:])
	}
	for _, at := range offsets {
		v, err := k.h.value(at, want)
		if err != nil {
			d, err := isDamage(err)
			if err != nil {
				return read, "", err
			}
			damage = "value " + d
			continue
		}
		read++
		if v != nil {
			each(v)
		}
	}
	return read, damage, nil
}

// value reads the value at a cell, or nil if it is not wanted.
func (h *hive) value(at uint32, want func(string) bool) (*regValue, error) {
	b, err := h.cell(at, vkHead+64<<10)
	if err != nil {
		return nil, err
	}
	if len(b) < vkHead || string(b[:2]) != "vk" {
		return nil, errDamage("that is none")
	}
	le := binary.LittleEndian
	size, data, typ := le.Uint32(b[4:]), le.Uint32(b[8:]), le.Uint32(b[12:])
	inline := [4]byte(b[8:12])
	name, err := cellName(b[vkHead:], int(le.Uint16(b[2:])), le.Uint16(b[16:])&vkLatin != 0)
	if err != nil || !want(name) {
		return nil, err
	}
	v := &regValue{name: name}
	switch {
	case size&vkInline != 0 && size&^vkInline > 4:
		return nil, errDamage("of an impossible size")
	case size&vkInline != 0:
		v.setData(regType(typ), inline[:size&^vkInline])
		return v, nil
	case size > maxValue:
		return nil, errDamage("over 64 KiB")
	case size == 0:
		v.setData(regType(typ), nil)
		return v, nil
	}
	raw, err := h.data(data, int(size))
	if err != nil {
		return nil, err
	}
	v.setData(regType(typ), raw)
	return v, nil
}

// data reads size bytes of a value, which stand in one cell or, beyond
// bigSegment, in a list of them.
func (h *hive) data(at uint32, size int) ([]byte, error) {
	b, err := h.cell(at, size)
	if err != nil {
		return nil, err
	}
	if !h.big || size <= bigSegment {
		if len(b) < size {
			return nil, errDamage("longer than its place")
		}
		return b, nil
	}
	if len(b) < 8 || string(b[:2]) != "db" {
		return nil, errDamage("whose parts are not listed")
	}
	parts, list := int(binary.LittleEndian.Uint16(b[2:])), binary.LittleEndian.Uint32(b[4:])
	if b, err = h.cell(list, parts*4); err != nil {
		return nil, err
	}
	var out []byte
	offsets := append([]byte(nil), b...)
	for ; len(offsets) >= 4 && len(out) < size; offsets = offsets[4:] {
		if b, err = h.cell(binary.LittleEndian.Uint32(offsets), min(bigSegment, size-len(out))); err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	if len(out) < size {
		return nil, errDamage("longer than its parts")
	}
	return out, nil
}
