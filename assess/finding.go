package assess

import "slices"

// finding is the first cause on one side, with how to mend it and what it
// rests on.
type finding struct {
	cause       Cause
	fix         Texts
	because     []string
	contradicts []string
}

func (f finding) apply(v *Verdict) {
	v.Cause = f.cause
	v.Fix = append(v.Fix, f.fix...)
	for _, b := range f.because {
		if !slices.Contains(v.Because, b) {
			v.Because = append(v.Because, b)
		}
	}
	v.Contradicts = append(v.Contradicts, f.contradicts...)
}
