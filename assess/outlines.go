package assess

import "iter"

// outlines are some verdicts of a report, by their places.
type outlines struct {
	list   *Verdicts
	places []uint32
}

func (os *outlines) add(o *Outline) {
	os.list = o.list
	os.places = append(os.places, uint32(o.place))
}

func (os outlines) len() int { return len(os.places) }

func (os outlines) all() iter.Seq[*Outline] {
	return func(yield func(*Outline) bool) {
		for _, p := range os.places {
			if o := os.list.Outline(int(p)); !yield(&o) {
				return
			}
		}
	}
}

func (os outlines) any(is func(*Outline) bool) bool {
	for o := range os.all() {
		if is(o) {
			return true
		}
	}
	return false
}

// concat are two of them, one after the other.
func concat(a, b outlines) iter.Seq[*Outline] {
	return func(yield func(*Outline) bool) {
		for _, os := range [...]outlines{a, b} {
			for o := range os.all() {
				if !yield(o) {
					return
				}
			}
		}
	}
}
