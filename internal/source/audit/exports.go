package audit

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tlsready/tlsready/evidence"
)

// RunExports reads registry exports of one host together, since what is in one
// decides about the other: the Windows whose defaults fill the gaps of
// Schannel is seldom in the same file. HostsOf tells which belong together. An
// export that says otherwise about a key than those before it is of another
// host or another day, and one that deletes keys is no picture of a host: both
// are judged by themselves. It emits the evidence and then the coverage of each
// file, in order.
func RunExports(ctx context.Context, files []File, opt Options, emit evidence.Emit) error {
	if opt.Knowledge == nil {
		return errors.New("audit of registry exports needs the knowledge base")
	}
	hosts, covs, err := readExports(ctx, files)
	if err != nil {
		return err
	}
	for _, h := range hosts {
		m := &machine{file: h.files[0], reg: h.registry, kb: opt.Knowledge, covs: covs}
		name := stem(m.file)
		if len(h.files) > 1 {
			name = hostOfExports(m.file)
		}
		m.host = cmp.Or(m.computerName(), opt.Host, name)
		if err := m.judge(emit); err != nil {
			return fmt.Errorf("%s: %w", m.file, err)
		}
	}
	for _, f := range files {
		if err := emit(covs[f.Name]); err != nil {
			return err
		}
	}
	return nil
}

// exportHost is what some files say of one host.
type exportHost struct {
	*registry
	files []string
}

// readExports reads the files and joins those that agree.
func readExports(ctx context.Context, files []File) (hosts []*exportHost, covs map[string]*evidence.Coverage, err error) {
	covs = map[string]*evidence.Coverage{}
	var whole *exportHost
	for _, f := range files {
		cov := &evidence.Coverage{Source: source, Input: f.Name}
		covs[f.Name] = cov
		reg := newRegistry(newWanted(allAreas(Rules)))
		if err := readRegistry(reg, f.Name, newLineReader(ctx, bufio.NewReaderSize(f.R, sniffLen)), cov); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		h := &exportHost{reg, []string{f.Name}}
		switch {
		case reg.removes:
			hosts = append(hosts, h)
		case whole == nil:
			whole = h
			hosts = append(hosts, h)
		default:
			if key := whole.disagree(reg); key != "" {
				cov.Blind = append(cov.Blind, fmt.Sprintf("judged apart from %s: they disagree about %s", whole.files[0], key))
				hosts = append(hosts, h)
				continue
			}
			whole.absorb(reg)
			whole.files = append(whole.files, f.Name)
		}
	}
	return hosts, covs, nil
}

// disagree is a key about which two files say different things; empty if
// there is none. What a file does not show is no difference.
func (r *registry) disagree(o *registry) string {
	for _, lower := range slices.Sorted(maps.Keys(o.keys)) {
		k := r.keys[lower]
		if k == nil && r.covered(lower) != nil || k != nil && !k.agrees(o.keys[lower]) {
			return o.keys[lower].path.shown
		}
	}
	for _, lower := range slices.Sorted(maps.Keys(r.keys)) {
		if o.keys[lower] == nil && o.covered(lower) != nil {
			return r.keys[lower].path.shown
		}
	}
	return ""
}

// agrees compares the values of a key in two files.
func (k *regKey) agrees(o *regKey) bool {
	for name, v := range k.values {
		w := o.values[name]
		if w == nil && o.whole() || w != nil && !v.same(w) {
			return false
		}
	}
	for name := range o.values {
		if k.values[name] == nil && k.whole() {
			return false
		}
	}
	return true
}

// whole reports whether all of a key was read.
func (k *regKey) whole() bool { return !k.partial && !k.torn }

func (v *regValue) same(w *regValue) bool {
	return v.typ == w.typ && v.num == w.num && v.text == w.text && v.remove == w.remove
}

// absorb takes in what another file of the same host says. Keys of both are
// known by the first, unless that could not be read in full.
func (r *registry) absorb(o *registry) {
	for lower, k := range o.keys {
		if have := r.keys[lower]; have != nil && have.whole() {
			continue
		}
		k.nth += r.kept
		r.keys[lower] = k
	}
	for _, user := range o.users {
		if !r.known[user] {
			r.users = append(r.users, user)
		}
	}
	for _, set := range o.sets {
		if !r.known[set] {
			r.sets = append(r.sets, set)
		}
	}
	maps.Copy(r.known, o.known)
	r.kept += o.kept
	r.full = r.full || o.full
	r.sorted = nil
}
