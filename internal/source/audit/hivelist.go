package audit

import "encoding/binary"

// maxKeys bounds the keys of one hive that are looked at, and with them time
// and memory.
const maxKeys = 1 << 20

// eachChild implements node. A list that is damaged does not end it.
func (k *hiveKey) eachChild(want func(string) bool, each func(string, node) error) (damage string, err error) {
	if k.subkeys == 0 {
		return "", nil
	}
	x := &subkeys{h: k.h}
	if err := x.list(k.lists, true); err != nil {
		if err := x.note(err); err != nil {
			return "", err
		}
	}
	for _, at := range x.keys {
		child, err := k.h.key(at)
		if err != nil {
			if err := x.note(err); err != nil {
				return "", err
			}
			continue
		}
		x.read++
		if want(child.name) {
			if err := each(child.name, child); err != nil {
				return "", err
			}
		}
	}
	if x.damage == "" && x.read != k.subkeys {
		x.damage = "list of keys of another length than the key says"
	}
	return x.damage, nil
}

// subkeys gathers the cells of the keys below one.
type subkeys struct {
	h      *hive
	keys   []uint32
	read   uint32
	damage string
}

// note keeps damage and hands on any other error.
func (x *subkeys) note(err error) error {
	d, err := isDamage(err)
	if d != "" {
		x.damage = "key " + d
	}
	return err
}

// list reads one list: "li" of cells, "lf" and "lh" of cells and hashes of
// names, and "ri" of lists, which stands only at the top.
func (x *subkeys) list(at uint32, top bool) error {
	if err := x.h.visit(at); err != nil {
		return err
	}
	b, err := x.h.cell(at, maxCell)
	if err != nil {
		return err
	}
	if len(b) < 4 {
		return errDamage("list that is too short")
	}
	width := 4
	kind := string(b[:2])
	switch {
	case kind == "lf", kind == "lh":
		width = 8
	case kind == "li", kind == "ri" && top:
	default:
		return errDamage("list of no kind that is known")
	}
	count := int(binary.LittleEndian.Uint16(b[2:]))
	if have := (len(b) - 4) / width; count > have {
		count, x.damage = have, "list of keys shorter than it says"
	}
	offsets := make([]uint32, count)
	for i := range offsets {
		offsets[i] = binary.LittleEndian.Uint32(b[4+i*width:])
	}
	if kind != "ri" {
		if len(x.h.seen)+len(x.keys)+count > maxKeys {
			return errDamage("too many: not all are looked at")
		}
		x.keys = append(x.keys, offsets...)
		return nil
	}
	for _, at := range offsets {
		if err := x.list(at, false); err != nil {
			if err := x.note(err); err != nil {
				return err
			}
		}
	}
	return nil
}
