package audit

import (
	"slices"
	"strings"
)

// wanted is what the rules ask for; all else is passed over while reading.
type wanted struct {
	keys  map[string]bool // read these
	trees []wantedTree
	above map[string]bool // their being in the file shows that what they lack is absent
}

// wantedTree are keys that start alike.
type wantedTree struct {
	prefix string
	deep   bool     // keys below these, too
	leaf   string   // not these but the key of this name below each
	values []string // nil for all
}

func (t wantedTree) holds(canon string) bool {
	rest, ok := strings.CutPrefix(canon, t.prefix)
	if ok && t.leaf != "" {
		rest, ok = strings.CutSuffix(rest, `\`+t.leaf)
	}
	return ok && (t.deep || !strings.Contains(rest, `\`))
}

// leads reports whether a key is one of those whose leaf is wanted.
func (t wantedTree) leads(canon string) bool {
	rest, ok := strings.CutPrefix(canon, t.prefix)
	return ok && t.leaf != "" && !strings.Contains(rest, `\`)
}

func newWanted(areas []area) *wanted {
	w := &wanted{keys: map[string]bool{}, above: map[string]bool{"hku": true}}
	for _, a := range areas {
		key := strings.ToLower(a.key)
		w.keys[key] = true
		switch {
		case a.tree:
			w.trees = append(w.trees, wantedTree{prefix: key + `\`, deep: true})
		case a.children != nil:
			w.trees = append(w.trees, wantedTree{prefix: key + `\` + strings.ToLower(a.starts), leaf: strings.ToLower(a.leaf), values: a.children})
		}
		for p := parent(key); p != ""; p = parent(p) {
			w.above[p] = true
		}
	}
	return w
}

// values reports whether the values of a key are wanted, and which; nil is
// all of them.
func (w *wanted) values(canon string) (only []string, ok bool) {
	if w.keys[canon] {
		return nil, true
	}
	for _, t := range w.trees {
		if t.holds(canon) {
			return t.values, true
		}
	}
	return nil, false
}

// any reports whether a key is wanted, or shows the absence of one.
func (w *wanted) any(canon string) bool {
	_, ok := w.values(canon)
	return ok || w.above[canon] || slices.ContainsFunc(w.trees, func(t wantedTree) bool { return t.leads(canon) })
}

// below reports whether any key below is wanted.
func (w *wanted) below(canon string) bool {
	return w.above[canon] || slices.ContainsFunc(w.trees, func(t wantedTree) bool {
		return strings.HasPrefix(t.prefix, canon+`\`) || t.leads(canon) || t.deep && strings.HasPrefix(canon, t.prefix)
	})
}

func parent(path string) string {
	i := strings.LastIndexByte(path, '\\')
	return path[:max(i, 0)]
}
