package audit

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// hiveKind is what a hive is on its host.
type hiveKind int

const (
	hiveOther hiveKind = iota
	hiveSystem
	hiveSoftware
	hiveUser
)

// rootChildren are keys that stand right below the root of each kind; all of
// one line must be there.
var rootChildren = []struct {
	kind hiveKind
	keys []string
}{
	{hiveSystem, []string{"Select"}},
	{hiveSystem, []string{"ControlSet001"}},
	{hiveSystem, []string{"ControlSet002"}},
	{hiveSoftware, []string{"Microsoft"}},
	{hiveUser, []string{"Software"}},
}

// kind tells what a hive is from the keys below its root, or else from the
// name that it gives itself.
func (h *hive) kind(root *hiveKey) (hiveKind, error) {
	var names []string
	probe := *h // the keys are visited again when they are read
	probe.seen = map[uint32]bool{}
	_, err := (&hiveKey{h: &probe, subkeys: root.subkeys, lists: root.lists}).eachChild(
		func(name string) bool { names = append(names, strings.ToLower(name)); return false },
		func(string, node) error { return nil },
	)
	if err != nil {
		return hiveOther, err
	}
	for _, r := range rootChildren {
		missing := func(key string) bool { return !slices.Contains(names, strings.ToLower(key)) }
		if !slices.ContainsFunc(r.keys, missing) {
			return r.kind, nil
		}
	}
	switch strings.ToLower(baseName(h.name)) {
	case "system":
		return hiveSystem, nil
	case "software":
		return hiveSoftware, nil
	case "ntuser.dat":
		return hiveUser, nil
	}
	return hiveOther, nil
}

// readHive copies what the rules ask for from one hive into reg. A hive that
// cannot be used is said in cov.
func readHive(ctx context.Context, f File, reg *registry, cov *evidence.Coverage) (kind hiveKind, err error) {
	r, size, cut, err := readerAt(ctx, f.R)
	if err != nil {
		return kind, err
	}
	if size == 0 {
		cov.Failed = "empty file"
		return kind, nil
	}
	h, err := openHive(r, size)
	if err == nil {
		kind, err = h.copyTo(ctx, f.Name, reg, cov)
	}
	if err != nil {
		cov.Failed, err = isDamage(err)
		return kind, err
	}
	if cut {
		cov.Blind = append(cov.Blind, fmt.Sprintf("incomplete: only the first %d MiB are read", maxHive>>20))
	}
	return kind, nil
}

// copyTo walks the hive from its root.
func (h *hive) copyTo(ctx context.Context, name string, reg *registry, cov *evidence.Coverage) (hiveKind, error) {
	root, err := h.key(h.root)
	if err != nil {
		d, err := isDamage(err)
		if err == nil {
			err = errDamage("nothing can be read: its root key " + d)
		}
		return hiveOther, err
	}
	kind, err := h.kind(root)
	if err != nil {
		return kind, err
	}
	mount := reg.mount(kind, name)
	if mount == "" {
		return kind, errDamage(strings.TrimSpace("a hive that decides nothing about TLS " + h.name))
	}
	if first, again := reg.mounted[mount]; again {
		return hiveOther, errDamage(fmt.Sprintf("not judged: %s is that of %s; a copy, or another host whose hives need a folder of their own", mount, first))
	}
	reg.mounted[mount] = name
	reg.file = name
	w := &walker{ctx: ctx, reg: reg, cov: cov}
	if err := w.walk(mount, root, 0); err != nil {
		return kind, err
	}
	h.sayState(w.broken, cov)
	if reg.full {
		cov.Blind = append(cov.Blind, "the hive holds more keys than are kept: not all were judged")
	}
	return kind, nil
}

// sayState says in what state the hive is.
func (h *hive) sayState(broken bool, cov *evidence.Coverage) {
	switch {
	case h.missing > 0:
		cov.Blind = append(cov.Blind, fmt.Sprintf("incomplete: the file lacks the last %d bytes of the hive", h.missing))
	case broken:
		cov.Blind = append(cov.Blind, "incomplete: parts of the hive are damaged and were passed over")
	case h.badSum:
		cov.Blind = append(cov.Blind, "incomplete: the base block of the hive is damaged")
	}
	if h.dirty {
		cov.Blind = append(cov.Blind, "not replayed: transaction log; the last changes to this hive may be missing")
	}
}

// mount is where the keys of a hive are on its host; "" for one of no use.
// Users go by the folder that holds their hive, since the hive does not say
// whose it is.
func (r *registry) mount(kind hiveKind, name string) string {
	switch kind {
	case hiveSystem:
		return `HKLM\SYSTEM`
	case hiveSoftware:
		return `HKLM\SOFTWARE`
	case hiveUser:
		user := userOf(name)
		if user == "" && !r.known[anyUser] {
			return "HKCU"
		}
		user = cmp.Or(user, "user")
		mount := `HKU\` + user
		for n := 2; r.known[strings.ToLower(mount)]; n++ {
			mount = fmt.Sprintf(`HKU\%s (%d)`, user, n)
		}
		return mount
	}
	return ""
}

// stem is the name of a file without its folder and extension.
func stem(name string) string { return strings.TrimSuffix(baseName(name), path.Ext(name)) }

func baseName(name string) string { return path.Base(strings.ReplaceAll(name, `\`, "/")) }
