package audit

import (
	"cmp"
	"context"
	"errors"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// liveInput names the registry of the machine that runs, in coverage.
const liveInput = "live registry"

// Live reads the registry of the Windows that runs, of all users who are
// logged on. It only reads, and what it may not read is said in coverage. On
// other systems it is an error.
func Live(ctx context.Context, opt Options, emit evidence.Emit) error {
	if opt.Knowledge == nil {
		return errors.New("audit of the live registry needs the knowledge base")
	}
	return runLive(ctx, opt, emit)
}

// tree is a node and where it stands in the registry.
type tree struct {
	path string
	root node
}

// judgeTrees copies what the rules ask for from the trees of one machine and
// judges it.
func judgeTrees(ctx context.Context, trees []tree, host string, kb *knowledge.Base, emit evidence.Emit) error {
	cov := &evidence.Coverage{Source: source, Input: liveInput}
	reg := newRegistry(newWanted(allAreas(Rules)))
	w := &walker{ctx: ctx, reg: reg, cov: cov}
	for _, t := range trees {
		if err := w.walk(t.path, t.root, 0); err != nil {
			return err
		}
	}
	if w.broken {
		cov.Blind = append(cov.Blind, "incomplete: some keys may not be read")
	}
	if reg.full {
		cov.Blind = append(cov.Blind, "the registry holds more users and keys than are kept: not all were judged")
	}
	cov.Blind = append(cov.Blind, "users who are not logged on: their keys are in NTUSER.DAT of their profiles")
	m := &machine{origin: fromSystem, reg: reg, kb: kb, covs: map[string]*evidence.Coverage{"": cov}}
	m.host = cmp.Or(m.computerName(), host)
	if err := m.judge(emit); err != nil {
		return err
	}
	return emit(cov)
}
