package app

import (
	"sync"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/knowledge"
)

// weaknesses reads them when they are first asked for.
func weaknesses() func() ([]*knowledge.Weakness, error) { return sync.OnceValues(knowledge.Weaknesses) }

// weighed names the weaknesses that a scan shows: a source knows nothing of
// what its evidence means.
func (o Options) weighed(emit evidence.Emit) evidence.Emit {
	return func(r evidence.Record) error {
		if s, ok := r.(*evidence.Server); ok && o.weak != nil {
			all, err := o.weak()
			if err != nil {
				return err
			}
			s.Weaknesses = knowledge.WeaknessesOf(s, all)
		}
		return emit(r)
	}
}
