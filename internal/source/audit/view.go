package audit

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tlsready/tlsready/evidence"
)

// Paths of the registry are compared in one spelling: lower case, the hive
// abbreviated. What a rule asks for is written with these two parts, which a
// file can hold several of:
//
//	hklm\system\currentcontrolset  any control set
//	hkcu                           any user
const (
	controlSet = `hklm\system\currentcontrolset`
	anyUser    = `hkcu`
)

// maxKept bounds the keys and values a file can make us keep, maxRemovals the
// deletions, each of which looks at all that is kept.
const (
	maxKept     = 1 << 16
	maxRemovals = 1 << 12
)

// hives are the names a key can start with.
var hives = []struct{ long, short string }{
	{"HKEY_LOCAL_MACHINE", "HKLM"},
	{"HKEY_CURRENT_USER", "HKCU"},
	{"HKEY_USERS", "HKU"},
	{"HKEY_CLASSES_ROOT", "HKCR"},
	{"HKEY_CURRENT_CONFIG", "HKCC"},
}

// regPath is a key's path in the spellings we need.
type regPath struct {
	shown string // as written, the hive abbreviated
	lower string // the same in lower case: which key it is
	canon string // the same as rules ask for it: any control set, any user
	user  string // SID of a key below HKU
	set   string // "controlset001" of a key below HKLM\SYSTEM, if numbered
}

