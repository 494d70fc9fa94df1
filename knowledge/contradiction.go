package knowledge

import (
	"fmt"
	"slices"
)

// Contradiction is a point on which public sources disagree, with what the
// product goes by and why.
type Contradiction struct {
	Meta
	About  []string `yaml:"about"` // ids of the records it touches
	Sides  []Side   `yaml:"sides"`
	Follow string   `yaml:"follow"` // what the product goes by
	Why    string   `yaml:"why"`
}

// Side is one of the claims.
type Side struct {
	Says   string `yaml:"says"`
	Source string `yaml:"source"`
	Many   bool   `yaml:"many"` // the source is several: they say
}

func (c *Contradiction) check() error {
	if len(c.About) == 0 || len(c.Sides) < 2 || c.Follow == "" || c.Why == "" {
		return fmt.Errorf("needs about, two sides, follow and why")
	}
	return nil
}

// String is one line for people.
func (c *Contradiction) String() string {
	s := "sources disagree: "
	for i, side := range c.Sides {
		if i > 0 {
			s += "; "
		}
		verb := " says "
		if side.Many {
			verb = " say "
		}
		s += side.Source + verb + side.Says
	}
	return s + ". Followed: " + c.Follow + " (" + c.Why + ")"
}

// ContradictionsAbout are the contradictions that touch the record with this
// id.
func (b *Base) ContradictionsAbout(id string) []*Contradiction {
	var cs []*Contradiction
	for _, c := range b.Contradictions {
		if slices.Contains(c.About, id) {
			cs = append(cs, c)
		}
	}
	return cs
}
