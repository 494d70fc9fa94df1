package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tlsready/tlsready/assess"
	"github.com/tlsready/tlsready/evidence"
)

// gaps is what could not be seen.
type gaps struct {
	words
	Failed  []failure            // gave nothing at all
	Partial []*evidence.Coverage // some of it could not be used
	Blind   []blindSpot
	Silent  []string // configurations that were read and say nothing of versions
	Context []string // files that tell about their host: no evidence by themselves
	Inputs  int
	First   time.Time
	Last    time.Time
}

// failure is inputs that gave nothing for one reason.
type failure struct {
	w              words
	Source, Reason string
	Inputs         []string
}

// In names the inputs.
func (f failure) In() string { return f.w.First(f.Inputs, mostNames) }

// In names the inputs that cannot show it.
func (b blindSpot) In() string { return b.w.First(b.Inputs, 3) }

// blindSpot is what some inputs cannot show.
type blindSpot struct {
	w      words
	Text   string
	Inputs []string
}

// passedOver is the source of coverage about what a folder holds besides
// evidence, such as a README: worth a line, and no fault.
const passedOver = "folder"

func newGaps(c cleaner, r *assess.Report) gaps {
	g := gaps{words: c.words}
	at := map[string]int{}
	all := slices.DeleteFunc(slices.Clone(r.Coverage), func(c *evidence.Coverage) bool { return c == nil })
	slices.SortStableFunc(all, func(a, b *evidence.Coverage) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Input, b.Input))
	})
	blind := func(text, input string) {
		i, ok := at[text]
		if !ok {
			i = len(g.Blind)
			at[text] = i
			g.Blind = append(g.Blind, blindSpot{w: c.words, Text: text})
		}
		g.Blind[i].Inputs = append(g.Blind[i].Inputs, input)
	}
	for _, in := range all {
		g.stretch(in)
		unsaid := silent(in)
		in = c.coverage(in)
		if in.Source == passedOver {
			for _, s := range in.Skipped {
				if tellsOfHost(s.Ref) {
					g.Context = append(g.Context, s.Ref)
				} else {
					blind(c.T("passed over: %s", s.Reason), s.Ref)
				}
			}
			continue
		}
		g.Inputs++
		if unsaid {
			g.Silent = append(g.Silent, inputName(in))
			continue
		}
		switch {
		case in.Failed != "":
			g.fail(in)
		case in.Lost():
			g.Partial = append(g.Partial, in)
		default:
			for _, s := range in.Skipped {
				blind(c.T("%s (%s)", s.Reason, c.N(max(1, s.Count), "time", "times")), inputName(in))
			}
		}
		for _, b := range in.Blind {
			blind(b, inputName(in))
		}
	}
	return g
}

// hostFiles are what the audit of configurations reads to know the system and
// the programs of their host.
var hostFiles = []string{"etc/os-release", "usr/lib/os-release", "etc/hostname", "var/lib/dpkg/status", "installed-debs", "dpkg-l.txt", "installed-rpms", "rpm-qa.txt"}

func tellsOfHost(ref string) bool {
	return slices.ContainsFunc(hostFiles, func(f string) bool { return ref == f || strings.HasSuffix(ref, "/"+f) })
}

// silent reports whether a configuration was read as a whole and has nothing
// that decides a version: "no SSLProtocol line".
func silent(c *evidence.Coverage) bool {
	return c.Source == "config" && c.Failed == "" && c.Used == 0 && len(c.Skipped) == 0 && len(c.Blind) > 0 &&
		!slices.ContainsFunc(c.Blind, func(b string) bool { return !strings.HasPrefix(b, "no ") })
}

// fail notes an input that gave nothing, with the others of its reason.
func (g *gaps) fail(in *evidence.Coverage) {
	for i, f := range g.Failed {
		if f.Source == in.Source && f.Reason == in.Failed {
			g.Failed[i].Inputs = append(f.Inputs, inputName(in))
			return
		}
	}
	g.Failed = append(g.Failed, failure{g.words, in.Source, in.Failed, []string{inputName(in)}})
}

// failedInputs counts the inputs that gave nothing.
func (g gaps) failedInputs() int {
	n := 0
	for _, f := range g.Failed {
		n += len(f.Inputs)
	}
	return n
}

// stretch widens the time that evidence covers.
func (g *gaps) stretch(c *evidence.Coverage) {
	if !c.First.IsZero() && (g.First.IsZero() || c.First.Before(g.First)) {
		g.First = c.First
	}
	if c.Last.After(g.Last) {
		g.Last = c.Last
	}
}

func inputName(c *evidence.Coverage) string {
	return cmp.Or(c.Input, c.Source, "(no name)")
}

// skips counts the places of an input that could not be used.
func skips(c *evidence.Coverage) int {
	n := 0
	for _, s := range c.Skipped {
		n += max(1, s.Count)
	}
	return n
}

// None reports whether nothing is known to be missing.
func (g gaps) None() bool { return len(g.Failed)+len(g.Partial)+len(g.Blind) == 0 }

// looked says what was looked at, and over which days.
func (g gaps) looked() string {
	if g.Inputs == 0 {
		return ""
	}
	inputs := g.N(g.Inputs, "input", "inputs")
	switch from, to := day(g.First), day(g.Last); {
	case from != "" && to != "" && from != to:
		return g.T("Evidence: %s, %s to %s.", inputs, from, to)
	case from != "":
		return g.T("Evidence: %s, of %s.", inputs, from)
	case to != "":
		return g.T("Evidence: %s, up to %s.", inputs, to)
	}
	return g.T("Evidence: %s.", inputs)
}

// orderedInputs are the inputs, cleaned and in order, without what is no
// evidence.
func orderedInputs(c cleaner, r *assess.Report) []*evidence.Coverage {
	var out []*evidence.Coverage
	for _, in := range r.Coverage {
		if in != nil && in.Source != passedOver {
			out = append(out, c.coverage(in))
		}
	}
	slices.SortStableFunc(out, func(a, b *evidence.Coverage) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Input, b.Input))
	})
	return out
}