func newRegPath(raw string) regPath {
	raw = strings.TrimRight(raw, `\`)
	first, rest, sub := strings.Cut(raw, `\`)
	for _, h := range hives {
		if strings.EqualFold(first, h.long) {
			first = h.short
		}
	}
	p := regPath{shown: first}
	if sub {
		p.shown += `\` + rest
	}
	p.lower = strings.ToLower(p.shown)
	p.canon = p.lower
	if after, ok := strings.CutPrefix(p.lower, `hku\`); ok {
		sid, rest, sub := strings.Cut(after, `\`)
		_, p.user, _ = strings.Cut(p.shown[:len(`hku\`)+len(sid)], `\`)
		p.canon = anyUser
		if sub {
			p.canon += `\` + rest
		}
	}
	if after, ok := strings.CutPrefix(p.lower, `hklm\system\controlset`); ok {
		number, rest, sub := strings.Cut(after, `\`)
		p.set = "controlset" + number
		p.canon = controlSet
		if sub {
			p.canon += `\` + rest
		}
	}
	return p
}

// regKey is a key that is in the file.
type regKey struct {
	path regPath
	file string
	line int  // 0 in a hive
	nth  int  // keys count in the order they came
	gone bool // the file deletes it
	// torn is set when not all keys below could be read: one that is not there
	// may have been among them.
	torn bool
	// partial is set when a line of the key could not be read: a value that is
	// not there may have been on it.
	partial bool
	values  map[string]*regValue
	only    []string // values that are of interest; nil for all
}

// keeps reports whether a value is of interest.
func (k *regKey) keeps(name string) bool {
	return k.only == nil || slices.ContainsFunc(k.only, func(n string) bool { return strings.EqualFold(n, name) })
}

// registry is what a file says about the keys that rules ask for.
type registry struct {
	want  *wanted
	file  string             // that is being read
	keys  map[string]*regKey // by regPath.lower: wanted keys and those above them
	users []string           // prefixes of users' keys, "hkcu", `hku\s-1-5-21-...`
	sets  []string           // control sets, "controlset001", in the order they came
	known map[string]bool    // the users and sets
	kept  int
	gone  int    // deletions
	full  bool   // something was left out for want of room
	last  string // the last key of the file
	// removes says that the file deletes keys, so it is a change to a registry
	// and no picture of one.
	removes bool
	mounted map[string]string // which hive stands where

	sorted []string // names of keys, made on demand once all are there
}

func newRegistry(want *wanted) *registry {
	return &registry{want: want, keys: map[string]*regKey{}, known: map[string]bool{}, mounted: map[string]string{}}
}

// open notes a key line. It gives the key if its values are wanted.
func (r *registry) open(e regEntry) *regKey {
	p := newRegPath(e.key)
	r.last = p.lower
	if e.remove {
		r.removeTree(p, e.line)
		return nil
	}
	only, values := r.want.values(p.canon)
	if !values && !r.want.above[p.canon] {
		return nil
	}
	k := r.keys[p.lower]
	if k == nil || k.gone {
		if k == nil && !r.room() {
			return nil
		}
		k = &regKey{path: p, file: r.file, line: e.line, nth: r.kept, values: map[string]*regValue{}, only: only}
		r.keys[p.lower] = k
		r.notice(p)
	}
	k.partial = k.partial || e.partial
	if !values {
		return nil
	}
	return k
}

// notice remembers which users and control sets the file has.
func (r *registry) notice(p regPath) {
	user := ""
	switch {
	case p.user != "":
		user = `hku\` + strings.ToLower(p.user)
	case p.canon == anyUser || strings.HasPrefix(p.canon, anyUser+`\`):
		user = anyUser
	}
	if user != "" && !r.known[user] {
		r.users = append(r.users, user)
	}
	if p.set != "" && !r.known[p.set] {
		r.sets = append(r.sets, p.set)
	}
	r.known[user], r.known[p.set] = true, true
}

// removeTree does what a file that deletes a key would do on import: the key
// and all below it are known to be absent.
func (r *registry) removeTree(p regPath, line int) {
	if !r.want.any(p.canon) {
		return
	}
	if r.gone++; r.gone > maxRemovals {
		r.full = true
		return
	}
	for lower := range r.keys {
		if strings.HasPrefix(lower, p.lower+`\`) {
			delete(r.keys, lower)
		}
	}
	if r.keys[p.lower] != nil || r.room() {
		r.keys[p.lower] = &regKey{path: p, file: r.file, line: line, nth: r.kept, gone: true}
		r.notice(p)
	}
}

// put keeps a value of k; it reports whether there was room.
func (r *registry) put(k *regKey, v *regValue) bool {
	if !k.keeps(v.name) {
		return true
	}
	name := strings.ToLower(v.name)
	if k.values[name] == nil && !r.room() {
		return false
	}
	v.file = r.file
	k.values[name] = v
	return true
}

func (r *registry) room() bool {
	if r.kept >= maxKept {
		r.full = true
		return false
	}
	r.kept++
	return true
}

// answer is what the file says about a value or a key.
type answer struct {
	value *regValue // nil if absent or not known
	seen  bool      // the file covers this place, so nil means absent
	file  string    // of the value, or of the key that shows its absence
	line  int       // in that file
	path  string    // of the key asked for
}

func (a answer) where() evidence.Where {
	return evidence.Where{File: a.file, Line: a.line, Path: a.path}
}

func (a answer) absent() bool { return a.seen && a.value == nil }

// ask looks a value up.
func (r *registry) ask(path, name string) answer {
	a := answer{path: path}
	k := r.keys[strings.ToLower(path)]
	if k != nil && !k.gone {
		a.path = k.path.shown
		if v := k.values[strings.ToLower(name)]; v != nil {
			a.seen, a.file, a.line = true, v.file, v.line
			if !v.remove {
				a.value = v
			}
			return a
		}
		if k.partial {
			return a
		}
	}
	if shows := r.covered(path); shows != nil {
		a.seen, a.file, a.line = true, shows.file, shows.line
	}
	return a
}

// covered gives the key of the file that covers path, since exports hold
// whole subtrees: what then is not there is absent.
func (r *registry) covered(path string) *regKey {
	for p := strings.ToLower(path); p != ""; p = parent(p) {
		k := r.keys[p]
		switch {
		case r.full, k != nil && k.torn:
			return nil
		case k != nil:
			return k
		}
	}
	return nil
}

// tear marks the keys that were being written when a cut file ended: what they
// lack may have followed.
func (r *registry) tear() {
	for p := r.last; p != ""; p = parent(p) {
		if k := r.keys[p]; k != nil {
			k.torn = true
		}
	}
}

// key gives a key that is in the file, or nil.
func (r *registry) key(path string) *regKey {
	if k := r.keys[strings.ToLower(path)]; k != nil && !k.gone {
		return k
	}
	return nil
}

// below gives the keys under path, in the order of the file.
func (r *registry) below(path string) []*regKey {
	if len(r.sorted) != len(r.keys) {
		r.sorted = slices.Sorted(maps.Keys(r.keys))
	}
	prefix := strings.ToLower(path) + `\`
	var out []*regKey
	at, _ := slices.BinarySearch(r.sorted, prefix)
	for ; at < len(r.sorted) && strings.HasPrefix(r.sorted[at], prefix); at++ {
		if k := r.keys[r.sorted[at]]; !k.gone {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b *regKey) int { return a.nth - b.nth })
	return out
}

// activeSet is the control set in use: CurrentControlSet if the file has it,
// else the one that Select names, else the only or first one.
func (r *registry) activeSet() string {
	const system = `HKLM\SYSTEM\`
	if len(r.sets) == 0 || r.key(controlSet) != nil || len(r.below(controlSet)) > 0 {
		return system + "CurrentControlSet"
	}
	if n, ok := r.ask(system+"Select", "Current").value.number(); ok && n < 1000 {
		for _, set := range r.sets {
			if strings.TrimLeft(set[len("controlset"):], "0") == strconv.Itoa(int(n)) {
				return system + "ControlSet" + set[len("controlset"):]
			}
		}
	}
	return system + "ControlSet" + slices.Min(r.sets)[len("controlset"):]
}
