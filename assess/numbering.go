package assess

import (
	"slices"
	"strings"
)

// numbering gives each different name a number.
type numbering struct {
	at    map[string]uint32
	names []string
}

func (n *numbering) of(name string) uint32 {
	i, ok := n.at[name]
	if !ok {
		if n.at == nil {
			n.at = map[string]uint32{}
		}
		i = uint32(len(n.names))
		n.at[name] = i
		n.names = append(n.names, name)
	}
	return i
}

// sort brings the names into their order and says which number each old one
// has become, so that numbers compare as their names do.
func (n *numbering) sort() []uint32 {
	order := make([]uint32, len(n.names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(n.names[a], n.names[b]) })
	names, became := make([]string, len(order)), make([]uint32, len(order))
	for now, old := range order {
		names[now], became[old] = n.names[old], uint32(now)
	}
	n.names, n.at = names, nil
	return became
}

// memo keeps what was found for each number.
type memo []uint32 // less one; 0 is not found yet

func newMemo(n int) memo { return make(memo, n) }

func (m memo) get(i uint32, find func() uint32) uint32 {
	if m[i] == 0 {
		m[i] = find() + 1
	}
	return m[i] - 1
}
