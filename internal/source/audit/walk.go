package audit

import (
	"context"

	"github.com/tlsready/tlsready/evidence"
)

// node is a key of a registry that is walked and not read line by line: of a
// hive, or of the system that runs. Damage is what could not be read, in
// words; an error ends the work.
type node interface {
	// eachValue gives the values that are wanted by name; read counts all.
	eachValue(want func(name string) bool, each func(*regValue)) (read int, damage string, err error)
	// eachChild gives the keys right below that are wanted by name.
	eachChild(want func(name string) bool, each func(name string, child node) error) (damage string, err error)
}

// walker copies what the rules ask for from a tree of keys into a registry.
type walker struct {
	ctx    context.Context
	reg    *registry
	cov    *evidence.Coverage
	broken bool // something could not be read
}

// maxDepth is how deep keys can be nested on Windows.
const maxDepth = 512

// walk copies the key at path and all below it, as far as they are wanted.
func (w *walker) walk(path string, n node, depth int) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	k := w.reg.open(regEntry{key: path})
	if k != nil {
		read, damage, err := n.eachValue(k.keeps, func(v *regValue) {
			if !w.reg.put(k, v) {
				k.partial = true
			}
		})
		if err != nil {
			return err
		}
		w.cov.Read += read
		if damage != "" {
			k.partial = true
			w.bad(path, damage)
		}
	}
	p := newRegPath(path)
	if !w.reg.want.below(p.canon) {
		return nil
	}
	damage, err := "nested too deep", error(nil)
	if depth < maxDepth {
		damage, err = n.eachChild(
			func(name string) bool { return w.reg.want.any(newRegPath(path + `\` + name).canon) },
			func(name string, child node) error { return w.walk(path+`\`+name, child, depth+1) },
		)
	}
	if damage != "" {
		if k := w.reg.keys[p.lower]; k != nil {
			k.torn = true
		}
		w.bad(path, damage)
	}
	return err
}

func (w *walker) bad(path, reason string) {
	w.broken = true
	w.cov.Skip(ref(evidence.Where{File: w.reg.file, Path: path}), reason)
}
